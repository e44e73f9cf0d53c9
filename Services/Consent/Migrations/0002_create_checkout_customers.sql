-- Who buys at the checkout, as the orders service tells of them: one row per customer number, joined to a person.
CREATE TABLE checkout_customers (
    account_id  uuid        NOT NULL,
    id          uuid        NOT NULL,
    number      text        NOT NULL,
    person_id   uuid        NOT NULL,
    -- JSON of CheckoutPerson.
    details     text        NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id),
    CONSTRAINT checkout_customers_number_key UNIQUE (account_id, number)
);

CREATE INDEX checkout_customers_person_idx ON checkout_customers (account_id, person_id);
CREATE INDEX people_email_idx ON people (account_id, lower(email));
