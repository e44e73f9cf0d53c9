-- An allocation names only listings whose rows its transaction holds locked, and no listing is ever removed. The check of
-- the foreign key, planned while the table was empty, may walk all of an account's listings for each line until the table is
-- analyzed.
ALTER TABLE allocation_lines DROP CONSTRAINT allocation_lines_account_id_listing_id_fkey;
