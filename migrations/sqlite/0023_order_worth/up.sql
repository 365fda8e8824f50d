-- How much every user used before the traffic was counted anew, and what of each order's worth was used
-- and credited; commission that is to be taken back and was not there.
CREATE TABLE ferro_cleared_traffic (
    user_id integer NOT NULL PRIMARY KEY,
    bytes integer NOT NULL
);

CREATE TABLE ferro_order_worth (
    order_id integer NOT NULL PRIMARY KEY,
    used_before integer NOT NULL DEFAULT 0,
    credited integer NOT NULL DEFAULT 0,
    settled integer NOT NULL DEFAULT 0,
    commission integer NULL
);

CREATE TABLE ferro_commission_debt (
    user_id integer NOT NULL,
    reference varchar NOT NULL,
    kind varchar NOT NULL,
    amount integer NOT NULL,
    created_at integer NOT NULL,
    PRIMARY KEY (user_id, reference, kind)
);

CREATE INDEX ferro_commission_log_trade_no ON v2_commission_log (trade_no);
