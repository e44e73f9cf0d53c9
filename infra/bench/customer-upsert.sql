-- The statement of one upsert that is accepted, with values of the same size: the bound of that path. Nobody takes these
-- jobs, and they come after all others. (pgbench takes a colon in a text for a variable.)
\set counter :counter + 1
\set id :client_id * 1000000000 + :counter
\startpipeline
BEGIN;
INSERT INTO retail_jobs (account_id, id, queue_name, subject, status, payload, sequence, leased_until, created_at, updated_at) VALUES (:account::uuid, ('ffffffff' || lpad(to_hex(:id::bigint), 24, '0'))::uuid, concat('scv', chr(58), 'customer', chr(58), 'upsert'), 'pgbench-' || :id::text, 'queued', :payload, 1, 'infinity', now(), now());
COMMIT;
\endpipeline
