-- A receiver that an account has named. What it must keep secret (signing secrets, its own headers) is sealed.
CREATE TABLE webhook_endpoints (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    style text NOT NULL,
    payload_version text NOT NULL,
    events text[] NOT NULL,
    retry_limit integer,
    retry_delay_seconds integer,
    retry_backoff boolean,
    batch_size integer,
    secrets text NOT NULL,
    created_at timestamptz NOT NULL,
    configured_at timestamptz NOT NULL,
    disabled_at timestamptz,
    disabled_reason text,
    -- The number of the last event about this endpoint.
    sequence bigint NOT NULL DEFAULT 0,
    -- Rewritten with every batch of results; the page keeps room for that.
    consecutive_failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    CONSTRAINT webhook_endpoints_account_id_name_key UNIQUE (account_id, name)
) WITH (fillfactor = 50);

-- What happened, once an event, as it was on the bus: personal data stays sealed.
CREATE TABLE webhook_events (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    traceparent text,
    payload text NOT NULL
);

-- One message to one endpoint: the queue while pending, the delivery log afterwards.
-- Ids are UUIDv7 of the event's millisecond, so that both tables can be partitioned by time on their primary key.
CREATE TABLE webhook_deliveries (
    id uuid PRIMARY KEY,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    -- Not indexed, so that a claim is a heap-only update.
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    last_attempt_at timestamptz,
    last_status integer,
    last_error text,
    last_response text
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

-- The queue, endpoint by endpoint. The second condition, always true, keeps the planner from taking this index where
-- only the next one is quick.
CREATE INDEX webhook_deliveries_queue ON webhook_deliveries (endpoint_id, due_at)
    WHERE status = 'pending' AND due_at IS NOT NULL;
-- Who waits before whom: an aggregate's later message never overtakes an earlier one.
CREATE INDEX webhook_deliveries_lane ON webhook_deliveries (endpoint_id, subject, sequence) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (endpoint_id, id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (endpoint_id, id);
