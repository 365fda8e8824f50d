-- Xboard's schema as its migrations leave it up to 2026_04_22_000001_normalize_trojan_tls_settings.

CREATE TABLE "failed_jobs" (
    "id" integer primary key autoincrement not null,
    "connection" text not null,
    "queue" text not null,
    "payload" text not null,
    "exception" text not null,
    "failed_at" datetime not null default CURRENT_TIMESTAMP
);

CREATE TABLE "personal_access_tokens" (
    "id" integer primary key autoincrement not null,
    "tokenable_type" varchar not null,
    "tokenable_id" integer not null,
    "name" varchar not null,
    "token" varchar not null,
    "abilities" text,
    "last_used_at" datetime,
    "expires_at" datetime,
    "created_at" datetime,
    "updated_at" datetime
);
CREATE INDEX "personal_access_tokens_tokenable_type_tokenable_id_index" ON "personal_access_tokens" ("tokenable_type", "tokenable_id");
CREATE UNIQUE INDEX "personal_access_tokens_token_unique" ON "personal_access_tokens" ("token");

CREATE TABLE "v2_admin_audit_log" (
    "id" integer primary key autoincrement not null,
    "admin_id" integer not null,
    "action" varchar not null,
    "method" varchar not null,
    "uri" varchar not null,
    "request_data" text,
    "ip" varchar,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE INDEX "v2_admin_audit_log_admin_id_index" ON "v2_admin_audit_log" ("admin_id");
CREATE INDEX "v2_admin_audit_log_action_index" ON "v2_admin_audit_log" ("action");

CREATE TABLE "v2_commission_log" (
    "id" integer primary key autoincrement not null,
    "invite_user_id" integer not null,
    "user_id" integer not null,
    "trade_no" varchar not null,
    "order_amount" integer not null,
    "get_amount" integer not null,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE INDEX "v2_commission_log_created_at_index" ON "v2_commission_log" ("created_at");
CREATE INDEX "v2_commission_log_get_amount_index" ON "v2_commission_log" ("get_amount");

CREATE TABLE "v2_coupon" (
    "id" integer primary key autoincrement not null,
    "code" varchar not null,
    "name" varchar not null,
    "type" integer not null,
    "value" integer not null,
    "show" tinyint(1) not null default '0',
    "limit_use" integer,
    "limit_use_with_user" integer,
    "limit_plan_ids" varchar,
    "limit_period" varchar,
    "started_at" integer not null,
    "ended_at" integer not null,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_gift_card_code" (
    "id" integer primary key autoincrement not null,
    "template_id" integer not null,
    "code" varchar not null,
    "batch_id" varchar,
    "status" integer not null default '0',
    "user_id" integer,
    "used_at" integer,
    "expires_at" integer,
    "actual_rewards" text,
    "usage_count" integer not null default '0',
    "max_usage" integer not null default '1',
    "metadata" text,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE INDEX "idx_gift_code_template_id" ON "v2_gift_card_code" ("template_id");
CREATE INDEX "idx_gift_code_status" ON "v2_gift_card_code" ("status");
CREATE INDEX "idx_gift_code_user_id" ON "v2_gift_card_code" ("user_id");
CREATE INDEX "idx_gift_code_batch_id" ON "v2_gift_card_code" ("batch_id");
CREATE INDEX "idx_gift_code_expires_at" ON "v2_gift_card_code" ("expires_at");
CREATE INDEX "idx_gift_code_lookup" ON "v2_gift_card_code" ("code", "status", "expires_at");
CREATE UNIQUE INDEX "v2_gift_card_code_code_unique" ON "v2_gift_card_code" ("code");

CREATE TABLE "v2_gift_card_template" (
    "id" integer primary key autoincrement not null,
    "name" varchar not null,
    "description" text,
    "type" integer not null,
    "status" integer not null default '1',
    "conditions" text,
    "rewards" text not null,
    "limits" text,
    "special_config" text,
    "icon" varchar,
    "background_image" varchar,
    "theme_color" varchar not null default '#1890ff',
    "sort" integer not null default '0',
    "admin_id" integer not null,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE INDEX "idx_gift_template_type_status" ON "v2_gift_card_template" ("type", "status");
CREATE INDEX "idx_gift_template_created_at" ON "v2_gift_card_template" ("created_at");

CREATE TABLE "v2_gift_card_usage" (
    "id" integer primary key autoincrement not null,
    "code_id" integer not null,
    "template_id" integer not null,
    "user_id" integer not null,
    "invite_user_id" integer,
    "rewards_given" text not null,
    "invite_rewards" text,
    "user_level_at_use" integer,
    "plan_id_at_use" integer,
    "multiplier_applied" numeric not null default '1',
    "ip_address" varchar,
    "user_agent" text,
    "notes" text,
    "created_at" integer not null
);
CREATE INDEX "idx_gift_usage_code_id" ON "v2_gift_card_usage" ("code_id");
CREATE INDEX "idx_gift_usage_template_id" ON "v2_gift_card_usage" ("template_id");
CREATE INDEX "idx_gift_usage_user_id" ON "v2_gift_card_usage" ("user_id");
CREATE INDEX "idx_gift_usage_invite_user_id" ON "v2_gift_card_usage" ("invite_user_id");
CREATE INDEX "idx_gift_usage_created_at" ON "v2_gift_card_usage" ("created_at");
CREATE INDEX "idx_gift_usage_user_usage" ON "v2_gift_card_usage" ("user_id", "created_at");
CREATE INDEX "idx_gift_usage_template_stats" ON "v2_gift_card_usage" ("template_id", "created_at");

CREATE TABLE "v2_invite_code" (
    "id" integer primary key autoincrement not null,
    "user_id" integer not null,
    "code" varchar not null,
    "status" tinyint(1) not null default '0',
    "pv" integer not null default '0',
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_knowledge" (
    "id" integer primary key autoincrement not null,
    "language" varchar not null,
    "category" varchar not null,
    "title" varchar not null,
    "body" text not null,
    "sort" integer,
    "show" tinyint(1) not null default '0',
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_log" (
    "id" integer primary key autoincrement not null,
    "title" text not null,
    "level" varchar,
    "host" varchar,
    "uri" varchar not null,
    "method" varchar not null,
    "data" text,
    "ip" varchar,
    "context" text,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_mail_log" (
    "id" integer primary key autoincrement not null,
    "email" varchar not null,
    "subject" varchar not null,
    "template_name" varchar not null,
    "error" text,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_mail_templates" (
    "id" integer primary key autoincrement not null,
    "name" varchar not null,
    "subject" varchar not null,
    "content" text not null,
    "created_at" datetime,
    "updated_at" datetime
);
CREATE UNIQUE INDEX "v2_mail_templates_name_unique" ON "v2_mail_templates" ("name");

CREATE TABLE "v2_notice" (
    "id" integer primary key autoincrement not null,
    "title" varchar not null,
    "content" text not null,
    "show" tinyint(1) not null default '0',
    "img_url" varchar,
    "tags" varchar,
    "created_at" integer not null,
    "updated_at" integer not null,
    "sort" integer
);
CREATE INDEX "v2_notice_sort_index" ON "v2_notice" ("sort");

CREATE TABLE "v2_order" (
    "id" integer primary key autoincrement not null,
    "invite_user_id" integer,
    "user_id" integer not null,
    "plan_id" integer not null,
    "coupon_id" integer,
    "payment_id" integer,
    "type" integer not null,
    "period" varchar not null,
    "trade_no" varchar not null,
    "callback_no" varchar,
    "total_amount" integer not null,
    "handling_amount" integer,
    "discount_amount" integer,
    "surplus_amount" integer,
    "refund_amount" integer,
    "balance_amount" integer,
    "surplus_order_ids" text,
    "status" integer not null default ('0'),
    "commission_status" integer not null default '0',
    "commission_balance" integer not null default ('0'),
    "actual_commission_balance" integer,
    "paid_at" integer,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE UNIQUE INDEX "trade_no" ON "v2_order" ("trade_no");
CREATE INDEX "v2_order_created_at_index" ON "v2_order" ("created_at");
CREATE INDEX "v2_order_status_index" ON "v2_order" ("status");
CREATE INDEX "v2_order_total_amount_index" ON "v2_order" ("total_amount");
CREATE INDEX "v2_order_commission_status_index" ON "v2_order" ("commission_status");
CREATE INDEX "v2_order_invite_user_id_index" ON "v2_order" ("invite_user_id");
CREATE INDEX "v2_order_commission_balance_index" ON "v2_order" ("commission_balance");
CREATE INDEX "v2_order_updated_at_index" ON "v2_order" ("updated_at");

CREATE TABLE "v2_payment" (
    "id" integer primary key autoincrement not null,
    "uuid" varchar not null,
    "payment" varchar not null,
    "name" varchar not null,
    "icon" text,
    "config" text not null,
    "notify_domain" varchar,
    "handling_fee_fixed" integer,
    "handling_fee_percent" numeric,
    "enable" tinyint(1) not null default ('0'),
    "sort" integer,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_plan" (
    "id" integer primary key autoincrement not null,
    "group_id" integer,
    "transfer_enable" integer,
    "name" varchar not null,
    "speed_limit" integer,
    "show" tinyint(1) not null default ('0'),
    "sort" integer,
    "renew" tinyint(1) not null default ('1'),
    "content" text,
    "reset_traffic_method" integer default '0',
    "capacity_limit" integer default '0',
    "created_at" integer not null,
    "updated_at" integer not null,
    "prices" text,
    "sell" tinyint(1) not null default ('0'),
    "device_limit" integer,
    "tags" text
);

CREATE TABLE "v2_plugins" (
    "id" integer primary key autoincrement not null,
    "name" varchar not null,
    "code" varchar not null,
    "version" varchar not null,
    "is_enabled" tinyint(1) not null default '0',
    "config" text,
    "installed_at" datetime,
    "created_at" datetime,
    "updated_at" datetime,
    "type" varchar not null default 'feature'
);
CREATE UNIQUE INDEX "v2_plugins_code_unique" ON "v2_plugins" ("code");
CREATE INDEX "v2_plugins_type_is_enabled_index" ON "v2_plugins" ("type", "is_enabled");

CREATE TABLE "v2_server_group" (
    "id" integer primary key autoincrement not null,
    "name" varchar not null,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_server_machine" (
    "id" integer primary key autoincrement not null,
    "name" varchar not null,
    "token" varchar not null,
    "notes" text,
    "is_active" tinyint(1) not null default '1',
    "last_seen_at" integer,
    "load_status" text,
    "created_at" datetime,
    "updated_at" datetime
);
CREATE UNIQUE INDEX "v2_server_machine_token_unique" ON "v2_server_machine" ("token");

CREATE TABLE "v2_server_route" (
    "id" integer primary key autoincrement not null,
    "remarks" varchar not null,
    "match" text not null,
    "action" varchar not null,
    "action_value" varchar,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_settings" (
    "id" integer primary key autoincrement not null,
    "group" varchar,
    "type" varchar,
    "name" varchar not null,
    "value" text,
    "created_at" datetime,
    "updated_at" datetime
);
CREATE UNIQUE INDEX "v2_settings_name_unique" ON "v2_settings" ("name");
CREATE INDEX "idx_setting_name" ON "v2_settings" ("name");

CREATE TABLE "v2_stat" (
    "id" integer primary key autoincrement not null,
    "record_at" integer not null,
    "record_type" varchar not null,
    "order_count" integer not null,
    "order_total" integer not null,
    "commission_count" integer not null,
    "commission_total" integer not null,
    "paid_count" integer not null,
    "paid_total" integer not null,
    "register_count" integer not null,
    "invite_count" integer not null,
    "transfer_used_total" varchar not null,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_stat_server" (
    "id" integer primary key autoincrement not null,
    "server_id" integer not null,
    "server_type" varchar not null,
    "u" integer not null,
    "d" integer not null,
    "record_type" varchar not null,
    "record_at" integer not null,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE UNIQUE INDEX "server_id_server_type_record_at" ON "v2_stat_server" ("server_id", "server_type", "record_at");
CREATE INDEX "server_id" ON "v2_stat_server" ("server_id");
CREATE INDEX "record_at" ON "v2_stat_server" ("record_at");
CREATE INDEX "v2_stat_server_server_id_index" ON "v2_stat_server" ("server_id");
CREATE INDEX "v2_stat_server_record_at_index" ON "v2_stat_server" ("record_at");
CREATE INDEX "v2_stat_server_u_index" ON "v2_stat_server" ("u");
CREATE INDEX "v2_stat_server_d_index" ON "v2_stat_server" ("d");

CREATE TABLE "v2_stat_user" (
    "id" integer primary key autoincrement not null,
    "user_id" integer not null,
    "server_rate" numeric not null,
    "u" integer not null,
    "d" integer not null,
    "record_type" varchar not null,
    "record_at" integer not null,
    "created_at" integer not null,
    "updated_at" integer not null
);
CREATE INDEX "v2_stat_user_u_index" ON "v2_stat_user" ("u");
CREATE INDEX "v2_stat_user_d_index" ON "v2_stat_user" ("d");
CREATE INDEX "idx_stat_user_record_user" ON "v2_stat_user" ("record_at", "user_id");

CREATE TABLE "v2_subscribe_templates" (
    "id" integer primary key autoincrement not null,
    "name" varchar not null,
    "content" text,
    "created_at" datetime,
    "updated_at" datetime
);
CREATE UNIQUE INDEX "v2_subscribe_templates_name_unique" ON "v2_subscribe_templates" ("name");

CREATE TABLE "v2_ticket" (
    "id" integer primary key autoincrement not null,
    "user_id" integer not null,
    "subject" varchar not null,
    "level" integer not null,
    "status" integer not null default ('0'),
    "reply_status" integer not null default '0',
    "created_at" integer not null,
    "updated_at" integer not null,
    "last_reply_user_id" integer
);
CREATE INDEX "v2_ticket_created_at_index" ON "v2_ticket" ("created_at");
CREATE INDEX "v2_ticket_status_index" ON "v2_ticket" ("status");

CREATE TABLE "v2_ticket_message" (
    "id" integer primary key autoincrement not null,
    "user_id" integer not null,
    "ticket_id" integer not null,
    "message" text not null,
    "created_at" integer not null,
    "updated_at" integer not null
);

CREATE TABLE "v2_traffic_reset_logs" (
    "id" integer primary key autoincrement not null,
    "user_id" integer not null,
    "reset_type" varchar not null,
    "reset_time" datetime not null,
    "old_upload" integer not null default '0',
    "old_download" integer not null default '0',
    "old_total" integer not null default '0',
    "new_upload" integer not null default '0',
    "new_download" integer not null default '0',
    "new_total" integer not null default '0',
    "trigger_source" varchar not null,
    "metadata" text,
    "created_at" datetime,
    "updated_at" datetime
);
CREATE INDEX "idx_user_id" ON "v2_traffic_reset_logs" ("user_id");
CREATE INDEX "idx_reset_time" ON "v2_traffic_reset_logs" ("reset_time");
CREATE INDEX "idx_user_reset_time" ON "v2_traffic_reset_logs" ("user_id", "reset_time");

CREATE TABLE "v2_user" (
    "id" integer primary key autoincrement not null,
    "invite_user_id" integer,
    "telegram_id" integer,
    "email" varchar not null,
    "password" varchar not null,
    "password_algo" varchar,
    "password_salt" varchar,
    "balance" integer not null default '0',
    "discount" integer,
    "commission_type" integer not null default '0',
    "commission_rate" integer,
    "commission_balance" integer not null default '0',
    "t" integer not null default '0',
    "u" integer not null default '0',
    "d" integer not null default '0',
    "transfer_enable" integer not null default '0',
    "banned" tinyint(1) not null default '0',
    "is_admin" tinyint(1) not null default '0',
    "last_login_at" integer,
    "is_staff" tinyint(1) not null default '0',
    "last_login_ip" integer,
    "uuid" varchar not null,
    "group_id" integer,
    "plan_id" integer,
    "speed_limit" integer,
    "remind_expire" integer default '1',
    "remind_traffic" integer default '1',
    "token" varchar not null,
    "expired_at" integer default '0',
    "remarks" text,
    "created_at" integer not null,
    "updated_at" integer not null,
    "device_limit" integer,
    "online_count" integer,
    "last_online_at" datetime,
    "next_reset_at" integer,
    "last_reset_at" integer,
    "reset_count" integer not null default '0'
);
CREATE UNIQUE INDEX "email" ON "v2_user" ("email");
CREATE INDEX "v2_user_u_d_expired_at_group_id_banned_transfer_enable_index" ON "v2_user" ("u", "d", "expired_at", "group_id", "banned", "transfer_enable");
CREATE INDEX "v2_user_t_index" ON "v2_user" ("t");
CREATE INDEX "v2_user_online_count_index" ON "v2_user" ("online_count");
CREATE INDEX "v2_user_created_at_index" ON "v2_user" ("created_at");
CREATE INDEX "idx_next_reset_at" ON "v2_user" ("next_reset_at");

CREATE TABLE "v2_server" (
    "id" integer primary key autoincrement not null,
    "type" varchar not null,
    "code" varchar,
    "parent_id" integer,
    "group_ids" text,
    "route_ids" text,
    "name" varchar not null,
    "rate" numeric not null,
    "tags" text,
    "host" varchar not null,
    "port" varchar not null,
    "server_port" integer not null,
    "protocol_settings" text,
    "show" tinyint(1) not null default ('0'),
    "sort" integer,
    "created_at" datetime,
    "updated_at" datetime,
    "rate_time_enable" tinyint(1) not null default ('0'),
    "rate_time_ranges" text,
    "custom_outbounds" text,
    "custom_routes" text,
    "cert_config" text,
    "transfer_enable" integer,
    "u" integer not null default ('0'),
    "d" integer not null default ('0'),
    "machine_id" integer,
    "enabled" tinyint(1) default '1',
    foreign key("machine_id") references v2_server_machine("id") on delete set null on update no action
);
CREATE INDEX "v2_server_sort_index" ON "v2_server" ("sort");
CREATE UNIQUE INDEX "v2_server_type_code_unique" ON "v2_server" ("type", "code");

CREATE TABLE "v2_server_machine_load_history" (
    "id" integer primary key autoincrement not null,
    "machine_id" integer not null,
    "cpu" float not null default '0',
    "mem_total" integer not null default '0',
    "mem_used" integer not null default '0',
    "disk_total" integer not null default '0',
    "disk_used" integer not null default '0',
    "recorded_at" integer not null,
    "created_at" datetime,
    "updated_at" datetime,
    "net_in_speed" double,
    "net_out_speed" double,
    foreign key("machine_id") references "v2_server_machine"("id") on delete cascade
);
CREATE INDEX "v2_server_machine_load_history_machine_id_recorded_at_index" ON "v2_server_machine_load_history" ("machine_id", "recorded_at");

CREATE TABLE "migrations" (
    "id" integer primary key autoincrement not null,
    "migration" varchar not null,
    "batch" integer not null
);

INSERT INTO "migrations" (migration, batch) VALUES
    ('2019_08_19_000000_create_failed_jobs_table', 1),
    ('2019_12_14_000001_create_personal_access_tokens_table', 1),
    ('2023_03_19_000000_create_v2_tables', 1),
    ('2023_08_14_221234_create_v2_settings_table', 1),
    ('2023_09_04_190923_add_column_excludes_to_server_table', 1),
    ('2023_09_06_195956_add_column_ips_to_server_table', 1),
    ('2023_09_14_013244_add_column_alpn_to_server_hysteria_table', 1),
    ('2023_09_24_040317_add_column_network_and_network_settings_to_v2_server_trojan', 1),
    ('2023_09_29_044957_add_column_version_and_is_obfs_to_server_hysteria_table', 1),
    ('2023_11_19_205026_change_column_value_to_v2_settings_table', 1),
    ('2023_12_12_212239_add_index_to_v2_user_table', 1),
    ('2024_03_19_103149_modify_icon_column_to_v2_payment_table', 1),
    ('2025_01_01_130644_modify_commission_status_in_v2_order_table', 1),
    ('2025_01_04_optimize_plan_table', 1),
    ('2025_01_05_131425_create_v2_server_table', 1),
    ('2025_01_10_152139_add_device_limit_column', 1),
    ('2025_01_12_190315_add_sort_to_v2_notice_table', 1),
    ('2025_01_12_200936_modify_commission_status_in_v2_order_table', 1),
    ('2025_01_13_000000_convert_order_period_fields', 1),
    ('2025_01_15_000002_add_stat_performance_indexes', 1),
    ('2025_01_16_142320_add_updated_at_index_to_v2_order_table', 1),
    ('2025_01_18_140511_create_plugins_table', 1),
    ('2025_06_21_000001_optimize_v2_settings_table', 1),
    ('2025_06_21_000002_create_traffic_reset_logs_table', 1),
    ('2025_06_21_000003_add_traffic_reset_fields_to_users', 1),
    ('2025_07_01_081556_add_tags_to_v2_plan_table', 1),
    ('2025_07_01_122908_create_gift_card_tables', 1),
    ('2025_07_13_224539_add_column_rate_time_ranges_to_v2_server_table', 1),
    ('2025_07_26_000001_add_type_to_plugins_table', 1),
    ('2025_07_27_000001_create_v2_subscribe_templates_table', 1),
    ('2026_03_11_000001_replace_v2_log_with_admin_audit_log', 1),
    ('2026_03_11_000002_add_stat_user_record_at_index', 1),
    ('2026_03_15_060035_add_custom_config_and_cert_to_v2_server_table', 1),
    ('2026_03_28_161536_add_traffic_fields_to_servers', 1),
    ('2026_04_11_000001_add_machine_support', 1),
    ('2026_04_18_000001_add_network_to_machine_load_history', 1),
    ('2026_04_18_000001_make_server_enabled_nullable', 1),
    ('2026_04_19_000001_backfill_users_next_reset_at', 1),
    ('2026_04_19_235904_backfill_utls_for_legacy_servers', 1),
    ('2026_04_20_000001_create_mail_templates_table', 1),
    ('2026_04_21_000001_fix_ticket_reply_status', 1),
    ('2026_04_22_000001_normalize_trojan_tls_settings', 1);
