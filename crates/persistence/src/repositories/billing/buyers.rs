use async_trait::async_trait;
use diesel::SelectableHelper as _;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
};
use ferroboard_billing::{Buyer, BuyerRepository};
use ferroboard_kernel::{Cents, GroupId, PlanId, StoreError, UnixSeconds, UserId};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::integer::{Amount, Int};
use crate::schema::v2_user;

/// The columns of a [`Buyer`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_user)]
struct BuyerRow {
    id: Int,
    banned: Int,
    balance: Amount,
    discount: Option<Int>,
    plan_id: Option<Int>,
    group_id: Option<Int>,
    transfer_enable: Int,
    u: Int,
    d: Int,
    expired_at: Option<Int>,
}

impl From<BuyerRow> for Buyer {
    fn from(row: BuyerRow) -> Self {
        Self {
            id: UserId::new(row.id.0),
            banned: row.banned.is_set(),
            balance: Cents::new(row.balance.0),
            discount: row.discount.map(|discount| discount.0),
            plan_id: row.plan_id.map(|id| PlanId::new(id.0)),
            group_id: row.group_id.map(|id| GroupId::new(id.0)),
            transfer_enable: row.transfer_enable.0,
            upload: row.u.0,
            download: row.d.0,
            expired_at: row.expired_at.map(|at| UnixSeconds::new(at.0)),
        }
    }
}

#[async_trait]
impl BuyerRepository for SqlTx {
    async fn lock_buyer(&mut self, user: UserId) -> Result<Option<Buyer>, StoreError> {
        self.take_turn(user).await?;
        let query = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(BuyerRow::as_select());
        let row = lock!(query)
            .first::<BuyerRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(Buyer::from))
    }

    async fn find_buyer(&mut self, user: UserId) -> Result<Option<Buyer>, StoreError> {
        let row = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(BuyerRow::as_select())
            .first::<BuyerRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(Buyer::from))
    }
}
