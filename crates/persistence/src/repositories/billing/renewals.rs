//! Subscriptions that renew themselves.

use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _, QueryDsl as _, Queryable,
};
use ferroboard_application::RenewalQueries;
use ferroboard_billing::{
    Renewal, RenewalAttempt, RenewalOutcome, RenewalRepository, RenewalScope, RenewalStatus,
    RenewalSubject, RenewalWindow, Told,
};
use ferroboard_kernel::{Cents, Email, StoreError, TradeNo, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};

use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::bulk::delete_first;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, flag, reported, rows};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::{Amount, Int, number};
use crate::odd_values;
use crate::schema::{ferro_auto_renewal, ferro_renewal, ferro_renewal_attempt, v2_user};

/// The columns of a [`Renewal`] beside its key.
#[derive(Queryable)]
struct RenewalRow {
    status: Int,
    told: Int,
    price_told: Int,
    price: Option<Amount>,
}

impl RenewalRow {
    fn renewal(self, user: UserId, ends: UnixSeconds) -> Result<Renewal, StoreError> {
        let impossible = |column| odd_values::corrupt("ferro_renewal", &user.get(), column);
        let status = RenewalStatus::from_code(self.status.0);
        let told = Told::from_code(self.told.0);
        Ok(Renewal {
            user,
            ends,
            status: status.ok_or_else(|| impossible("status"))?,
            told: told.ok_or_else(|| impossible("told"))?,
            price_told: self.price_told.is_set(),
            price: self.price.map(|price| Cents::new(price.0)),
        })
    }
}

/// The condition that the renewal of a user's present end stands so.
fn renewal(condition: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM ferro_renewal WHERE ferro_renewal.user_id = v2_user.id \
         AND ferro_renewal.ends_at = v2_user.expired_at AND {condition})"
    )
}

/// From when to when the subscriptions of a scope end, and what their renewals are.
fn judged(scope: RenewalScope, now: UnixSeconds) -> (UnixSeconds, UnixSeconds, String) {
    let waiting = RenewalStatus::Waiting.code();
    match scope {
        RenewalScope::Ending { grace } => (
            RenewalWindow::earliest(grace, now),
            now.plus(RenewalWindow::ANNOUNCED),
            format!(
                "NOT {}",
                renewal(&format!("ferro_renewal.status <> {waiting}"))
            ),
        ),
        RenewalScope::Funded { grace } => (
            // One that ends now may be renewed; one whose grace ends now may not.
            now.min(now.minus(grace).plus(ferroboard_kernel::Seconds::new(1))),
            now.plus(RenewalWindow::OPEN),
            renewal(&format!(
                "ferro_renewal.status = {waiting} AND ferro_renewal.price <= v2_user.balance"
            )),
        ),
    }
}

#[async_trait]
impl RenewalRepository for SqlTx {
    async fn find_auto_renewal(&mut self, user: UserId) -> Result<bool, StoreError> {
        let found = ferro_auto_renewal::table
            .filter(ferro_auto_renewal::user_id.eq(user.get()))
            .select(ferro_auto_renewal::user_id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        self.settle(found).map(|found| found.is_some())
    }

    async fn update_auto_renewal(
        &mut self,
        user: UserId,
        is_on: bool,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let written: Result<(), Failure> = async {
            let connection = self.open()?;
            if is_on {
                let row = (
                    ferro_auto_renewal::user_id.eq(user.get()),
                    ferro_auto_renewal::created_at.eq(at.get()),
                );
                insert_or_ignore!(ferro_auto_renewal::table, row)
                    .execute(connection)
                    .await?;
            } else {
                let own = ferro_auto_renewal::table;
                let own = own.filter(ferro_auto_renewal::user_id.eq(user.get()));
                diesel::delete(own).execute(connection).await?;
            }
            Ok(())
        }
        .await;
        self.settle(written)
    }

    async fn list_renewal_subjects(
        &mut self,
        scope: RenewalScope,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<RenewalSubject>, StoreError> {
        let (from, until, condition) = judged(scope, now);
        let found = ferro_auto_renewal::table
            .inner_join(v2_user::table.on(v2_user::id.eq(ferro_auto_renewal::user_id)))
            .filter(ferro_auto_renewal::user_id.gt(after.map_or(i64::MIN, UserId::get)))
            .filter(v2_user::banned.eq(flag(false)))
            .filter(v2_user::plan_id.is_not_null())
            .filter(v2_user::expired_at.between(from.get(), until.get()))
            .filter(no_shadow())
            .filter(fixed::<Bool>(condition))
            .order(ferro_auto_renewal::user_id)
            .limit(i64::from(limit))
            .select((v2_user::id, v2_user::email, v2_user::telegram_id))
            .load::<(Int, String, Option<Int>)>(self.open()?)
            .await;
        let subject = |(user, email, chat): (Int, String, Option<Int>)| RenewalSubject {
            user: UserId::new(user.0),
            email: Email::stored(&email),
            chat: number(chat),
        };
        Ok(self.settle(found)?.into_iter().map(subject).collect())
    }

    async fn find_renewal(
        &mut self,
        user: UserId,
        ends: UnixSeconds,
    ) -> Result<Option<Renewal>, StoreError> {
        let found: Result<Option<Renewal>, Failure> = async {
            let row = ferro_renewal::table
                .filter(ferro_renewal::user_id.eq(user.get()))
                .filter(ferro_renewal::ends_at.eq(ends.get()))
                .select((
                    ferro_renewal::status,
                    ferro_renewal::told,
                    ferro_renewal::price_told,
                    ferro_renewal::price,
                ))
                .first::<RenewalRow>(self.open()?)
                .await
                .optional()?;
            Ok(row.map(|row| row.renewal(user, ends)).transpose()?)
        }
        .await;
        self.settle(found)
    }

    async fn insert_renewal(
        &mut self,
        renewal: &Renewal,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = (
            ferro_renewal::user_id.eq(renewal.user.get()),
            ferro_renewal::ends_at.eq(renewal.ends.get()),
            ferro_renewal::status.eq(renewal.status.code()),
            ferro_renewal::told.eq(renewal.told.code()),
            ferro_renewal::price_told.eq(i64::from(renewal.price_told)),
            ferro_renewal::price.eq(renewal.price.map(Cents::get)),
            ferro_renewal::updated_at.eq(at.get()),
        );
        let inserted = insert_or_ignore!(ferro_renewal::table, row)
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(|count| count == 1)
    }

    async fn move_renewal(
        &mut self,
        from: RenewalStatus,
        renewal: &Renewal,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let still = ferro_renewal::table
            .filter(ferro_renewal::user_id.eq(renewal.user.get()))
            .filter(ferro_renewal::ends_at.eq(renewal.ends.get()))
            .filter(ferro_renewal::status.eq(from.code()));
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            // MySQL counts only what it changes: whether it still stands there is asked first.
            let stands = still.count().get_result::<Int>(&mut *connection).await?;
            if stands.0 == 0 {
                return Ok(false);
            }
            diesel::update(still)
                .set((
                    ferro_renewal::status.eq(renewal.status.code()),
                    ferro_renewal::told.eq(renewal.told.code()),
                    ferro_renewal::price_told.eq(i64::from(renewal.price_told)),
                    ferro_renewal::price.eq(renewal.price.map(Cents::get)),
                    ferro_renewal::updated_at.eq(at.get()),
                ))
                .execute(connection)
                .await?;
            Ok(true)
        }
        .await;
        self.settle(moved)
    }

    async fn lapse_renewals(
        &mut self,
        before: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let over = ferro_renewal::table
            .filter(ferro_renewal::status.eq(RenewalStatus::Waiting.code()))
            .filter(ferro_renewal::ends_at.lt(before.get()));
        let lapsed = diesel::update(over)
            .set((
                ferro_renewal::status.eq(RenewalStatus::Lapsed.code()),
                ferro_renewal::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(lapsed).map(rows)
    }

    async fn insert_renewal_attempt(&mut self, attempt: &RenewalAttempt) -> Result<(), StoreError> {
        let trade_no = attempt.trade_no.as_ref();
        let inserted = diesel::insert_into(ferro_renewal_attempt::table)
            .values((
                ferro_renewal_attempt::user_id.eq(attempt.user.get()),
                ferro_renewal_attempt::ends_at.eq(attempt.ends.get()),
                ferro_renewal_attempt::outcome.eq(attempt.outcome.as_str()),
                ferro_renewal_attempt::price.eq(attempt.price.map(Cents::get)),
                ferro_renewal_attempt::balance.eq(attempt.balance.get()),
                ferro_renewal_attempt::trade_no.eq(trade_no.map(TradeNo::as_str)),
                ferro_renewal_attempt::created_at.eq(attempt.at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn delete_renewal_attempts(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let old = format!("created_at < {}", before.get());
        let attempts = delete_first("ferro_renewal_attempt", &old, limit);
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            let attempts = diesel::sql_query(attempts)
                .execute(&mut *connection)
                .await?;
            let done = ferro_renewal::table
                .filter(ferro_renewal::ends_at.lt(before.get()))
                .filter(ferro_renewal::status.ne(RenewalStatus::Waiting.code()));
            let done = diesel::delete(done).execute(connection).await?;
            Ok(attempts + done)
        }
        .await;
        self.settle(deleted).map(rows)
    }
}

/// The columns of a [`RenewalAttempt`].
type AttemptRow = (
    Int,
    Int,
    String,
    Option<Amount>,
    Amount,
    Option<String>,
    Int,
);

fn attempt(row: AttemptRow) -> Option<RenewalAttempt> {
    let (user, ends, outcome, price, balance, trade_no, at) = row;
    Some(RenewalAttempt {
        user: UserId::new(user.0),
        ends: UnixSeconds::new(ends.0),
        outcome: RenewalOutcome::parse(&outcome)?,
        price: price.map(|price| Cents::new(price.0)),
        balance: Cents::new(balance.0),
        trade_no: trade_no.map(TradeNo::stored),
        at: UnixSeconds::new(at.0),
    })
}

#[async_trait]
impl RenewalQueries for SqlStore {
    async fn list_renewal_attempts(
        &self,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Found<RenewalAttempt>, StoreError> {
        let mut connection = self.reader().await?;
        let wanted = || {
            let all = ferro_renewal_attempt::table.into_boxed();
            match user {
                Some(user) => all.filter(ferro_renewal_attempt::user_id.eq(user.get())),
                None => all,
            }
        };
        let total = wanted()
            .count()
            .get_result::<Int>(&mut *connection)
            .await
            .map_err(reported)?;
        let found: Vec<AttemptRow> = wanted()
            .order(ferro_renewal_attempt::id.desc())
            .offset(page.offset())
            .limit(page.rows())
            .select((
                ferro_renewal_attempt::user_id,
                ferro_renewal_attempt::ends_at,
                ferro_renewal_attempt::outcome,
                ferro_renewal_attempt::price,
                ferro_renewal_attempt::balance,
                ferro_renewal_attempt::trade_no,
                ferro_renewal_attempt::created_at,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(Found {
            rows: found.into_iter().filter_map(attempt).collect(),
            total: total.0,
        })
    }
}
