-- An account's orders. The primary key serves the newest-first list: ids are UUIDv7, so their order is the order of creation.
CREATE TABLE orders (
    account_id       uuid        NOT NULL,
    id               uuid        NOT NULL,
    sequence         bigint      NOT NULL,
    channel_order_id text        NOT NULL,
    external_id      text,
    status           text        NOT NULL CHECK (status IN ('pending', 'matched', 'unmatched', 'cancelled')),
    currency         text        NOT NULL,
    total_amount     bigint      NOT NULL,
    buyer            text,
    metadata         text,
    ordered_at       timestamptz NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT orders_channel_order_id_key UNIQUE (account_id, channel_order_id)
);

-- Serves `updated_after`.
CREATE INDEX orders_updated_at_idx ON orders (account_id, updated_at, id);

CREATE TABLE order_lines (
    account_id  uuid   NOT NULL,
    order_id    uuid   NOT NULL,
    line        int    NOT NULL,
    external_id text,
    sku         text,
    quantity    bigint NOT NULL CHECK (quantity > 0),
    unit_amount bigint NOT NULL CHECK (unit_amount >= 0),
    PRIMARY KEY (account_id, order_id, line),
    FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id)
);
