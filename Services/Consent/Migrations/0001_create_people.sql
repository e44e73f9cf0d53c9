-- The people of an account, whichever API told of them.
CREATE TABLE people (
    account_id        uuid        NOT NULL,
    id                uuid        NOT NULL,
    external_id       text        NOT NULL,
    sequence          bigint      NOT NULL,
    email             text,
    name              text,
    phone             text,
    accepts_marketing boolean     NOT NULL,
    metadata          text,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT people_external_id_key UNIQUE (account_id, external_id)
);
