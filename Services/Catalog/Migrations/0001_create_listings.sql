-- What a dealer offers. `quantity` is the stock the dealer published; `allocated` is what matched orders took of it.
CREATE TABLE listings (
    account_id  uuid        NOT NULL,
    id          uuid        NOT NULL,
    external_id text        NOT NULL,
    sku         text,
    sequence    bigint      NOT NULL,
    status      text        NOT NULL CHECK (status IN ('active', 'sold', 'inactive')),
    description text,
    price       bigint      NOT NULL,
    currency    text        NOT NULL,
    quantity    bigint      NOT NULL CHECK (quantity >= 0),
    allocated   bigint      NOT NULL DEFAULT 0 CHECK (allocated >= 0),
    photos      text        NOT NULL,
    watch       text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT listings_external_id_key UNIQUE (account_id, external_id)
);

CREATE INDEX listings_sku_idx ON listings (account_id, sku) WHERE sku IS NOT NULL;

-- Serves the list of active listings, newest first, however many were sold.
CREATE INDEX listings_active_idx ON listings (account_id, id) WHERE status = 'active';

-- Serves `updated_after`.
CREATE INDEX listings_updated_at_idx ON listings (account_id, updated_at, id);
