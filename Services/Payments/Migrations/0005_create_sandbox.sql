-- What the built-in sandbox gateway knows: its own books, as a real gateway has them elsewhere. Only the sandbox reads it.
CREATE TABLE sandbox_payments (
    -- The idempotency key: the transaction's id.
    key          uuid        PRIMARY KEY,
    account_id   uuid        NOT NULL,
    external_id  text        NOT NULL,
    state        text        NOT NULL CHECK (state IN
        ('captured', 'declined', 'redirected', 'approved', 'cancelled', 'refunded')),
    amount       bigint      NOT NULL,
    currency     text        NOT NULL,
    decline_code text,
    -- Until then a lookup answers that the outcome is not known yet.
    known_at     timestamptz NOT NULL,
    -- Stands for the card afterwards.
    saved_token  text,
    -- Of a refund: the payment that it gives back of.
    charge_key   uuid        REFERENCES sandbox_payments,
    wallet_token text        CONSTRAINT sandbox_payments_wallet_token_key UNIQUE,
    return_url   text,
    cancel_url   text,
    created_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 90);

CREATE INDEX sandbox_payments_refunds ON sandbox_payments (charge_key) WHERE charge_key IS NOT NULL;
