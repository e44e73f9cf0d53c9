-- The payment gateways of accounts. One without any has the sandbox, as number 1.
CREATE TABLE gateways (
    account_id uuid        NOT NULL,
    -- The account's own number, by which campaigns and requests choose it.
    id         bigint      NOT NULL,
    name       text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('sandbox', 'stripe')),
    descriptor text,
    -- Its keys, sealed with the data keyring.
    secrets    text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- Under what name a gateway that keeps customers knows one of ours.
CREATE TABLE gateway_customers (
    account_id      uuid   NOT NULL,
    gateway_id      bigint NOT NULL,
    customer_number text   NOT NULL,
    external_id     text   NOT NULL,
    PRIMARY KEY (account_id, gateway_id, customer_number)
);
