-- Traffic that is sold beside plans, what each order of it bought, and what is left of that.
CREATE TABLE IF NOT EXISTS ferro_traffic_package (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `name` varchar(255) NOT NULL,
    `traffic` bigint NOT NULL,
    `price` bigint NOT NULL,
    `plans` text NULL,
    `lasts_until` varchar(8) NOT NULL,
    `shown` bigint NOT NULL DEFAULT 0,
    `sort` bigint NULL,
    `capacity` bigint NULL,
    `sold` bigint NOT NULL DEFAULT 0,
    `created_at` bigint NOT NULL,
    `updated_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ferro_package_order (
    `order_id` bigint NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `package_id` bigint NOT NULL,
    `name` varchar(255) NOT NULL,
    `bytes` bigint NOT NULL,
    `lasts_until` varchar(8) NOT NULL,
    `left_bytes` bigint NOT NULL DEFAULT 0,
    `opened_at` bigint NULL,
    KEY ferro_package_order_user (`user_id`, `left_bytes`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
