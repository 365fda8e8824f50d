DROP INDEX ferro_commission_log_trade_no ON v2_commission_log;

DROP TABLE IF EXISTS ferro_commission_debt;

DROP TABLE IF EXISTS ferro_order_worth;

DROP TABLE IF EXISTS ferro_cleared_traffic;
