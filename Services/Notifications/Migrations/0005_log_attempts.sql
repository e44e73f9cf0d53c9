ALTER TABLE webhook_deliveries
    -- The headers of the last response: a JSON object, secrets masked.
    ADD COLUMN last_headers text,
    -- The attempts that failed, the oldest first, at most a hundred: [{"at": microseconds, "status": …, "error": …}].
    ADD COLUMN failures jsonb;
