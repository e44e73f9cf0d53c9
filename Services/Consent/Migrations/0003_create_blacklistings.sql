-- Customers that may not buy, and those that may again. Each blacklisting is told of twice: when it begins (its event 1)
-- and when it ends (2); the orders service answers both.
CREATE TABLE blacklistings (
    account_id              uuid        NOT NULL,
    id                      uuid        NOT NULL,
    customer_id             uuid        NOT NULL,
    customer_number         text        NOT NULL,
    -- JSON of BlacklistItem: what is refused, in clear to show it and as the digest that events carry.
    items                   text        NOT NULL,
    reason                  text        NOT NULL,
    cancel_subscriptions    boolean     NOT NULL,
    cancel_fulfillments     boolean     NOT NULL,
    -- Of the latest event about it, and of the latest that is in force at the checkout.
    sequence                bigint      NOT NULL,
    applied_sequence        bigint      NOT NULL DEFAULT 0,
    -- What the orders service has called off.
    cancelled_subscriptions text[]      NOT NULL DEFAULT '{}',
    cancelled_fulfillments  text[]      NOT NULL DEFAULT '{}',
    created_at              timestamptz NOT NULL,
    lifted_at               timestamptz,
    lift_reason             text,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, customer_id) REFERENCES checkout_customers (account_id, id)
);

CREATE INDEX blacklistings_customer_idx ON blacklistings (account_id, customer_id, id);
CREATE UNIQUE INDEX blacklistings_active_key ON blacklistings (account_id, customer_id) WHERE lifted_at IS NULL;

-- Questions to the orders service about what customers have running; answered, read once and soon deleted.
CREATE TABLE standing_checks (
    account_id           uuid        NOT NULL,
    id                   uuid        NOT NULL PRIMARY KEY,
    customer_number      text        NOT NULL,
    active_subscriptions int,
    pending_fulfillments int,
    created_at           timestamptz NOT NULL
);

CREATE INDEX standing_checks_customer_idx ON standing_checks (account_id, customer_number);
