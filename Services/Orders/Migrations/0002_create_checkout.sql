-- Orders of the checkout are rows of `orders` from the first moment, so that one row is what everyone locks. Until they
-- are paid they are nobody's business: lists of orders leave them out.
ALTER TABLE orders ADD COLUMN is_placed boolean NOT NULL DEFAULT true;
DROP INDEX orders_updated_at_idx;
CREATE INDEX orders_updated_at_idx ON orders (account_id, updated_at, id) WHERE is_placed;
CREATE INDEX orders_placed_idx ON orders (account_id, id) WHERE is_placed;

-- Numbers such as ORD-250321-00001, by UTC date; more than five digits when needed.
CREATE SEQUENCE order_numbers;
CREATE SEQUENCE customer_numbers;
CREATE SEQUENCE subscription_numbers;
CREATE SEQUENCE fulfillment_numbers;

CREATE FUNCTION dated_number(prefix text, counter bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT prefix || '-' || to_char(now() AT TIME ZONE 'UTC', 'YYMMDD') || '-'
        || lpad(counter::text, greatest(5, length(counter::text)), '0')
$$;

-- What catalog sells: a projection of its campaigns.
CREATE TABLE campaigns (
    account_id  uuid    NOT NULL,
    internal_id text    NOT NULL,
    id          uuid    NOT NULL,
    number      bigint  NOT NULL,
    is_active   boolean NOT NULL,
    -- Of the event that it comes from.
    sequence    bigint  NOT NULL,
    -- JSON of CampaignSnapshot.
    snapshot    text    NOT NULL,
    PRIMARY KEY (account_id, internal_id)
);

-- One row per account and mail address.
CREATE TABLE checkout_customers (
    account_id uuid        NOT NULL,
    id         uuid        NOT NULL,
    number     text        NOT NULL,
    -- Lower-cased.
    email      text        NOT NULL,
    -- JSON of CheckoutPerson.
    person     text        NOT NULL,
    -- Who wrote the person last: a request learns from it whether it was the one.
    revision   uuid        NOT NULL,
    -- Of the customer's latest event.
    sequence   bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT checkout_customers_email_key UNIQUE (account_id, email),
    CONSTRAINT checkout_customers_number_key UNIQUE (number)
);

-- What an order of the checkout has beside its row in `orders`, whose lock covers it. All amounts are minor units.
CREATE TABLE checkouts (
    account_id           uuid        NOT NULL,
    order_id             uuid        NOT NULL,
    number               text        NOT NULL,
    customer_id          uuid        NOT NULL,
    customer_number      text        NOT NULL,
    campaign_internal_id text        NOT NULL,
    campaign_name        text        NOT NULL,
    status               text        NOT NULL CHECK (status IN ('lead', 'pending_payment', 'processing', 'completed',
        'cancelled', 'refunded', 'partially_refunded', 'declined', 'on_hold')),
    currency             text        NOT NULL,
    subtotal             bigint      NOT NULL,
    shipping             bigint      NOT NULL,
    tax                  bigint      NOT NULL,
    discount             bigint      NOT NULL,
    total                bigint      NOT NULL,
    tax_rate             text        NOT NULL,
    -- Whether the client gave the tax, so that nobody computes another.
    tax_given            boolean     NOT NULL,
    coupon_code          text,
    utm_source           text,
    utm_medium           text,
    utm_campaign         text,
    utm_term             text,
    utm_content          text,
    affiliate            text,
    sub1                 text,
    sub2                 text,
    sub3                 text,
    sub4                 text,
    sub5                 text,
    cohort               text,
    -- Lower-cased, as the search needs it.
    email                text        NOT NULL,
    phone                text,
    first_name           text        NOT NULL,
    last_name            text        NOT NULL,
    -- JSON of PostalAddress.
    shipping_address     text        NOT NULL,
    billing_address      text,
    ip_address           text,
    user_agent           text,
    is_test              boolean     NOT NULL,
    is_throttled         boolean     NOT NULL,
    qa_required          boolean     NOT NULL,
    upsell_depth         int         NOT NULL,
    -- Charges of this order that were declined.
    declines             int         NOT NULL,
    -- Of the latest command to payments about this order.
    command_sequence     bigint      NOT NULL,
    last_transaction_at  timestamptz,
    -- When the order closes by itself; null before it is paid and once it is closed.
    closes_at            timestamptz,
    completed_at         timestamptz,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    PRIMARY KEY (account_id, order_id),
    FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id),
    CONSTRAINT checkouts_number_key UNIQUE (number)
);

CREATE INDEX checkouts_customer_idx ON checkouts (account_id, customer_id, order_id);
CREATE INDEX checkouts_closes_at_idx ON checkouts (closes_at) WHERE closes_at IS NOT NULL;

-- The cart. Lines of an upsell join it when their charge completes.
CREATE TABLE checkout_items (
    account_id          uuid    NOT NULL,
    order_id            uuid    NOT NULL,
    line                int     NOT NULL,
    product_number      bigint  NOT NULL,
    product_internal_id text    NOT NULL,
    name                text    NOT NULL,
    kind                text    NOT NULL,
    sku                 text,
    tax_code            text,
    quantity            bigint  NOT NULL CHECK (quantity > 0),
    unit_price          bigint  NOT NULL CHECK (unit_price >= 0),
    -- Of the whole line, whatever its quantity.
    shipping_price      bigint  NOT NULL CHECK (shipping_price >= 0),
    subtotal            bigint  NOT NULL,
    tax                 bigint  NOT NULL,
    discount            bigint  NOT NULL,
    is_upsell           boolean NOT NULL,
    sale_type           text    NOT NULL,
    billing_interval    text,
    billing_cycles      int,
    trial_days          int     NOT NULL,
    requires_shipping   boolean NOT NULL,
    -- The charge that the line is paid with; of the first lines none until there is one.
    transaction_id      uuid,
    -- Whether the line is part of the cart.
    is_added            boolean NOT NULL,
    PRIMARY KEY (account_id, order_id, line),
    FOREIGN KEY (account_id, order_id) REFERENCES checkouts (account_id, order_id)
);

-- What payments made of each command: a projection of its transactions. A row stands from the moment of the command, with
-- status `requested` and without a number, since requests wait on it.
CREATE TABLE checkout_transactions (
    transaction_id      uuid        NOT NULL PRIMARY KEY,
    account_id          uuid        NOT NULL,
    order_id            uuid        NOT NULL,
    -- What the charge is for: order, upsell, renewal; refund for what gives money back.
    purpose             text        NOT NULL CHECK (purpose IN ('order', 'upsell', 'renewal', 'refund')),
    -- Of a refund: the charge.
    parent_id           uuid,
    number              text,
    status              text        NOT NULL,
    -- Of the charge: what it adds to the order, in minor units; the tax is the snapshot's.
    subtotal            bigint      NOT NULL,
    shipping            bigint      NOT NULL,
    discount            bigint      NOT NULL,
    -- What has been given back of the charge.
    refunded            bigint      NOT NULL DEFAULT 0,
    -- The subscription that was opened with the charge, if any.
    subscription_number text,
    -- Whether somebody has asked payments for something and not been answered.
    is_awaited          boolean     NOT NULL DEFAULT false,
    -- Of the event that the snapshot comes from; 0 before the first.
    sequence            bigint      NOT NULL DEFAULT 0,
    -- JSON of TransactionSnapshot.
    snapshot            text,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL
);

CREATE INDEX checkout_transactions_order_idx ON checkout_transactions (account_id, order_id, transaction_id);
CREATE INDEX checkout_transactions_number_idx ON checkout_transactions (number);

-- Who must not buy: digests of mail addresses, telephone numbers and so on, one row per blacklisting that names one.
CREATE TABLE blacklist_entries (
    account_id      uuid NOT NULL,
    kind            text NOT NULL,
    digest          text NOT NULL,
    blacklisting_id uuid NOT NULL,
    PRIMARY KEY (account_id, kind, digest, blacklisting_id)
);

-- The public keys that cards are sealed with; the newest that is not retired is used.
CREATE TABLE card_keys (
    key_id       text        NOT NULL PRIMARY KEY,
    public_key   text        NOT NULL,
    activated_at timestamptz NOT NULL,
    retired_at   timestamptz
);

CREATE TABLE account_settings (
    account_id     uuid        NOT NULL PRIMARY KEY,
    -- An IANA name.
    time_zone      text        NOT NULL,
    enrich_email   boolean     NOT NULL,
    enrich_phone   boolean     NOT NULL,
    enrich_address boolean     NOT NULL,
    -- Of the account's latest event.
    sequence       bigint      NOT NULL,
    updated_at     timestamptz NOT NULL
);
