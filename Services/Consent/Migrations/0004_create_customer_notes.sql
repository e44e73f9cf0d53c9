-- Notes on customers, by customer number.
CREATE TABLE customer_notes (
    account_id uuid        NOT NULL,
    owner      text        NOT NULL,
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    title      text        NOT NULL,
    content    text        NOT NULL,
    type       text,
    created_by text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, owner, id)
);
