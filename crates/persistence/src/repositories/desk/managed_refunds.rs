//! Refunds, as administrators see them.

use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use ferroboard_application::{ManagedRefund, ManagedRefundQueries};
use ferroboard_kernel::StoreError;
use ferroboard_listing::{Found, ListRequest};

use super::super::sql::lists::{self, Asked};
use super::super::{SqlStore, reported};
use crate::integer::{Int, number};
use crate::lists::{Place, Source};

const REFUNDS: Source = Source {
    table: "ferro_refund",
    key: "id",
    filled: &["id", "created_at"],
    places: &[
        ("to", Place::Column("destination")),
        ("take_back", Place::Column("takes_back")),
        (
            "email",
            Place::Related {
                table: "v2_user",
                column: "email",
                key: "id",
                by: "user_id",
            },
        ),
    ],
};

/// A row of `ferro_refund`, with whose it is.
#[derive(QueryableByName)]
struct RefundLine {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    order_id: Int,
    #[diesel(sql_type = Text)]
    trade_no: String,
    #[diesel(sql_type = BigInt)]
    user_id: Int,
    #[diesel(sql_type = BigInt)]
    amount: Int,
    #[diesel(sql_type = Text)]
    to: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = BigInt)]
    take_back: Int,
    #[diesel(sql_type = BigInt)]
    admin_id: Int,
    #[diesel(sql_type = Nullable<Text>)]
    gateway_no: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    failure: Option<String>,
    #[diesel(sql_type = BigInt)]
    attempts: Int,
    #[diesel(sql_type = BigInt)]
    commission_returned: Int,
    #[diesel(sql_type = BigInt)]
    commission_owed: Int,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    finished_at: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
}

impl RefundLine {
    /// What it is read from.
    const COLUMNS: &[&'static str] = &[
        "id",
        "order_id",
        "trade_no",
        "user_id",
        "amount",
        "to",
        "status",
        "reason",
        "take_back",
        "admin_id",
        "gateway_no",
        "failure",
        "attempts",
        "commission_returned",
        "commission_owed",
        "created_at",
        "finished_at",
        "email",
    ];
}

impl From<RefundLine> for ManagedRefund {
    fn from(row: RefundLine) -> Self {
        Self {
            id: row.id.0,
            order: row.order_id.0,
            trade_no: row.trade_no,
            user: row.user_id.0,
            email: row.email,
            amount: row.amount.0,
            to: row.to,
            status: row.status,
            reason: row.reason,
            takes_back: row.take_back.is_set(),
            admin: row.admin_id.0,
            gateway_no: row.gateway_no,
            failure: row.failure,
            attempts: row.attempts.0,
            commission_returned: row.commission_returned.0,
            commission_owed: row.commission_owed.0,
            created_at: row.created_at.0,
            finished_at: number(row.finished_at),
        }
    }
}

#[async_trait]
impl ManagedRefundQueries for SqlStore {
    async fn list_managed_refunds(
        &self,
        request: &ListRequest,
    ) -> Result<Found<ManagedRefund>, StoreError> {
        let mut connection = self.reader().await?;
        let columns = RefundLine::COLUMNS;
        let asked = Asked::of_all(&self.lists, &REFUNDS, columns, request);
        let found = lists::page::<RefundLine>(&mut connection, asked).await;
        Ok(found.map_err(reported)?.map(ManagedRefund::from))
    }
}
