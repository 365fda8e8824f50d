use async_trait::async_trait;
use diesel::sql_types::{Nullable, Text};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    QueryableByName, Selectable, SelectableHelper as _,
};
use ferroboard_application::{CouponOfferQueries, CouponQueries};
use ferroboard_billing::{
    Coupon, CouponCode, CouponOfferRepository, CouponRepository, CouponScope, CouponTerms,
    Discount, NewCoupons, UseLimit,
};
use ferroboard_kernel::{CouponId, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, ListRequest};

use super::super::sql::bulk::rows_with;
use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::sql::turns::Turn;
use super::super::{Conn, SqlStore, SqlTx, dialect, flag, is_storable, reported};
use super::order_rows::UNPAID;
use crate::failure::Failure;
use crate::integer::{Amount, Int};
use crate::lists::{Place, Source};
use crate::odd_values;
use crate::schema::{v2_coupon, v2_order};

/// A row of `v2_coupon`.
#[derive(Queryable, QueryableByName, Selectable)]
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

/// The coupon, whose row nobody else changes until the transaction ends.
async fn lock(connection: &mut Conn, id: CouponId) -> QueryResult<Option<Coupon>> {
    let query = v2_coupon::table
        .filter(v2_coupon::id.eq(id.get()))
        .select(CouponRow::as_select());
    let row = lock!(query).first::<CouponRow>(connection).await;
    Ok(row.optional()?.map(Coupon::from))
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
            let locked = lock(connection, seen.id).await?;
            // It may have been renamed while this waited for the lock.
            Ok(locked.filter(|locked| locked.code == seen.code))
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

/// How many coupons one statement makes.
const ROWS_OF_AN_INSERT: usize = 500;

#[async_trait]
impl CouponOfferRepository for SqlTx {
    async fn lock_coupon_row(&mut self, id: CouponId) -> Result<Option<Coupon>, StoreError> {
        let locked = lock(self.open()?, id).await;
        self.settle(locked)
    }

    async fn lock_coupon_codes(&mut self) -> Result<(), StoreError> {
        self.lock_turn(Turn::of_coupon_codes()).await
    }

    async fn list_coupon_codes(&mut self, codes: &[CouponCode]) -> Result<Vec<String>, StoreError> {
        let wanted = codes.iter().map(|code| code.as_str().to_ascii_lowercase());
        let wanted: Vec<String> = wanted.collect();
        let taken = v2_coupon::table
            .filter(one_of_but_for_case!(v2_coupon::code, wanted))
            .select(v2_coupon::code)
            .load(self.open()?)
            .await;
        self.settle(taken)
    }

    async fn insert_coupons(&mut self, coupons: &NewCoupons) -> Result<(), StoreError> {
        let terms = &coupons.terms;
        let limit = |limit: Option<UseLimit>| match limit.and_then(UseLimit::stored) {
            Some(times) => times.to_string(),
            None => "NULL".to_owned(),
        };
        let alike = format!(
            "{}, {}, '{}', {}, {}, {}, {}, {at}, {at}",
            terms.discount.code(),
            terms.discount.value(),
            i64::from(coupons.show),
            limit(terms.limit_use),
            limit(terms.limit_use_with_user),
            terms.span.started_at().get(),
            terms.span.ended_at().get(),
            at = coupons.at.get(),
        );
        let stored = |scope: &Option<CouponScope>| scope.as_ref().and_then(CouponScope::stored);
        let (plans, periods) = (stored(&terms.plans), stored(&terms.periods));
        let inserted: Result<(), Failure> = async {
            let connection = self.open()?;
            for codes in coupons.codes.chunks(ROWS_OF_AN_INSERT) {
                let insert = format!(
                    "INSERT INTO v2_coupon (code, name, limit_plan_ids, limit_period, type, value, \
                     {show}, limit_use, limit_use_with_user, started_at, ended_at, created_at, \
                     updated_at) VALUES {rows}",
                    show = dialect::quoted("show"),
                    rows = rows_with(codes.len(), 4, &alike),
                );
                let mut insert = diesel::sql_query(insert).into_boxed();
                for code in codes {
                    insert = insert
                        .bind::<Text, _>(code.as_str())
                        .bind::<Text, _>(&terms.name)
                        .bind::<Nullable<Text>, _>(&plans)
                        .bind::<Nullable<Text>, _>(&periods);
                }
                insert.execute(&mut *connection).await?;
            }
            Ok(())
        }
        .await;
        self.settle(inserted)
    }

    async fn update_coupon(
        &mut self,
        id: CouponId,
        code: Option<&CouponCode>,
        terms: &CouponTerms,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let (plans, periods) = (terms.plans.as_ref(), terms.periods.as_ref());
        let (uses, uses_of_one) = (terms.limit_use, terms.limit_use_with_user);
        let updated = diesel::update(v2_coupon::table.filter(v2_coupon::id.eq(id.get())))
            .set((
                code.map(|code| v2_coupon::code.eq(code.as_str())),
                v2_coupon::name.eq(&terms.name),
                v2_coupon::type_.eq(terms.discount.code()),
                v2_coupon::value.eq(terms.discount.value()),
                uses.map(|limit| v2_coupon::limit_use.eq(limit.stored())),
                uses_of_one.map(|limit| v2_coupon::limit_use_with_user.eq(limit.stored())),
                plans.map(|plans| v2_coupon::limit_plan_ids.eq(plans.stored())),
                periods.map(|periods| v2_coupon::limit_period.eq(periods.stored())),
                v2_coupon::started_at.eq(terms.span.started_at().get()),
                v2_coupon::ended_at.eq(terms.span.ended_at().get()),
                v2_coupon::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn update_coupon_show(
        &mut self,
        id: CouponId,
        show: bool,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let updated = diesel::update(v2_coupon::table.filter(v2_coupon::id.eq(id.get())))
            .set((
                v2_coupon::show.eq(flag(show)),
                v2_coupon::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn delete_coupon(&mut self, id: CouponId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(v2_coupon::table.filter(v2_coupon::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }
}

#[async_trait]
impl CouponQueries for SqlStore {
    async fn find_coupon_view(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        let mut connection = self.reader().await?;
        find(&mut connection, code).await.map_err(reported)
    }
}

/// The coupons as a list.
const LIST: Source = Source {
    table: "v2_coupon",
    key: "id",
    // A field of a row cannot be called so.
    filled: &["id", "created_at", "updated_at"],
    places: &[("type_", Place::Column("type"))],
};

impl CouponRow {
    /// What it is read from.
    const COLUMNS: &[&'static str] = &[
        "id",
        "code",
        "name",
        "type_",
        "value",
        "show",
        "limit_use",
        "limit_use_with_user",
        "limit_plan_ids",
        "limit_period",
        "started_at",
        "ended_at",
        "created_at",
        "updated_at",
    ];
}

#[async_trait]
impl CouponOfferQueries for SqlStore {
    async fn list_coupons(&self, request: &ListRequest) -> Result<Found<Coupon>, StoreError> {
        let mut connection = self.reader().await?;
        let asked = Asked::of_all(&self.lists, &LIST, CouponRow::COLUMNS, request);
        let found = lists::page::<CouponRow>(&mut connection, asked);
        Ok(found.await.map_err(reported)?.map(Coupon::from))
    }
}
