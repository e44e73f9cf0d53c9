-- What happened, what became of it and every failed attempt are logs by time now: partitions that are made ahead and
-- dropped as a whole (Store/LogPartitions.swift). All that belongs to an event lies in the same slice of time, that of
-- `recorded_at`, so that it goes together. Deliveries that are not done lie in no partition: webhook_deliveries is their
-- queue and nothing else.

-- Positions are drawn in the order in which the events of a resource are recorded, but not committed in that order.
CREATE SEQUENCE webhook_event_positions;

-- Draws the position of an event. Before its first one, a transaction leaves word of where the sequence stood, in a lock
-- that is gone the moment it has ended: all it draws lies above.
CREATE FUNCTION next_webhook_event_position() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('caravan.records_events', true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared(
                hashtext('webhook events of ' || current_schema()),
                (CASE WHEN is_called THEN last_value ELSE 0 END & 2147483647)::integer),
            set_config('caravan.records_events', 'yes', true)
        FROM webhook_event_positions;
    END IF;
    RETURN nextval('webhook_event_positions');
END $$;

-- The highest position up to which a later statement sees every event there will ever be: nobody who still runs, or
-- begins from now on, draws at or below it.
CREATE FUNCTION settled_webhook_event_position() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    -- First the sequence, then the locks: who leaves word after that draws above what was read.
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO last FROM webhook_event_positions;
    RETURN (
        SELECT least(last, min(last - behind))
        FROM (
            SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 2
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND classid = hashtext('webhook events of ' || current_schema())::oid
        ) AS word
        -- Half of all numbers on are those who began since the sequence was read.
        WHERE behind < 1073741824);
END $$;

-- What happened, once an event, as it was on the bus: personal data stays sealed.
CREATE TABLE webhook_event_log (
    recorded_at timestamptz NOT NULL DEFAULT now(),
    position bigint NOT NULL DEFAULT next_webhook_event_position(),
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    traceparent text,
    payload text NOT NULL,
    -- Older than all that the log shows: kept for deliveries that still wait.
    is_kept boolean NOT NULL DEFAULT false,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX webhook_event_log_account ON webhook_event_log (account_id, position);
CREATE INDEX webhook_event_log_subject ON webhook_event_log (subject, position);

-- What was recorded before this moment has been dropped.
CREATE TABLE webhook_log_state (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    cut_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO webhook_log_state DEFAULT VALUES;

-- Deliveries that were made or have failed for good. Moved here from the queue, so a delivery is in one place at a time.
CREATE TABLE webhook_delivery_log (
    -- That of its event.
    recorded_at timestamptz NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('delivered', 'failed')),
    attempts integer NOT NULL,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    last_attempt_at timestamptz,
    last_status integer,
    last_error text,
    -- Of the attempt that succeeded; those of the others are in webhook_attempt_log.
    last_response text,
    last_headers text
) PARTITION BY RANGE (recorded_at);
CREATE INDEX webhook_delivery_log_account ON webhook_delivery_log (account_id, id);
CREATE INDEX webhook_delivery_log_endpoint ON webhook_delivery_log (endpoint_id, id);
CREATE INDEX webhook_delivery_log_subject ON webhook_delivery_log (subject, id);
CREATE INDEX webhook_delivery_log_failed ON webhook_delivery_log (endpoint_id, id) WHERE status = 'failed';

-- The attempts that failed.
CREATE TABLE webhook_attempt_log (
    -- That of the event.
    recorded_at timestamptz NOT NULL,
    delivery_id uuid NOT NULL,
    at timestamptz NOT NULL,
    status integer,
    error text,
    response text,
    -- The response's headers: a JSON object, secrets masked.
    headers text
) PARTITION BY RANGE (recorded_at);
CREATE INDEX webhook_attempt_log_delivery ON webhook_attempt_log (delivery_id, at);

-- Makes the partitions of a slice of time. Nobody who reads or writes waits for that: attaching takes no lock that they
-- mind, and what is attached is empty and known to nobody else. A slice is named after the day in UTC at whose beginning
-- it ends.
CREATE FUNCTION make_webhook_log_partitions(lower timestamptz, upper timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    log text;
    slice text;
BEGIN
    FOREACH log IN ARRAY ARRAY['webhook_event_log', 'webhook_delivery_log', 'webhook_attempt_log'] LOOP
        slice := log || to_char(upper AT TIME ZONE 'UTC', '"_until_"YYYYMMDD');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', slice, log);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%L)', log, slice,
            coalesce(quote_literal(lower), 'MINVALUE'), upper);
    END LOOP;
END $$;

-- The first slice begins with the beginning of time, so it takes all there is.
SELECT make_webhook_log_partitions(
    NULL, (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '2 days') AT TIME ZONE 'UTC');

INSERT INTO webhook_event_log (recorded_at, id, account_id, type, subject, sequence, time, traceparent, payload)
SELECT least(time, now()), id, account_id, type, subject, sequence, time, traceparent, payload
FROM webhook_events ORDER BY time, id;

INSERT INTO webhook_delivery_log (recorded_at, id, account_id, endpoint_id, event_id, type, subject, sequence, status,
    attempts, due_at, created_at, last_attempt_at, last_status, last_error, last_response, last_headers)
SELECT event.recorded_at, delivery.id, event.account_id, delivery.endpoint_id, delivery.event_id, delivery.type,
    delivery.subject, delivery.sequence, delivery.status, delivery.attempts, delivery.due_at, delivery.created_at,
    delivery.last_attempt_at, delivery.last_status, delivery.last_error,
    CASE WHEN delivery.status = 'delivered' THEN delivery.last_response END,
    CASE WHEN delivery.status = 'delivered' THEN delivery.last_headers END
FROM webhook_deliveries delivery JOIN webhook_event_log event ON event.id = delivery.event_id
WHERE delivery.status <> 'pending';

-- Of attempts that were not the last, the answer was not kept.
INSERT INTO webhook_attempt_log (recorded_at, delivery_id, at, status, error, response, headers)
SELECT event.recorded_at, delivery.id, timestamptz 'epoch' + (failure.value ->> 'at')::bigint * interval '1 microsecond',
    (failure.value ->> 'status')::integer, failure.value ->> 'error',
    CASE WHEN failure.is_last AND delivery.status <> 'delivered' THEN delivery.last_response END,
    CASE WHEN failure.is_last AND delivery.status <> 'delivered' THEN delivery.last_headers END
FROM webhook_deliveries delivery
JOIN webhook_event_log event ON event.id = delivery.event_id
CROSS JOIN LATERAL (
    SELECT value, number = jsonb_array_length(delivery.failures) AS is_last
    FROM jsonb_array_elements(delivery.failures) WITH ORDINALITY AS element (value, number)) AS failure;

-- A table anew, instead of one that is full of what was removed.
ALTER TABLE webhook_deliveries RENAME TO former_webhook_deliveries;
CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    -- That of its event: with it, the event is found in one partition.
    recorded_at timestamptz NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    -- Always this: what is done is moved to webhook_delivery_log.
    status text NOT NULL DEFAULT 'pending' CHECK (status = 'pending'),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    -- Not indexed, so that a claim is a heap-only update.
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    last_attempt_at timestamptz,
    last_status integer,
    last_error text
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

INSERT INTO webhook_deliveries (id, endpoint_id, event_id, recorded_at, type, subject, sequence, attempts, due_at,
    leased_until, created_at, last_attempt_at, last_status, last_error)
SELECT delivery.id, delivery.endpoint_id, delivery.event_id, event.recorded_at, delivery.type, delivery.subject,
    delivery.sequence, delivery.attempts, delivery.due_at, delivery.leased_until, delivery.created_at,
    delivery.last_attempt_at, delivery.last_status, delivery.last_error
FROM former_webhook_deliveries delivery JOIN webhook_event_log event ON event.id = delivery.event_id
WHERE delivery.status = 'pending';

DROP TABLE former_webhook_deliveries;
ALTER TABLE webhook_deliveries ADD PRIMARY KEY (id);
-- The queue, endpoint by endpoint. The second condition, always true, keeps the planner from taking this index where
-- only the next one is quick.
CREATE INDEX webhook_deliveries_queue ON webhook_deliveries (endpoint_id, due_at)
    WHERE status = 'pending' AND due_at IS NOT NULL;
-- Who waits before whom: an aggregate's later message never overtakes an earlier one.
CREATE INDEX webhook_deliveries_lane ON webhook_deliveries (endpoint_id, subject, sequence) WHERE status = 'pending';

-- Services of the last version that still run record nothing here, and lose nothing: this error makes a consumer try
-- the same event again until the next version takes over.
TRUNCATE webhook_events;
CREATE FUNCTION refuse_webhook_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE lock_not_available USING MESSAGE = 'events are recorded in webhook_event_log by the next version';
END $$;
CREATE TRIGGER webhook_events_moved BEFORE INSERT ON webhook_events
    FOR EACH ROW EXECUTE FUNCTION refuse_webhook_event();
