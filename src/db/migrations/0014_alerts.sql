-- Up Migration
-- Alerts, what operators are told of them, checks of the ledger, and the trace that an activation belongs to.

CREATE TABLE alerts (
  condition text NOT NULL,
  -- A provider, a pair, an activation, a route; empty where the condition is about the whole installation.
  subject text NOT NULL,
  held int NOT NULL,
  cleared int NOT NULL,
  firing_since timestamptz,
  resolved_at timestamptz,
  told_at timestamptz,
  end_told_at timestamptz,
  -- What was found last, for the message: amounts, ages and counts as text.
  facts jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (condition, subject)
);
CREATE INDEX alerts_resolved ON alerts (resolved_at) WHERE resolved_at IS NOT NULL;

-- One row: when the conditions were last looked at, by which Prometheus sees that they are.
CREATE TABLE alert_evaluations (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  at timestamptz NOT NULL,
  -- Conditions that could not be looked for.
  unknown text[] NOT NULL DEFAULT '{}'
);

-- What operators are told, written in the transaction that decides it; log and receiver are told afterwards.
CREATE TABLE alert_messages (
  -- The webhook-id: the same at each try.
  id text PRIMARY KEY,
  condition text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('started', 'repeated', 'ended')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The body as it is signed and sent.
  body text NOT NULL,
  logged_at timestamptz,
  -- none: no receiver is configured. gone: the receiver wants no more. given_up: it did not take it in time.
  delivery text NOT NULL CHECK (delivery IN ('none', 'pending', 'delivered', 'gone', 'given_up')),
  -- Hash of the receiver's address.
  receiver text,
  tries int NOT NULL DEFAULT 0,
  last_result text,
  ended_at timestamptz
);
CREATE INDEX alert_messages_at ON alert_messages (created_at);
CREATE INDEX alert_messages_open ON alert_messages (created_at) WHERE delivery = 'pending' OR logged_at IS NULL;
CREATE INDEX alert_messages_gone ON alert_messages (receiver) WHERE delivery = 'gone';

CREATE TABLE ledger_checks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('clean', 'differences', 'incomplete')),
  problems int NOT NULL,
  -- The checks that differed, by name, or why not everything could be read.
  reason text
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['alerts', 'alert_evaluations', 'alert_messages', 'ledger_checks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO watchword_service', name);
  END LOOP;
END $$;

ALTER TABLE activations ADD COLUMN trace_id text CHECK (trace_id ~ '^[0-9a-f]{32}$');
GRANT SELECT (trace_id) ON activations TO watchword_client;
-- Rows come in the order of their time: a summary of each block finds the last hour of them.
CREATE INDEX activation_history_at ON activation_history USING brin (at);
