DROP INDEX ferro_commission_log_trade_no;

DROP TABLE ferro_commission_debt;

DROP TABLE ferro_order_worth;

DROP TABLE ferro_cleared_traffic;
