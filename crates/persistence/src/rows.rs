//! Rows of hand-written statements, whose columns are found by name.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::integer::Int;

#[derive(QueryableByName)]
pub(crate) struct Count {
    /// The column of that name.
    #[diesel(sql_type = BigInt)]
    pub(crate) count: Int,
}

/// One text of the database's catalogue.
#[derive(QueryableByName)]
pub(crate) struct Line {
    /// The column of that name.
    #[diesel(sql_type = Text)]
    pub(crate) text: String,
}

/// Rows of numbers as `VALUES` lists them.
pub(crate) fn tuples<const N: usize>(rows: &[[i64; N]]) -> String {
    let row = |row: &[i64; N]| format!("({})", row.map(|number| number.to_string()).join(","));
    rows.iter().map(row).collect::<Vec<_>>().join(",")
}

/// Numbers as `IN` lists them.
pub(crate) fn numbers(numbers: impl IntoIterator<Item = i64>) -> String {
    let numbers = numbers.into_iter().map(|number| number.to_string());
    numbers.collect::<Vec<_>>().join(",")
}

/// How many of something a user has.
#[derive(QueryableByName)]
pub(crate) struct CountOf {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) count: Int,
}

/// A row of `v2_stat_user`.
#[derive(QueryableByName)]
pub(crate) struct UserStatistics {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) user_id: Int,
    /// Bytes up.
    #[diesel(sql_type = BigInt)]
    pub(crate) u: Int,
    /// Bytes down.
    #[diesel(sql_type = BigInt)]
    pub(crate) d: Int,
}

/// The number of a row.
#[derive(QueryableByName)]
pub(crate) struct RowId {
    /// The column of that name.
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
}

/// A user's accounts beside the sums of their entries.
#[derive(QueryableByName)]
pub(crate) struct Books {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) balance: Int,
    /// What the commission balance is.
    #[diesel(sql_type = BigInt)]
    pub(crate) commission: Int,
    /// The sum of the entries about the balance, if they have one.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) recorded_balance: Option<Int>,
    /// The sum of the entries about the commission balance, if they have one.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) recorded_commission: Option<Int>,
}

/// All devices in numbers.
#[derive(QueryableByName)]
pub(crate) struct DeviceCounts {
    /// Users who have some.
    #[diesel(sql_type = BigInt)]
    pub(crate) users: Int,
    /// How many those have.
    #[diesel(sql_type = BigInt)]
    pub(crate) devices: Int,
    /// Users who have more than they may.
    #[diesel(sql_type = BigInt)]
    pub(crate) exceeded: Int,
}

/// What a day brought.
#[derive(QueryableByName)]
pub(crate) struct DayRow {
    /// Orders that were placed.
    #[diesel(sql_type = BigInt)]
    pub(crate) orders: Int,
    /// What they came to.
    #[diesel(sql_type = BigInt)]
    pub(crate) order_total: Int,
    /// Orders that were paid.
    #[diesel(sql_type = BigInt)]
    pub(crate) paid_orders: Int,
    /// What they came to.
    #[diesel(sql_type = BigInt)]
    pub(crate) paid_total: Int,
    /// Commission that was paid.
    #[diesel(sql_type = BigInt)]
    pub(crate) commissions: Int,
    /// What it came to.
    #[diesel(sql_type = BigInt)]
    pub(crate) commission_total: Int,
    /// Accounts that were made.
    #[diesel(sql_type = BigInt)]
    pub(crate) registrations: Int,
    /// Those of them that were invited.
    #[diesel(sql_type = BigInt)]
    pub(crate) invitations: Int,
    /// Bytes that nodes carried.
    #[diesel(sql_type = BigInt)]
    pub(crate) traffic: Int,
}

/// What a user's invitations brought.
#[derive(QueryableByName)]
pub(crate) struct Invitations {
    /// How many users were invited.
    #[diesel(sql_type = BigInt)]
    pub(crate) invited: Int,
    /// What was paid for them.
    #[diesel(sql_type = BigInt)]
    pub(crate) earned: Int,
    /// What is not confirmed yet.
    #[diesel(sql_type = BigInt)]
    pub(crate) pending: Int,
    /// The user's own rate in percent.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) rate: Option<Int>,
    /// The commission balance.
    #[diesel(sql_type = BigInt)]
    pub(crate) available: Int,
}

/// An entry of the record of what administrators did.
#[derive(QueryableByName)]
pub(crate) struct AuditRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) admin_id: Int,
    /// Their address, while the account exists.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) email: Option<String>,
    /// What was asked for.
    #[diesel(sql_type = Text)]
    pub(crate) action: String,
    #[diesel(sql_type = Text)]
    pub(crate) method: String,
    #[diesel(sql_type = Text)]
    pub(crate) uri: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) request_data: Option<String>,
    /// From where.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) ip: Option<String>,
    /// What it changed, as it was.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) before_values: Option<String>,
    /// And as it became.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) after_values: Option<String>,
    /// The status of the answer.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) status: Option<Int>,
    /// When it was asked.
    #[diesel(sql_type = BigInt)]
    pub(crate) created_at: Int,
    /// When the row was last changed.
    #[diesel(sql_type = BigInt)]
    pub(crate) updated_at: Int,
}

impl AuditRow {
    /// What it is read from.
    pub(crate) const COLUMNS: &[&'static str] = &[
        "id",
        "admin_id",
        "email",
        "action",
        "method",
        "uri",
        "request_data",
        "ip",
        "before_values",
        "after_values",
        "status",
        "created_at",
        "updated_at",
    ];
}
