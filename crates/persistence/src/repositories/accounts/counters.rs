use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
};
use ferroboard_attempts::{Counter, CounterName, CounterRepository};
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds};

use super::super::sql::bulk::rows_of;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, dialect, is_storable};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::ferro_counter;

/// The key as it is stored: a part of it may be what a client sent.
fn key(name: &CounterName) -> String {
    if is_storable(name.as_str()) {
        name.as_str().to_owned()
    } else {
        name.as_str().replace('\0', "\u{FFFD}")
    }
}

#[async_trait]
impl CounterRepository for SqlTx {
    async fn find_counter(
        &mut self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Option<Counter>, StoreError> {
        let row = ferro_counter::table
            .filter(ferro_counter::name.eq(key(name)))
            .filter(ferro_counter::expires_at.gt(now.get()))
            .filter(ferro_counter::expires_at.le(now.latest_end(window).get()))
            .select((ferro_counter::count, ferro_counter::expires_at))
            .first::<(Int, Int)>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(|(count, expires_at)| Counter {
            count: count.0,
            expires_at: UnixSeconds::new(expires_at.0),
        }))
    }

    async fn update_counter_by(
        &mut self,
        name: &CounterName,
        amount: i64,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let count = dialect::count_event(self.open()?, &key(name), amount, window, now).await;
        self.settle(count).map(|count| count.0)
    }

    async fn list_counters(
        &mut self,
        names: &[CounterName],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Vec<CounterName>, StoreError> {
        let found = ferro_counter::table
            .filter(ferro_counter::name.eq_any(names.iter().map(key)))
            .filter(ferro_counter::expires_at.gt(now.get()))
            .filter(ferro_counter::expires_at.le(now.latest_end(window).get()))
            .select(ferro_counter::name)
            .load::<String>(self.open()?)
            .await;
        let found = self.settle(found)?.into_iter();
        Ok(found.map(CounterName::stored).collect())
    }

    async fn insert_counters(
        &mut self,
        counters: &[(CounterName, UnixSeconds)],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        if counters.is_empty() {
            return Ok(());
        }
        let insert = format!(
            "INSERT INTO ferro_counter (name, count, expires_at) VALUES {}",
            rows_of(counters.len(), 3)
        );
        let mut insert = diesel::sql_query(insert).into_boxed();
        for (name, expires_at) in counters {
            insert = insert
                .bind::<Text, _>(key(name))
                .bind::<BigInt, _>(1_i64)
                .bind::<BigInt, _>(expires_at.get());
        }
        let inserted: Result<(), Failure> = async {
            let connection = self.open()?;
            let over = ferro_counter::expires_at.le(now.get());
            let over = over.or(ferro_counter::expires_at.gt(now.latest_end(window).get()));
            let over = ferro_counter::table
                .filter(ferro_counter::name.eq_any(counters.iter().map(|(name, _)| key(name))))
                .filter(over);
            diesel::delete(over).execute(&mut *connection).await?;
            insert.execute(connection).await?;
            Ok(())
        }
        .await;
        self.settle(inserted)
    }

    async fn delete_counter(&mut self, name: &CounterName) -> Result<(), StoreError> {
        let counter = ferro_counter::table.filter(ferro_counter::name.eq(key(name)));
        let deleted = diesel::delete(counter).execute(self.open()?).await;
        self.settle(deleted).map(drop)
    }
}
