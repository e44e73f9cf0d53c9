-- Numbers such as TXN-250321-000001, by UTC date; more than six digits when needed.
CREATE SEQUENCE transaction_numbers;

CREATE FUNCTION transaction_number(counter bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'TXN-' || to_char(now() AT TIME ZONE 'UTC', 'YYMMDD') || '-'
        || lpad(counter::text, greatest(6, length(counter::text)), '0')
$$;

-- Every charge and every refund. A refund is a row of its own with a negative amount and its charge as parent.
-- What changes with a charge's outcome is not indexed, so that settling is a heap-only update.
CREATE TABLE transactions (
    id                     uuid        PRIMARY KEY,
    account_id             uuid        NOT NULL,
    number                 text        NOT NULL DEFAULT transaction_number(nextval('transaction_numbers')),
    kind                   text        NOT NULL CHECK (kind IN ('charge', 'refund')),
    parent_id              uuid        REFERENCES transactions,
    order_id               uuid        NOT NULL,
    order_number           text        NOT NULL,
    customer_number        text        NOT NULL,
    -- Lower-cased, for the search.
    email                  text        NOT NULL,
    status                 text        NOT NULL,
    method                 text        NOT NULL,
    currency               text        NOT NULL,
    -- Minor units: subtotal + shipping + tax - discount; below zero for a refund.
    amount                 bigint      NOT NULL,
    subtotal               bigint      NOT NULL,
    shipping               bigint      NOT NULL,
    discount               bigint      NOT NULL,
    tax                    bigint      NOT NULL,
    tax_rate               text        NOT NULL,
    -- Whether the tax is still to be computed, before the gateway is asked.
    is_tax_pending         boolean     NOT NULL DEFAULT false,
    -- What the tax was computed from, where a provider wants to hear of the sale; the address is sealed.
    tax_question           text,
    tax_posted_at          timestamptz,
    -- Of a charge: given back, and on its way back. Together never more than the amount.
    refunded               bigint      NOT NULL DEFAULT 0,
    refunding              bigint      NOT NULL DEFAULT 0,
    -- Of a refund: whether the money went another way than through the gateway.
    is_external            boolean     NOT NULL DEFAULT false,
    gateway_id             bigint,
    gateway_name           text,
    descriptor             text,
    external_id            text,
    alternative_payment_id bigint,
    card_brand             text,
    card_first_six         text,
    card_last_four         text,
    card_expiry_month      integer,
    card_expiry_year       integer,
    response               text,
    decline_code           text,
    redirect_url           text,
    payer_email            text,
    campaign_internal_id   text        NOT NULL,
    campaign_name          text        NOT NULL,
    -- JSON of Attribution and [ChargedProduct].
    attribution            text        NOT NULL,
    products               text        NOT NULL,
    is_upsell              boolean     NOT NULL,
    upsell_depth           integer     NOT NULL,
    is_test                boolean     NOT NULL,
    subscription_number    text,
    reason                 text,
    -- The number of the latest event about this transaction, 0 before the first.
    sequence               bigint      NOT NULL DEFAULT 0,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    CONSTRAINT transactions_never_over_refunded CHECK (refunded >= 0 AND refunding >= 0
        AND (kind = 'refund' OR refunded + refunding <= amount)),
    CONSTRAINT transactions_signed CHECK (CASE kind WHEN 'refund' THEN amount < 0 ELSE amount >= 0 END),
    CONSTRAINT transactions_refund_has_parent CHECK ((kind = 'refund') = (parent_id IS NOT NULL))
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX transactions_number ON transactions (account_id, number);
CREATE INDEX transactions_order ON transactions (account_id, order_number, id);
CREATE INDEX transactions_customer ON transactions (account_id, customer_number, id);
CREATE INDEX transactions_email ON transactions (account_id, email, id);
CREATE INDEX transactions_last_four ON transactions (account_id, card_last_four, id) WHERE card_last_four IS NOT NULL;
CREATE INDEX transactions_created ON transactions (account_id, created_at, id);
CREATE INDEX transactions_parent ON transactions (parent_id) WHERE parent_id IS NOT NULL;

-- By what name a gateway knows a transaction: for its webhooks and for the search. Beside the row, not in an index of
-- it: see above.
CREATE TABLE gateway_references (
    account_id     uuid NOT NULL,
    external_id    text NOT NULL,
    transaction_id uuid NOT NULL,
    PRIMARY KEY (account_id, external_id, transaction_id)
);

-- What is to be done with a gateway, from the command to its settlement. Whoever holds the lease does it; the row goes
-- with the outcome, and with it the sealed card.
CREATE TABLE payment_tasks (
    transaction_id uuid        PRIMARY KEY,
    account_id     uuid        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('charge', 'capture', 'refund')),
    -- The command's payload as it came.
    command        text        NOT NULL,
    traceparent    text,
    -- How often somebody other than the one who recorded it has taken it over.
    attempts       integer     NOT NULL DEFAULT 0,
    due_at         timestamptz NOT NULL,
    leased_until   timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX payment_tasks_due ON payment_tasks (due_at);
