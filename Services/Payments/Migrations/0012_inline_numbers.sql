-- The same numbers. A function that names a volatile argument once becomes part of the statement that calls it; one that
-- names it twice is parsed and planned anew in each.
CREATE OR REPLACE FUNCTION transaction_number(counter bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'TXN-' || to_char(now() AT TIME ZONE 'UTC', 'YYMMDD') || '-' || to_char(counter, 'FM9999999999999000000')
$$;
