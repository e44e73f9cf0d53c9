-- The books, in double entry. The postings of one movement of one transaction are an entry: they sum to zero, debits
-- above it and credits below, and there is no second entry of that movement. Nothing is ever changed or removed.
-- That each transaction exists and stands as its postings say is what `caravan ledger verify` proves; a foreign key would
-- cost a lookup a posting.
CREATE TABLE ledger_postings (
    transaction_id uuid        NOT NULL,
    movement       text        NOT NULL CHECK (movement IN
        ('authorise', 'capture', 'refund', 'external_refund', 'void', 'chargeback', 'fee', 'tax')),
    ledger_account text        NOT NULL,
    account_id     uuid        NOT NULL,
    currency       text        NOT NULL,
    amount         bigint      NOT NULL CHECK (amount <> 0),
    posted_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (transaction_id, movement, ledger_account)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: postings are immutable', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER ledger_postings_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each statement adds whole entries: half of one is refused whoever writes it.
CREATE FUNCTION require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added GROUP BY transaction_id, movement, account_id, currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'an entry does not balance' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_postings_balanced AFTER INSERT ON ledger_postings
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION require_balance();
