-- JSON of Aftersales: what came back, was paid back and was sent of an order. Few orders have any, and whoever changes it
-- holds the order's lock.
ALTER TABLE orders ADD COLUMN aftersales text;

-- The number by which the brand API's clients know an account.
CREATE TABLE brands (
    number     bigint NOT NULL PRIMARY KEY,
    account_id uuid   NOT NULL UNIQUE
);

-- Why a brand takes items back, in the order that shoppers see.
CREATE TABLE return_reasons (
    account_id         uuid    NOT NULL,
    id                 bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    reason             text    NOT NULL,
    visible_to_shopper boolean NOT NULL,
    display_order      int     NOT NULL,
    PRIMARY KEY (account_id, reason)
);
