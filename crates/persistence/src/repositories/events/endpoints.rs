//! Endpoints.

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, QueryableByName, Selectable, SelectableHelper as _,
};
use ferroboard_application::{EndpointOutcome, WebhookQueries};
use ferroboard_events::{
    Endpoint, EndpointRepository, EndpointSecret, EndpointTerms, EndpointUrl, WantedKinds,
};
use ferroboard_kernel::{StoreError, UnixSeconds, WebhookId};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use super::super::{Conn, SqlStore, SqlTx, reported};
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::schema::ferro_webhook as webhook;

/// The most endpoints that are read: more than there can be.
const LIST_LENGTH: i64 = 100;

/// A row of `ferro_webhook`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook)]
struct EndpointRow {
    id: Int,
    url: String,
    secret: String,
    kinds: String,
    active: Int,
    failing_since: Option<Int>,
    switched_off_at: Option<Int>,
    created_at: Int,
    updated_at: Int,
}

impl From<EndpointRow> for Endpoint {
    fn from(row: EndpointRow) -> Self {
        Self {
            id: WebhookId::new(row.id.0),
            terms: EndpointTerms {
                url: EndpointUrl::stored(&row.url),
                kinds: WantedKinds::stored(&row.kinds),
                active: row.active.is_set(),
            },
            secret: EndpointSecret::stored(&row.secret),
            failing_since: instant(row.failing_since),
            switched_off_at: instant(row.switched_off_at),
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

/// A delivery that begins anew has no attempt, and what it failed of is over.
const OUTCOMES: &str = "SELECT webhook_id, \
     MAX(CASE WHEN status = 'delivered' THEN updated_at END) AS delivered_at, \
     MAX(CASE WHEN last_error IS NOT NULL AND attempts > 0 THEN updated_at END) AS failed_at \
     FROM ferro_webhook_delivery WHERE webhook_id IN (SELECT id FROM ferro_webhook) \
     GROUP BY webhook_id";

/// What became of deliveries to an endpoint.
#[derive(QueryableByName)]
struct OutcomeRow {
    #[diesel(sql_type = BigInt)]
    webhook_id: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    delivered_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    failed_at: Option<Int>,
}

impl From<OutcomeRow> for EndpointOutcome {
    fn from(row: OutcomeRow) -> Self {
        Self {
            endpoint: WebhookId::new(row.webhook_id.0),
            delivered_at: instant(row.delivered_at),
            failed_at: instant(row.failed_at),
        }
    }
}

async fn outcomes(connection: &mut Conn) -> QueryResult<Vec<OutcomeRow>> {
    diesel::sql_query(OUTCOMES).load(connection).await
}

/// An endpoint as its columns hold it.
macro_rules! columns {
    ($endpoint:expr) => {
        (
            webhook::url.eq($endpoint.terms.url.as_str()),
            webhook::secret.eq($endpoint.secret.as_str()),
            webhook::kinds.eq($endpoint.terms.kinds.text()),
            webhook::active.eq(i64::from($endpoint.terms.active)),
            webhook::failing_since.eq($endpoint.failing_since.map(UnixSeconds::get)),
            webhook::switched_off_at.eq($endpoint.switched_off_at.map(UnixSeconds::get)),
            webhook::created_at.eq($endpoint.created_at.get()),
            webhook::updated_at.eq($endpoint.updated_at.get()),
        )
    };
}

/// Every endpoint by number.
pub(super) async fn list(connection: &mut Conn) -> QueryResult<Vec<Endpoint>> {
    let rows: Vec<EndpointRow> = webhook::table
        .order(webhook::id)
        .limit(LIST_LENGTH)
        .select(EndpointRow::as_select())
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(Endpoint::from).collect())
}

#[async_trait]
impl WebhookQueries for SqlStore {
    async fn list_webhooks(&self) -> Result<Vec<Endpoint>, StoreError> {
        let mut connection = self.reader().await?;
        list(&mut connection).await.map_err(reported)
    }

    async fn list_webhook_outcomes(&self) -> Result<Vec<EndpointOutcome>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = outcomes(&mut connection).await.map_err(reported)?;
        Ok(rows.into_iter().map(EndpointOutcome::from).collect())
    }
}

#[async_trait]
impl EndpointRepository for SqlTx {
    async fn list_endpoints(&mut self) -> Result<Vec<Endpoint>, StoreError> {
        let endpoints = list(self.open()?).await;
        self.settle(endpoints)
    }

    async fn lock_endpoints(&mut self) -> Result<(), StoreError> {
        self.lock_turn(Turn::of_webhooks()).await
    }

    async fn lock_endpoint(&mut self, id: WebhookId) -> Result<Option<Endpoint>, StoreError> {
        self.take_turn(id).await?;
        let query = webhook::table
            .filter(webhook::id.eq(id.get()))
            .select(EndpointRow::as_select());
        let row = lock!(query).first::<EndpointRow>(self.open()?);
        let row = row.await.optional();
        Ok(self.settle(row)?.map(Endpoint::from))
    }

    async fn insert_endpoint(&mut self, endpoint: &Endpoint) -> Result<WebhookId, StoreError> {
        let insert = diesel::insert_into(webhook::table).values(columns!(endpoint));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, webhook::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| WebhookId::new(id.0))
    }

    async fn update_endpoint(&mut self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let stored = webhook::table.filter(webhook::id.eq(endpoint.id.get()));
        let updated = diesel::update(stored)
            .set(columns!(endpoint))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_endpoint(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(webhook::table.filter(webhook::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }

    async fn move_endpoint_to_failing(
        &mut self,
        id: WebhookId,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        // One that begins later than now was noted by a clock that was wrong.
        let well = webhook::table.filter(webhook::id.eq(id.get())).filter(
            webhook::failing_since
                .is_null()
                .or(webhook::failing_since.gt(now.get())),
        );
        let moved = diesel::update(well)
            .set(webhook::failing_since.eq(now.get()))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn move_endpoint_to_well(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        let failing = webhook::table
            .filter(webhook::id.eq(id.get()))
            .filter(webhook::failing_since.is_not_null());
        let moved = diesel::update(failing)
            .set(webhook::failing_since.eq(None::<i64>))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn move_endpoint_to_off(
        &mut self,
        id: WebhookId,
        failing_since: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let failing = webhook::table
            .filter(webhook::id.eq(id.get()))
            .filter(webhook::active.eq(1_i64))
            .filter(webhook::failing_since.le(failing_since.get()));
        let moved = diesel::update(failing)
            .set((
                webhook::active.eq(0_i64),
                webhook::switched_off_at.eq(now.get()),
                webhook::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }
}
