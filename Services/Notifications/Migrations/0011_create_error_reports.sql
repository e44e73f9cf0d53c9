-- When to tell whom of deliveries that were given up.
CREATE TABLE error_reports (
    account_id uuid NOT NULL,
    name text NOT NULL,
    -- Mail addresses, sealed.
    recipients text NOT NULL,
    -- Names of endpoints; NULL for all that the account has.
    endpoints text[],
    frequency text NOT NULL CHECK (frequency IN ('hour', 'day', 'week')),
    -- On the clock of the time zone; NULL where it comes every hour.
    hour integer CHECK (hour BETWEEN 0 AND 23),
    -- 1 for Monday; NULL where it comes more often.
    weekday integer CHECK (weekday BETWEEN 1 AND 7),
    time_zone text NOT NULL,
    -- Up to when deliveries have been looked at: where the next report begins.
    covered_until timestamptz NOT NULL,
    -- Where it ends.
    next_at timestamptz NOT NULL,
    last_sent_at timestamptz,
    created_at timestamptz NOT NULL,
    configured_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, name)
);

CREATE INDEX error_reports_due ON error_reports (next_at);

-- What the links in reports lead to.
CREATE TABLE error_report_files (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    name text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX error_report_files_expiry ON error_report_files (expires_at);

-- What was given up, by the time of its last attempt.
CREATE INDEX webhook_delivery_log_given_up ON webhook_delivery_log (endpoint_id, last_attempt_at)
    WHERE status = 'failed';

-- The first time after `moment` that a schedule names. An hour that a change of clocks skips is an hour later on that day,
-- and one that it repeats counts once.
CREATE FUNCTION next_report_time(
    moment timestamptz, frequency text, at_hour integer, on_weekday integer, zone text
) RETURNS timestamptz STABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT CASE WHEN frequency = 'hour' THEN date_trunc('hour', moment, 'UTC') + interval '1 hour' ELSE (
        SELECT min((day + make_interval(hours => at_hour)) AT TIME ZONE zone)
        FROM generate_series(-1, 8) AS number,
            LATERAL (SELECT date_trunc('day', moment AT TIME ZONE zone) + make_interval(days => number) AS day) AS days
        WHERE (on_weekday IS NULL OR extract(isodow FROM day) = on_weekday)
            AND (day + make_interval(hours => at_hour)) AT TIME ZONE zone > moment
    ) END
$$;
