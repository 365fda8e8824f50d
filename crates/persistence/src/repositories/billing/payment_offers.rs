//! Payment methods, as administrators manage them.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    SelectableHelper as _,
};
use ferroboard_application::{ManagedPayment, PaymentOfferQueries};
use ferroboard_billing::{PaymentMethod, PaymentOfferRepository, RefundStatus};
use ferroboard_kernel::{Cents, PaymentId, StoreError, UnixSeconds};

use super::super::sql::places;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, SqlTx, flag, reported};
use super::orders::PENDING;
use super::payments::{LIST_LENGTH, PaymentRow};
use crate::failure::Failure;
use crate::integer::{Int, number};
use crate::schema::{ferro_refund, v2_order, v2_payment};

/// What administrators say about a method, as it is stored.
macro_rules! columns {
    ($method:expr, $at:expr) => {
        (
            v2_payment::payment.eq(&$method.gateway),
            v2_payment::name.eq(&$method.name),
            v2_payment::icon.eq(&$method.icon),
            v2_payment::config.eq($method.config.to_json()),
            v2_payment::notify_domain.eq(&$method.notify_domain),
            v2_payment::handling_fee_fixed.eq($method.fee_fixed.map(Cents::get)),
            v2_payment::enable.eq(flag($method.enabled)),
            v2_payment::updated_at.eq($at.get()),
        )
    };
}

/// Writes the share of the fee, which is a decimal number.
async fn write_share(connection: &mut Conn, id: i64, method: &PaymentMethod) -> QueryResult<()> {
    let share = method.fee_percent;
    // Hundredths of a percent are written as cents are.
    let share = share.map_or("NULL".to_owned(), |share| {
        Cents::new(share.get()).to_string()
    });
    let write = format!("UPDATE v2_payment SET handling_fee_percent = {share} WHERE id = {id}");
    diesel::sql_query(write).execute(connection).await.map(drop)
}

#[async_trait]
impl PaymentOfferRepository for SqlTx {
    async fn lock_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError> {
        let query = v2_payment::table
            .filter(v2_payment::id.eq(id.get()))
            .select(PaymentRow::as_select());
        let row = lock!(query).first::<PaymentRow>(self.open()?);
        let row = row.await.optional();
        Ok(self.settle(row)?.map(PaymentMethod::from))
    }

    async fn insert_payment(
        &mut self,
        method: &PaymentMethod,
        at: UnixSeconds,
    ) -> Result<PaymentId, StoreError> {
        let insert = diesel::insert_into(v2_payment::table).values((
            v2_payment::uuid.eq(&method.uuid),
            v2_payment::created_at.eq(at.get()),
            columns!(method, at),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_payment::id, &mut *connection)?;
            write_share(connection, id.0, method).await?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| PaymentId::new(id.0))
    }

    async fn update_payment(
        &mut self,
        method: &PaymentMethod,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let id = method.id.get();
        let updated: Result<usize, Failure> = async {
            let connection = self.open()?;
            let updated = diesel::update(v2_payment::table.filter(v2_payment::id.eq(id)))
                .set(columns!(method, at))
                .execute(&mut *connection)
                .await?;
            write_share(connection, id, method).await?;
            Ok(updated)
        }
        .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn find_payment_reference(&mut self, id: PaymentId) -> Result<bool, StoreError> {
        let waiting = v2_order::table
            .filter(v2_order::status.eq(PENDING))
            .filter(v2_order::payment_id.eq(id.get()))
            .select(v2_order::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        if self.settle(waiting)?.is_some() {
            return Ok(true);
        }
        let asked_for = ferro_refund::table
            .filter(ferro_refund::status.eq(RefundStatus::Requested.as_str()))
            .filter(ferro_refund::payment_id.eq(id.get()))
            .select(ferro_refund::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        self.settle(asked_for).map(|found| found.is_some())
    }

    async fn delete_payment(&mut self, id: PaymentId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(v2_payment::table.filter(v2_payment::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }

    async fn list_payment_places(
        &mut self,
        methods: &[PaymentId],
    ) -> Result<Vec<(PaymentId, Option<i64>)>, StoreError> {
        let ids: Vec<i64> = methods.iter().map(|id| id.get()).collect();
        let places: Result<Vec<(Int, Option<Int>)>, _> = v2_payment::table
            .filter(v2_payment::id.eq_any(ids))
            .order(v2_payment::id)
            .select((v2_payment::id, v2_payment::sort))
            .load(self.open()?)
            .await;
        let places = self.settle(places)?.into_iter();
        Ok(places
            .map(|(id, place)| (PaymentId::new(id.0), number(place)))
            .collect())
    }

    async fn update_payment_places(
        &mut self,
        places: &[(PaymentId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let places = places.iter().map(|(id, place)| (id.get(), *place));
        let places: Vec<(i64, i64)> = places.collect();
        if places.is_empty() {
            return Ok(());
        }
        let changed = format!(", updated_at = {}", at.get());
        let update = places::written("v2_payment", &places, &changed);
        let updated = diesel::sql_query(update).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }
}

#[async_trait]
impl PaymentOfferQueries for SqlStore {
    async fn list_managed_payments(&self) -> Result<Vec<ManagedPayment>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(PaymentRow, (Int, Int))> = v2_payment::table
            .order(v2_payment::id)
            .limit(LIST_LENGTH)
            .select((
                PaymentRow::as_select(),
                (v2_payment::created_at, v2_payment::updated_at),
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let managed = |(row, (created_at, updated_at)): (PaymentRow, (Int, Int))| ManagedPayment {
            method: PaymentMethod::from(row),
            created_at: UnixSeconds::new(created_at.0),
            updated_at: UnixSeconds::new(updated_at.0),
        };
        let mut methods: Vec<ManagedPayment> = rows.into_iter().map(managed).collect();
        // Here and not in the statement: the databases sort NULL in different places.
        methods.sort_by_key(|managed| managed.method.sort);
        Ok(methods)
    }
}
