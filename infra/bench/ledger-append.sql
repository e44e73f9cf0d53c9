-- One entry of the consent ledger, with values of the same size as an opt-in's.
\set counter :counter + 1
\set id :client_id * 1000000000 + :counter
INSERT INTO consent_entries (account_id, id, person_id, kind, channel, purpose, source, occurred_at, recorded_at, personal, salt, commitment) VALUES (:account, lpad(to_hex(:id::bigint), 32, '0')::uuid, lpad(to_hex(:id::bigint), 32, '0')::uuid, 'OPT_IN', 'sms', 'marketing', 'WEB_FORM', now(), now(), :personal, sha256(:id::text::bytea), sha256(:id::text::bytea));
