-- What an account asked to have sent again: a stretch of its event log, walked by position a batch at a time.
CREATE TABLE webhook_replays (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    -- What of the log it is; null for no limit.
    since timestamptz,
    until timestamptz,
    subject text,
    events uuid[],
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'cancelled')),
    -- All up to here is queued; what lies beyond the end came after the request.
    position bigint NOT NULL,
    end_position bigint NOT NULL,
    -- Deliveries made so far.
    queued bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Who has waited longest is next.
    advanced_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
) WITH (fillfactor = 50);
CREATE INDEX webhook_replays_account ON webhook_replays (account_id, id);
CREATE INDEX webhook_replays_running ON webhook_replays (advanced_at) WHERE status = 'running';
