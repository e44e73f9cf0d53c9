-- An order and its lines are inserted together, in one place. The check of the foreign key, planned while the table was
-- empty, may walk all of an account's orders for each line until the table is analyzed.
ALTER TABLE order_lines DROP CONSTRAINT IF EXISTS order_lines_account_id_order_id_fkey;
