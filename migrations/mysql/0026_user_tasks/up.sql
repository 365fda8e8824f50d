-- What administrators do with many users, as far as it has come; and whose statistics go with a user.
CREATE TABLE IF NOT EXISTS ferro_user_task (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `work` varchar(16) NOT NULL,
    `users` mediumtext NOT NULL,
    `subject` text,
    `content` mediumtext,
    `admin_id` bigint NOT NULL,
    `position` bigint,
    `done` bigint NOT NULL DEFAULT 0,
    `holder` varchar(64) NOT NULL,
    `leased_until` bigint NOT NULL,
    `created_at` bigint NOT NULL,
    `finished_at` bigint,
    KEY ferro_user_task_finished_at (finished_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ferro_stat_user_user_id ON v2_stat_user (user_id, record_at);
