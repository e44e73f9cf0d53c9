-- Ways to pay beside cards, as the account's shops offer them.
CREATE TABLE alternative_payments (
    account_id        uuid        NOT NULL,
    -- The account's own number; orders name it as external_payment_id.
    id                bigint      NOT NULL,
    name              text        NOT NULL,
    payment_type      text        NOT NULL,
    status            text        NOT NULL,
    supports_refunds  boolean     NOT NULL,
    supports_voids    boolean     NOT NULL,
    supports_upsells  boolean     NOT NULL,
    test_mode         boolean     NOT NULL,
    requires_redirect boolean     NOT NULL,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
