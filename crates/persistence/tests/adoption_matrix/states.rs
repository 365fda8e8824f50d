//! Databases of Xboard as its versions left them: the newest schema without what later steps of Xboard's
//! own list brought, and rows as they were then.

use ferroboard_testing::databases::{Backend, Sql};

/// A step of Xboard's list, and what a database from before it lacks.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// Tables, and `table.column`s.
    adds: &'static [&'static str],
    /// Indexes.
    indexes: &'static [&'static str],
}

const fn step(
    name: &'static str,
    adds: &'static [&'static str],
    indexes: &'static [&'static str],
) -> Step {
    Step {
        name,
        adds,
        indexes,
    }
}

pub(crate) const PERIODS: &str = "2025_01_13_000000_convert_order_period_fields";
pub(crate) const REPLIES: &str = "2026_04_21_000001_fix_ticket_reply_status";
const COMMISSION: &str = "2025_01_12_200936_modify_commission_status_in_v2_order_table";
const TEMPLATES: &str = "2025_07_27_000001_create_v2_subscribe_templates_table";
const ENABLED: &str = "2026_04_18_000001_make_server_enabled_nullable";
const UTLS: &str = "2026_04_19_235904_backfill_utls_for_legacy_servers";
const TROJAN: &str = "2026_04_22_000001_normalize_trojan_tls_settings";
const SETTINGS: &str = "2025_06_21_000001_optimize_v2_settings_table";

/// In the order in which Xboard runs them.
pub(crate) const STEPS: [Step; 27] = [
    step(
        "2025_01_10_152139_add_device_limit_column",
        &[
            "v2_plan.device_limit",
            "v2_user.device_limit",
            "v2_user.online_count",
            "v2_user.last_online_at",
        ],
        &["v2_user_online_count_index"],
    ),
    step(
        "2025_01_12_190315_add_sort_to_v2_notice_table",
        &["v2_notice.sort"],
        &["v2_notice_sort_index"],
    ),
    step(COMMISSION, &[], &[]),
    step(PERIODS, &[], &[]),
    step(
        "2025_01_15_000002_add_stat_performance_indexes",
        &[],
        &[
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
            "v2_stat_user_u_index",
            "v2_stat_user_d_index",
            "v2_commission_log_created_at_index",
            "v2_commission_log_get_amount_index",
            "v2_ticket_status_index",
            "v2_ticket_created_at_index",
        ],
    ),
    step(
        "2025_01_16_142320_add_updated_at_index_to_v2_order_table",
        &[],
        &["v2_order_updated_at_index"],
    ),
    step(
        "2025_01_18_140511_create_plugins_table",
        &["v2_plugins"],
        &[],
    ),
    step(SETTINGS, &[], &["idx_setting_name"]),
    step(
        "2025_06_21_000002_create_traffic_reset_logs_table",
        &["v2_traffic_reset_logs"],
        &[],
    ),
    step(
        "2025_06_21_000003_add_traffic_reset_fields_to_users",
        &[
            "v2_user.next_reset_at",
            "v2_user.last_reset_at",
            "v2_user.reset_count",
        ],
        &["idx_next_reset_at"],
    ),
    step(
        "2025_07_01_081556_add_tags_to_v2_plan_table",
        &["v2_plan.tags"],
        &[],
    ),
    step(
        "2025_07_01_122908_create_gift_card_tables",
        &[
            "v2_gift_card_template",
            "v2_gift_card_code",
            "v2_gift_card_usage",
        ],
        &[],
    ),
    step(
        "2025_07_13_224539_add_column_rate_time_ranges_to_v2_server_table",
        &["v2_server.rate_time_enable", "v2_server.rate_time_ranges"],
        &[],
    ),
    step(
        "2025_07_26_000001_add_type_to_plugins_table",
        &["v2_plugins.type"],
        &["v2_plugins_type_is_enabled_index"],
    ),
    step(TEMPLATES, &["v2_subscribe_templates"], &[]),
    step(
        "2026_03_11_000001_replace_v2_log_with_admin_audit_log",
        &["v2_admin_audit_log"],
        &[],
    ),
    step(
        "2026_03_11_000002_add_stat_user_record_at_index",
        &[],
        &["idx_stat_user_record_user"],
    ),
    step(
        "2026_03_15_060035_add_custom_config_and_cert_to_v2_server_table",
        &[
            "v2_server.custom_outbounds",
            "v2_server.custom_routes",
            "v2_server.cert_config",
        ],
        &[],
    ),
    step(
        "2026_03_28_161536_add_traffic_fields_to_servers",
        &["v2_server.transfer_enable", "v2_server.u", "v2_server.d"],
        &[],
    ),
    step(
        "2026_04_11_000001_add_machine_support",
        &[
            "v2_server_machine",
            "v2_server_machine_load_history",
            "v2_server.machine_id",
            "v2_server.enabled",
        ],
        &[],
    ),
    step(
        "2026_04_18_000001_add_network_to_machine_load_history",
        &[
            "v2_server_machine_load_history.net_in_speed",
            "v2_server_machine_load_history.net_out_speed",
        ],
        &[],
    ),
    step(ENABLED, &[], &[]),
    step("2026_04_19_000001_backfill_users_next_reset_at", &[], &[]),
    step(UTLS, &[], &[]),
    step(
        "2026_04_20_000001_create_mail_templates_table",
        &["v2_mail_templates"],
        &[],
    ),
    step(REPLIES, &["v2_ticket.last_reply_user_id"], &[]),
    step(TROJAN, &[], &[]),
];

/// What makes Xboard's newest schema.
pub(crate) const fn newest(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => include_str!("../../../../migrations/sqlite/0001_xboard_schema/up.sql"),
        Backend::Mysql => include_str!("../../../../migrations/mysql/0001_xboard_schema/up.sql"),
        Backend::Postgres => {
            include_str!("../../../../migrations/postgres/0001_xboard_schema/up.sql")
        }
    }
}

/// Makes a database in which the first so many of [`STEPS`] were run.
pub(crate) async fn make(sql: &Sql, done: usize) {
    let (before, later) = STEPS.split_at(done);
    let is_done = |name: &str| before.iter().any(|step| step.name == name);
    let adds: Vec<&str> = later.iter().flat_map(|step| step.adds).copied().collect();
    let indexes: Vec<&str> = later
        .iter()
        .flat_map(|step| step.indexes)
        .copied()
        .collect();
    for statement in newest(sql.backend()).split_inclusive(";\n") {
        let statement = without(statement, &adds, &indexes);
        let statement = statement.map(|text| reshaped(&text, sql.backend(), &is_done));
        if let Some(statement) = statement.filter(|text| !text.trim().is_empty()) {
            sql.execute(&statement).await;
        }
    }
    for step in later {
        sql.execute(&format!(
            "DELETE FROM migrations WHERE migration = '{}'",
            step.name
        ))
        .await;
    }
    fill(sql, &is_done).await;
}

/// A statement without what was not there yet.
fn without(statement: &str, adds: &[&str], indexes: &[&str]) -> Option<String> {
    let lines = statement.lines().filter(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with("--")
    });
    let lines: Vec<&str> = lines.collect();
    let first = *lines.first()?;
    let names = |line: &str| -> Vec<String> {
        let parts = line.split(['"', '`']).skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    if first.starts_with("CREATE INDEX") || first.starts_with("CREATE UNIQUE INDEX") {
        let quoted = names(first);
        let (index, table, columns) = (&quoted[0], &quoted[1], &quoted[2..]);
        let is_absent = indexes.contains(&index.as_str())
            || adds.contains(&table.as_str())
            || columns
                .iter()
                .any(|column| adds.contains(&format!("{table}.{column}").as_str()));
        return (!is_absent).then(|| statement.to_owned());
    }
    if !first.starts_with("CREATE TABLE") {
        return Some(lines.join("\n"));
    }
    let table = names(first).remove(0);
    if adds.contains(&table.as_str()) {
        return None;
    }
    let (last, inner) = lines[1..].split_last()?;
    let kept = inner.iter().filter(|line| {
        let line = line.trim_start();
        let quoted = names(line);
        let is_column = line.starts_with(['"', '`']);
        let absent = |name: &String| adds.contains(&format!("{table}.{name}").as_str());
        if is_column {
            return !absent(&quoted[0]);
        }
        // A key or a constraint: its name, and the columns.
        let is_named = quoted
            .first()
            .is_some_and(|name| indexes.contains(&name.as_str()));
        !is_named && !quoted.iter().any(absent)
    });
    let kept: Vec<&str> = kept.map(|line| line.trim_end_matches(',')).collect();
    Some(format!("{first}\n{}\n{last}", kept.join(",\n")))
}

/// The definitions that columns had then.
fn reshaped(statement: &str, backend: Backend, is_done: &dyn Fn(&str) -> bool) -> String {
    let mut text = statement.to_owned();
    let mut reshape = |step: &str, table: &str, now: [&str; 3], then: [&str; 3]| {
        let place = match backend {
            Backend::Sqlite => 0,
            Backend::Mysql => 1,
            Backend::Postgres => 2,
        };
        let names_table = text.lines().next().unwrap_or_default().contains(table);
        if !is_done(step) && names_table {
            text = text.replace(now[place], then[place]);
        }
    };
    reshape(
        REPLIES,
        "v2_ticket",
        [
            "\"reply_status\" integer not null default '0'",
            "`reply_status` int NOT NULL DEFAULT 0",
            "\"reply_status\" integer NOT NULL DEFAULT 0",
        ],
        [
            "\"reply_status\" integer not null default '1'",
            "`reply_status` int NOT NULL DEFAULT 1",
            "\"reply_status\" integer NOT NULL DEFAULT 1",
        ],
    );
    reshape(
        ENABLED,
        "v2_server",
        [
            "\"enabled\" tinyint(1) default '1'",
            "`enabled` tinyint(1) DEFAULT 1",
            "\"enabled\" smallint DEFAULT 1",
        ],
        [
            "\"enabled\" tinyint(1) not null default '1'",
            "`enabled` tinyint(1) NOT NULL DEFAULT 1",
            "\"enabled\" smallint NOT NULL DEFAULT 1",
        ],
    );
    reshape(
        COMMISSION,
        "v2_order",
        [
            "\"commission_status\" integer not null default '0'",
            "`commission_status` int NOT NULL DEFAULT 0",
            "\"commission_status\" integer NOT NULL DEFAULT 0",
        ],
        [
            "\"commission_status\" integer",
            "`commission_status` int DEFAULT NULL",
            "\"commission_status\" integer",
        ],
    );
    if !is_done(SETTINGS) && backend == Backend::Mysql {
        text = text.replace("`value` mediumtext", "`value` text");
    }
    text
}

/// Rows as that version wrote them.
async fn fill(sql: &Sql, is_done: &dyn Fn(&str) -> bool) {
    let on =
        |name: &str, then: &'static str, now: &'static str| if is_done(name) { now } else { then };
    let period = on(PERIODS, "month_price", "monthly");
    let commission = on(COMMISSION, "NULL", "0");
    let (asked, answered) = if is_done(REPLIES) { (0, 1) } else { (1, 0) };
    let utls = on(
        UTLS,
        r#"{"tls":2}"#,
        r#"{"tls":2,"utls":{"enabled":true,"fingerprint":"chrome"}}"#,
    );
    let tls = on(
        TROJAN,
        r#"{"server_name":"a.test"}"#,
        r#"{"server_name":"a.test","tls_settings":{"allow_insecure":false,"server_name":"a.test"}}"#,
    );
    let templates = if is_done(TEMPLATES) {
        "INSERT INTO v2_subscribe_templates (name, content) VALUES ('clash', 'mine')"
    } else {
        "INSERT INTO v2_settings (name, value) VALUES ('subscribe_template_clash', 'mine'), \
         ('subscribe_template_surge', '')"
    };
    for statement in [
        "INSERT INTO v2_user (id, email, password, uuid, token, balance, created_at, updated_at) VALUES \
         (1, 'ann@demo.test', 'x', 'u1', 't1', 500, 1, 1), (2, 'bob@demo.test', 'x', 'u2', 't2', 0, 1, 1)",
        "INSERT INTO v2_plan (id, name, prices, created_at, updated_at) \
         VALUES (1, 'Plan', '{\"monthly\":9.9}', 1, 1)",
        &format!(
            "INSERT INTO v2_order (id, user_id, plan_id, type, period, trade_no, total_amount, status, \
             commission_status, created_at, updated_at) \
             VALUES (1, 1, 1, 1, '{period}', 'n1', 990, 3, {commission}, 1, 1)"
        ),
        &format!(
            "INSERT INTO v2_ticket (id, user_id, subject, level, status, reply_status, created_at, \
             updated_at) VALUES (1, 1, 'asked', 0, 0, {asked}, 1, 1), \
             (2, 1, 'answered', 0, 0, {answered}, 1, 1), (3, 1, 'asked again', 0, 1, {asked}, 1, 1)"
        ),
        "INSERT INTO v2_ticket_message (id, user_id, ticket_id, message, created_at, updated_at) VALUES \
         (1, 1, 1, 'a', 1, 1), (2, 1, 2, 'b', 1, 1), (3, 2, 2, 'c', 1, 1), (4, 1, 3, 'd', 1, 1)",
        &format!(
            "INSERT INTO v2_server (id, type, code, name, rate, host, port, server_port, \
             protocol_settings) VALUES (1, 'vless', '1', 'V', 1, 'h', '1', 1, '{utls}'), \
             (2, 'trojan', '2', 'T', 1, 'h', '1', 1, '{tls}')"
        ),
        templates,
    ] {
        sql.execute(statement).await;
    }
}
