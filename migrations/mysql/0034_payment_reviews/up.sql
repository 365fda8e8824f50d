-- The review desk: whose money it is, where a review stands, and how it ended. status: open, credited, opened,
-- refunded_outside, dismissed; standing is what the gateway says of a dispute.
ALTER TABLE ferro_payment_review ADD COLUMN `currency` varchar(16);
ALTER TABLE ferro_payment_review ADD COLUMN `user_id` bigint;
ALTER TABLE ferro_payment_review ADD COLUMN `status` varchar(16) NOT NULL DEFAULT 'open';
ALTER TABLE ferro_payment_review ADD COLUMN `standing` varchar(32);
ALTER TABLE ferro_payment_review ADD COLUMN `note` text;
ALTER TABLE ferro_payment_review ADD COLUMN `settled_by` bigint;
ALTER TABLE ferro_payment_review ADD COLUMN `settled_user_id` bigint;
ALTER TABLE ferro_payment_review ADD COLUMN `settled_amount` bigint;
ALTER TABLE ferro_payment_review ADD COLUMN `settled_trade_no` varchar(36);
ALTER TABLE ferro_payment_review ADD COLUMN `settled_at` bigint;
CREATE INDEX ferro_payment_review_status ON ferro_payment_review (status, id);
CREATE INDEX ferro_payment_review_user ON ferro_payment_review (user_id, status);

-- What was kept before there was a desk: whose it is, and that it pays no order beside what is decided there.
UPDATE ferro_payment_review SET user_id = (SELECT user_id FROM v2_order WHERE v2_order.id = ferro_payment_review.order_id)
    WHERE order_id IS NOT NULL;
INSERT IGNORE INTO ferro_payment_notice (payment_id, callback_no, trade_no, amount, received_at)
    SELECT payment_id, callback_no, substr(trade_no, 1, 36), amount, received_at FROM ferro_payment_review ORDER BY id;
