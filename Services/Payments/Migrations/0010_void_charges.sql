-- A charge that nobody needs any more is called off at its gateway. Nothing that was allowed is forbidden.
ALTER TABLE payment_tasks DROP CONSTRAINT payment_tasks_kind_check;
ALTER TABLE payment_tasks ADD CONSTRAINT payment_tasks_kind_check
    CHECK (kind IN ('charge', 'capture', 'refund', 'void')) NOT VALID;
