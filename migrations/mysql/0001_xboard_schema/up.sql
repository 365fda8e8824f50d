-- Xboard's schema as its migrations leave it up to 2026_04_22_000001_normalize_trojan_tls_settings.
-- Every statement may be repeated: the server commits each by itself, so an interrupted run goes on here.

CREATE TABLE IF NOT EXISTS `failed_jobs` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `connection` text NOT NULL,
    `queue` text NOT NULL,
    `payload` longtext NOT NULL,
    `exception` longtext NOT NULL,
    `failed_at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `personal_access_tokens` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `tokenable_type` varchar(255) NOT NULL,
    `tokenable_id` bigint unsigned NOT NULL,
    `name` varchar(255) NOT NULL,
    `token` varchar(64) NOT NULL,
    `abilities` text DEFAULT NULL,
    `last_used_at` timestamp NULL DEFAULT NULL,
    `expires_at` timestamp NULL DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `personal_access_tokens_token_unique` (`token`),
    KEY `personal_access_tokens_tokenable_type_tokenable_id_index` (`tokenable_type`,`tokenable_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_admin_audit_log` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `admin_id` bigint unsigned NOT NULL,
    `action` varchar(64) NOT NULL,
    `method` varchar(10) NOT NULL,
    `uri` varchar(512) NOT NULL,
    `request_data` text DEFAULT NULL,
    `ip` varchar(128) DEFAULT NULL,
    `created_at` int unsigned NOT NULL,
    `updated_at` int unsigned NOT NULL,
    PRIMARY KEY (`id`),
    KEY `v2_admin_audit_log_admin_id_index` (`admin_id`),
    KEY `v2_admin_audit_log_action_index` (`action`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_commission_log` (
    `id` int NOT NULL AUTO_INCREMENT,
    `invite_user_id` int NOT NULL,
    `user_id` int NOT NULL,
    `trade_no` char(36) NOT NULL,
    `order_amount` int NOT NULL,
    `get_amount` int NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    KEY `v2_commission_log_created_at_index` (`created_at`),
    KEY `v2_commission_log_get_amount_index` (`get_amount`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_coupon` (
    `id` int NOT NULL AUTO_INCREMENT,
    `code` varchar(255) NOT NULL,
    `name` varchar(255) NOT NULL,
    `type` int NOT NULL,
    `value` int NOT NULL,
    `show` tinyint(1) NOT NULL DEFAULT 0,
    `limit_use` int DEFAULT NULL,
    `limit_use_with_user` int DEFAULT NULL,
    `limit_plan_ids` varchar(255) DEFAULT NULL,
    `limit_period` varchar(255) DEFAULT NULL,
    `started_at` int NOT NULL,
    `ended_at` int NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_gift_card_code` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `template_id` int NOT NULL,
    `code` varchar(32) NOT NULL,
    `batch_id` varchar(32) DEFAULT NULL,
    `status` tinyint NOT NULL DEFAULT 0,
    `user_id` int DEFAULT NULL,
    `used_at` int DEFAULT NULL,
    `expires_at` int DEFAULT NULL,
    `actual_rewards` json DEFAULT NULL,
    `usage_count` int NOT NULL DEFAULT 0,
    `max_usage` int NOT NULL DEFAULT 1,
    `metadata` json DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_gift_card_code_code_unique` (`code`),
    KEY `idx_gift_code_template_id` (`template_id`),
    KEY `idx_gift_code_status` (`status`),
    KEY `idx_gift_code_user_id` (`user_id`),
    KEY `idx_gift_code_batch_id` (`batch_id`),
    KEY `idx_gift_code_expires_at` (`expires_at`),
    KEY `idx_gift_code_lookup` (`code`,`status`,`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_gift_card_template` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `name` varchar(255) NOT NULL,
    `description` text DEFAULT NULL,
    `type` tinyint NOT NULL,
    `status` tinyint NOT NULL DEFAULT 1,
    `conditions` json DEFAULT NULL,
    `rewards` json NOT NULL,
    `limits` json DEFAULT NULL,
    `special_config` json DEFAULT NULL,
    `icon` varchar(255) DEFAULT NULL,
    `background_image` varchar(255) DEFAULT NULL,
    `theme_color` varchar(7) NOT NULL DEFAULT '#1890ff',
    `sort` int NOT NULL DEFAULT 0,
    `admin_id` int NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    KEY `idx_gift_template_type_status` (`type`,`status`),
    KEY `idx_gift_template_created_at` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_gift_card_usage` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `code_id` int NOT NULL,
    `template_id` int NOT NULL,
    `user_id` int NOT NULL,
    `invite_user_id` int DEFAULT NULL,
    `rewards_given` json NOT NULL,
    `invite_rewards` json DEFAULT NULL,
    `user_level_at_use` int DEFAULT NULL,
    `plan_id_at_use` int DEFAULT NULL,
    `multiplier_applied` decimal(3,2) NOT NULL DEFAULT 1.00,
    `ip_address` varchar(45) DEFAULT NULL,
    `user_agent` text DEFAULT NULL,
    `notes` text DEFAULT NULL,
    `created_at` int NOT NULL,
    PRIMARY KEY (`id`),
    KEY `idx_gift_usage_code_id` (`code_id`),
    KEY `idx_gift_usage_template_id` (`template_id`),
    KEY `idx_gift_usage_user_id` (`user_id`),
    KEY `idx_gift_usage_invite_user_id` (`invite_user_id`),
    KEY `idx_gift_usage_created_at` (`created_at`),
    KEY `idx_gift_usage_user_usage` (`user_id`,`created_at`),
    KEY `idx_gift_usage_template_stats` (`template_id`,`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_invite_code` (
    `id` int NOT NULL AUTO_INCREMENT,
    `user_id` int NOT NULL,
    `code` char(32) NOT NULL,
    `status` tinyint(1) NOT NULL DEFAULT 0,
    `pv` int NOT NULL DEFAULT 0,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_knowledge` (
    `id` int NOT NULL AUTO_INCREMENT,
    `language` char(5) NOT NULL,
    `category` varchar(255) NOT NULL,
    `title` varchar(255) NOT NULL,
    `body` text NOT NULL,
    `sort` int DEFAULT NULL,
    `show` tinyint(1) NOT NULL DEFAULT 0,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_log` (
    `id` int NOT NULL AUTO_INCREMENT,
    `title` text NOT NULL,
    `level` varchar(11) DEFAULT NULL,
    `host` varchar(255) DEFAULT NULL,
    `uri` varchar(255) NOT NULL,
    `method` varchar(11) NOT NULL,
    `data` text DEFAULT NULL,
    `ip` varchar(128) DEFAULT NULL,
    `context` text DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_mail_log` (
    `id` int NOT NULL AUTO_INCREMENT,
    `email` varchar(64) NOT NULL,
    `subject` varchar(255) NOT NULL,
    `template_name` varchar(255) NOT NULL,
    `error` text DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_mail_templates` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `name` varchar(64) NOT NULL,
    `subject` varchar(255) NOT NULL,
    `content` longtext NOT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_mail_templates_name_unique` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_notice` (
    `id` int NOT NULL AUTO_INCREMENT,
    `sort` int DEFAULT NULL,
    `title` varchar(255) NOT NULL,
    `content` text NOT NULL,
    `show` tinyint(1) NOT NULL DEFAULT 0,
    `img_url` varchar(255) DEFAULT NULL,
    `tags` varchar(255) DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    KEY `v2_notice_sort_index` (`sort`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_order` (
    `id` int NOT NULL AUTO_INCREMENT,
    `invite_user_id` int DEFAULT NULL,
    `user_id` int NOT NULL,
    `plan_id` int NOT NULL,
    `coupon_id` int DEFAULT NULL,
    `payment_id` int DEFAULT NULL,
    `type` int NOT NULL,
    `period` varchar(255) NOT NULL,
    `trade_no` varchar(36) NOT NULL,
    `callback_no` varchar(255) DEFAULT NULL,
    `total_amount` int NOT NULL,
    `handling_amount` int DEFAULT NULL,
    `discount_amount` int DEFAULT NULL,
    `surplus_amount` int DEFAULT NULL,
    `refund_amount` int DEFAULT NULL,
    `balance_amount` int DEFAULT NULL,
    `surplus_order_ids` text DEFAULT NULL,
    `status` int NOT NULL DEFAULT 0,
    `commission_status` int NOT NULL DEFAULT 0,
    `commission_balance` int NOT NULL DEFAULT 0,
    `actual_commission_balance` int DEFAULT NULL,
    `paid_at` int DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `trade_no` (`trade_no`),
    KEY `v2_order_created_at_index` (`created_at`),
    KEY `v2_order_status_index` (`status`),
    KEY `v2_order_total_amount_index` (`total_amount`),
    KEY `v2_order_commission_status_index` (`commission_status`),
    KEY `v2_order_invite_user_id_index` (`invite_user_id`),
    KEY `v2_order_commission_balance_index` (`commission_balance`),
    KEY `v2_order_updated_at_index` (`updated_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_payment` (
    `id` int NOT NULL AUTO_INCREMENT,
    `uuid` char(32) NOT NULL,
    `payment` varchar(16) NOT NULL,
    `name` varchar(255) NOT NULL,
    `icon` text DEFAULT NULL,
    `config` text NOT NULL,
    `notify_domain` varchar(128) DEFAULT NULL,
    `handling_fee_fixed` int DEFAULT NULL,
    `handling_fee_percent` decimal(5,2) DEFAULT NULL,
    `enable` tinyint(1) NOT NULL DEFAULT 0,
    `sort` int DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_plan` (
    `id` int NOT NULL AUTO_INCREMENT,
    `group_id` int unsigned DEFAULT NULL,
    `transfer_enable` bigint unsigned DEFAULT NULL,
    `name` varchar(255) NOT NULL,
    `prices` json DEFAULT NULL,
    `sell` tinyint(1) NOT NULL DEFAULT 0,
    `speed_limit` int unsigned DEFAULT NULL,
    `device_limit` int unsigned DEFAULT NULL,
    `show` tinyint(1) NOT NULL DEFAULT 0,
    `sort` int DEFAULT NULL,
    `renew` tinyint(1) NOT NULL DEFAULT 1,
    `content` text DEFAULT NULL,
    `tags` json DEFAULT NULL,
    `reset_traffic_method` int DEFAULT 0,
    `capacity_limit` int unsigned DEFAULT 0,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_plugins` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `name` varchar(255) NOT NULL,
    `code` varchar(255) NOT NULL,
    `type` varchar(20) NOT NULL DEFAULT 'feature',
    `version` varchar(50) NOT NULL,
    `is_enabled` tinyint(1) NOT NULL DEFAULT 0,
    `config` json DEFAULT NULL,
    `installed_at` timestamp NULL DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_plugins_code_unique` (`code`),
    KEY `v2_plugins_type_is_enabled_index` (`type`,`is_enabled`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_server_group` (
    `id` int NOT NULL AUTO_INCREMENT,
    `name` varchar(255) NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_server_machine` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `name` varchar(255) NOT NULL,
    `token` varchar(64) NOT NULL,
    `notes` text DEFAULT NULL,
    `is_active` tinyint(1) NOT NULL DEFAULT 1,
    `last_seen_at` int unsigned DEFAULT NULL,
    `load_status` json DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_server_machine_token_unique` (`token`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_server_route` (
    `id` int NOT NULL AUTO_INCREMENT,
    `remarks` varchar(255) NOT NULL,
    `match` text NOT NULL,
    `action` varchar(11) NOT NULL,
    `action_value` varchar(255) DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_settings` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `group` varchar(255) DEFAULT NULL,
    `type` varchar(255) DEFAULT NULL,
    `name` varchar(255) NOT NULL,
    `value` mediumtext DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_settings_name_unique` (`name`),
    KEY `idx_setting_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_stat` (
    `id` int NOT NULL AUTO_INCREMENT,
    `record_at` int NOT NULL,
    `record_type` char(1) NOT NULL,
    `order_count` int NOT NULL,
    `order_total` int NOT NULL,
    `commission_count` int NOT NULL,
    `commission_total` int NOT NULL,
    `paid_count` int NOT NULL,
    `paid_total` int NOT NULL,
    `register_count` int NOT NULL,
    `invite_count` int NOT NULL,
    `transfer_used_total` varchar(32) NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_stat_record_at_unique` (`record_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_stat_server` (
    `id` int NOT NULL AUTO_INCREMENT,
    `server_id` int NOT NULL,
    `server_type` char(11) NOT NULL,
    `u` bigint NOT NULL,
    `d` bigint NOT NULL,
    `record_type` char(1) NOT NULL,
    `record_at` int NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `server_id_server_type_record_at` (`server_id`,`server_type`,`record_at`),
    KEY `server_id` (`server_id`),
    KEY `record_at` (`record_at`),
    KEY `v2_stat_server_server_id_index` (`server_id`),
    KEY `v2_stat_server_record_at_index` (`record_at`),
    KEY `v2_stat_server_u_index` (`u`),
    KEY `v2_stat_server_d_index` (`d`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_stat_user` (
    `id` int NOT NULL AUTO_INCREMENT,
    `user_id` int NOT NULL,
    `server_rate` decimal(10,2) NOT NULL,
    `u` bigint NOT NULL,
    `d` bigint NOT NULL,
    `record_type` char(2) NOT NULL,
    `record_at` int NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `server_rate_user_id_record_at` (`server_rate`,`user_id`,`record_at`),
    KEY `v2_stat_user_user_id_server_rate_record_at_index` (`user_id`,`server_rate`,`record_at`),
    KEY `v2_stat_user_u_index` (`u`),
    KEY `v2_stat_user_d_index` (`d`),
    KEY `idx_stat_user_record_user` (`record_at`,`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_subscribe_templates` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `name` varchar(255) NOT NULL,
    `content` mediumtext DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_subscribe_templates_name_unique` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_ticket` (
    `id` int NOT NULL AUTO_INCREMENT,
    `user_id` int NOT NULL,
    `subject` varchar(255) NOT NULL,
    `level` int NOT NULL,
    `status` int NOT NULL DEFAULT 0,
    `reply_status` int NOT NULL DEFAULT 0,
    `last_reply_user_id` int DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    KEY `v2_ticket_status_index` (`status`),
    KEY `v2_ticket_created_at_index` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_ticket_message` (
    `id` int NOT NULL AUTO_INCREMENT,
    `user_id` int NOT NULL,
    `ticket_id` int NOT NULL,
    `message` text NOT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_traffic_reset_logs` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `user_id` bigint NOT NULL,
    `reset_type` varchar(50) NOT NULL,
    `reset_time` timestamp NOT NULL,
    `old_upload` bigint NOT NULL DEFAULT 0,
    `old_download` bigint NOT NULL DEFAULT 0,
    `old_total` bigint NOT NULL DEFAULT 0,
    `new_upload` bigint NOT NULL DEFAULT 0,
    `new_download` bigint NOT NULL DEFAULT 0,
    `new_total` bigint NOT NULL DEFAULT 0,
    `trigger_source` varchar(50) NOT NULL,
    `metadata` json DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    KEY `idx_user_id` (`user_id`),
    KEY `idx_reset_time` (`reset_time`),
    KEY `idx_user_reset_time` (`user_id`,`reset_time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_user` (
    `id` int NOT NULL AUTO_INCREMENT,
    `invite_user_id` int DEFAULT NULL,
    `telegram_id` bigint DEFAULT NULL,
    `email` varchar(64) NOT NULL,
    `password` varchar(64) NOT NULL,
    `password_algo` char(10) DEFAULT NULL,
    `password_salt` char(10) DEFAULT NULL,
    `balance` int NOT NULL DEFAULT 0,
    `discount` int DEFAULT NULL,
    `commission_type` tinyint NOT NULL DEFAULT 0,
    `commission_rate` int DEFAULT NULL,
    `commission_balance` int NOT NULL DEFAULT 0,
    `t` int NOT NULL DEFAULT 0,
    `u` bigint NOT NULL DEFAULT 0,
    `d` bigint NOT NULL DEFAULT 0,
    `transfer_enable` bigint NOT NULL DEFAULT 0,
    `banned` tinyint(1) NOT NULL DEFAULT 0,
    `is_admin` tinyint(1) NOT NULL DEFAULT 0,
    `last_login_at` int DEFAULT NULL,
    `is_staff` tinyint(1) NOT NULL DEFAULT 0,
    `last_login_ip` int DEFAULT NULL,
    `uuid` varchar(36) NOT NULL,
    `group_id` int DEFAULT NULL,
    `plan_id` int DEFAULT NULL,
    `speed_limit` int DEFAULT NULL,
    `remind_expire` tinyint DEFAULT 1,
    `remind_traffic` tinyint DEFAULT 1,
    `token` char(32) NOT NULL,
    `expired_at` bigint DEFAULT 0,
    `next_reset_at` int DEFAULT NULL,
    `last_reset_at` int DEFAULT NULL,
    `reset_count` int NOT NULL DEFAULT 0,
    `device_limit` int DEFAULT NULL,
    `online_count` int DEFAULT NULL,
    `last_online_at` timestamp NULL DEFAULT NULL,
    `remarks` text DEFAULT NULL,
    `created_at` int NOT NULL,
    `updated_at` int NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `email` (`email`),
    KEY `v2_user_u_d_expired_at_group_id_banned_transfer_enable_index` (`u`,`d`,`expired_at`,`group_id`,`banned`,`transfer_enable`),
    KEY `v2_user_t_index` (`t`),
    KEY `v2_user_online_count_index` (`online_count`),
    KEY `v2_user_created_at_index` (`created_at`),
    KEY `idx_next_reset_at` (`next_reset_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_server` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `type` varchar(255) NOT NULL,
    `code` varchar(255) DEFAULT NULL,
    `parent_id` int unsigned DEFAULT NULL,
    `machine_id` bigint unsigned DEFAULT NULL,
    `group_ids` json DEFAULT NULL,
    `route_ids` json DEFAULT NULL,
    `name` varchar(255) NOT NULL,
    `rate` decimal(8,2) NOT NULL,
    `transfer_enable` bigint DEFAULT NULL,
    `u` bigint NOT NULL DEFAULT 0,
    `d` bigint NOT NULL DEFAULT 0,
    `rate_time_enable` tinyint(1) NOT NULL DEFAULT 0,
    `rate_time_ranges` json DEFAULT NULL,
    `tags` json DEFAULT NULL,
    `host` varchar(255) NOT NULL,
    `port` varchar(255) NOT NULL,
    `server_port` int NOT NULL,
    `protocol_settings` json DEFAULT NULL,
    `custom_outbounds` json DEFAULT NULL,
    `custom_routes` json DEFAULT NULL,
    `cert_config` json DEFAULT NULL,
    `show` tinyint(1) NOT NULL DEFAULT 0,
    `enabled` tinyint(1) DEFAULT 1,
    `sort` int unsigned DEFAULT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `v2_server_type_code_unique` (`type`,`code`),
    KEY `v2_server_sort_index` (`sort`),
    KEY `v2_server_machine_id_foreign` (`machine_id`),
    CONSTRAINT `v2_server_machine_id_foreign` FOREIGN KEY (`machine_id`) REFERENCES `v2_server_machine` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `v2_server_machine_load_history` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `machine_id` bigint unsigned NOT NULL,
    `cpu` double NOT NULL DEFAULT 0,
    `mem_total` bigint unsigned NOT NULL DEFAULT 0,
    `mem_used` bigint unsigned NOT NULL DEFAULT 0,
    `disk_total` bigint unsigned NOT NULL DEFAULT 0,
    `disk_used` bigint unsigned NOT NULL DEFAULT 0,
    `net_in_speed` double DEFAULT NULL,
    `net_out_speed` double DEFAULT NULL,
    `recorded_at` int unsigned NOT NULL,
    `created_at` timestamp NULL DEFAULT NULL,
    `updated_at` timestamp NULL DEFAULT NULL,
    PRIMARY KEY (`id`),
    KEY `v2_server_machine_load_history_machine_id_recorded_at_index` (`machine_id`,`recorded_at`),
    CONSTRAINT `v2_server_machine_load_history_machine_id_foreign` FOREIGN KEY (`machine_id`) REFERENCES `v2_server_machine` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `migrations` (
    `id` int unsigned NOT NULL AUTO_INCREMENT,
    `migration` varchar(255) NOT NULL,
    `batch` int NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO `migrations` (migration, batch)
SELECT names.migration, 1 FROM (
    SELECT '2019_08_19_000000_create_failed_jobs_table' AS migration
    UNION ALL SELECT '2019_12_14_000001_create_personal_access_tokens_table'
    UNION ALL SELECT '2023_03_19_000000_create_v2_tables'
    UNION ALL SELECT '2023_08_14_221234_create_v2_settings_table'
    UNION ALL SELECT '2023_09_04_190923_add_column_excludes_to_server_table'
    UNION ALL SELECT '2023_09_06_195956_add_column_ips_to_server_table'
    UNION ALL SELECT '2023_09_14_013244_add_column_alpn_to_server_hysteria_table'
    UNION ALL SELECT '2023_09_24_040317_add_column_network_and_network_settings_to_v2_server_trojan'
    UNION ALL SELECT '2023_09_29_044957_add_column_version_and_is_obfs_to_server_hysteria_table'
    UNION ALL SELECT '2023_11_19_205026_change_column_value_to_v2_settings_table'
    UNION ALL SELECT '2023_12_12_212239_add_index_to_v2_user_table'
    UNION ALL SELECT '2024_03_19_103149_modify_icon_column_to_v2_payment_table'
    UNION ALL SELECT '2025_01_01_130644_modify_commission_status_in_v2_order_table'
    UNION ALL SELECT '2025_01_04_optimize_plan_table'
    UNION ALL SELECT '2025_01_05_131425_create_v2_server_table'
    UNION ALL SELECT '2025_01_10_152139_add_device_limit_column'
    UNION ALL SELECT '2025_01_12_190315_add_sort_to_v2_notice_table'
    UNION ALL SELECT '2025_01_12_200936_modify_commission_status_in_v2_order_table'
    UNION ALL SELECT '2025_01_13_000000_convert_order_period_fields'
    UNION ALL SELECT '2025_01_15_000002_add_stat_performance_indexes'
    UNION ALL SELECT '2025_01_16_142320_add_updated_at_index_to_v2_order_table'
    UNION ALL SELECT '2025_01_18_140511_create_plugins_table'
    UNION ALL SELECT '2025_06_21_000001_optimize_v2_settings_table'
    UNION ALL SELECT '2025_06_21_000002_create_traffic_reset_logs_table'
    UNION ALL SELECT '2025_06_21_000003_add_traffic_reset_fields_to_users'
    UNION ALL SELECT '2025_07_01_081556_add_tags_to_v2_plan_table'
    UNION ALL SELECT '2025_07_01_122908_create_gift_card_tables'
    UNION ALL SELECT '2025_07_13_224539_add_column_rate_time_ranges_to_v2_server_table'
    UNION ALL SELECT '2025_07_26_000001_add_type_to_plugins_table'
    UNION ALL SELECT '2025_07_27_000001_create_v2_subscribe_templates_table'
    UNION ALL SELECT '2026_03_11_000001_replace_v2_log_with_admin_audit_log'
    UNION ALL SELECT '2026_03_11_000002_add_stat_user_record_at_index'
    UNION ALL SELECT '2026_03_15_060035_add_custom_config_and_cert_to_v2_server_table'
    UNION ALL SELECT '2026_03_28_161536_add_traffic_fields_to_servers'
    UNION ALL SELECT '2026_04_11_000001_add_machine_support'
    UNION ALL SELECT '2026_04_18_000001_add_network_to_machine_load_history'
    UNION ALL SELECT '2026_04_18_000001_make_server_enabled_nullable'
    UNION ALL SELECT '2026_04_19_000001_backfill_users_next_reset_at'
    UNION ALL SELECT '2026_04_19_235904_backfill_utls_for_legacy_servers'
    UNION ALL SELECT '2026_04_20_000001_create_mail_templates_table'
    UNION ALL SELECT '2026_04_21_000001_fix_ticket_reply_status'
    UNION ALL SELECT '2026_04_22_000001_normalize_trojan_tls_settings'
) AS names
WHERE NOT EXISTS (SELECT 1 FROM `migrations`);
