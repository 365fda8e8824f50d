-- Whose subscriptions renew themselves; of each end of a subscription one renewal; and every attempt.
CREATE TABLE IF NOT EXISTS ferro_auto_renewal (
    `user_id` bigint NOT NULL PRIMARY KEY,
    `created_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ferro_renewal (
    `user_id` bigint NOT NULL,
    `ends_at` bigint NOT NULL,
    `status` bigint NOT NULL DEFAULT 0,
    `told` bigint NOT NULL DEFAULT 0,
    `price_told` bigint NOT NULL DEFAULT 0,
    `price` bigint NULL,
    `updated_at` bigint NOT NULL,
    PRIMARY KEY (`user_id`, `ends_at`),
    KEY ferro_renewal_ends_at (`ends_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ferro_renewal_attempt (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `ends_at` bigint NOT NULL,
    `outcome` varchar(16) NOT NULL,
    `price` bigint NULL,
    `balance` bigint NOT NULL,
    `trade_no` varchar(36) NULL,
    `created_at` bigint NOT NULL,
    KEY ferro_renewal_attempt_user (`user_id`, `id`),
    KEY ferro_renewal_attempt_created_at (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
