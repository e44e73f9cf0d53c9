-- What an account is owed for an order, from the order's placing to its cancellation.
CREATE TABLE receivables (
    account_id uuid        NOT NULL,
    order_id   uuid        NOT NULL,
    id         uuid        NOT NULL,
    sequence   bigint      NOT NULL,
    status     text        NOT NULL CHECK (status IN ('open', 'voided')),
    amount     bigint      NOT NULL,
    currency   text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, order_id)
);
