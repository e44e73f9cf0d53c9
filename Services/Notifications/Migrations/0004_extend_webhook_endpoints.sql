-- What an endpoint's owner may decide besides: which records it gets, and how many messages a second.
ALTER TABLE webhook_endpoints
    ADD COLUMN resource text,
    ADD COLUMN rate_limit integer,
    -- When the messages claimed so far are paid for at that rate (the theoretical arrival time of GCRA).
    ADD COLUMN paced_until timestamptz;

-- No style knew batches so far, whatever the setting said.
UPDATE webhook_endpoints SET batch_size = NULL WHERE batch_size IS NOT NULL;
