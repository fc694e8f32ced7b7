-- What reading the web leaves behind: how sure a text is, and what an edited one said before.

-- How far independent extractors agree on the text, in percent; NULL where they were not asked.
ALTER TABLE articles ADD COLUMN confidence INTEGER CHECK (confidence BETWEEN 0 AND 100);

-- The article whose page or entry was edited, and what the edit changed: a word diff as JSON. NULL: no edit of another.
ALTER TABLE articles ADD COLUMN revises INTEGER REFERENCES articles (id);
ALTER TABLE articles ADD COLUMN changes TEXT CHECK (changes IS NULL OR json_valid(changes));

-- What an entry said before its feed changed it; the present text is in `entries`.
CREATE TABLE entry_revisions (
    entry_id    INTEGER NOT NULL REFERENCES entries (id),
    revision    TEXT NOT NULL,
    replaced_at INTEGER NOT NULL,
    title       TEXT NOT NULL,
    summary     TEXT NOT NULL,
    PRIMARY KEY (entry_id, revision, replaced_at)
) STRICT, WITHOUT ROWID;
