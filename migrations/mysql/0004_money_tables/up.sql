-- The tables of money. Times are Unix seconds, amounts cents.

-- Everything that changed a balance or a commission balance. Rows are only added, each once for its cause.
-- account: 0 balance, 1 commission balance. The unique index also serves the sums of one account.
CREATE TABLE IF NOT EXISTS ferro_ledger (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `account` bigint NOT NULL,
    `amount` bigint NOT NULL,
    `kind` varchar(32) NOT NULL,
    `reference` varchar(64) NOT NULL,
    `created_at` bigint NOT NULL,
    UNIQUE KEY ferro_ledger_cause (user_id, account, kind, reference)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each user's unfinished order: there cannot be two.
CREATE TABLE IF NOT EXISTS ferro_open_order (
    `user_id` bigint NOT NULL PRIMARY KEY,
    `trade_no` varchar(36) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Paid orders that could not be opened, and why the last attempt failed.
CREATE TABLE IF NOT EXISTS ferro_order_failure (
    `order_id` bigint NOT NULL PRIMARY KEY,
    `reason` text NOT NULL,
    `attempts` bigint NOT NULL,
    `failed_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Payment notices as they arrived, written before they are judged; outcome is NULL until then.
CREATE TABLE IF NOT EXISTS ferro_raw_notice (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `payment_id` bigint NOT NULL,
    `method` varchar(16) NOT NULL,
    `query_values` mediumtext NOT NULL,
    `header_values` mediumtext NOT NULL,
    `body` mediumblob NOT NULL,
    `outcome` varchar(32),
    `reason` text,
    `received_at` bigint NOT NULL,
    KEY ferro_raw_notice_received_at (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Payments that gateways vouched for, each claimed once.
CREATE TABLE IF NOT EXISTS ferro_payment_notice (
    `payment_id` bigint NOT NULL,
    `callback_no` varchar(255) NOT NULL,
    `trade_no` varchar(36) NOT NULL,
    `amount` bigint,
    `received_at` bigint NOT NULL,
    PRIMARY KEY (payment_id, callback_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Payments that bought nothing and that somebody must look at.
CREATE TABLE IF NOT EXISTS ferro_payment_review (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `payment_id` bigint NOT NULL,
    `callback_no` varchar(255) NOT NULL,
    `reason` varchar(32) NOT NULL,
    `trade_no` varchar(255) NOT NULL,
    `order_id` bigint,
    `amount` bigint,
    `notice_id` bigint,
    `received_at` bigint NOT NULL,
    UNIQUE KEY ferro_payment_review_cause (payment_id, callback_no, reason)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
