-- How messages fare on their way: answers, what is owed since when, ways that are closed, addresses that are dead.

ALTER TABLE outbox ADD COLUMN answer TEXT;        -- what the channel said when it took the message over
ALTER TABLE outbox ADD COLUMN due_at INTEGER;     -- when it was to leave; retries move not_before and never this
ALTER TABLE outbox ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up IN (0, 1)); -- refused for good, and nobody has looked
ALTER TABLE outbox ADD COLUMN short INTEGER NOT NULL DEFAULT 0 CHECK (short IN (0, 1)); -- cut down, because it was too big
ALTER TABLE outbox ADD COLUMN gathered TEXT CHECK (gathered IN ('quiet', 'throttle')); -- why it waits to be told with others
UPDATE outbox SET due_at = max(created_at, not_before);

-- A way out that is closed; no row means open.
CREATE TABLE ways (
    channel        TEXT PRIMARY KEY,
    failures       INTEGER NOT NULL,
    paused_until   INTEGER NOT NULL,
    error          TEXT NOT NULL,
    needs_operator INTEGER NOT NULL CHECK (needs_operator IN (0, 1)),
    settings       TEXT NOT NULL,        -- fingerprint of the settings that failed: others are tried at once
    since          INTEGER NOT NULL
) STRICT;

-- Addresses that were refused since the last message that was taken; suspended ones get nothing more.
CREATE TABLE refusals (
    recipient     TEXT NOT NULL,
    channel       TEXT NOT NULL,
    address       TEXT NOT NULL,
    count         INTEGER NOT NULL,
    first_at      INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    error         TEXT NOT NULL,
    suspended_at  INTEGER,
    PRIMARY KEY (recipient, channel)
) STRICT;

-- Token buckets: the instant at which each is full again.
CREATE TABLE buckets (
    recipient TEXT NOT NULL,
    channel   TEXT NOT NULL,
    hour_full INTEGER NOT NULL,
    day_full  INTEGER NOT NULL,
    PRIMARY KEY (recipient, channel)
) STRICT;
