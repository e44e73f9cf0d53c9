-- The shops of an account, under the retailer's own ids.
CREATE TABLE stores (
    account_id  uuid        NOT NULL,
    id          uuid        NOT NULL,
    external_id text        NOT NULL,
    sequence    bigint      NOT NULL,
    name        text        NOT NULL,
    -- JSON of StoreAddress.
    address     text,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT stores_external_id_key UNIQUE (account_id, external_id)
);

-- Serves the list, which is ordered by name.
CREATE INDEX stores_name_idx ON stores (account_id, name, id);
