DROP TABLE ferro_payment_review;
DROP TABLE ferro_payment_notice;
DROP TABLE ferro_raw_notice;
DROP TABLE ferro_order_failure;
DROP TABLE ferro_open_order;
DROP TABLE ferro_ledger;
