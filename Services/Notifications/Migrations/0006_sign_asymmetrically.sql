-- The key pairs (Ed25519) that sign an account's webhooks where an endpoint asks for v1a. Receivers know the public half
-- from the JWKS; the private one is sealed with the data keyring.
CREATE TABLE webhook_keys (
    id          uuid        PRIMARY KEY,
    account_id  uuid        NOT NULL,
    public_key  bytea       NOT NULL,
    private_key text        NOT NULL,
    created_at  timestamptz NOT NULL,
    -- When it stops signing and leaves the JWKS; NULL for the newest of its account.
    retires_at  timestamptz
);

CREATE INDEX webhook_keys_account ON webhook_keys (account_id, created_at);
CREATE UNIQUE INDEX webhook_keys_current ON webhook_keys (account_id) WHERE retires_at IS NULL;

-- The schemes of Standard Webhooks that an endpoint's messages are signed by.
ALTER TABLE webhook_endpoints ADD COLUMN signatures text[] NOT NULL DEFAULT '{v1}';
