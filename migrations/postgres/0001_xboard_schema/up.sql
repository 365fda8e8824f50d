-- Xboard's schema as its migrations leave it up to 2026_04_22_000001_normalize_trojan_tls_settings.
-- Two types differ from what the reference would choose, so that the same statements serve every database:
-- flags are smallint (0 or 1), and fixed-width texts are varchar. An existing database keeps its own.

CREATE TABLE "failed_jobs" (
    "id" bigserial PRIMARY KEY,
    "connection" text NOT NULL,
    "queue" text NOT NULL,
    "payload" text NOT NULL,
    "exception" text NOT NULL,
    "failed_at" timestamp(0) without time zone NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "personal_access_tokens" (
    "id" bigserial PRIMARY KEY,
    "tokenable_type" varchar(255) NOT NULL,
    "tokenable_id" bigint NOT NULL,
    "name" varchar(255) NOT NULL,
    "token" varchar(64) NOT NULL,
    "abilities" text,
    "last_used_at" timestamp(0) without time zone,
    "expires_at" timestamp(0) without time zone,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "personal_access_tokens_token_unique" UNIQUE ("token")
);
CREATE INDEX "personal_access_tokens_tokenable_type_tokenable_id_index" ON "personal_access_tokens" ("tokenable_type", "tokenable_id");

CREATE TABLE "v2_admin_audit_log" (
    "id" bigserial PRIMARY KEY,
    "admin_id" bigint NOT NULL,
    "action" varchar(64) NOT NULL,
    "method" varchar(10) NOT NULL,
    "uri" varchar(512) NOT NULL,
    "request_data" text,
    "ip" varchar(128),
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);
CREATE INDEX "v2_admin_audit_log_admin_id_index" ON "v2_admin_audit_log" ("admin_id");
CREATE INDEX "v2_admin_audit_log_action_index" ON "v2_admin_audit_log" ("action");

CREATE TABLE "v2_commission_log" (
    "id" serial PRIMARY KEY,
    "invite_user_id" integer NOT NULL,
    "user_id" integer NOT NULL,
    "trade_no" varchar(36) NOT NULL,
    "order_amount" integer NOT NULL,
    "get_amount" integer NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);
CREATE INDEX "v2_commission_log_created_at_index" ON "v2_commission_log" ("created_at");
CREATE INDEX "v2_commission_log_get_amount_index" ON "v2_commission_log" ("get_amount");

CREATE TABLE "v2_coupon" (
    "id" serial PRIMARY KEY,
    "code" varchar(255) NOT NULL,
    "name" varchar(255) NOT NULL,
    "type" integer NOT NULL,
    "value" integer NOT NULL,
    "show" smallint NOT NULL DEFAULT 0,
    "limit_use" integer,
    "limit_use_with_user" integer,
    "limit_plan_ids" varchar(255),
    "limit_period" varchar(255),
    "started_at" integer NOT NULL,
    "ended_at" integer NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_gift_card_code" (
    "id" bigserial PRIMARY KEY,
    "template_id" integer NOT NULL,
    "code" varchar(32) NOT NULL,
    "batch_id" varchar(32),
    "status" smallint NOT NULL DEFAULT 0,
    "user_id" integer,
    "used_at" integer,
    "expires_at" integer,
    "actual_rewards" json,
    "usage_count" integer NOT NULL DEFAULT 0,
    "max_usage" integer NOT NULL DEFAULT 1,
    "metadata" json,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL,
    CONSTRAINT "v2_gift_card_code_code_unique" UNIQUE ("code")
);
CREATE INDEX "idx_gift_code_template_id" ON "v2_gift_card_code" ("template_id");
CREATE INDEX "idx_gift_code_status" ON "v2_gift_card_code" ("status");
CREATE INDEX "idx_gift_code_user_id" ON "v2_gift_card_code" ("user_id");
CREATE INDEX "idx_gift_code_batch_id" ON "v2_gift_card_code" ("batch_id");
CREATE INDEX "idx_gift_code_expires_at" ON "v2_gift_card_code" ("expires_at");
CREATE INDEX "idx_gift_code_lookup" ON "v2_gift_card_code" ("code", "status", "expires_at");

CREATE TABLE "v2_gift_card_template" (
    "id" bigserial PRIMARY KEY,
    "name" varchar(255) NOT NULL,
    "description" text,
    "type" smallint NOT NULL,
    "status" smallint NOT NULL DEFAULT 1,
    "conditions" json,
    "rewards" json NOT NULL,
    "limits" json,
    "special_config" json,
    "icon" varchar(255),
    "background_image" varchar(255),
    "theme_color" varchar(7) NOT NULL DEFAULT '#1890ff',
    "sort" integer NOT NULL DEFAULT 0,
    "admin_id" integer NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);
CREATE INDEX "idx_gift_template_type_status" ON "v2_gift_card_template" ("type", "status");
CREATE INDEX "idx_gift_template_created_at" ON "v2_gift_card_template" ("created_at");

CREATE TABLE "v2_gift_card_usage" (
    "id" bigserial PRIMARY KEY,
    "code_id" integer NOT NULL,
    "template_id" integer NOT NULL,
    "user_id" integer NOT NULL,
    "invite_user_id" integer,
    "rewards_given" json NOT NULL,
    "invite_rewards" json,
    "user_level_at_use" integer,
    "plan_id_at_use" integer,
    "multiplier_applied" numeric(3,2) NOT NULL DEFAULT 1.00,
    "ip_address" varchar(45),
    "user_agent" text,
    "notes" text,
    "created_at" integer NOT NULL
);
CREATE INDEX "idx_gift_usage_code_id" ON "v2_gift_card_usage" ("code_id");
CREATE INDEX "idx_gift_usage_template_id" ON "v2_gift_card_usage" ("template_id");
CREATE INDEX "idx_gift_usage_user_id" ON "v2_gift_card_usage" ("user_id");
CREATE INDEX "idx_gift_usage_invite_user_id" ON "v2_gift_card_usage" ("invite_user_id");
CREATE INDEX "idx_gift_usage_created_at" ON "v2_gift_card_usage" ("created_at");
CREATE INDEX "idx_gift_usage_user_usage" ON "v2_gift_card_usage" ("user_id", "created_at");
CREATE INDEX "idx_gift_usage_template_stats" ON "v2_gift_card_usage" ("template_id", "created_at");

CREATE TABLE "v2_invite_code" (
    "id" serial PRIMARY KEY,
    "user_id" integer NOT NULL,
    "code" varchar(32) NOT NULL,
    "status" smallint NOT NULL DEFAULT 0,
    "pv" integer NOT NULL DEFAULT 0,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_knowledge" (
    "id" serial PRIMARY KEY,
    "language" varchar(5) NOT NULL,
    "category" varchar(255) NOT NULL,
    "title" varchar(255) NOT NULL,
    "body" text NOT NULL,
    "sort" integer,
    "show" smallint NOT NULL DEFAULT 0,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_log" (
    "id" serial PRIMARY KEY,
    "title" text NOT NULL,
    "level" varchar(11),
    "host" varchar(255),
    "uri" varchar(255) NOT NULL,
    "method" varchar(11) NOT NULL,
    "data" text,
    "ip" varchar(128),
    "context" text,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_mail_log" (
    "id" serial PRIMARY KEY,
    "email" varchar(64) NOT NULL,
    "subject" varchar(255) NOT NULL,
    "template_name" varchar(255) NOT NULL,
    "error" text,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_mail_templates" (
    "id" bigserial PRIMARY KEY,
    "name" varchar(64) NOT NULL,
    "subject" varchar(255) NOT NULL,
    "content" text NOT NULL,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_mail_templates_name_unique" UNIQUE ("name")
);

CREATE TABLE "v2_notice" (
    "id" serial PRIMARY KEY,
    "sort" integer,
    "title" varchar(255) NOT NULL,
    "content" text NOT NULL,
    "show" smallint NOT NULL DEFAULT 0,
    "img_url" varchar(255),
    "tags" varchar(255),
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);
CREATE INDEX "v2_notice_sort_index" ON "v2_notice" ("sort");

CREATE TABLE "v2_order" (
    "id" serial PRIMARY KEY,
    "invite_user_id" integer,
    "user_id" integer NOT NULL,
    "plan_id" integer NOT NULL,
    "coupon_id" integer,
    "payment_id" integer,
    "type" integer NOT NULL,
    "period" varchar(255) NOT NULL,
    "trade_no" varchar(36) NOT NULL,
    "callback_no" varchar(255),
    "total_amount" integer NOT NULL,
    "handling_amount" integer,
    "discount_amount" integer,
    "surplus_amount" integer,
    "refund_amount" integer,
    "balance_amount" integer,
    "surplus_order_ids" text,
    "status" integer NOT NULL DEFAULT 0,
    "commission_status" integer NOT NULL DEFAULT 0,
    "commission_balance" integer NOT NULL DEFAULT 0,
    "actual_commission_balance" integer,
    "paid_at" integer,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL,
    CONSTRAINT "trade_no" UNIQUE ("trade_no")
);
CREATE INDEX "v2_order_created_at_index" ON "v2_order" ("created_at");
CREATE INDEX "v2_order_status_index" ON "v2_order" ("status");
CREATE INDEX "v2_order_total_amount_index" ON "v2_order" ("total_amount");
CREATE INDEX "v2_order_commission_status_index" ON "v2_order" ("commission_status");
CREATE INDEX "v2_order_invite_user_id_index" ON "v2_order" ("invite_user_id");
CREATE INDEX "v2_order_commission_balance_index" ON "v2_order" ("commission_balance");
CREATE INDEX "v2_order_updated_at_index" ON "v2_order" ("updated_at");

CREATE TABLE "v2_payment" (
    "id" serial PRIMARY KEY,
    "uuid" varchar(32) NOT NULL,
    "payment" varchar(16) NOT NULL,
    "name" varchar(255) NOT NULL,
    "icon" text,
    "config" text NOT NULL,
    "notify_domain" varchar(128),
    "handling_fee_fixed" integer,
    "handling_fee_percent" numeric(5,2),
    "enable" smallint NOT NULL DEFAULT 0,
    "sort" integer,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_plan" (
    "id" serial PRIMARY KEY,
    "group_id" integer,
    "transfer_enable" bigint,
    "name" varchar(255) NOT NULL,
    "prices" json,
    "sell" smallint NOT NULL DEFAULT 0,
    "speed_limit" integer,
    "device_limit" integer,
    "show" smallint NOT NULL DEFAULT 0,
    "sort" integer,
    "renew" smallint NOT NULL DEFAULT 1,
    "content" text,
    "tags" json,
    "reset_traffic_method" integer DEFAULT 0,
    "capacity_limit" integer DEFAULT 0,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_plugins" (
    "id" bigserial PRIMARY KEY,
    "name" varchar(255) NOT NULL,
    "code" varchar(255) NOT NULL,
    "type" varchar(20) NOT NULL DEFAULT 'feature',
    "version" varchar(50) NOT NULL,
    "is_enabled" smallint NOT NULL DEFAULT 0,
    "config" json,
    "installed_at" timestamp(0) without time zone,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_plugins_code_unique" UNIQUE ("code")
);
CREATE INDEX "v2_plugins_type_is_enabled_index" ON "v2_plugins" ("type", "is_enabled");

CREATE TABLE "v2_server_group" (
    "id" serial PRIMARY KEY,
    "name" varchar(255) NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_server_machine" (
    "id" bigserial PRIMARY KEY,
    "name" varchar(255) NOT NULL,
    "token" varchar(64) NOT NULL,
    "notes" text,
    "is_active" smallint NOT NULL DEFAULT 1,
    "last_seen_at" integer,
    "load_status" json,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_server_machine_token_unique" UNIQUE ("token")
);

CREATE TABLE "v2_server_route" (
    "id" serial PRIMARY KEY,
    "remarks" varchar(255) NOT NULL,
    "match" text NOT NULL,
    "action" varchar(11) NOT NULL,
    "action_value" varchar(255),
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_settings" (
    "id" bigserial PRIMARY KEY,
    "group" varchar(255),
    "type" varchar(255),
    "name" varchar(255) NOT NULL,
    "value" text,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_settings_name_unique" UNIQUE ("name")
);
CREATE INDEX "idx_setting_name" ON "v2_settings" ("name");

CREATE TABLE "v2_stat" (
    "id" serial PRIMARY KEY,
    "record_at" integer NOT NULL,
    "record_type" varchar(1) NOT NULL,
    "order_count" integer NOT NULL,
    "order_total" integer NOT NULL,
    "commission_count" integer NOT NULL,
    "commission_total" integer NOT NULL,
    "paid_count" integer NOT NULL,
    "paid_total" integer NOT NULL,
    "register_count" integer NOT NULL,
    "invite_count" integer NOT NULL,
    "transfer_used_total" varchar(32) NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL,
    CONSTRAINT "v2_stat_record_at_unique" UNIQUE ("record_at")
);

CREATE TABLE "v2_stat_server" (
    "id" serial PRIMARY KEY,
    "server_id" integer NOT NULL,
    "server_type" varchar(11) NOT NULL,
    "u" bigint NOT NULL,
    "d" bigint NOT NULL,
    "record_type" varchar(1) NOT NULL,
    "record_at" integer NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL,
    CONSTRAINT "server_id_server_type_record_at" UNIQUE ("server_id", "server_type", "record_at")
);
CREATE INDEX "server_id" ON "v2_stat_server" ("server_id");
CREATE INDEX "record_at" ON "v2_stat_server" ("record_at");
CREATE INDEX "v2_stat_server_server_id_index" ON "v2_stat_server" ("server_id");
CREATE INDEX "v2_stat_server_record_at_index" ON "v2_stat_server" ("record_at");
CREATE INDEX "v2_stat_server_u_index" ON "v2_stat_server" ("u");
CREATE INDEX "v2_stat_server_d_index" ON "v2_stat_server" ("d");

CREATE TABLE "v2_stat_user" (
    "id" serial PRIMARY KEY,
    "user_id" integer NOT NULL,
    "server_rate" numeric(10,2) NOT NULL,
    "u" bigint NOT NULL,
    "d" bigint NOT NULL,
    "record_type" varchar(2) NOT NULL,
    "record_at" integer NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL,
    CONSTRAINT "server_rate_user_id_record_at" UNIQUE ("server_rate", "user_id", "record_at")
);
CREATE INDEX "v2_stat_user_user_id_server_rate_record_at_index" ON "v2_stat_user" ("user_id", "server_rate", "record_at");
CREATE INDEX "v2_stat_user_u_index" ON "v2_stat_user" ("u");
CREATE INDEX "v2_stat_user_d_index" ON "v2_stat_user" ("d");
CREATE INDEX "idx_stat_user_record_user" ON "v2_stat_user" ("record_at", "user_id");

CREATE TABLE "v2_subscribe_templates" (
    "id" bigserial PRIMARY KEY,
    "name" varchar(255) NOT NULL,
    "content" text,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_subscribe_templates_name_unique" UNIQUE ("name")
);

CREATE TABLE "v2_ticket" (
    "id" serial PRIMARY KEY,
    "user_id" integer NOT NULL,
    "subject" varchar(255) NOT NULL,
    "level" integer NOT NULL,
    "status" integer NOT NULL DEFAULT 0,
    "reply_status" integer NOT NULL DEFAULT 0,
    "last_reply_user_id" integer,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);
CREATE INDEX "v2_ticket_status_index" ON "v2_ticket" ("status");
CREATE INDEX "v2_ticket_created_at_index" ON "v2_ticket" ("created_at");

CREATE TABLE "v2_ticket_message" (
    "id" serial PRIMARY KEY,
    "user_id" integer NOT NULL,
    "ticket_id" integer NOT NULL,
    "message" text NOT NULL,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL
);

CREATE TABLE "v2_traffic_reset_logs" (
    "id" bigserial PRIMARY KEY,
    "user_id" bigint NOT NULL,
    "reset_type" varchar(50) NOT NULL,
    "reset_time" timestamp(0) without time zone NOT NULL,
    "old_upload" bigint NOT NULL DEFAULT 0,
    "old_download" bigint NOT NULL DEFAULT 0,
    "old_total" bigint NOT NULL DEFAULT 0,
    "new_upload" bigint NOT NULL DEFAULT 0,
    "new_download" bigint NOT NULL DEFAULT 0,
    "new_total" bigint NOT NULL DEFAULT 0,
    "trigger_source" varchar(50) NOT NULL,
    "metadata" json,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone
);
CREATE INDEX "idx_user_id" ON "v2_traffic_reset_logs" ("user_id");
CREATE INDEX "idx_reset_time" ON "v2_traffic_reset_logs" ("reset_time");
CREATE INDEX "idx_user_reset_time" ON "v2_traffic_reset_logs" ("user_id", "reset_time");

CREATE TABLE "v2_user" (
    "id" serial PRIMARY KEY,
    "invite_user_id" integer,
    "telegram_id" bigint,
    "email" varchar(64) NOT NULL,
    "password" varchar(64) NOT NULL,
    "password_algo" varchar(10),
    "password_salt" varchar(10),
    "balance" integer NOT NULL DEFAULT 0,
    "discount" integer,
    "commission_type" smallint NOT NULL DEFAULT 0,
    "commission_rate" integer,
    "commission_balance" integer NOT NULL DEFAULT 0,
    "t" integer NOT NULL DEFAULT 0,
    "u" bigint NOT NULL DEFAULT 0,
    "d" bigint NOT NULL DEFAULT 0,
    "transfer_enable" bigint NOT NULL DEFAULT 0,
    "banned" smallint NOT NULL DEFAULT 0,
    "is_admin" smallint NOT NULL DEFAULT 0,
    "last_login_at" integer,
    "is_staff" smallint NOT NULL DEFAULT 0,
    "last_login_ip" integer,
    "uuid" varchar(36) NOT NULL,
    "group_id" integer,
    "plan_id" integer,
    "speed_limit" integer,
    "remind_expire" smallint DEFAULT 1,
    "remind_traffic" smallint DEFAULT 1,
    "token" varchar(32) NOT NULL,
    "expired_at" bigint DEFAULT 0,
    "next_reset_at" integer,
    "last_reset_at" integer,
    "reset_count" integer NOT NULL DEFAULT 0,
    "device_limit" integer,
    "online_count" integer,
    "last_online_at" timestamp(0) without time zone,
    "remarks" text,
    "created_at" integer NOT NULL,
    "updated_at" integer NOT NULL,
    CONSTRAINT "email" UNIQUE ("email")
);
CREATE INDEX "v2_user_u_d_expired_at_group_id_banned_transfer_enable_index" ON "v2_user" ("u", "d", "expired_at", "group_id", "banned", "transfer_enable");
CREATE INDEX "v2_user_t_index" ON "v2_user" ("t");
CREATE INDEX "v2_user_online_count_index" ON "v2_user" ("online_count");
CREATE INDEX "v2_user_created_at_index" ON "v2_user" ("created_at");
CREATE INDEX "idx_next_reset_at" ON "v2_user" ("next_reset_at");

CREATE TABLE "v2_server" (
    "id" bigserial PRIMARY KEY,
    "type" varchar(255) NOT NULL,
    "code" varchar(255),
    "parent_id" integer,
    "machine_id" bigint,
    "group_ids" json,
    "route_ids" json,
    "name" varchar(255) NOT NULL,
    "rate" numeric(8,2) NOT NULL,
    "transfer_enable" bigint,
    "u" bigint NOT NULL DEFAULT 0,
    "d" bigint NOT NULL DEFAULT 0,
    "rate_time_enable" smallint NOT NULL DEFAULT 0,
    "rate_time_ranges" json,
    "tags" json,
    "host" varchar(255) NOT NULL,
    "port" varchar(255) NOT NULL,
    "server_port" integer NOT NULL,
    "protocol_settings" json,
    "custom_outbounds" json,
    "custom_routes" json,
    "cert_config" json,
    "show" smallint NOT NULL DEFAULT 0,
    "enabled" smallint DEFAULT 1,
    "sort" integer,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_server_type_code_unique" UNIQUE ("type", "code"),
    CONSTRAINT "v2_server_machine_id_foreign" FOREIGN KEY ("machine_id") REFERENCES "v2_server_machine" ("id") ON DELETE SET NULL
);
CREATE INDEX "v2_server_sort_index" ON "v2_server" ("sort");

CREATE TABLE "v2_server_machine_load_history" (
    "id" bigserial PRIMARY KEY,
    "machine_id" bigint NOT NULL,
    "cpu" double precision NOT NULL DEFAULT 0,
    "mem_total" bigint NOT NULL DEFAULT 0,
    "mem_used" bigint NOT NULL DEFAULT 0,
    "disk_total" bigint NOT NULL DEFAULT 0,
    "disk_used" bigint NOT NULL DEFAULT 0,
    "net_in_speed" double precision,
    "net_out_speed" double precision,
    "recorded_at" integer NOT NULL,
    "created_at" timestamp(0) without time zone,
    "updated_at" timestamp(0) without time zone,
    CONSTRAINT "v2_server_machine_load_history_machine_id_foreign" FOREIGN KEY ("machine_id") REFERENCES "v2_server_machine" ("id") ON DELETE CASCADE
);
CREATE INDEX "v2_server_machine_load_history_machine_id_recorded_at_index" ON "v2_server_machine_load_history" ("machine_id", "recorded_at");

CREATE TABLE "migrations" (
    "id" serial PRIMARY KEY,
    "migration" varchar(255) NOT NULL,
    "batch" integer NOT NULL
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
