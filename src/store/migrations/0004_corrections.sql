-- What people correct: readings that newer ones replace, entries that nobody stands behind any more, and verdicts that
-- tell nothing because they only put the record right.

-- NULL: part of the article's present reading. Earlier readings stay, because verdicts and corrections speak of them.
ALTER TABLE mentions ADD COLUMN superseded_at INTEGER;
CREATE INDEX mentions_present ON mentions (article_id, ordinal) WHERE superseded_at IS NULL;

-- 1: passed by a correction or a replay. Of several verdicts on a mention the last one holds.
ALTER TABLE verdicts ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0 CHECK (quiet IN (0, 1));

-- Set when no article founds the entry any more; its id stays known.
ALTER TABLE commitments ADD COLUMN retired_at INTEGER;
