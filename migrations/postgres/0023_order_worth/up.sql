-- How much every user used before the traffic was counted anew, and what of each order's worth was used
-- and credited; commission that is to be taken back and was not there.
CREATE TABLE ferro_cleared_traffic (
    user_id bigint NOT NULL PRIMARY KEY,
    bytes bigint NOT NULL
);

CREATE TABLE ferro_order_worth (
    order_id bigint NOT NULL PRIMARY KEY,
    used_before bigint NOT NULL DEFAULT 0,
    credited bigint NOT NULL DEFAULT 0,
    settled bigint NOT NULL DEFAULT 0,
    commission bigint NULL
);

CREATE TABLE ferro_commission_debt (
    user_id bigint NOT NULL,
    reference varchar(64) NOT NULL,
    kind varchar(16) NOT NULL,
    amount bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (user_id, reference, kind)
);

CREATE INDEX ferro_commission_log_trade_no ON v2_commission_log (trade_no);
