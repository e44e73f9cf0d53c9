-- The answers to requests that carried an idempotency key: written with the effect of the request, replayed after.
CREATE TABLE idempotency_keys (
    account     uuid        NOT NULL,
    route       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    status      integer,
    headers     text,
    body        bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, route, key)
);

-- Finds the old rows for a few bytes a page instead of an entry a row: this table is on the path of every order.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING brin (created_at) WITH (autosummarize = on);

-- The API keys that are no longer accepted.
CREATE TABLE revoked_keys (
    key_id     text        PRIMARY KEY,
    revoked_at timestamptz NOT NULL DEFAULT now()
);
