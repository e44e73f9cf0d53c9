-- A line that names a SKU may take from several listings.
ALTER TABLE allocation_lines DROP CONSTRAINT allocation_lines_pkey, ADD PRIMARY KEY (account_id, order_id, line, listing_id);
