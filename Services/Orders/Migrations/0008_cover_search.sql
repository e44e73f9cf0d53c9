-- An order, its checkout and its lines are inserted together, in one place, so that no check is missed. That of a foreign key,
-- planned while the table was empty, may walk all of an account's orders for each row until the table is analyzed.
ALTER TABLE checkout_items DROP CONSTRAINT checkout_items_account_id_order_id_fkey;
ALTER TABLE checkouts DROP CONSTRAINT checkouts_account_id_order_id_fkey;

-- The search counts customers along the newest orders, and reads no row of them for that: neither column ever changes.
ALTER TABLE checkouts DROP CONSTRAINT checkouts_pkey,
    ADD PRIMARY KEY (account_id, order_id) INCLUDE (customer_id, created_at);
