DROP TABLE IF EXISTS ferro_order_refund;

DROP TABLE IF EXISTS ferro_refund;
