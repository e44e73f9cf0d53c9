-- What became of an order's wish for stock: one row an order, so that a second OrderPlaced cannot take twice.
CREATE TABLE allocations (
    account_id uuid        NOT NULL,
    order_id   uuid        NOT NULL,
    sequence   bigint      NOT NULL,
    status     text        NOT NULL CHECK (status IN ('allocated', 'unavailable', 'released')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, order_id)
);

CREATE TABLE allocation_lines (
    account_id uuid   NOT NULL,
    order_id   uuid   NOT NULL,
    line       int    NOT NULL,
    listing_id uuid   NOT NULL,
    quantity   bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (account_id, order_id, line),
    FOREIGN KEY (account_id, order_id) REFERENCES allocations (account_id, order_id),
    FOREIGN KEY (account_id, listing_id) REFERENCES listings (account_id, id)
);
