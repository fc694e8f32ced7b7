-- What is read: sources, what is remembered between polls, and the durable queue of entries.
-- Times are INTEGER milliseconds since 1970-01-01T00:00:00Z; civil dates are TEXT as precise as known.

PRAGMA application_id = 0x506C6457; -- "PldW"

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every source that was ever configured. A source that leaves the configuration keeps its row, so that the
-- identity of its entries and the origin of its articles stay known.
CREATE TABLE sources (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    url        TEXT NOT NULL,
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    source     TEXT NOT NULL CHECK (json_valid(source)), -- the whole model::Source
    added_at   INTEGER NOT NULL,
    removed_at INTEGER                                   -- NULL while configured
) STRICT, WITHOUT ROWID;

-- What the next poll must know. `state` belongs to whoever polls and is opaque here.
CREATE TABLE source_state (
    source_id  TEXT PRIMARY KEY REFERENCES sources (id),
    state      TEXT NOT NULL CHECK (json_valid(state)),
    next_due   INTEGER,
    not_before INTEGER,
    health     TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Validators belong to the address that sent them, byte for byte (RFC 9110 section 8.8), not to the source.
CREATE TABLE validators (
    source_id     TEXT NOT NULL REFERENCES sources (id),
    url           TEXT NOT NULL,
    etag          BLOB,
    last_modified BLOB,
    body_hash     TEXT,
    PRIMARY KEY (source_id, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE polls (
    id              INTEGER PRIMARY KEY,
    source_id       TEXT NOT NULL REFERENCES sources (id),
    started_at      INTEGER NOT NULL,
    finished_at     INTEGER NOT NULL,
    outcome         TEXT NOT NULL,   -- stable word, such as `fresh` or `fetch.timeout`
    ok              INTEGER NOT NULL CHECK (ok IN (0, 1)),
    http_status     INTEGER,
    bytes           INTEGER NOT NULL,
    entries_seen    INTEGER NOT NULL,
    entries_new     INTEGER NOT NULL,
    entries_changed INTEGER NOT NULL,
    error           TEXT
) STRICT;
CREATE INDEX polls_of_source ON polls (source_id, started_at);

-- One row for each item ever seen in a feed. Rows are never deleted: they are the memory of what was read.
CREATE TABLE entries (
    id         INTEGER PRIMARY KEY,
    source_id  TEXT NOT NULL REFERENCES sources (id),
    key        TEXT NOT NULL,
    revision   TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('pending', 'done', 'rejected', 'failed')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_try   INTEGER NOT NULL,
    baseline   INTEGER NOT NULL CHECK (baseline IN (0, 1)),
    first_seen INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    link       TEXT,
    title      TEXT NOT NULL,
    summary    TEXT NOT NULL,
    content    TEXT,
    published  INTEGER,
    updated    INTEGER,
    language   TEXT,
    decision   TEXT CHECK (decision IN ('keep', 'near_miss', 'reject')),
    score      REAL,
    why        TEXT,
    last_error TEXT,
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX entries_by_state ON entries (state, next_try);
CREATE INDEX entries_near_misses ON entries (changed_at) WHERE decision = 'near_miss';
-- What retention may take; what title and summary have ruled out never enters it.
CREATE INDEX entries_forgettable ON entries (changed_at) WHERE state <> 'pending' AND content IS NOT NULL;
