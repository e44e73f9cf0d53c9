-- The ids of the events that this service has applied, recorded in the transaction of their effect. Ids are version 7
-- UUIDs, so their order is their age and no second column or index is needed to remove the old ones.
CREATE TABLE inbox (
    id uuid PRIMARY KEY
);

-- The aggregates whose events wait for an operator. Their rows are the locks between consumer and requeue.
CREATE TABLE parked_keys (
    topic   text NOT NULL,
    subject text NOT NULL,
    PRIMARY KEY (topic, subject)
);

-- The events that could not be applied and, behind them, the later events of the same aggregate.
CREATE TABLE parked_events (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          uuid        NOT NULL UNIQUE,
    topic       text        NOT NULL,
    type        text        NOT NULL,
    source      text        NOT NULL,
    subject     text        NOT NULL,
    sequence    bigint      NOT NULL,
    account     uuid        NOT NULL,
    time        timestamptz NOT NULL,
    traceparent text,
    payload     text        NOT NULL,
    error       text        NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX parked_events_by_key ON parked_events (topic, subject, position);
