-- A customer's saved card: the gateway's token and what may be shown of it. Never a card number.
CREATE TABLE vault_references (
    account_id      uuid        NOT NULL,
    customer_number text        NOT NULL,
    gateway_id      bigint      NOT NULL,
    token           text        NOT NULL,
    brand           text        NOT NULL,
    first_six       text        NOT NULL,
    last_four       text        NOT NULL,
    expiry_month    integer     NOT NULL,
    expiry_year     integer     NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (account_id, customer_number, gateway_id)
);

-- The key pairs (X25519) that cards are sealed to. The private half is sealed with the data keyring, and gone for good
-- once it is destroyed: what was sealed to it can never be read again.
CREATE TABLE card_keys (
    id           uuid        PRIMARY KEY,
    public_key   text        NOT NULL,
    private_key  text,
    sequence     bigint      NOT NULL,
    activated_at timestamptz NOT NULL,
    retired_at   timestamptz,
    destroyed_at timestamptz,
    CONSTRAINT card_keys_destroyed CHECK ((private_key IS NULL) = (destroyed_at IS NOT NULL))
);
