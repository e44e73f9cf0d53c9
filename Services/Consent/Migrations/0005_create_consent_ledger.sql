-- The consent ledger: every opt-in and opt-out, a leaf each of its account's tree (RFC 6962, docs/consent-ledger.md).
-- Rows are only added. Two things change later: a row gets its leaf's index when it is sequenced, and a deletion of the
-- person's data empties person_id, personal and salt.
CREATE TABLE consent_entries (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  uuid        NOT NULL,
    id          uuid        NOT NULL,
    person_id   uuid,
    kind        text        NOT NULL,
    channel     text        NOT NULL,
    purpose     text        NOT NULL,
    source      text        NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    -- Canonical JSON of ConsentPersonalPart.
    personal    text,
    -- 32 random bytes; commitment is SHA-256 over salt and personal.
    salt        bytea,
    commitment  bytea       NOT NULL,
    -- NULL until it is sequenced.
    leaf_index  bigint,
    CONSTRAINT consent_entries_id_key UNIQUE (account_id, id)
);

CREATE INDEX consent_entries_person_idx ON consent_entries (account_id, person_id, position);
CREATE INDEX consent_entries_unsequenced_idx ON consent_entries (position) WHERE leaf_index IS NULL;
CREATE UNIQUE INDEX consent_entries_leaf_key ON consent_entries (account_id, leaf_index) WHERE leaf_index IS NOT NULL;

-- The head of each account's tree: how many leaves it has, its root, and the hashes of the complete subtrees that it is
-- made of, the largest first, to which the next leaf is added.
CREATE TABLE consent_trees (
    account_id uuid        PRIMARY KEY,
    size       bigint      NOT NULL,
    root       bytea       NOT NULL,
    subtrees   bytea       NOT NULL,
    -- How many checkpoints have been signed; the sequence of the latest one's event.
    sequence   bigint      NOT NULL,
    signed_at  timestamptz NOT NULL
);

-- The hashes of all complete subtrees. Level 0 are the leaves; the subtree of 2^level leaves that begins with leaf
-- index * 2^level is hash number index % 16 of row index / 16. Hashes are only ever appended.
CREATE TABLE consent_tree_hashes (
    account_id uuid     NOT NULL,
    level      smallint NOT NULL,
    bundle     bigint   NOT NULL,
    hashes     bytea    NOT NULL,
    PRIMARY KEY (account_id, level, bundle)
);
