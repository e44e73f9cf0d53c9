-- What the search of orders looks for in a transaction, read from its snapshot once it is written.
ALTER TABLE checkout_transactions
    ADD COLUMN external_transaction_id text GENERATED ALWAYS AS (snapshot::jsonb ->> 'external_transaction_id') STORED,
    ADD COLUMN card_last_four          text GENERATED ALWAYS AS (snapshot::jsonb #>> '{card,last_four}') STORED;

-- Each serves a filter and, by the order's id, the walk from the newest order on: ids are UUIDv7.
CREATE INDEX checkout_transactions_external_idx ON checkout_transactions (account_id, external_transaction_id, order_id)
    WHERE external_transaction_id IS NOT NULL;
CREATE INDEX checkout_transactions_last_four_idx ON checkout_transactions (account_id, card_last_four, order_id)
    WHERE card_last_four IS NOT NULL;
CREATE INDEX checkouts_phone_idx ON checkouts (account_id, regexp_replace(phone, '\D', '', 'g'), order_id)
    WHERE phone IS NOT NULL;

-- Whether the customer is banned: set and lifted with the blacklist's entries.
ALTER TABLE checkout_customers ADD COLUMN is_blacklisted boolean NOT NULL DEFAULT false;
