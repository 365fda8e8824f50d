-- Where events go; kinds are names separated by commas, or * for all.
CREATE TABLE IF NOT EXISTS ferro_webhook (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `url` text NOT NULL,
    `secret` varchar(128) NOT NULL,
    `kinds` text NOT NULL,
    `active` bigint NOT NULL,
    `failing_since` bigint,
    `switched_off_at` bigint,
    `created_at` bigint NOT NULL,
    `updated_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What happened, as the transaction told it that did it. spread: whether its deliveries were made.
CREATE TABLE IF NOT EXISTS ferro_event (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `kind` varchar(64) NOT NULL,
    `subject` varchar(96) NOT NULL,
    `data` text NOT NULL,
    `spread` bigint NOT NULL DEFAULT 0,
    `created_at` bigint NOT NULL,
    KEY ferro_event_spread (spread, id),
    KEY ferro_event_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An event on its way to an endpoint. status: pending, delivered, failed; lease marks what a sender holds.
CREATE TABLE IF NOT EXISTS ferro_webhook_delivery (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `webhook_id` bigint NOT NULL,
    `event_id` bigint NOT NULL,
    `kind` varchar(64) NOT NULL,
    `subject` varchar(96) NOT NULL,
    `status` varchar(16) NOT NULL,
    `attempts` bigint NOT NULL DEFAULT 0,
    `next_attempt_at` bigint NOT NULL DEFAULT 0,
    `lease` varchar(36),
    `leased_until` bigint NOT NULL DEFAULT 0,
    `http_status` bigint,
    `last_error` varchar(255),
    `created_at` bigint NOT NULL,
    `updated_at` bigint NOT NULL,
    UNIQUE KEY ferro_webhook_delivery_event (event_id, webhook_id),
    KEY ferro_webhook_delivery_due (webhook_id, status, next_attempt_at),
    KEY ferro_webhook_delivery_turn (webhook_id, subject, status, id),
    KEY ferro_webhook_delivery_lease (lease)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
