-- In which time zone an account's days begin: a projection of AccountSettingsChanged.
CREATE TABLE account_settings (
    account_id uuid   PRIMARY KEY,
    -- The number of the latest event about the settings.
    sequence   bigint NOT NULL,
    time_zone  text   NOT NULL
);

-- What people write down about a transaction, by its number.
CREATE TABLE transaction_notes (
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
