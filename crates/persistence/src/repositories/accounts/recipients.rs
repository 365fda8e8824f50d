use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_billing::OrderStatus;
use ferroboard_giftcard::{Recipient, RecipientRepository};
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{v2_order, v2_plan, v2_user};

/// The columns of a [`Recipient`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_user)]
struct RecipientRow {
    id: Int,
    banned: Int,
    created_at: Int,
    plan_id: Option<Int>,
    expired_at: Option<Int>,
    invite_user_id: Option<Int>,
}

impl RecipientRow {
    /// The account of who invited this one, unless that is the same.
    fn inviter(&self) -> Option<i64> {
        let other = |inviter: Int| (inviter != self.id).then_some(inviter.0);
        self.invite_user_id.and_then(other)
    }

    /// The row together with the inviter, if that account exists.
    fn recipient(&self, inviter: Option<i64>) -> Recipient {
        Recipient {
            id: UserId::new(self.id.0),
            banned: self.banned.is_set(),
            created_at: UnixSeconds::new(self.created_at.0),
            plan_id: self.plan_id.map(|id| PlanId::new(id.0)),
            expired_at: self.expired_at.map(|at| UnixSeconds::new(at.0)),
            invited_by: self.invite_user_id.map(|id| UserId::new(id.0)),
            inviter: inviter.map(UserId::new),
        }
    }
}

async fn find(connection: &mut Conn, user: UserId) -> QueryResult<Option<RecipientRow>> {
    v2_user::table
        .filter(v2_user::id.eq(user.get()))
        .select(RecipientRow::as_select())
        .first::<RecipientRow>(connection)
        .await
        .optional()
}

#[async_trait]
impl RecipientRepository for SqlTx {
    async fn find_recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError> {
        let found: Result<Option<Recipient>, Failure> = async {
            let connection = self.open()?;
            let Some(row) = find(&mut *connection, user).await? else {
                return Ok(None);
            };
            let inviter = match row.inviter() {
                None => None,
                Some(inviter) => v2_user::table
                    .filter(v2_user::id.eq(inviter))
                    .select(v2_user::id)
                    .first::<Int>(connection)
                    .await
                    .optional()?,
            };
            Ok(Some(row.recipient(inviter.map(|id| id.0))))
        }
        .await;
        self.settle(found)
    }

    async fn lock_recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError> {
        let seen = find(self.open()?, user).await;
        let Some(seen) = self.settle(seen)? else {
            return Ok(None);
        };
        let mut ids: Vec<i64> = seen.inviter().into_iter().chain([user.get()]).collect();
        ids.sort_unstable();
        for id in &ids {
            self.take_turn(UserId::new(*id)).await?;
        }
        let locked: Result<Option<Recipient>, Failure> = async {
            let connection = self.open()?;
            let query = v2_user::table
                .filter(v2_user::id.eq_any(ids))
                .order(v2_user::id)
                .select(RecipientRow::as_select());
            let rows = lock!(query).load::<RecipientRow>(connection).await?;
            let Some(row) = rows.iter().find(|row| row.id.0 == user.get()) else {
                return Ok(None);
            };
            if row.inviter() != seen.inviter() {
                let reason = format!("user {user} got another inviter");
                return Err(StoreError::Conflict(reason).into());
            }
            let inviter = rows.iter().find(|other| Some(other.id.0) == row.inviter());
            Ok(Some(row.recipient(inviter.map(|inviter| inviter.id.0))))
        }
        .await;
        self.settle(locked)
    }

    async fn count_recipient_orders(&mut self, user: UserId) -> Result<i64, StoreError> {
        let count = v2_order::table
            .filter(v2_order::user_id.eq(user.get()))
            .filter(v2_order::status.eq(OrderStatus::Completed.code()))
            .count()
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(count).map(|count| count.0)
    }

    async fn find_recipient_level(&mut self, plan: PlanId) -> Result<Option<i64>, StoreError> {
        let level = v2_plan::table
            .filter(v2_plan::id.eq(plan.get()))
            .select(v2_plan::sort)
            .first::<Option<Int>>(self.open()?)
            .await
            .optional();
        self.settle(level)
            .map(|level| level.flatten().map(|level| level.0))
    }
}
