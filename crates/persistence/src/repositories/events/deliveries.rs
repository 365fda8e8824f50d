//! Events on their way to endpoints.

use async_trait::async_trait;
use diesel::sql_types::Text;
use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _, QueryDsl as _, QueryResult,
};
use ferroboard_events::{
    DeliveryRepository, DeliveryStatus, DueDelivery, Endpoint, EndpointSecret, EndpointUrl, Event,
    EventKind, LONGEST_PAUSE, Lease, NewEvent, Subject, WebhookFailed,
};
use ferroboard_kernel::{DeliveryId, EventId, Seconds, StoreError, UnixSeconds, WebhookId};

use super::super::sql::bulk::delete_first;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use super::super::{Conn, SqlTx, dialect, line, rows};
use super::endpoints;
use crate::failure::Failure;
use crate::integer::Int;
use crate::rows::{RowId, numbers};
use crate::schema::{
    ferro_event as event, ferro_webhook as webhook, ferro_webhook_delivery as delivery,
};

const PENDING: &str = DeliveryStatus::Pending.as_str();

/// That a delivery is pending, its time has come, and no sender holds it, who holds it for so long at most. The
/// table is called `of`.
fn is_free(of: &str, now: UnixSeconds, longest_lease: Seconds) -> String {
    let latest_lease = now.latest_end(longest_lease).get();
    let latest_pause = now.latest_end(LONGEST_PAUSE).get();
    let now = now.get();
    format!(
        "{of}.status = '{PENDING}' \
         AND ({of}.next_attempt_at <= {now} OR {of}.next_attempt_at > {latest_pause}) \
         AND ({of}.leased_until <= {now} OR {of}.leased_until > {latest_lease})"
    )
}

/// The deliveries to an endpoint that can be taken, oldest first.
async fn free(
    connection: &mut Conn,
    endpoint: WebhookId,
    limit: i64,
    now: UnixSeconds,
    lease: &Lease,
) -> QueryResult<Vec<i64>> {
    let query = format!(
        "SELECT d.id AS id FROM ferro_webhook_delivery AS d \
         WHERE d.webhook_id = {endpoint} AND {} \
         AND EXISTS (SELECT 1 FROM ferro_webhook AS w WHERE w.id = {endpoint} AND w.active = 1) \
         AND NOT EXISTS (SELECT 1 FROM ferro_webhook_delivery AS e \
         WHERE e.webhook_id = {endpoint} AND e.subject = d.subject AND e.status = '{PENDING}' \
         AND e.id < d.id) ORDER BY d.id LIMIT {limit}",
        is_free("d", now, lease.until.since(now))
    );
    let found: Vec<RowId> = diesel::sql_query(query).load(connection).await?;
    Ok(found.into_iter().map(|row| row.id.0).collect())
}

/// A delivery with its event and where it goes.
type Taken = (Int, Int, String, String, String, Int, Int, String, String);

/// The delivery, unless this program cannot have written its event.
fn due(row: Taken, endpoint: WebhookId, lease: &Lease) -> Result<DueDelivery, i64> {
    let (id, number, kind, subject, data, at, attempts, url, secret) = row;
    let kind = EventKind::named(&kind).ok_or(id.0)?;
    Ok(DueDelivery {
        id: DeliveryId::new(id.0),
        endpoint,
        event: Event {
            id: EventId::new(number.0),
            kind,
            subject: Subject::stored(&subject),
            data,
            at: UnixSeconds::new(at.0),
        },
        // The taking counted this one.
        attempts: attempts.0 - 1,
        lease: lease.key.clone(),
        url: EndpointUrl::stored(&url),
        secret: EndpointSecret::stored(&secret),
    })
}

/// Which endpoint wants which of these events, as a condition.
fn wanted(endpoints: &[Endpoint], events: &[(i64, EventKind)]) -> Option<String> {
    let pairs = endpoints.iter().filter(|endpoint| endpoint.terms.active);
    let pairs = pairs.filter_map(|endpoint| {
        let wants = |(_, kind): &&(i64, EventKind)| endpoint.terms.kinds.has(*kind);
        let own: Vec<i64> = events.iter().filter(wants).map(|(id, _)| *id).collect();
        let to = endpoint.id;
        (!own.is_empty()).then(|| format!("(w.id = {to} AND e.id IN ({}))", numbers(own)))
    });
    let pairs: Vec<String> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join(" OR "))
}

async fn spread(connection: &mut Conn, limit: i64, now: UnixSeconds) -> Result<u64, Failure> {
    let new: Vec<(Int, String)> = event::table
        .filter(event::spread.eq(0_i64))
        .order(event::id)
        .limit(limit)
        .select((event::id, event::kind))
        .load(&mut *connection)
        .await?;
    let ids: Vec<i64> = new.iter().map(|(id, _)| id.0).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let known = new.into_iter();
    let known = known.filter_map(|(id, kind)| Some((id.0, EventKind::named(&kind)?)));
    let known: Vec<(i64, EventKind)> = known.collect();
    let endpoints = endpoints::list(connection).await?;
    if let Some(pairs) = wanted(&endpoints, &known) {
        let now = now.get();
        let insert = format!(
            "INSERT INTO ferro_webhook_delivery \
             (webhook_id, event_id, kind, subject, status, created_at, updated_at) \
             SELECT w.id, e.id, e.kind, e.subject, '{PENDING}', {now}, {now} \
             FROM ferro_event AS e CROSS JOIN ferro_webhook AS w \
             WHERE {pairs} ORDER BY e.id, w.id"
        );
        diesel::sql_query(insert).execute(&mut *connection).await?;
    }
    let marked = event::table
        .filter(event::spread.eq(0_i64))
        .filter(event::id.eq_any(ids));
    let marked = diesel::update(marked)
        .set(event::spread.eq(1_i64))
        .execute(connection)
        .await?;
    Ok(rows(marked))
}

async fn take(
    connection: &mut Conn,
    endpoint: WebhookId,
    limit: i64,
    now: UnixSeconds,
    lease: &Lease,
) -> Result<Vec<DueDelivery>, Failure> {
    let free = free(connection, endpoint, limit, now, lease).await?;
    if free.is_empty() {
        return Ok(Vec::new());
    }
    // Asked once more where it is written: of several senders that found the same one gets each.
    let condition = is_free("ferro_webhook_delivery", now, lease.until.since(now));
    let update = format!(
        "UPDATE ferro_webhook_delivery SET lease = {}, leased_until = {}, \
         attempts = attempts + 1, updated_at = {} WHERE id IN ({}) AND {condition}",
        dialect::placeholder(1),
        lease.until.get(),
        now.get(),
        numbers(free)
    );
    let taken = diesel::sql_query(update)
        .bind::<Text, _>(lease.key.as_str())
        .execute(&mut *connection)
        .await?;
    if taken == 0 {
        return Ok(Vec::new());
    }
    let rows: Vec<Taken> = delivery::table
        .inner_join(event::table.on(event::id.eq(delivery::event_id)))
        .inner_join(webhook::table.on(webhook::id.eq(delivery::webhook_id)))
        .filter(delivery::webhook_id.eq(endpoint.get()))
        .filter(delivery::lease.eq(lease.key.as_str()))
        .filter(delivery::status.eq(PENDING))
        .order(delivery::id)
        .select((
            delivery::id,
            event::id,
            event::kind,
            event::subject,
            event::data,
            event::created_at,
            delivery::attempts,
            webhook::url,
            webhook::secret,
        ))
        .load(&mut *connection)
        .await?;
    let mut due_now = Vec::with_capacity(rows.len());
    let mut unreadable = Vec::new();
    for row in rows {
        match due(row, endpoint, lease) {
            Ok(one) => due_now.push(one),
            Err(id) => unreadable.push(id),
        }
    }
    if !unreadable.is_empty() {
        // Left as they are, they would come back for ever and keep others waiting.
        let odd = delivery::table.filter(delivery::id.eq_any(unreadable));
        diesel::update(odd)
            .set((
                delivery::status.eq(DeliveryStatus::Failed.as_str()),
                delivery::last_error.eq("the stored event cannot be read"),
                delivery::lease.eq(None::<String>),
            ))
            .execute(connection)
            .await?;
    }
    Ok(due_now)
}

/// The delivery's row, as long as the sender holds it.
macro_rules! held {
    ($delivery:expr) => {
        delivery::table
            .filter(delivery::id.eq($delivery.id.get()))
            .filter(delivery::status.eq(PENDING))
            .filter(delivery::lease.eq($delivery.lease.as_str()))
    };
}

#[async_trait]
impl DeliveryRepository for SqlTx {
    async fn insert_deliveries(&mut self, limit: i64, now: UnixSeconds) -> Result<u64, StoreError> {
        self.lock_turn(Turn::of_webhooks()).await?;
        let spread = spread(self.open()?, limit, now).await;
        self.settle(spread)
    }

    async fn insert_delivery_to(
        &mut self,
        endpoint: WebhookId,
        new: &NewEvent,
    ) -> Result<DeliveryId, StoreError> {
        let (kind, subject, at) = (new.kind.as_str(), new.subject.as_str(), new.at.get());
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let insert = diesel::insert_into(event::table).values((
                event::kind.eq(kind),
                event::subject.eq(subject),
                event::data.eq(new.data.to_string()),
                event::spread.eq(1_i64),
                event::created_at.eq(at),
            ));
            let number: Int = insert_returning!(insert, event::id, &mut *connection)?;
            let insert = diesel::insert_into(delivery::table).values((
                delivery::webhook_id.eq(endpoint.get()),
                delivery::event_id.eq(number.0),
                delivery::kind.eq(kind),
                delivery::subject.eq(subject),
                delivery::status.eq(PENDING),
                delivery::created_at.eq(at),
                delivery::updated_at.eq(at),
            ));
            let id: Int = insert_returning!(insert, delivery::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(inserted).map(|id| DeliveryId::new(id.0))
    }

    async fn has_new_events(&mut self) -> Result<bool, StoreError> {
        let first: QueryResult<Option<Int>> = event::table
            .filter(event::spread.eq(0_i64))
            .select(event::id)
            .first(self.open()?)
            .await
            .optional();
        self.settle(first).map(|first| first.is_some())
    }

    async fn list_due_endpoints(&mut self, now: UnixSeconds) -> Result<Vec<WebhookId>, StoreError> {
        let query = format!(
            "SELECT w.id AS id FROM ferro_webhook AS w WHERE w.active = 1 \
             AND EXISTS (SELECT 1 FROM ferro_webhook_delivery AS d \
             WHERE d.webhook_id = w.id AND {}) ORDER BY w.id",
            is_free("d", now, LONGEST_PAUSE)
        );
        let found: QueryResult<Vec<RowId>> = diesel::sql_query(query).load(self.open()?).await;
        let found = self.settle(found)?.into_iter();
        Ok(found.map(|row| WebhookId::new(row.id.0)).collect())
    }

    async fn lock_due_deliveries(
        &mut self,
        endpoint: WebhookId,
        limit: i64,
        now: UnixSeconds,
        lease: &Lease,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        let taken = take(self.open()?, endpoint, limit, now, lease).await;
        self.settle(taken)
    }

    async fn move_delivery_to_delivered(
        &mut self,
        due: &DueDelivery,
        status: u16,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let moved = diesel::update(held!(due))
            .set((
                delivery::status.eq(DeliveryStatus::Delivered.as_str()),
                delivery::http_status.eq(i64::from(status)),
                delivery::last_error.eq(None::<String>),
                delivery::lease.eq(None::<String>),
                delivery::leased_until.eq(0_i64),
                delivery::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn move_delivery_to_failed(
        &mut self,
        due: &DueDelivery,
        failed: &WebhookFailed,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let next = match retry_at {
            Some(_) => PENDING,
            None => DeliveryStatus::Failed.as_str(),
        };
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            let moved = diesel::update(held!(due))
                .set((
                    delivery::status.eq(next),
                    retry_at.map(|at| delivery::next_attempt_at.eq(at.get())),
                    delivery::http_status.eq(failed.status.map(i64::from)),
                    delivery::last_error.eq(line(&failed.reason)),
                    delivery::lease.eq(None::<String>),
                    delivery::leased_until.eq(0_i64),
                    delivery::updated_at.eq(now.get()),
                ))
                .execute(&mut *connection)
                .await?;
            if let (1, Some(at)) = (moved, retry_at) {
                // What waits behind it is not looked at meanwhile.
                let behind = delivery::table
                    .filter(delivery::webhook_id.eq(due.endpoint.get()))
                    .filter(delivery::subject.eq(due.event.subject.as_str()))
                    .filter(delivery::status.eq(PENDING))
                    .filter(delivery::id.gt(due.id.get()))
                    .filter(delivery::next_attempt_at.lt(at.get()));
                diesel::update(behind)
                    .set(delivery::next_attempt_at.eq(at.get()))
                    .execute(connection)
                    .await?;
            }
            Ok(moved == 1)
        }
        .await;
        self.settle(moved)
    }

    async fn move_delivery_to_pending(
        &mut self,
        id: DeliveryId,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let from = DeliveryStatus::Pending.before();
        let ended = delivery::table
            .filter(delivery::id.eq(id.get()))
            .filter(delivery::status.eq_any(from.map(DeliveryStatus::as_str)));
        let moved = diesel::update(ended)
            .set((
                delivery::status.eq(PENDING),
                delivery::attempts.eq(0_i64),
                delivery::next_attempt_at.eq(0_i64),
                delivery::leased_until.eq(0_i64),
                delivery::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn delete_old_events(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            let old: Vec<Int> = event::table
                .filter(event::created_at.lt(before.get()))
                .order((event::created_at, event::id))
                .limit(i64::from(limit))
                .select(event::id)
                .load(&mut *connection)
                .await?;
            let old: Vec<i64> = old.into_iter().map(|id| id.0).collect();
            let of_old = delivery::table.filter(delivery::event_id.eq_any(old.clone()));
            let mut count = diesel::delete(of_old).execute(&mut *connection).await?;
            count += diesel::delete(event::table.filter(event::id.eq_any(old)))
                .execute(&mut *connection)
                .await?;
            let lost = "webhook_id NOT IN (SELECT id FROM ferro_webhook)";
            count += diesel::sql_query(delete_first("ferro_webhook_delivery", lost, limit))
                .execute(connection)
                .await?;
            Ok(count)
        }
        .await;
        self.settle(deleted).map(rows)
    }
}
