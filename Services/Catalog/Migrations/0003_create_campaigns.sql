-- The numbers that the API shows as ids of campaigns and of what they sell.
CREATE SEQUENCE campaign_numbers;
CREATE SEQUENCE campaign_product_numbers;

-- What is sold at the checkout, and on which terms. The columns beside `terms` are what is searched by.
CREATE TABLE campaigns (
    account_id  uuid        NOT NULL,
    id          uuid        NOT NULL,
    number      bigint      NOT NULL,
    internal_id text        NOT NULL,
    sequence    bigint      NOT NULL,
    name        text        NOT NULL,
    is_active   boolean     NOT NULL,
    category_id bigint,
    -- JSON of CampaignTerms.
    terms       text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT campaigns_internal_id_key UNIQUE (account_id, internal_id)
);

-- Serves the list, oldest first.
CREATE INDEX campaigns_number_idx ON campaigns (account_id, number);

-- The offers and upsells of a campaign. The columns beside `content` are what is searched by.
CREATE TABLE campaign_products (
    account_id  uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    internal_id text        NOT NULL,
    number      bigint      NOT NULL,
    kind        text        NOT NULL,
    name        text        NOT NULL,
    is_active   boolean     NOT NULL,
    position    bigint      NOT NULL,
    -- JSON of CampaignProductContent.
    content     text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, campaign_id, internal_id),
    FOREIGN KEY (account_id, campaign_id) REFERENCES campaigns (account_id, id)
);
