//! Xboard's own migrations since January 2025, as far as a database can be brought over them here: what
//! each adds, and by which rows it can be told that it has not been run.

/// One of Xboard's migrations.
pub(super) struct XboardStep {
    /// Its name, as the table `migrations` records it.
    pub(super) name: &'static str,
    /// Tables, and `table.column`s.
    pub(super) adds: &'static [&'static str],
    /// Indexes on tables that were there before.
    pub(super) indexes: &'static [&'static str],
    /// What it does with rows.
    pub(super) change: Option<Change>,
}

/// A change of rows that stand in tables of Xboard's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Orders without a state of their commission get the first one.
    CommissionStatus,
    /// Orders name their period by its new name.
    Periods,
    /// Templates of subscriptions move from the settings to a table of their own.
    Templates,
    /// VLESS nodes with REALITY imitate a browser's TLS.
    Utls,
    /// Tickets tell by 0 that an answer is awaited, and no longer by 1.
    ReplyStatus,
    /// Trojan nodes keep what they say of TLS in one place.
    TrojanTls,
}

const fn step(name: &'static str) -> XboardStep {
    XboardStep {
        name,
        adds: &[],
        indexes: &[],
        change: None,
    }
}

/// The migration that gives `v2_order.refund_amount` its newer name. It is done or left undone by Xboard.
pub(super) const RENAMED_REFUND: &str = "2026_05_30_000000_rename_refund_amount_to_surplus_credit";

/// That name, with its table.
pub(super) const NEWER_REFUND: &str = "v2_order.surplus_credit";

/// Names that Xboard once had and took back; nothing of what they did is in the way.
pub(super) const WITHDRAWN: [&str; 3] = [
    "2025_11_29_000000_add_server_id_to_stat_user",
    "2025_11_29_120000_update_stat_user_unique_constraint",
    "2026_03_28_050000_lowercase_existing_emails",
];

/// In the order in which Xboard runs them.
pub(super) const STEPS: [XboardStep; 27] = [
    XboardStep {
        adds: &[
            "v2_plan.device_limit",
            "v2_user.device_limit",
            "v2_user.online_count",
            "v2_user.last_online_at",
        ],
        ..step("2025_01_10_152139_add_device_limit_column")
    },
    XboardStep {
        adds: &["v2_notice.sort"],
        indexes: &["v2_notice_sort_index"],
        ..step("2025_01_12_190315_add_sort_to_v2_notice_table")
    },
    XboardStep {
        change: Some(Change::CommissionStatus),
        ..step("2025_01_12_200936_modify_commission_status_in_v2_order_table")
    },
    XboardStep {
        change: Some(Change::Periods),
        ..step("2025_01_13_000000_convert_order_period_fields")
    },
    XboardStep {
        // Those on sums of bytes are left out: a migration of ours would drop them (ADR 0015).
        indexes: &[
            "v2_user_t_index",
            "v2_user_online_count_index",
            "v2_user_created_at_index",
            "v2_order_created_at_index",
            "v2_order_status_index",
            "v2_order_total_amount_index",
            "v2_order_commission_status_index",
            "v2_order_invite_user_id_index",
            "v2_order_commission_balance_index",
            "v2_stat_server_server_id_index",
            "v2_stat_server_record_at_index",
            "v2_stat_server_u_index",
            "v2_stat_server_d_index",
            "v2_commission_log_created_at_index",
            "v2_commission_log_get_amount_index",
            "v2_ticket_status_index",
            "v2_ticket_created_at_index",
        ],
        ..step("2025_01_15_000002_add_stat_performance_indexes")
    },
    XboardStep {
        indexes: &["v2_order_updated_at_index"],
        ..step("2025_01_16_142320_add_updated_at_index_to_v2_order_table")
    },
    XboardStep {
        adds: &["v2_plugins"],
        ..step("2025_01_18_140511_create_plugins_table")
    },
    XboardStep {
        indexes: &["idx_setting_name"],
        ..step("2025_06_21_000001_optimize_v2_settings_table")
    },
    XboardStep {
        adds: &["v2_traffic_reset_logs"],
        ..step("2025_06_21_000002_create_traffic_reset_logs_table")
    },
    XboardStep {
        // The resets themselves are computed by a job, of Xboard's and of ours.
        adds: &[
            "v2_user.next_reset_at",
            "v2_user.last_reset_at",
            "v2_user.reset_count",
        ],
        indexes: &["idx_next_reset_at"],
        ..step("2025_06_21_000003_add_traffic_reset_fields_to_users")
    },
    XboardStep {
        adds: &["v2_plan.tags"],
        ..step("2025_07_01_081556_add_tags_to_v2_plan_table")
    },
    XboardStep {
        adds: &[
            "v2_gift_card_template",
            "v2_gift_card_code",
            "v2_gift_card_usage",
        ],
        ..step("2025_07_01_122908_create_gift_card_tables")
    },
    XboardStep {
        adds: &["v2_server.rate_time_enable", "v2_server.rate_time_ranges"],
        ..step("2025_07_13_224539_add_column_rate_time_ranges_to_v2_server_table")
    },
    XboardStep {
        adds: &["v2_plugins.type"],
        indexes: &["v2_plugins_type_is_enabled_index"],
        ..step("2025_07_26_000001_add_type_to_plugins_table")
    },
    XboardStep {
        adds: &["v2_subscribe_templates"],
        change: Some(Change::Templates),
        ..step("2025_07_27_000001_create_v2_subscribe_templates_table")
    },
    XboardStep {
        adds: &["v2_admin_audit_log"],
        ..step("2026_03_11_000001_replace_v2_log_with_admin_audit_log")
    },
    XboardStep {
        indexes: &["idx_stat_user_record_user"],
        ..step("2026_03_11_000002_add_stat_user_record_at_index")
    },
    XboardStep {
        adds: &[
            "v2_server.custom_outbounds",
            "v2_server.custom_routes",
            "v2_server.cert_config",
        ],
        ..step("2026_03_15_060035_add_custom_config_and_cert_to_v2_server_table")
    },
    XboardStep {
        adds: &["v2_server.transfer_enable", "v2_server.u", "v2_server.d"],
        ..step("2026_03_28_161536_add_traffic_fields_to_servers")
    },
    XboardStep {
        adds: &[
            "v2_server_machine",
            "v2_server_machine_load_history",
            "v2_server.machine_id",
            "v2_server.enabled",
        ],
        ..step("2026_04_11_000001_add_machine_support")
    },
    XboardStep {
        adds: &[
            "v2_server_machine_load_history.net_in_speed",
            "v2_server_machine_load_history.net_out_speed",
        ],
        ..step("2026_04_18_000001_add_network_to_machine_load_history")
    },
    step("2026_04_18_000001_make_server_enabled_nullable"),
    step("2026_04_19_000001_backfill_users_next_reset_at"),
    XboardStep {
        change: Some(Change::Utls),
        ..step("2026_04_19_235904_backfill_utls_for_legacy_servers")
    },
    XboardStep {
        adds: &["v2_mail_templates"],
        ..step("2026_04_20_000001_create_mail_templates_table")
    },
    XboardStep {
        adds: &["v2_ticket.last_reply_user_id"],
        change: Some(Change::ReplyStatus),
        ..step("2026_04_21_000001_fix_ticket_reply_status")
    },
    XboardStep {
        change: Some(Change::TrojanTls),
        ..step("2026_04_22_000001_normalize_trojan_tls_settings")
    },
];

/// Indexes of Xboard's that a migration of ours drops, each with the step that makes it.
pub(super) const REPLACED: [(&str, &str); 4] = [
    (
        "v2_user_u_d_expired_at_group_id_banned_transfer_enable_index",
        "2023_12_12_212239_add_index_to_v2_user_table",
    ),
    (
        "v2_stat_user_u_index",
        "2025_01_15_000002_add_stat_performance_indexes",
    ),
    (
        "v2_stat_user_d_index",
        "2025_01_15_000002_add_stat_performance_indexes",
    ),
    // On PostgreSQL from 16 on.
    (
        "v2_user_t_index",
        "2025_01_15_000002_add_stat_performance_indexes",
    ),
];
