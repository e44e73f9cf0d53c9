-- Sales that orders has told of and that are not in their buyers' summaries yet; rows last for a moment.
CREATE TABLE uncounted_sales (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   uuid        NOT NULL,
    person_id    uuid        NOT NULL,
    type         text        NOT NULL,
    currency     text        NOT NULL,
    total_amount bigint      NOT NULL,
    occurred_at  timestamptz NOT NULL
);
