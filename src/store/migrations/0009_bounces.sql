-- Mail that a server took and sent back later.

-- The last message that came back; while it is set, that a server takes a message does not prove the address good.
ALTER TABLE refusals ADD COLUMN bounced INTEGER;
