-- What the tax of a cart depends on, of each campaign: a projection of catalog's events.
CREATE TABLE campaigns (
    account_id   uuid    NOT NULL,
    internal_id  text    NOT NULL,
    -- The number of the latest event about the campaign.
    sequence     bigint  NOT NULL,
    is_active    boolean NOT NULL,
    -- What its carts are counted in; empty stands for US dollars.
    currencies   text[]  NOT NULL,
    tax_enabled  boolean NOT NULL,
    tax_provider text,
    PRIMARY KEY (account_id, internal_id)
);

-- Sales and refunds that a tax provider has yet to hear of. The transaction's tax_posted_at tells that it has.
CREATE TABLE tax_postings (
    transaction_id uuid        NOT NULL REFERENCES transactions,
    kind           text        NOT NULL CHECK (kind IN ('order', 'refund')),
    attempts       integer     NOT NULL DEFAULT 0,
    -- When to try next; whoever tries puts it off first, so that others leave the posting alone meanwhile.
    due_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (transaction_id, kind)
);

CREATE INDEX tax_postings_due ON tax_postings (due_at);
