-- What was understood: articles, their mentions, the ledger, and every decision about it.

-- `text` is the raw text, deflated; every quote in the database is a slice of it. It is removed only where
-- nothing points into it any more (a rejected article past its retention).
CREATE TABLE articles (
    id              INTEGER PRIMARY KEY,  -- ascending in order of arrival
    source_id       TEXT REFERENCES sources (id), -- NULL: given to `ingest`
    entry_id        INTEGER REFERENCES entries (id),
    url             TEXT,
    canonical_url   TEXT,
    title           TEXT NOT NULL,
    byline          TEXT,
    text            BLOB,
    text_bytes      INTEGER NOT NULL,
    text_hash       TEXT NOT NULL,        -- BLAKE3 of the raw text, hex: what the quotes were taken from
    body_hash       TEXT,                 -- of its words alone: equal for copies
    published       TEXT,
    published_at    INTEGER,
    published_basis TEXT,
    language        TEXT,
    trust           TEXT NOT NULL CHECK (trust IN ('low', 'normal', 'high')),
    arrived_at      INTEGER NOT NULL,
    baseline        INTEGER NOT NULL CHECK (baseline IN (0, 1)),
    kept            INTEGER NOT NULL CHECK (kept IN (0, 1)),
    relevance       TEXT NOT NULL CHECK (json_valid(relevance)),
    story_id        INTEGER NOT NULL REFERENCES articles (id), -- first article of the same wire story; often itself
    CHECK ((published IS NULL) = (published_basis IS NULL))
) STRICT;
CREATE INDEX articles_of_entry ON articles (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX articles_by_body ON articles (body_hash) WHERE body_hash IS NOT NULL;
CREATE INDEX articles_by_url ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX articles_by_canonical_url ON articles (canonical_url) WHERE canonical_url IS NOT NULL;
CREATE INDEX articles_kept ON articles (arrived_at) WHERE kept = 1;
CREATE INDEX articles_forgettable ON articles (arrived_at) WHERE kept = 0 AND text IS NOT NULL;
CREATE INDEX articles_of_story ON articles (story_id);

-- Kept articles only. `folded` is title and body in lower case without any marks (and đ as d), because no
-- tokenizer of SQLite finds both "người" by "nguoi" and "đường" by "duong".
CREATE VIRTUAL TABLE article_index USING fts5 (
    title, body, folded,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0'
);

CREATE TABLE mentions (
    id            INTEGER PRIMARY KEY,
    article_id    INTEGER NOT NULL REFERENCES articles (id),
    rules_version TEXT NOT NULL,
    ordinal       INTEGER NOT NULL,
    fingerprint   TEXT NOT NULL,          -- survives re-extraction by newer rules
    kind          TEXT NOT NULL,
    stage         TEXT NOT NULL,
    framing       TEXT NOT NULL,
    event_date    TEXT,
    mention       TEXT NOT NULL CHECK (json_valid(mention)),
    UNIQUE (article_id, rules_version, ordinal)
) STRICT;
CREATE INDEX mentions_by_fingerprint ON mentions (fingerprint);

CREATE TABLE instruments (
    number     INTEGER PRIMARY KEY,       -- order of arrival
    id         TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    stage      TEXT NOT NULL,
    name       TEXT NOT NULL,
    date       TEXT,
    instrument TEXT NOT NULL CHECK (json_valid(instrument)),
    changed_at INTEGER NOT NULL
) STRICT;

-- The current state of the ledger. It can be rebuilt from articles, corrections and rules.
CREATE TABLE commitments (
    number        INTEGER PRIMARY KEY,    -- order of arrival
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    scope         TEXT NOT NULL,
    stage         TEXT NOT NULL,
    lateral       TEXT,
    stage_date    TEXT,
    instrument_id TEXT,
    gist          TEXT NOT NULL,
    first_seen    TEXT,
    last_seen     TEXT,
    due           TEXT,
    founded_by    INTEGER REFERENCES articles (id),
    redirect_to   TEXT REFERENCES commitments (id), -- set when merged into an older entry; ids never break
    commitment    TEXT NOT NULL CHECK (json_valid(commitment)),
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    CHECK (redirect_to IS NULL OR redirect_to <> id)
) STRICT;
CREATE INDEX commitments_of_instrument ON commitments (instrument_id) WHERE instrument_id IS NOT NULL;
CREATE INDEX commitments_redirected ON commitments (redirect_to) WHERE redirect_to IS NOT NULL;

-- Every decision about every mention, in the order in which it was taken. Append-only.
CREATE TABLE verdicts (
    id            INTEGER PRIMARY KEY,
    mention_id    INTEGER NOT NULL REFERENCES mentions (id),
    commitment_id TEXT REFERENCES commitments (id),
    outcome       TEXT NOT NULL,
    level         TEXT NOT NULL CHECK (level IN ('none', 'watch', 'push')), -- by policy
    told          TEXT NOT NULL CHECK (told IN ('none', 'watch', 'push')),  -- after baseline, age and trust
    lowered_by    TEXT,                                                     -- why `told` is below `level`
    verdict       TEXT NOT NULL CHECK (json_valid(verdict)),
    rules_version TEXT NOT NULL,
    at            INTEGER NOT NULL
) STRICT;
CREATE INDEX verdicts_of_commitment ON verdicts (commitment_id) WHERE commitment_id IS NOT NULL;
CREATE INDEX verdicts_of_mention ON verdicts (mention_id);

CREATE TRIGGER verdicts_are_never_edited BEFORE UPDATE ON verdicts
BEGIN SELECT RAISE (ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER verdicts_are_never_deleted BEFORE DELETE ON verdicts
BEGIN SELECT RAISE (ABORT, 'verdicts are append-only'); END;

-- What people said about mentions and entries. Append-only: an undo is another row.
CREATE TABLE corrections (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    person     TEXT NOT NULL,
    operation  TEXT NOT NULL,
    target     TEXT NOT NULL CHECK (json_valid(target)), -- fingerprints and ids that it speaks of
    reason     TEXT NOT NULL,
    undoes     INTEGER REFERENCES corrections (id)
) STRICT;
CREATE TRIGGER corrections_are_never_edited BEFORE UPDATE ON corrections
BEGIN SELECT RAISE (ABORT, 'corrections are append-only'); END;
CREATE TRIGGER corrections_are_never_deleted BEFORE DELETE ON corrections
BEGIN SELECT RAISE (ABORT, 'corrections are append-only'); END;
