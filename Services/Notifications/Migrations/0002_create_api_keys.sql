-- What is known about the keys that the operator has signed; never the token itself.
CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    name text NOT NULL,
    dialects text[] NOT NULL,
    permissions text[] NOT NULL,
    is_test_mode boolean NOT NULL,
    rate_limit integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    -- The number of the last event about this key.
    sequence bigint NOT NULL
);

CREATE INDEX api_keys_account ON api_keys (account_id, created_at, id);
