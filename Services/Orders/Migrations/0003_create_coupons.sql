-- What lists filter by has columns of its own; `terms` holds all that the coupon says, as JSON.
CREATE TABLE coupons (
    account_id  uuid        NOT NULL,
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    code        text        NOT NULL,
    name        text        NOT NULL,
    description text,
    type        text        NOT NULL,
    is_active   boolean     NOT NULL,
    terms       text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    deleted_at  timestamptz,
    PRIMARY KEY (account_id, id)
);

-- Buyers type codes as they like; a deleted coupon's code is free again.
CREATE UNIQUE INDEX coupons_code_key ON coupons (account_id, lower(code)) WHERE deleted_at IS NULL;

-- How often a coupon was used. Uses of a coupon with a limit are counted in shard 0, where the check holds the limit
-- under any race; those of one without are spread over several rows, so that no order waits for another.
CREATE TABLE coupon_uses (
    account_id  uuid     NOT NULL,
    coupon_id   bigint   NOT NULL,
    shard       smallint NOT NULL,
    uses        bigint   NOT NULL,
    usage_limit bigint,
    PRIMARY KEY (account_id, coupon_id, shard),
    FOREIGN KEY (account_id, coupon_id) REFERENCES coupons (account_id, id),
    CONSTRAINT coupon_uses_limit CHECK (uses <= usage_limit)
);

-- The same for each customer.
CREATE TABLE coupon_customer_uses (
    account_id  uuid   NOT NULL,
    coupon_id   bigint NOT NULL,
    customer_id uuid   NOT NULL,
    uses        bigint NOT NULL,
    usage_limit bigint,
    PRIMARY KEY (account_id, coupon_id, customer_id),
    FOREIGN KEY (account_id, coupon_id) REFERENCES coupons (account_id, id),
    CONSTRAINT coupon_customer_uses_limit CHECK (uses <= usage_limit)
);

-- Which order used which coupon: one, so that no coupon is combined with another.
CREATE TABLE coupon_redemptions (
    account_id  uuid        NOT NULL,
    order_id    uuid        NOT NULL,
    coupon_id   bigint      NOT NULL,
    customer_id uuid        NOT NULL,
    shard       smallint    NOT NULL,
    discount    bigint      NOT NULL,
    currency    text        NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, order_id),
    FOREIGN KEY (account_id, coupon_id) REFERENCES coupons (account_id, id)
);
