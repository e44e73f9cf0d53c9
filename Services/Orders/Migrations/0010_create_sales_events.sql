-- What is found by one id has that id first in its index: with the account first, a plan made while the table was small
-- may walk all that an account has.

-- Purchases and returns as points of sale report them.
CREATE TABLE sales_events (
    id           uuid        NOT NULL PRIMARY KEY,
    account_id   uuid        NOT NULL,
    external_id  text,
    type         text        NOT NULL CHECK (type IN ('purchase', 'return')),
    occurred_at  timestamptz NOT NULL,
    store_id     uuid        NOT NULL,
    -- The buyer, by the id that was theirs when the sale was recorded: known_people says who that is now.
    person_id    uuid,
    currency     text        NOT NULL,
    total_amount bigint      NOT NULL CHECK (total_amount >= 0),
    -- JSON of SaleDetail.
    detail       text        NOT NULL,
    created_at   timestamptz NOT NULL
);

-- The retailer's own id: a sale is recorded once, for good.
CREATE UNIQUE INDEX sales_events_external_id_key ON sales_events (external_id, account_id);

-- These serve the list, newest first: of everything, of a store, of a buyer.
CREATE INDEX sales_events_occurred_at_idx ON sales_events (account_id, occurred_at, id);
CREATE INDEX sales_events_store_idx ON sales_events (store_id, occurred_at, id);
CREATE INDEX sales_events_person_idx ON sales_events (person_id, occurred_at, id);

-- The stores of catalog, as far as orders has heard.
CREATE TABLE known_stores (
    id          uuid NOT NULL PRIMARY KEY,
    account_id  uuid NOT NULL,
    external_id text NOT NULL
);

CREATE UNIQUE INDEX known_stores_external_id_key ON known_stores (external_id, account_id);

-- The people of consent, as far as orders has heard.
CREATE TABLE known_people (
    id           uuid    NOT NULL PRIMARY KEY,
    account_id   uuid    NOT NULL,
    -- Where a client gave one. Of two people with the same one, the newer counts: news of the older's end may come later.
    external_id  text,
    sequence     bigint  NOT NULL,
    -- Deleted, or, with a successor, found to be somebody else.
    is_gone      boolean NOT NULL DEFAULT false,
    successor_id uuid
);

CREATE INDEX known_people_external_id_idx ON known_people (external_id, account_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX known_people_successor_idx ON known_people (successor_id) WHERE successor_id IS NOT NULL;

-- Questions to catalog and consent about what orders has not heard of; read once when answered, and soon deleted.
CREATE TABLE inquiries (
    id          uuid        NOT NULL PRIMARY KEY,
    account_id  uuid        NOT NULL,
    is_answered boolean     NOT NULL DEFAULT false,
    found_id    uuid,
    created_at  timestamptz NOT NULL
);

CREATE INDEX inquiries_created_at_idx ON inquiries (created_at);
