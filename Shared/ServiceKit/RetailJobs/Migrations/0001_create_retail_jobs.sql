-- What clients of the clienteling API have asked for and is done soon after, in the order of their ids for each subject.
-- The consent service lists the jobs of all services.
CREATE TABLE retail_jobs (
    account_id   uuid        NOT NULL,
    -- Version 7.
    id           uuid        NOT NULL,
    -- scv:product:upsert
    queue_name   text        NOT NULL,
    -- The client's own id of what the job is about.
    subject      text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    -- JSON of the job's work; gone when it is done.
    payload      text,
    error        text,
    attempts     int         NOT NULL DEFAULT 0,
    -- Counts the job's changes: the sequence of its latest event.
    sequence     bigint      NOT NULL,
    -- Whoever runs it must be done by then, or somebody else begins again.
    leased_until timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX retail_jobs_open_idx ON retail_jobs (queue_name, id) WHERE payload IS NOT NULL;
CREATE INDEX retail_jobs_subject_idx ON retail_jobs (account_id, queue_name, subject, id) WHERE payload IS NOT NULL;
