-- The tables that Xboard does not have. Times are Unix seconds.

-- Where a login session was opened from; the session itself is a row of personal_access_tokens with the same name.
CREATE TABLE IF NOT EXISTS ferro_session (
    `id` char(36) NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `ip` varchar(45),
    `user_agent` varchar(512),
    `created_at` bigint NOT NULL,
    KEY ferro_session_user_id (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Mailed one-time codes, one for each address.
CREATE TABLE IF NOT EXISTS ferro_email_code (
    `email` varchar(64) NOT NULL PRIMARY KEY,
    `code` char(6) NOT NULL,
    `wrong_tries` bigint NOT NULL DEFAULT 0,
    `expires_at` bigint NOT NULL,
    KEY ferro_email_code_expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One-time login tokens by their SHA-256.
CREATE TABLE IF NOT EXISTS ferro_login_token (
    `digest` char(64) NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `expires_at` bigint NOT NULL,
    KEY ferro_login_token_expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Events counted for a while: wrong passwords, registrations of an address, mails to one.
CREATE TABLE IF NOT EXISTS ferro_counter (
    `name` varchar(191) NOT NULL PRIMARY KEY,
    `count` bigint NOT NULL,
    `expires_at` bigint NOT NULL,
    KEY ferro_counter_expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The outbox. status: 0 waiting, 1 sending (leased), 2 sent, 3 failed for good.
CREATE TABLE IF NOT EXISTS ferro_mail (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `email` varchar(64) NOT NULL,
    `subject` varchar(255) NOT NULL,
    `template` varchar(64) NOT NULL,
    `template_values` text NOT NULL,
    `status` bigint NOT NULL DEFAULT 0,
    `attempts` bigint NOT NULL DEFAULT 0,
    `next_attempt_at` bigint NOT NULL,
    `leased_until` bigint NOT NULL DEFAULT 0,
    `last_error` text,
    `created_at` bigint NOT NULL,
    `updated_at` bigint NOT NULL,
    KEY ferro_mail_status_next_attempt_at (status, next_attempt_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The panel's own secrets, such as the key that signs sessions.
CREATE TABLE IF NOT EXISTS ferro_secret (
    `name` varchar(64) NOT NULL PRIMARY KEY,
    `value` text NOT NULL,
    `created_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Scheduled jobs: which process runs each, and how its last run went.
CREATE TABLE IF NOT EXISTS ferro_job (
    `name` varchar(64) NOT NULL PRIMARY KEY,
    `holder` varchar(64),
    `leased_until` bigint NOT NULL DEFAULT 0,
    `last_started_at` bigint,
    `last_finished_at` bigint,
    `last_error` text
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
