-- An order follows what the buyer's bank and the gateway do to its payment. The new checks allow more than the old ones, so
-- that no row has to be looked at.
ALTER TABLE checkouts DROP CONSTRAINT checkouts_status_check;
ALTER TABLE checkouts ADD CONSTRAINT checkouts_status_check CHECK (status IN ('lead', 'pending_payment', 'processing',
    'completed', 'cancelled', 'refunded', 'partially_refunded', 'declined', 'on_hold', 'chargeback', 'voided')) NOT VALID;

-- `surplus` is money for an order that was paid or called off before: it goes back.
ALTER TABLE checkout_transactions DROP CONSTRAINT checkout_transactions_purpose_check;
ALTER TABLE checkout_transactions ADD CONSTRAINT checkout_transactions_purpose_check
    CHECK (purpose IN ('order', 'upsell', 'renewal', 'refund', 'surplus')) NOT VALID;

-- An order has several shipments to wait for: its own, what was added late, and those of its subscriptions' renewals.
ALTER TABLE fulfillment_plans DROP CONSTRAINT fulfillment_plans_pkey;
ALTER TABLE fulfillment_plans ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
-- Of a subscription's next cycle, which goes out whatever becomes of the order that opened it.
ALTER TABLE fulfillment_plans ADD COLUMN is_renewal boolean NOT NULL DEFAULT false;
