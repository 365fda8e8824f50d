use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_application::CouponQueries;
use ferroboard_billing::{Coupon, CouponCode, CouponRepository, Discount};
use ferroboard_kernel::{CouponId, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlStore, SqlTx, is_storable, reported};
use super::order_rows::UNPAID;
use crate::failure::Failure;
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::{v2_coupon, v2_order};

/// A row of `v2_coupon`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_coupon)]
struct CouponRow {
    id: Int,
    code: String,
    name: String,
    type_: Int,
    value: Amount,
    show: Int,
    limit_use: Option<Int>,
    limit_use_with_user: Option<Int>,
    limit_plan_ids: Option<String>,
    limit_period: Option<String>,
    started_at: Int,
    ended_at: Int,
    created_at: Int,
    updated_at: Int,
}

impl From<CouponRow> for Coupon {
    fn from(row: CouponRow) -> Self {
        odd_values::tell_no_json(
            "v2_coupon",
            row.id.0,
            &[
                ("limit_plan_ids", row.limit_plan_ids.as_deref()),
                ("limit_period", row.limit_period.as_deref()),
            ],
        );
        Self {
            id: CouponId::new(row.id.0),
            code: row.code,
            name: row.name,
            discount: Discount::from_code(row.type_.0, row.value.0),
            show: row.show.is_set(),
            limit_use: row.limit_use.map(|limit| limit.0),
            limit_use_with_user: row.limit_use_with_user.map(|limit| limit.0),
            limit_plans: Self::plans_from_json(row.limit_plan_ids.as_deref()),
            limit_periods: Self::periods_from_json(row.limit_period.as_deref()),
            started_at: UnixSeconds::new(row.started_at.0),
            ended_at: UnixSeconds::new(row.ended_at.0),
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

/// The coupon with the code: spelled exactly so, or else in other letter case; of several the one
/// with the lowest number. No index keeps two from having the same code.
async fn find(connection: &mut Conn, code: &CouponCode) -> QueryResult<Option<Coupon>> {
    let code = code.as_str();
    if !is_storable(code) {
        return Ok(None);
    }
    let alike: Vec<CouponRow> = v2_coupon::table
        .filter(same_but_for_case!(v2_coupon::code, code))
        .order(v2_coupon::id)
        .select(CouponRow::as_select())
        .load(connection)
        .await?;
    // Databases also take other letters for equal: with and without accents, or Ä and ä.
    let mut alike: Vec<CouponRow> = alike
        .into_iter()
        .filter(|row| row.code.eq_ignore_ascii_case(code))
        .collect();
    alike.sort_by_key(|row| row.code != code);
    Ok(alike.into_iter().next().map(Coupon::from))
}

/// How many orders of the user with this coupon are neither pending nor cancelled.
pub(in super::super) async fn count_uses(
    connection: &mut Conn,
    user: UserId,
    coupon: CouponId,
) -> QueryResult<i64> {
    v2_order::table
        .filter(v2_order::coupon_id.eq(coupon.get()))
        .filter(v2_order::user_id.eq(user.get()))
        .filter(v2_order::status.ne_all(UNPAID))
        .count()
        .get_result::<Int>(connection)
        .await
        .map(|count| count.0)
}

#[async_trait]
impl CouponRepository for SqlTx {
    async fn find_coupon(&mut self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        let coupon = find(self.open()?, code).await;
        self.settle(coupon)
    }

    async fn lock_coupon(&mut self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        let locked: Result<Option<Coupon>, Failure> = async {
            let connection = self.open()?;
            let Some(seen) = find(&mut *connection, code).await? else {
                return Ok(None);
            };
            let query = v2_coupon::table
                .filter(v2_coupon::id.eq(seen.id.get()))
                .select(CouponRow::as_select());
            let row = lock!(query)
                .first::<CouponRow>(connection)
                .await
                .optional()?;
            // It may have been renamed while this waited for the lock.
            Ok(row.map(Coupon::from).filter(|row| row.code == seen.code))
        }
        .await;
        self.settle(locked)
    }

    async fn move_coupon_use(&mut self, id: CouponId, at: UnixSeconds) -> Result<bool, StoreError> {
        let left = v2_coupon::table
            .filter(v2_coupon::id.eq(id.get()))
            .filter(v2_coupon::limit_use.between(1_i64, sums::WIDEST));
        let moved = diesel::update(left)
            .set((
                v2_coupon::limit_use.eq(v2_coupon::limit_use - 1_i64),
                v2_coupon::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn update_coupon_use(&mut self, id: CouponId, at: UnixSeconds) -> Result<(), StoreError> {
        let limited = v2_coupon::table
            .filter(v2_coupon::id.eq(id.get()))
            .filter(v2_coupon::limit_use.between(0_i64, sums::WIDEST - 1));
        let updated = diesel::update(limited)
            .set((
                v2_coupon::limit_use.eq(v2_coupon::limit_use + 1_i64),
                v2_coupon::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn count_coupon_uses(
        &mut self,
        user: UserId,
        coupon: CouponId,
    ) -> Result<i64, StoreError> {
        let count = count_uses(self.open()?, user, coupon).await;
        self.settle(count)
    }
}

#[async_trait]
impl CouponQueries for SqlStore {
    async fn find_coupon_view(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        let mut connection = self.reader().await?;
        find(&mut connection, code).await.map_err(reported)
    }
}
