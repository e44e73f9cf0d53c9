-- The statements of one sale, with values of the same size: the bound of the sales path. Two round trips, as there.
\set counter :counter + 1
\set id :client_id * 1000000000 + :counter
\set buyer random(0, 99)
\startpipeline
SELECT (SELECT id FROM sales_events WHERE external_id = 'bench-' || :id::text AND account_id = :account::uuid) AS recorded_id, store.id AS store_id, store.external_id AS store_external_id, buyer.id AS buyer_id, buyer.external_id AS buyer_external_id FROM (SELECT) AS one LEFT JOIN LATERAL (SELECT id, external_id FROM known_stores WHERE external_id = 'bench-store' AND account_id = :account::uuid) AS store ON true LEFT JOIN LATERAL (SELECT id, external_id FROM known_people WHERE external_id = 'bench-' || :buyer::text AND account_id = :account::uuid ORDER BY id DESC LIMIT 1) AS buyer ON true;
\endpipeline
\startpipeline
BEGIN;
INSERT INTO sales_events (id, account_id, external_id, type, occurred_at, store_id, person_id, currency, total_amount, detail, created_at) VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, :account::uuid, 'bench-' || :id::text, 'purchase', '2026-04-25T12:32:00Z', :store::uuid, :person::uuid, 'EUR', 12500, :detail, now());
INSERT INTO outbox (id, topic, type, subject, sequence, account, traceparent, payload) VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, 'orders.events.v1', 'com.caravan.orders.sale_recorded.v1', 'evt_' || :id::text, 1, :account::uuid, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', :payload);
COMMIT;
\endpipeline
