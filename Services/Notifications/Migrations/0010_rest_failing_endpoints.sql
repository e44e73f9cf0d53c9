-- Until when an endpoint that does nothing but fail rests; afterwards one message at a time shows whether it is well. Null
-- while it is.
ALTER TABLE webhook_endpoints ADD COLUMN circuit_open_until timestamptz;
