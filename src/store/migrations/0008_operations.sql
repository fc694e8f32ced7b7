-- What operators ask for and what may be forgotten, found without reading whole rows.

CREATE INDEX verdicts_by_outcome ON verdicts (outcome) WHERE quiet = 0;
CREATE INDEX outbox_accepted ON outbox (changed_at) WHERE state = 'accepted';

-- Set when the body of a message that has come to its end was forgotten; of an accepted mail the head stays.
ALTER TABLE outbox ADD COLUMN forgotten_at INTEGER;
CREATE INDEX outbox_forgettable ON outbox (changed_at)
    WHERE state IN ('accepted', 'merged', 'rejected') AND given_up = 0 AND forgotten_at IS NULL AND message IS NOT NULL;
