//! Rows of the statements behind dashboards.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::integer::Int;

/// A row of numbers, of which each column has an expression of its own.
macro_rules! numbers {
    ($(#[$doc:meta])* $row:ident { $($column:ident)+ }) => {
        $(#[$doc])*
        #[derive(QueryableByName)]
        pub(crate) struct $row {
            $(
                #[diesel(sql_type = BigInt)]
                pub(crate) $column: Int,
            )+
        }
    };
}

numbers! {
    /// The panel in numbers.
    FigureRow {
        income_today income_yesterday income_month income_last_month income_month_before
        payout_month payout_last_month payout_month_before
        pending_commissions confirmable_commissions
        users active_users users_of_month users_of_last_month
        online_users online_devices open_tickets online_nodes
        up_today down_today up_month down_month up_total down_total
        orders
    }
}

numbers! {
    /// What one carried.
    RankRow { id u d }
}

numbers! {
    /// The bytes of one.
    SumRow { id total }
}

/// What a user transferred in a day.
#[derive(QueryableByName)]
pub(crate) struct UserDayRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) user_id: Int,
    /// The rate in hundredths.
    #[diesel(sql_type = BigInt)]
    pub(crate) server_rate: Int,
    /// Bytes up.
    #[diesel(sql_type = BigInt)]
    pub(crate) u: Int,
    /// Bytes down.
    #[diesel(sql_type = BigInt)]
    pub(crate) d: Int,
    #[diesel(sql_type = Text)]
    pub(crate) record_type: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) record_at: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) created_at: Int,
    #[diesel(sql_type = BigInt)]
    pub(crate) updated_at: Int,
}

impl UserDayRow {
    /// What it is read from.
    pub(crate) const COLUMNS: &[&'static str] = &[
        "id",
        "user_id",
        "server_rate",
        "u",
        "d",
        "record_type",
        "record_at",
        "created_at",
        "updated_at",
    ];
}

/// What a node is and is called.
#[derive(QueryableByName)]
pub(crate) struct NodeNameRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: Int,
    /// `type`.
    #[diesel(sql_type = Text)]
    pub(crate) protocol: String,
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    /// The name of its parent, if it has one.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) parent: Option<String>,
}
