//! Rows that are good but for one value.

use std::collections::BTreeMap;

use ferroboard_auth::TokenDigest;
use ferroboard_testing::databases::{Backend, Database};

use crate::columns::{Column, Kind, tables};

/// The number of the first row. Every planted row has a number of its own above it.
pub(crate) const FIRST: i64 = 900_000;

/// What stands in every text of a planted row.
const MARK: &str = "victim";

/// What stands in texts that mean nothing.
const ODD: &str = "{\"odd-victim";

/// Tables that no query of the panel reads rows of, each with the reason.
const UNREAD: [(&str, &str); 7] = [
    ("ferro_adoption", "read by the way back alone"),
    ("ferro_lock", "turns are counted on, and never read"),
    ("failed_jobs", "Xboard's queue"),
    (
        "migrations",
        "decides what is adopted, before anything is served",
    ),
    ("ferro_migration", "the same for our own steps"),
    ("v2_log", "Xboard's log"),
    (
        "ferro_secret",
        "the program's own keys; without them nothing starts",
    ),
];

/// What a row must hold so that it is looked at: `#` is the row's number. What is not named is NULL
/// where the column allows it, else 0 or the mark.
const GOOD: &[(&str, &[(&str, &str)])] = &[
    (
        "ferro_device",
        &[
            ("user_id", "900000"),
            ("node_id", "1"),
            ("ip", "'victim-#'"),
            ("last_seen", "2100000000"),
        ],
    ),
    ("ferro_event", &[("kind", "'order.paid'"), ("spread", "1")]),
    ("ferro_job", &[("name", "'victim-#'")]),
    (
        "ferro_ledger",
        &[
            ("user_id", "900000"),
            ("kind", "'admin'"),
            ("reference", "'victim-#'"),
        ],
    ),
    (
        "ferro_mail",
        &[
            ("email", "'victim-#@demo.test'"),
            ("template", "'notify'"),
            ("template_values", "'{}'"),
        ],
    ),
    (
        "ferro_node_state",
        &[
            ("node_id", "#"),
            ("last_check_at", "1"),
            ("load_status", "'{}'"),
            ("load_status_at", "1"),
        ],
    ),
    ("ferro_operation", &[("name", "'victim-#'")]),
    (
        "ferro_real_name",
        &[
            ("user_id", "#"),
            ("status", "1"),
            ("identity_hash", "'victim-#'"),
            ("submitted_at", "1"),
            ("key_id", "1"),
        ],
    ),
    ("ferro_receipt", &[("user_id", "900000"), ("place", "#")]),
    ("ferro_receipt_year", &[("year", "#")]),
    ("ferro_reset_rule", &[("plan_id", "#"), ("rule", "'0'")]),
    (
        "ferro_session",
        &[("id", "'victim-#'"), ("user_id", "900000")],
    ),
    (
        "ferro_shadow_account",
        &[
            ("kind", "'ipv6'"),
            ("user_id", "#"),
            ("shadow_user_id", "-#"),
            ("status", "1"),
        ],
    ),
    ("ferro_webhook", &[("active", "0"), ("kinds", "'*'")]),
    (
        "ferro_webhook_delivery",
        &[
            ("event_id", "#"),
            ("kind", "'order.paid'"),
            ("status", "'delivered'"),
        ],
    ),
    (
        "ferro_withdrawal",
        &[("ticket_id", "#"), ("user_id", "900000")],
    ),
    (
        "personal_access_tokens",
        &[
            ("tokenable_type", "'App\\Models\\User'"),
            ("tokenable_id", "900000"),
            ("name", "'victim-#'"),
            ("token", "digest"),
        ],
    ),
    ("v2_admin_audit_log", &[("admin_id", "900000")]),
    (
        "v2_commission_log",
        &[
            ("invite_user_id", "900000"),
            ("user_id", "900000"),
            ("get_amount", "1"),
        ],
    ),
    (
        "v2_coupon",
        &[
            ("code", "'victim-#'"),
            ("type", "1"),
            ("value", "100"),
            ("show", "1"),
            ("ended_at", "2100000000"),
        ],
    ),
    (
        "v2_gift_card_code",
        &[
            ("template_id", "900000"),
            ("code", "'VICTIM#'"),
            ("max_usage", "1"),
            ("created_at", "1"),
        ],
    ),
    (
        "v2_gift_card_template",
        &[
            ("type", "1"),
            ("status", "1"),
            ("rewards", "'{\"balance\":1}'"),
            ("limits", "'{}'"),
        ],
    ),
    (
        "v2_gift_card_usage",
        &[
            ("code_id", "900000"),
            ("template_id", "900000"),
            ("user_id", "900000"),
            ("rewards_given", "'{}'"),
            ("multiplier_applied", "1"),
        ],
    ),
    (
        "v2_invite_code",
        &[("user_id", "900000"), ("code", "'vict#'")],
    ),
    (
        "v2_knowledge",
        &[
            ("language", "'zh-CN'"),
            ("category", "'victim'"),
            ("show", "1"),
        ],
    ),
    ("v2_mail_templates", &[("name", "'victim-#'")]),
    ("v2_notice", &[("show", "1")]),
    (
        "v2_order",
        &[
            ("user_id", "900000"),
            ("plan_id", "1"),
            ("type", "1"),
            ("period", "'monthly'"),
            ("trade_no", "'victim-#'"),
            ("total_amount", "100"),
            ("status", "0"),
            ("commission_status", "0"),
            ("created_at", "2100000000"),
            ("updated_at", "2100000000"),
        ],
    ),
    (
        "v2_payment",
        &[
            ("uuid", "'v#'"),
            ("payment", "'EPay'"),
            ("config", "'{}'"),
            ("enable", "1"),
        ],
    ),
    (
        "v2_plan",
        &[
            ("show", "1"),
            ("sell", "1"),
            ("renew", "1"),
            ("transfer_enable", "1"),
            ("prices", "'{\"monthly\": 1}'"),
        ],
    ),
    (
        "v2_plugins",
        &[
            ("code", "'victim-#'"),
            ("version", "'1.0.0'"),
            ("type", "'feature'"),
        ],
    ),
    (
        "v2_server",
        &[
            ("type", "'shadowsocks'"),
            ("code", "'victim-#'"),
            ("name", "'victim-#'"),
            ("host", "'victim.test'"),
            ("port", "'443'"),
            ("server_port", "443"),
            ("rate", "1"),
            ("group_ids", "'[\"1\"]'"),
            ("show", "1"),
            ("enabled", "1"),
            (
                "protocol_settings",
                "'{\"cipher\":\"2022-blake3-aes-128-gcm\"}'",
            ),
            ("created_at", "'2026-01-01 00:00:00'"),
        ],
    ),
    (
        "v2_server_machine",
        &[("token", "'victim-#'"), ("is_active", "1")],
    ),
    ("v2_server_machine_load_history", &[("machine_id", "1")]),
    (
        "v2_server_route",
        &[("match", "'[\"victim\"]'"), ("action", "'block'")],
    ),
    ("v2_settings", &[("name", "'victim-#'")]),
    (
        "v2_stat",
        &[
            ("record_at", "#"),
            ("record_type", "'d'"),
            ("transfer_used_total", "'0'"),
        ],
    ),
    (
        "v2_stat_server",
        &[("server_id", "#"), ("record_type", "'d'")],
    ),
    (
        "v2_stat_user",
        &[
            ("user_id", "900000"),
            ("server_rate", "1"),
            ("record_type", "'d'"),
            ("record_at", "1800#"),
        ],
    ),
    ("v2_subscribe_templates", &[("name", "'victim-#'")]),
    (
        "v2_ticket",
        &[("user_id", "900000"), ("level", "1"), ("status", "1")],
    ),
    (
        "v2_ticket_message",
        &[("user_id", "900000"), ("ticket_id", "900000")],
    ),
    (
        "v2_traffic_reset_logs",
        &[
            ("user_id", "900000"),
            ("reset_type", "'monthly'"),
            ("trigger_source", "'auto'"),
        ],
    ),
    (
        "v2_user",
        &[
            ("email", "'victim-#@demo.test'"),
            ("uuid", "'victim-#'"),
            ("token", "'victim-#'"),
            ("password", "'victim'"),
            ("group_id", "1"),
            ("plan_id", "1"),
            ("transfer_enable", "1000000"),
            ("expired_at", "2100000000"),
            ("balance", "10000"),
            ("commission_balance", "10000"),
            ("remind_expire", "1"),
            ("remind_traffic", "1"),
            ("next_reset_at", "1"),
            ("u", "1"),
            ("d", "1"),
            ("last_online_at", "'2026-01-01 00:00:00'"),
            ("telegram_id", "#"),
        ],
    ),
];

/// One planted row.
#[derive(Debug, Clone)]
pub(crate) struct Planted {
    pub(crate) table: String,
    pub(crate) number: i64,
}

/// Plants every odd value of every column that is read; and for each table a row without one.
pub(crate) async fn plant(database: &Database) -> Vec<Planted> {
    let sql = database.sql();
    let good: BTreeMap<&str, &[(&str, &str)]> = GOOD.iter().copied().collect();
    let mut number = FIRST;
    let mut planted = Vec::new();
    for (table, columns) in tables(sql).await {
        if UNREAD.iter().any(|(unread, _)| *unread == table) {
            continue;
        }
        let mut statements = format!("{}BEGIN;\n", lenient(sql.backend()));
        let own = good.get(table.as_str()).copied().unwrap_or_default();
        // The rows of all tables begin with the same number, which the others refer to.
        let mut rows = vec![(FIRST, None)];
        for column in columns.iter().filter(|column| !column.is_key) {
            for value in odd_values(sql.backend(), column) {
                number += 1;
                rows.push((number, Some((column.name.as_str(), value))));
            }
        }
        for (number, odd) in rows {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| match &odd {
                    Some((name, value)) if *name == column.name => value.clone(),
                    _ => cell(own, column, number),
                })
                .collect();
            let names: Vec<String> = columns
                .iter()
                .map(|column| format!("`{}`", column.name))
                .collect();
            let (names, cells) = (names.join(", "), cells.join(", "));
            let insert = format!("INSERT INTO {table} ({names}) VALUES ({cells});\n");
            statements.push_str(&insert);
            planted.push(Planted {
                table: table.clone(),
                number,
            });
        }
        sql.execute(&(statements + "COMMIT;\n")).await;
    }
    let users = planted.iter().filter(|row| row.table == "v2_user");
    let sessions: String = users.map(|user| session_of(user.number)).collect();
    let lenient = lenient(sql.backend());
    sql.execute(&format!("{lenient}BEGIN;\n{sessions}COMMIT;\n"))
        .await;
    planted
}

/// The secret with which a planted user is logged in.
pub(crate) fn secret_of(user: i64) -> String {
    format!("secret-of-user-{user}")
}

fn session_of(user: i64) -> String {
    let digest = TokenDigest::of(&secret_of(user));
    let name = r"App\Models\User";
    let number = user + 1_000_000;
    format!(
        "INSERT INTO personal_access_tokens (id, tokenable_type, tokenable_id, name, token) \
         VALUES ({number}, '{name}', {user}, 'victim-{number}', '{}');\n",
        digest.as_str()
    )
}

/// What a database must be told so that it takes what it can.
fn lenient(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "PRAGMA foreign_keys = OFF;\n",
        Backend::Mysql => {
            "SET sql_mode = 'ALLOW_INVALID_DATES,NO_BACKSLASH_ESCAPES'; SET check_constraint_checks = 0; \
             SET foreign_key_checks = 0;\n"
        }
        Backend::Postgres => "SET session_replication_role = replica;\n",
    }
}

/// What a good row holds.
fn cell(own: &[(&str, &str)], column: &Column, number: i64) -> String {
    if let Some((_, value)) = own.iter().find(|(name, _)| *name == column.name) {
        if *value == "digest" {
            return format!(
                "'{}'",
                TokenDigest::of(&format!("secret-{number}")).as_str()
            );
        }
        let value = value.replace('#', &number.to_string());
        return match column.holds() {
            Kind::Flag => format!("'{value}'"),
            _ => value,
        };
    }
    if column.name == "id" {
        return number.to_string();
    }
    if column.nullable {
        return "NULL".to_owned();
    }
    match column.holds() {
        Kind::Integer | Kind::Fraction if column.name.ends_with("_id") => number.to_string(),
        Kind::Integer | Kind::Fraction => "0".to_owned(),
        Kind::Flag => "'0'".to_owned(),
        Kind::Time => "'2026-01-01 00:00:00'".to_owned(),
        Kind::Json => "'{}'".to_owned(),
        Kind::Bytes => "''".to_owned(),
        Kind::Text => quoted(&format!("{MARK}-{number}"), column),
    }
}

fn quoted(text: &str, column: &Column) -> String {
    let length = column.length.unwrap_or(usize::MAX);
    let cut: String = text.chars().take(length).collect();
    format!("'{}'", cut.replace('\'', "''"))
}

/// The odd values that the database takes in such a column.
fn odd_values(backend: Backend, column: &Column) -> Vec<String> {
    let mut values: Vec<String> = match (backend, column.holds()) {
        (Backend::Sqlite, Kind::Integer | Kind::Flag | Kind::Fraction) => owned(&[
            "'odd-victim'",
            "1.5",
            "9223372036854775807",
            "-9223372036854775808",
            "x'ff00'",
        ]),
        (Backend::Sqlite, Kind::Time) => {
            owned(&["'odd-victim'", "'0000-00-00 00:00:00'", "12.5", "x'ff00'"])
        }
        (Backend::Sqlite, _) => owned(&["x'ff00fe'", "'{\"odd-victim'", "''", "5"]),
        // Without a strict mode numbers that are too large become the largest.
        (Backend::Mysql, Kind::Integer | Kind::Flag | Kind::Fraction) => {
            owned(&["99999999999999999999999", "-99999999999999999999999"])
        }
        (Backend::Mysql, Kind::Time) => owned(&["'0000-00-00 00:00:00'", "'2026-02-31 00:00:00'"]),
        (Backend::Postgres, Kind::Integer) => match column.kind.as_str() {
            "smallint" => owned(&["32767", "-32768"]),
            "integer" => owned(&["2147483647", "-2147483648"]),
            _ => owned(&["9223372036854775807", "-9223372036854775808"]),
        },
        (Backend::Postgres, Kind::Fraction) => owned(&["'NaN'"]),
        (Backend::Postgres, Kind::Time) => owned(&["'infinity'", "'-infinity'", "'200000-01-01'"]),
        (Backend::Postgres, Kind::Json) => owned(&["'\"odd-victim\"'", "'[{\"a\":[]}]'", "'5'"]),
        (Backend::Postgres, Kind::Flag | Kind::Bytes) => Vec::new(),
        (Backend::Mysql | Backend::Postgres, _) => vec![quoted(ODD, column), "''".to_owned()],
    };
    if column.nullable {
        values.push("NULL".to_owned());
    }
    values
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}
