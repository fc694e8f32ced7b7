-- What is told: messages to be delivered, and the digests that were made.

-- held      facts only; waits for its moment, for company, or for a second source
-- pending   rendered; may be sent from `not_before` on
-- sending   leased by a sender until `lease_until`
-- accepted  taken over by the channel (final)
-- deferred  refused for now; again from `not_before` on
-- rejected  refused for good (final)
-- unknown   the lease ran out, so it may have been sent: goes out again with the same Message-ID
-- merged    told by the message `merged_into` (final)
CREATE TABLE outbox (
    id                INTEGER PRIMARY KEY,
    recipient         TEXT NOT NULL,
    channel           TEXT NOT NULL,
    event_key         TEXT NOT NULL,      -- what it is about; the same thing is told once
    kind              TEXT NOT NULL CHECK (kind IN ('alert', 'digest', 'notice')),
    state             TEXT NOT NULL CHECK (state IN
        ('held', 'pending', 'sending', 'accepted', 'deferred', 'rejected', 'unknown', 'merged')),
    awaits_second     INTEGER NOT NULL CHECK (awaits_second IN (0, 1)),
    not_before        INTEGER NOT NULL,
    lease_until       INTEGER,
    attempts          INTEGER NOT NULL DEFAULT 0,
    last_error        TEXT,
    facts             TEXT NOT NULL CHECK (json_valid(facts)),
    message           BLOB,               -- rendered bytes, so that a retry sends the same
    message_id        TEXT,
    thread_key        TEXT,
    parent_message_id TEXT,
    commitment_id     TEXT REFERENCES commitments (id),
    verdict_id        INTEGER REFERENCES verdicts (id),
    merged_into       INTEGER REFERENCES outbox (id),
    created_at        INTEGER NOT NULL,
    changed_at        INTEGER NOT NULL,
    UNIQUE (recipient, channel, event_key),
    CHECK (state IN ('held', 'merged', 'rejected') OR message IS NOT NULL),
    CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
    CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
    CHECK (awaits_second = 0 OR state = 'held')
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, not_before);
CREATE INDEX outbox_threads ON outbox (recipient, channel, thread_key) WHERE thread_key IS NOT NULL;
CREATE INDEX outbox_of_commitment ON outbox (commitment_id) WHERE commitment_id IS NOT NULL;
CREATE INDEX outbox_merged ON outbox (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX outbox_of_verdict ON outbox (verdict_id) WHERE verdict_id IS NOT NULL;

-- A digest tells the verdicts with from_verdict <= id < to_verdict; the windows of a recipient abut.
CREATE TABLE digests (
    id           INTEGER PRIMARY KEY,
    recipient    TEXT NOT NULL,
    channel      TEXT NOT NULL,
    from_verdict INTEGER NOT NULL,
    to_verdict   INTEGER NOT NULL,
    period_start INTEGER NOT NULL,
    period_end   INTEGER NOT NULL,
    outbox_id    INTEGER REFERENCES outbox (id), -- NULL: there was nothing to say and nothing was sent
    created_at   INTEGER NOT NULL,
    UNIQUE (recipient, channel, period_end),
    CHECK (from_verdict <= to_verdict),
    CHECK (period_start <= period_end)
) STRICT;
