-- The dealer API lists what a channel reported; orders of the checkout are no part of it, and need not be in its indexes.
ALTER TABLE orders ADD COLUMN is_reported boolean NOT NULL DEFAULT true;
UPDATE orders o SET is_reported = false FROM checkouts c WHERE c.account_id = o.account_id AND c.order_id = o.id;
DROP INDEX orders_updated_at_idx;
CREATE INDEX orders_updated_at_idx ON orders (account_id, updated_at, id) WHERE is_reported;
DROP INDEX orders_placed_idx;
CREATE INDEX orders_reported_idx ON orders (account_id, id) WHERE is_reported;
