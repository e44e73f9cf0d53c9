-- Fills orders and payments with the orders of one account, for the searches that `caravan bench --only search` measures.
-- Variables of psql: account (its id), orders (how many), name (what all numbers begin with).
--
-- Half of the orders are their customer's only one; nearly all others are of customers with about five, and 0.5 % of customers
-- with about fifty. They spread over two years whatever their number: a million orders are 1,370 a day, ten thousand are fourteen.
-- Of each ending of a card there are a hundred orders in both: what is compared is how orders are found, not how many are shown.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
-- Rows that belong together are made together here; checking it would take longer than making them.
SET session_replication_role = replica;
SET work_mem = '256MB';

CREATE TEMPORARY TABLE made AS
SELECT n, buyer, at, lpad((hashint8(buyer) & 2147483647)::bigint % (:orders / 100) || '', 4, '0') AS last_four,
    (moment || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid AS id,
    (moment || '7' || substr(hash, 5, 3) || '8' || substr(hash, 8, 15))::uuid AS transaction_id,
    md5('customer' || buyer || :'name')::uuid AS customer_id
FROM (
    SELECT n, now() - interval '2 years' * (1 - n::float8 / :orders) AS at,
        CASE WHEN n % 200 = 0 THEN 2 * :orders + (hashint8(n) & 2147483647) % (:orders / 10000)
            WHEN n % 2 = 0 THEN :orders + (hashint8(n) & 2147483647) % (:orders / 10)
            ELSE n END AS buyer
    FROM generate_series(1, :orders::bigint) AS n
) AS numbered, LATERAL (
    -- The first half of a UUIDv7, and something for the rest.
    SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS moment, md5(n || :'name') AS hash
) AS parts;

INSERT INTO orders.orders (account_id, id, sequence, channel_order_id, status, currency, total_amount, ordered_at,
    created_at, updated_at)
SELECT :'account', id, 3, 'ORD-' || :'name' || n, 'matched', 'USD', 5413, at, at, at FROM made;

INSERT INTO orders.checkout_customers (account_id, id, number, email, person, revision, sequence, created_at)
SELECT :'account', customer_id, 'CUST-' || :'name' || buyer, 'buyer' || buyer || '@example.com',
    format('{"email": "buyer%s@example.com", "first_name": "Jo", "last_name": "Doe", "phone": "+1 555 %s"}', buyer, buyer),
    customer_id, 1, min(at)
FROM made GROUP BY customer_id, buyer;

INSERT INTO orders.checkouts (account_id, order_id, number, customer_id, customer_number, campaign_internal_id,
    campaign_name, status, currency, subtotal, shipping, tax, discount, total, tax_rate, tax_given, utm_source, affiliate,
    email, phone, first_name, last_name, shipping_address, ip_address, user_agent, is_test, is_throttled, qa_required,
    upsell_depth, declines, command_sequence, last_transaction_at, completed_at, created_at, updated_at)
SELECT :'account', id, 'ORD-' || :'name' || n, customer_id, 'CUST-' || :'name' || buyer, '1001', 'Spring', 'completed', 'USD',
    4900, 500, 413, 400, 5413, '0.0825', false, 'news', 'aff' || n % 20, 'buyer' || buyer || '@example.com',
    '+1 555 ' || buyer, 'Jo', 'Doe',
    '{"address1": "1 Main St", "city": "Los Angeles", "state": "CA", "postal_code": "90001", "country": "US"}',
    '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', false, false, false, 0, 0, 1, at, at, at, at
FROM made;

INSERT INTO orders.checkout_items (account_id, order_id, line, product_number, product_internal_id, name, kind, quantity,
    unit_price, shipping_price, subtotal, tax, discount, is_upsell, sale_type, trial_days, requires_shipping,
    transaction_id, is_added)
SELECT :'account', id, 1, 34, '2001', 'Starter kit', 'offer', 1, 4900, 500, 4900, 413, 400, false, 'one_time', 0, true,
    transaction_id, true
FROM made;

-- The ids within the snapshot are those of an example: no search reads them.
INSERT INTO orders.checkout_transactions (transaction_id, account_id, order_id, purpose, number, status, subtotal, shipping,
    discount, sequence, snapshot, created_at, updated_at)
SELECT transaction_id, :'account', id, 'order', 'TXN-' || :'name' || n, 'completed', 4900, 500, 400, 2,
    json_build_object('id', 'txn_01hyza8xbve04t7nra7nra7nkg', 'number', 'TXN-' || :'name' || n, 
        'order_id', 'ord_01hyza8xbve00s4d2pf2dbsqqg', 'order_number', 'ORD-' || :'name' || n, 'customer_number', 'CUST-' || :'name' || buyer, 'kind', 'charge',
        'status', 'completed', 'method', 'card', 'amount', 5413, 'refunded_amount', 0, 'tax', 413, 'tax_rate', '0.0825',
        'currency', 'USD', 'card', json_build_object('brand', 'visa', 'first_six', '424242', 'last_four', last_four,
            'expiry_month', 12, 'expiry_year', 2030),
        'gateway_id', 1, 'gateway_name', 'Sandbox', 'descriptor', 'CARAVAN', 'response', 'Approved',
        'external_transaction_id', 'ext_' || :'name' || n, 'is_upsell', false, 'upsell_depth', 0, 'is_test', false,
        'products', json_build_array(json_build_object('kind', 'offer', 'name', 'Starter kit', 'number', 34)),
        'created_at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'updated_at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
    at, at
FROM made;

INSERT INTO payments.transactions (id, account_id, number, kind, order_id, order_number, customer_number, email, status,
    method, currency, amount, subtotal, shipping, discount, tax, tax_rate, gateway_id, gateway_name, descriptor,
    external_id, card_brand, card_first_six, card_last_four, card_expiry_month, card_expiry_year, response,
    campaign_internal_id, campaign_name, attribution, products, is_upsell, upsell_depth, is_test, sequence, created_at,
    updated_at)
SELECT id, :'account', 'TXN-' || :'name' || n, 'charge', id, 'ORD-' || :'name' || n, 'CUST-' || :'name' || buyer,
    'buyer' || buyer || '@example.com', 'completed', 'card', 'USD', 5413, 4900, 500, 400, 413, '0.0825', 1, 'Sandbox',
    'CARAVAN', 'ext_' || :'name' || n, 'visa', '424242', last_four, 12, 2030, 'Approved', '1001', 'Spring',
    '{"utm_source": "news"}', '[{"kind": "offer", "name": "Starter kit", "number": 34}]', false, 0, false, 2, at, at
FROM made;

INSERT INTO payments.gateway_references (account_id, external_id, transaction_id)
SELECT :'account', 'ext_' || :'name' || n, id FROM made;
