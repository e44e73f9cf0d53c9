-- An order of the checkout, its row in `orders` and its lines are inserted together, in one place, as order lines are: see
-- migration 6.
ALTER TABLE checkouts DROP CONSTRAINT IF EXISTS checkouts_account_id_order_id_fkey;
ALTER TABLE checkout_items DROP CONSTRAINT IF EXISTS checkout_items_account_id_order_id_fkey;

-- The same numbers. A function that names a volatile argument once becomes part of the statement that calls it; one that
-- names it twice is parsed and planned anew in each.
CREATE OR REPLACE FUNCTION dated_number(prefix text, counter bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT prefix || '-' || to_char(now() AT TIME ZONE 'UTC', 'YYMMDD') || '-' || to_char(counter, 'FM9999999999999900000')
$$;
