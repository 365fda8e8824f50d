-- What customers want to be told, and where; and messages on their way into chats.
CREATE TABLE IF NOT EXISTS ferro_notice_choice (
    `user_id` bigint NOT NULL PRIMARY KEY,
    `channel` varchar(16) NULL,
    `payment` bigint NOT NULL,
    `renewal` bigint NOT NULL,
    `ticket` bigint NOT NULL,
    `login` bigint NOT NULL,
    `updated_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ferro_chat_message (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `chat_id` bigint NOT NULL,
    `content` text NOT NULL,
    `status` bigint NOT NULL DEFAULT 0,
    `attempts` bigint NOT NULL DEFAULT 0,
    `next_attempt_at` bigint NOT NULL DEFAULT 0,
    `leased_until` bigint NOT NULL DEFAULT 0,
    `last_error` varchar(255) NULL,
    `created_at` bigint NOT NULL,
    `updated_at` bigint NOT NULL,
    KEY ferro_chat_message_due (`status`, `next_attempt_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
