-- The statements of one order's transaction, with values of the same size: the bound of the order path.
\set counter :counter + 1
\set id :client_id * 1000000000 + :counter
\startpipeline
BEGIN;
INSERT INTO idempotency_keys (account, route, key, fingerprint, status, headers, body) VALUES ('01900000-0000-7000-8000-000000000001', 'POST /v1/orders', 'bench-' || :id::text, sha256(:id::text::bytea), 201, 'content-type: application/json; charset=utf-8', :body::bytea);
INSERT INTO orders (account_id, id, sequence, channel_order_id, external_id, status, currency, total_amount, buyer, metadata, ordered_at, created_at, updated_at) VALUES ('01900000-0000-7000-8000-000000000001', lpad(to_hex(:id::bigint), 32, '0')::uuid, 1, 'bench-' || :id::text, 'bench-' || :id::text, 'pending', 'EUR', 25000, :buyer, NULL, '2026-05-28T10:00:00Z', now(), now());
INSERT INTO order_lines (account_id, order_id, line, external_id, sku, quantity, unit_amount) SELECT '01900000-0000-7000-8000-000000000001', lpad(to_hex(:id::bigint), 32, '0')::uuid, line - 1, external_id, sku, quantity, unit_amount FROM unnest('{bench-listing}'::text[], '{SKU-1}'::text[], '{2}'::bigint[], '{12500}'::bigint[]) WITH ORDINALITY AS lines (external_id, sku, quantity, unit_amount, line);
INSERT INTO outbox (id, topic, type, subject, sequence, account, traceparent, payload) VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, 'orders.events.v1', 'com.caravan.orders.order_placed.v2', 'ord_' || :id::text, 1, '01900000-0000-7000-8000-000000000001', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', :payload);
COMMIT;
\endpipeline
