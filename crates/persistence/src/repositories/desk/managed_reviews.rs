//! Reviews, as administrators see them.

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods as _, QueryDsl as _, QueryableByName};
use ferroboard_application::{KeptRawNotice, ManagedReview, ManagedReviewQueries};
use ferroboard_kernel::StoreError;
use ferroboard_listing::{Found, ListRequest};

use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, reported};
use crate::integer::{Int, number};
use crate::lists::{Place, Source};
use crate::schema::ferro_raw_notice;

const REVIEWS: Source = Source {
    table: "ferro_payment_review",
    key: "id",
    filled: &["id", "created_at"],
    places: &[
        ("created_at", Place::Column("received_at")),
        ("email", beside("v2_user", "email", "user_id")),
        ("method", beside("v2_payment", "name", "payment_id")),
        ("gateway", beside("v2_payment", "payment", "payment_id")),
        ("disputed", Place::Made(disputed)),
    ],
};

const fn beside(table: &'static str, column: &'static str, by: &'static str) -> Place {
    Place::Related {
        table,
        column,
        key: "id",
        by,
    }
}

/// Whether whoever bought has an open dispute: that is the mark.
fn disputed() -> String {
    "(SELECT COUNT(*) FROM ferro_payment_review AS dispute \
     WHERE dispute.user_id = ferro_payment_review.user_id AND dispute.status = 'open' \
     AND dispute.reason = 'dispute')"
        .to_owned()
}

/// A row of `ferro_payment_review`, with whose it is.
#[derive(QueryableByName)]
struct ReviewLine {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    payment_id: Int,
    #[diesel(sql_type = Nullable<Text>)]
    method: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    gateway: Option<String>,
    #[diesel(sql_type = Text)]
    callback_no: String,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = Text)]
    trade_no: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    order_id: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    user_id: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = BigInt)]
    disputed: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    currency: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    standing: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    notice_id: Option<Int>,
    #[diesel(sql_type = BigInt)]
    received_at: Int,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    settled_by: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    settled_user_id: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    settled_amount: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    settled_trade_no: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    settled_at: Option<Int>,
}

impl ReviewLine {
    /// What it is read from.
    const COLUMNS: &[&'static str] = &[
        "id",
        "payment_id",
        "method",
        "gateway",
        "callback_no",
        "reason",
        "trade_no",
        "order_id",
        "user_id",
        "email",
        "disputed",
        "amount",
        "currency",
        "standing",
        "notice_id",
        "received_at",
        "status",
        "note",
        "settled_by",
        "settled_user_id",
        "settled_amount",
        "settled_trade_no",
        "settled_at",
    ];
}

impl From<ReviewLine> for ManagedReview {
    fn from(row: ReviewLine) -> Self {
        Self {
            id: row.id.0,
            payment: row.payment_id.0,
            method: row.method,
            gateway: row.gateway,
            callback_no: row.callback_no,
            reason: row.reason,
            trade_no: row.trade_no,
            order: number(row.order_id),
            user: number(row.user_id),
            email: row.email,
            is_disputed: row.disputed.0 > 0,
            amount: number(row.amount),
            currency: row.currency,
            standing: row.standing,
            notice: number(row.notice_id),
            received_at: row.received_at.0,
            status: row.status,
            note: row.note,
            settled_by: number(row.settled_by),
            settled_user: number(row.settled_user_id),
            settled_amount: number(row.settled_amount),
            settled_trade_no: row.settled_trade_no,
            settled_at: number(row.settled_at),
        }
    }
}

#[async_trait]
impl ManagedReviewQueries for SqlStore {
    async fn list_managed_reviews(
        &self,
        request: &ListRequest,
    ) -> Result<Found<ManagedReview>, StoreError> {
        let mut connection = self.reader().await?;
        let columns = ReviewLine::COLUMNS;
        let asked = Asked::of_all(&self.lists, &REVIEWS, columns, request);
        let found = lists::page::<ReviewLine>(&mut connection, asked).await;
        Ok(found.map_err(reported)?.map(ManagedReview::from))
    }

    async fn list_raw_notices(&self, ids: &[i64]) -> Result<Vec<KeptRawNotice>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let rows = ferro_raw_notice::table
            .filter(ferro_raw_notice::id.eq_any(ids.iter().copied()))
            .order(ferro_raw_notice::id)
            .select((
                ferro_raw_notice::id,
                ferro_raw_notice::method,
                ferro_raw_notice::query_values,
                ferro_raw_notice::header_values,
                ferro_raw_notice::body,
            ))
            .load::<(Int, String, String, String, Vec<u8>)>(&mut *connection)
            .await
            .map_err(reported)?;
        let kept = |(id, method, query, headers, body): (Int, _, _, _, _)| KeptRawNotice {
            id: id.0,
            method,
            query,
            headers,
            body,
        };
        Ok(rows.into_iter().map(kept).collect())
    }
}
