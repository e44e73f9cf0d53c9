-- What the CRM API adds to people, and their SMS subscriptions.
ALTER TABLE people
    -- False where external_id was made here because nobody gave one: the customer number, or the id itself.
    ADD COLUMN external_id_given boolean NOT NULL DEFAULT true,
    ADD COLUMN first_name text,
    ADD COLUMN last_name text,
    -- E.164. The free-text phone claims it only where it can be read and nobody else has it.
    ADD COLUMN phone_number text,
    -- JSON of [String: PersonAttribute].
    ADD COLUMN attributes text,
    -- JSON of SalesSummary.
    ADD COLUMN sales text;

UPDATE people SET external_id_given = false
FROM checkout_customers AS customer
WHERE customer.account_id = people.account_id AND customer.person_id = people.id
    AND customer.number = people.external_id;

CREATE UNIQUE INDEX people_phone_number_key ON people (account_id, phone_number) WHERE phone_number IS NOT NULL;
-- Who follows the changes reads by it. updated_at is the database's clock within the writing transaction (PersonStore).
CREATE INDEX people_updated_idx ON people (account_id, updated_at, id);

-- One row for each number that a person ever consented on. A number has one active consent at most.
CREATE TABLE sms_subscriptions (
    account_id      uuid        NOT NULL,
    person_id       uuid        NOT NULL,
    phone_number    text        NOT NULL,
    -- Version 7, for cursors: a number has no place in a URL.
    id              uuid        NOT NULL,
    consent_source  text        NOT NULL,
    consented_at    timestamptz NOT NULL,
    -- JSON of ConsentProof.
    consent_proof   text,
    unsubscribed_at timestamptz,
    PRIMARY KEY (account_id, person_id, phone_number)
);

CREATE UNIQUE INDEX sms_subscriptions_active_key ON sms_subscriptions (account_id, phone_number)
    WHERE unsubscribed_at IS NULL;
CREATE INDEX sms_subscriptions_number_idx ON sms_subscriptions (account_id, phone_number);
CREATE INDEX sms_subscriptions_consent_idx ON sms_subscriptions (account_id, consented_at, id);

-- Ids that people had who turned out to be others.
CREATE TABLE joined_people (
    account_id   uuid NOT NULL,
    id           uuid NOT NULL,
    successor_id uuid NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX joined_people_successor_idx ON joined_people (account_id, successor_id);

-- A banned customer whose data was deleted stays as a number without a person, so that the ban can be lifted.
ALTER TABLE checkout_customers ALTER COLUMN person_id DROP NOT NULL;
