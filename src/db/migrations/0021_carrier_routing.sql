-- Up Migration
-- Routing of messages: what carriers and senders say stands side by side, and a silence is told apart from a failure.

ALTER TABLE message_outcomes
  -- The carrier was silent for longer than its receipts take. A late receipt corrects `delivered` and leaves this.
  ADD COLUMN overdue boolean NOT NULL DEFAULT false,
  -- Everybody was slow then: it speaks for nobody and against nobody.
  ADD COLUMN excused boolean NOT NULL DEFAULT false,
  -- The sender's word on whether the message did its work; null where there is none.
  ADD COLUMN worked boolean,
  ADD COLUMN reported_at timestamptz;
UPDATE message_outcomes SET worked = delivered, reported_at = at WHERE by_feedback;
ALTER TABLE message_outcomes DROP COLUMN by_feedback;

-- The newest of each breadth are read, so each has its own order.
CREATE INDEX message_outcomes_network ON message_outcomes (carrier, channel, country, network, at);
CREATE INDEX message_outcomes_carrier ON message_outcomes (carrier, channel, at);
CREATE INDEX message_outcomes_reported ON message_outcomes (carrier, channel, reported_at) WHERE worked IS NOT NULL;
-- As a B-tree it would be an order that the planner walks through everybody's outcomes (see route_outcomes_at).
DROP INDEX message_outcomes_at;
CREATE INDEX message_outcomes_at ON message_outcomes USING brin (at);

ALTER TABLE carriers
  -- How long the last send waited for the account's throughput, and when that was seen.
  ADD COLUMN queue_wait_ms int NOT NULL DEFAULT 0 CHECK (queue_wait_ms >= 0),
  ADD COLUMN queue_seen_at timestamptz,
  -- It said that we are too fast: until then it would say so again.
  ADD COLUMN throttled_until timestamptz;

-- When it was seen last that every carrier to a country is slow.
CREATE TABLE slow_countries (
  channel text NOT NULL,
  country text NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (channel, country)
);
ALTER TABLE slow_countries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON slow_countries TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON slow_countries TO watchword_service;
