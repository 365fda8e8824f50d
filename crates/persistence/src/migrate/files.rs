//! The files under `/migrations`, compiled in. Number 13 was given to a step that never came to be.

/// The migration that makes Xboard's own tables; an adopted database has it already.
pub(super) const XBOARD_SCHEMA: i64 = 1;

/// One step from one schema to the next.
pub(crate) struct Migration {
    /// Its place in the order, the number that its name begins with.
    pub(crate) version: i64,
    /// The name of its folder.
    pub(crate) name: &'static str,
    /// The statements of the step. `down.sql` beside it is for people.
    pub(crate) up: &'static str,
}

/// The steps for one database.
macro_rules! steps {
    ($database:literal: $($version:literal $name:literal,)+) => {
        &[$(Migration {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../../../migrations/", $database, "/", $name, "/up.sql")),
        }),+]
    };
}

/// The steps, which every database has under the same names.
macro_rules! migrations {
    ($($version:literal $name:literal,)+) => {
        /// For SQLite.
        #[cfg(feature = "sqlite")]
        pub(crate) const SQLITE: &[Migration] = steps!["sqlite": $($version $name,)+];

        /// For MySQL and MariaDB.
        #[cfg(feature = "mysql")]
        pub(crate) const MYSQL: &[Migration] = steps!["mysql": $($version $name,)+];

        /// For PostgreSQL.
        #[cfg(feature = "postgres")]
        pub(crate) const POSTGRES: &[Migration] = steps!["postgres": $($version $name,)+];
    };
}

migrations![
    1 "0001_xboard_schema",
    2 "0002_ferroboard_tables",
    3 "0003_ferroboard_indexes",
    4 "0004_money_tables",
    5 "0005_money_indexes",
    6 "0006_ledger_openings",
    7 "0007_ticket_tables",
    8 "0008_gift_card_indexes",
    9 "0009_node_tables",
    10 "0010_schedule_tables",
    11 "0011_plugin_tables",
    12 "0012_telegram_index",
    14 "0014_audit_changes",
    15 "0015_traffic_indexes",
    16 "0016_lock_table",
    18 "0018_adoption_notes",
    19 "0019_audit_outcomes",
    21 "0021_login_token_users",
    23 "0023_order_worth",
    24 "0024_ticket_order",
    25 "0025_order_indexes",
    26 "0026_user_tasks",
    28 "0028_gift_card_lists",
    29 "0029_figure_indexes",
    30 "0030_room_for_updates",
    32 "0032_saved_views",
    33 "0033_refunds",
    34 "0034_payment_reviews",
    35 "0035_receipts",
    36 "0036_top_ups",
    37 "0037_auto_renewals",
    38 "0038_traffic_packages",
    39 "0039_webhooks",
    40 "0040_customer_notices",
    41 "0041_node_states",
];
