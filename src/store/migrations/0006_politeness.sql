-- What must be remembered of servers, so that a restart does not make us rude.

-- A server asked for patience: nothing is asked of the scope (`host:…` or `domain:…`) until then.
CREATE TABLE pauses (
    scope    TEXT PRIMARY KEY,
    noted_at INTEGER NOT NULL,
    until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The robots.txt of an origin, as far as it was read; `status` is NULL when nobody answered.
CREATE TABLE robots (
    origin     TEXT PRIMARY KEY,
    fetched_at INTEGER NOT NULL,
    status     INTEGER,
    body       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What readers were last told of the health of a source.
CREATE TABLE told_health (
    source_id TEXT PRIMARY KEY REFERENCES sources (id),
    health    TEXT NOT NULL,
    told_at   INTEGER NOT NULL,
    times     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
