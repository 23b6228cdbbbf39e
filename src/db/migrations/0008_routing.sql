-- Up Migration
-- Routing: evidence at every breadth by index, rests, and a circuit breaker that all workers share.

-- The scorer reads the newest hundred outcomes of each breadth, so each needs its own order.
CREATE INDEX route_outcomes_service ON route_outcomes (provider, service, at);
CREATE INDEX route_outcomes_country ON route_outcomes (provider, country, at);
CREATE INDEX route_outcomes_provider ON route_outcomes (provider, at);
-- Rows come in the order of their time, so a summary of each block finds a week of them. As a B-tree it was also an order, by
-- which the planner walked through everybody's outcomes in search of those of a provider that has few.
DROP INDEX route_outcomes_at;
CREATE INDEX route_outcomes_at ON route_outcomes USING brin (at);

-- What was bought lately, for providers that ban by it, and which numbers have waited long. No column that ever changes is in
-- these, so that updates of orders stay cheap.
CREATE INDEX orders_pair ON orders (provider, service, country, first_seen_at);
CREATE INDEX orders_account ON orders (provider, first_seen_at);

-- What is left alone for a while: an account (no service), a pair (no operator) or an offer of it.
CREATE TABLE route_rests (
  provider text NOT NULL REFERENCES providers,
  service text NOT NULL DEFAULT '',
  country text NOT NULL DEFAULT '',
  operator text NOT NULL DEFAULT '',
  -- Not bought even if nothing else is left: the next number could bring a ban, or the provider named a time.
  strict boolean NOT NULL,
  reason text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  until timestamptz NOT NULL,
  -- Rests in a row, this one included; each takes twice as long as the one before.
  times int NOT NULL DEFAULT 1 CHECK (times >= 1),
  PRIMARY KEY (provider, service, country, operator, strict)
);
ALTER TABLE route_rests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON route_rests TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON route_rests TO watchword_service;

-- The circuit: closed without circuit_open_until, open until then, half-open after it.
ALTER TABLE providers
  -- Purchases in a row that got no answer.
  ADD COLUMN circuit_faults int NOT NULL DEFAULT 0,
  -- Answers and faults, decayed, as of circuit_counted_at.
  ADD COLUMN circuit_good double precision NOT NULL DEFAULT 0,
  ADD COLUMN circuit_bad double precision NOT NULL DEFAULT 0,
  ADD COLUMN circuit_counted_at timestamptz,
  -- Openings in a row; each stays open twice as long as the one before.
  ADD COLUMN circuit_trips int NOT NULL DEFAULT 0,
  ADD COLUMN circuit_closed_at timestamptz,
  -- Half-open: the one purchase that may find out, and until when it is waited for.
  ADD COLUMN circuit_probe text,
  ADD COLUMN circuit_probe_until timestamptz;
