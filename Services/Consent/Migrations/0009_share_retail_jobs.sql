-- The list of the clienteling API's jobs, those of other services too. A job with a payload is to be done here; those of
-- other services have none.
--
-- `sequence` counts a job's changes.
ALTER TABLE retail_jobs ADD COLUMN sequence bigint NOT NULL DEFAULT 1;

DROP INDEX retail_jobs_open_idx;
DROP INDEX retail_jobs_subject_idx;
CREATE INDEX retail_jobs_open_idx ON retail_jobs (queue_name, id) WHERE payload IS NOT NULL;
CREATE INDEX retail_jobs_subject_idx ON retail_jobs (account_id, queue_name, subject, id) WHERE payload IS NOT NULL;
