-- The outgoing events of a service, written in the transaction of the change they tell of. Published rows stay as the
-- service's event journal until the relay removes them by age.
--
-- A row is new to the relay when its transaction became visible since the last read, and rows go out by position: the
-- events of one aggregate are written under its row lock, so their positions rise in the order of their commits.
-- Transaction ids do not: a transaction may have got its id long before it got the lock.
CREATE TABLE outbox (
    -- First column on purpose: the transaction has its id before the row draws its position (see Horizon.swift).
    transaction_id xid8        NOT NULL DEFAULT pg_current_xact_id(),
    position       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id             uuid        NOT NULL,
    topic          text        NOT NULL,
    type           text        NOT NULL,
    subject        text        NOT NULL,
    sequence       bigint      NOT NULL,
    account        uuid        NOT NULL,
    time           timestamptz NOT NULL DEFAULT now(),
    traceparent    text,
    payload        text        NOT NULL
);

-- How far the relay has published, one row. Everything that `published` shows is out; of what `reading` shows beyond
-- it, everything up to `position` is. No row at or below `floor` is unpublished.
CREATE TABLE relay_state (
    singleton  boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    published  pg_snapshot NOT NULL DEFAULT '1:1:',
    reading    pg_snapshot,
    position   bigint      NOT NULL DEFAULT 0,
    floor      bigint      NOT NULL DEFAULT 0,
    cluster_id text
) WITH (fillfactor = 10);

INSERT INTO relay_state DEFAULT VALUES;
