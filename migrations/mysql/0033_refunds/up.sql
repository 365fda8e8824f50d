-- What administrators refund of orders. status: requested, done, refused; key names the refund to a gateway.
CREATE TABLE IF NOT EXISTS ferro_refund (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `refund_key` varchar(36) NOT NULL,
    `order_id` bigint NOT NULL,
    `trade_no` varchar(36) NOT NULL,
    `user_id` bigint NOT NULL,
    `amount` bigint NOT NULL,
    `destination` varchar(16) NOT NULL,
    `status` varchar(16) NOT NULL,
    `reason` text NOT NULL,
    `takes_back` bigint NOT NULL,
    `admin_id` bigint NOT NULL,
    `payment_id` bigint,
    `callback_no` varchar(255),
    `asked_amount` bigint,
    `gateway_no` varchar(255),
    `failure` text,
    `attempts` bigint NOT NULL DEFAULT 0,
    `due_at` bigint,
    `commission_returned` bigint NOT NULL DEFAULT 0,
    `commission_owed` bigint NOT NULL DEFAULT 0,
    `created_at` bigint NOT NULL,
    `finished_at` bigint,
    UNIQUE KEY ferro_refund_key (refund_key),
    KEY ferro_refund_order_id (order_id),
    KEY ferro_refund_due (status, due_at),
    KEY ferro_refund_finished_at (finished_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What all refunds of an order together took of it.
CREATE TABLE IF NOT EXISTS ferro_order_refund (
    `order_id` bigint NOT NULL PRIMARY KEY,
    `amount` bigint NOT NULL,
    `by_gateway` bigint NOT NULL,
    `taken_back` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
