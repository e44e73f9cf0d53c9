-- The search goes through what a filter leads to from the newest transaction on, within days if they are given, and stops at
-- the end of the page: so each index has the time behind what is looked for, and the total is counted in the index alone.
-- Ids do not serve as the time here: those of renewals follow from their subscriptions.
DROP INDEX transactions_customer;
DROP INDEX transactions_email;
DROP INDEX transactions_last_four;
CREATE INDEX transactions_customer ON transactions (account_id, customer_number, created_at, id);
CREATE INDEX transactions_email ON transactions (account_id, email, created_at, id);
CREATE INDEX transactions_last_four ON transactions (account_id, card_last_four, created_at, id)
    WHERE card_last_four IS NOT NULL;
