-- What is charged for again and again. All amounts are minor units of the currency.
CREATE TABLE subscriptions (
    account_id       uuid        NOT NULL,
    id               uuid        NOT NULL,
    -- Of the subscription's latest event.
    sequence         bigint      NOT NULL,
    number           text        NOT NULL,
    order_id         uuid        NOT NULL,
    -- The line of the order that opened it.
    line             int         NOT NULL,
    order_number     text        NOT NULL,
    customer_number  text        NOT NULL,
    status           text        NOT NULL CHECK (status IN ('active', 'paused', 'past_due', 'cancelled', 'completed')),
    billing_cycle    int         NOT NULL,
    -- When the second cycle is due; the later ones follow from it.
    renews_from      timestamptz NOT NULL,
    -- When it is charged next: on a renewal's due date or for another attempt. Null when it never is.
    next_billing_at  timestamptz,
    -- Attempts of the renewal that is due that were declined.
    declines         int         NOT NULL,
    -- The charge under way, if there is one.
    charge_id        uuid,
    cancelled_at     timestamptz,
    reason           text,
    -- JSON of SubscriptionPlan: what never changes.
    plan             text        NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT subscriptions_number_key UNIQUE (number),
    CONSTRAINT subscriptions_line_key UNIQUE (account_id, order_id, line)
);

-- What the renewer looks for.
CREATE INDEX subscriptions_due_idx ON subscriptions (next_billing_at)
    WHERE charge_id IS NULL AND status IN ('active', 'past_due');
CREATE UNIQUE INDEX subscriptions_charge_key ON subscriptions (charge_id) WHERE charge_id IS NOT NULL;
CREATE INDEX subscriptions_customer_idx ON subscriptions (account_id, customer_number, id);

-- Fulfillments that wait for their campaign's delay.
CREATE TABLE fulfillment_plans (
    account_id      uuid        NOT NULL,
    order_id        uuid        NOT NULL,
    customer_number text        NOT NULL,
    due_at          timestamptz NOT NULL,
    -- JSON of FulfillmentPlan.
    plan            text        NOT NULL,
    PRIMARY KEY (account_id, order_id)
);

CREATE INDEX fulfillment_plans_due_idx ON fulfillment_plans (due_at);
CREATE INDEX fulfillment_plans_customer_idx ON fulfillment_plans (account_id, customer_number);

-- What is sent together. Columns beside the plan are what lists filter by and what a shipment changes.
CREATE TABLE fulfillments (
    account_id       uuid        NOT NULL,
    id               uuid        NOT NULL,
    -- Of the fulfillment's latest event.
    sequence         bigint      NOT NULL,
    -- The counter within the number, which the API shows as the id.
    serial           bigint      NOT NULL,
    number           text        NOT NULL,
    shipping_group   uuid        NOT NULL,
    order_id         uuid        NOT NULL,
    order_number     text        NOT NULL,
    customer_number  text        NOT NULL,
    -- Lower-cased.
    customer_email   text        NOT NULL,
    customer_name    text        NOT NULL,
    status           text        NOT NULL
        CHECK (status IN ('pending', 'processing', 'on_hold', 'shipped', 'delivered', 'cancelled')),
    fulfillment_type text        NOT NULL DEFAULT 'manual',
    shipping_carrier text,
    shipping_service text,
    tracking_number  text,
    tracking_urls    text[],
    rma_number       text,
    reason           text,
    plan             text        NOT NULL,
    scheduled_at     timestamptz NOT NULL,
    shipped_at       timestamptz,
    delivered_at     timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT fulfillments_number_key UNIQUE (number)
);

CREATE INDEX fulfillments_created_idx ON fulfillments (account_id, created_at, serial);
CREATE INDEX fulfillments_order_idx ON fulfillments (account_id, order_id);
CREATE INDEX fulfillments_order_number_idx ON fulfillments (account_id, order_number);
CREATE INDEX fulfillments_customer_idx ON fulfillments (account_id, customer_number);
CREATE INDEX fulfillments_email_idx ON fulfillments (account_id, customer_email);
CREATE INDEX fulfillments_group_idx ON fulfillments (account_id, shipping_group);
CREATE INDEX fulfillments_tracking_idx ON fulfillments (account_id, tracking_number) WHERE tracking_number IS NOT NULL;

-- Notes on orders of the checkout.
CREATE TABLE order_notes (
    account_id uuid        NOT NULL,
    -- The order's number.
    owner      text        NOT NULL,
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    title      text        NOT NULL,
    content    text        NOT NULL,
    type       text,
    created_by text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, owner, id)
);
