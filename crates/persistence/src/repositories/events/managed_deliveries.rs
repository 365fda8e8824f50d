//! Deliveries, as administrators see them.

use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use ferroboard_application::{DeliveryQueries, ManagedDelivery};
use ferroboard_kernel::StoreError;
use ferroboard_listing::{Found, ListRequest};

use super::super::sql::lists::{self, Asked};
use super::super::{SqlStore, reported};
use crate::integer::{Int, number};
use crate::lists::{Place, Source};

const DELIVERIES: Source = Source {
    table: "ferro_webhook_delivery",
    key: "id",
    filled: &["id", "created_at"],
    places: &[
        ("type", Place::Column("kind")),
        (
            "data",
            Place::Related {
                table: "ferro_event",
                column: "data",
                key: "id",
                by: "event_id",
            },
        ),
        (
            "told_at",
            Place::Related {
                table: "ferro_event",
                column: "created_at",
                key: "id",
                by: "event_id",
            },
        ),
    ],
};

/// A row of `ferro_webhook_delivery`, with what is delivered.
#[derive(QueryableByName)]
struct DeliveryLine {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    webhook_id: Int,
    #[diesel(sql_type = BigInt)]
    event_id: Int,
    #[diesel(sql_type = Text, column_name = "type")]
    kind: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Nullable<Text>)]
    data: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    told_at: Option<Int>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    attempts: Int,
    #[diesel(sql_type = BigInt)]
    next_attempt_at: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    http_status: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = BigInt)]
    updated_at: Int,
}

impl DeliveryLine {
    /// What it is read from.
    const COLUMNS: &[&'static str] = &[
        "id",
        "webhook_id",
        "event_id",
        "type",
        "subject",
        "data",
        "told_at",
        "status",
        "attempts",
        "next_attempt_at",
        "http_status",
        "last_error",
        "created_at",
        "updated_at",
    ];
}

impl From<DeliveryLine> for ManagedDelivery {
    fn from(row: DeliveryLine) -> Self {
        Self {
            id: row.id.0,
            endpoint: row.webhook_id.0,
            event: row.event_id.0,
            kind: row.kind,
            subject: row.subject,
            data: row.data,
            told_at: number(row.told_at),
            status: row.status,
            attempts: row.attempts.0,
            next_attempt_at: row.next_attempt_at.0,
            http_status: number(row.http_status),
            last_error: row.last_error,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

#[async_trait]
impl DeliveryQueries for SqlStore {
    async fn list_deliveries(
        &self,
        request: &ListRequest,
    ) -> Result<Found<ManagedDelivery>, StoreError> {
        let mut connection = self.reader().await?;
        let columns = DeliveryLine::COLUMNS;
        let asked = Asked::of_all(&self.lists, &DELIVERIES, columns, request);
        let found = lists::page::<DeliveryLine>(&mut connection, asked).await;
        Ok(found.map_err(reported)?.map(ManagedDelivery::from))
    }
}
