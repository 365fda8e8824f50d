use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool};
use diesel::{
    AsChangeset, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    QueryableByName, SelectableHelper as _,
};
use ferroboard_application::PlanUsers;
use ferroboard_billing::{Plan, PlanOffer, PlanOfferRepository, PlanReference, ResetMethod};
use ferroboard_kernel::{GroupId, PlanId, StoreError, UnixSeconds, UserId};

use super::super::desk::package_orders;
use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::places;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, dialect, flag, rows};
use super::plans::{LIST_LENGTH, PlanRow};
use crate::failure::Failure;
use crate::fixed::Fixed;
use crate::integer::{Int, number};
use crate::rows::numbers;
use crate::schema::{v2_order, v2_plan, v2_server_group, v2_user};

/// 1 or 0.
type Flag = Fixed<BigInt>;

/// How many users one statement is about.
const BATCH: usize = 1_000;

/// The switches that are written; `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = v2_plan)]
struct OfferChange {
    show: Option<Flag>,
    sell: Option<Flag>,
    renew: Option<Flag>,
    updated_at: i64,
}

/// What administrators say about a plan, as it is stored.
macro_rules! columns {
    ($plan:expr) => {
        (
            v2_plan::group_id.eq($plan.group_id.map(GroupId::get)),
            v2_plan::transfer_enable.eq($plan.traffic.get()),
            v2_plan::name.eq(&$plan.name),
            v2_plan::prices.eq(json_text!($plan.prices.to_json())),
            v2_plan::speed_limit.eq($plan.speed_limit),
            v2_plan::device_limit.eq($plan.device_limit),
            v2_plan::content.eq(&$plan.content),
            v2_plan::tags.eq(json_text!($plan.tags.to_json())),
            v2_plan::reset_traffic_method.eq($plan.reset_method.map(ResetMethod::code)),
            v2_plan::capacity_limit.eq($plan.capacity_limit),
            v2_plan::updated_at.eq($plan.updated_at.get()),
        )
    };
}

/// What a user of the statement has of the plan's traffic, and of packages on top of it. `transfer_enable` is never
/// NULL.
fn quota(plan: &Plan) -> String {
    let (plan, given) = (plan.traffic.bytes(), package_orders::left_of_user());
    // A sum that is too large would fail the statement for every row.
    let (most, room) = (i64::MAX, i64::MAX.saturating_sub(plan));
    let sum = format!("CASE WHEN {given} > {room} THEN {most} ELSE {plan} + {given} END");
    format!("CAST({sum} AS {})", dialect::INTEGER)
}

/// The condition that a user has another group, traffic or limit than the plan gives.
fn differs(plan: &Plan) -> String {
    let is_other = |column: &str, value: Option<i64>| match value {
        Some(value) => format!("(v2_user.{column} IS NULL OR v2_user.{column} <> {value})"),
        None => format!("v2_user.{column} IS NOT NULL"),
    };
    let differences = [
        is_other("group_id", plan.group_id.map(GroupId::get)),
        format!("v2_user.transfer_enable <> {}", quota(plan)),
        is_other("speed_limit", plan.speed_limit),
        is_other("device_limit", plan.device_limit),
    ];
    format!("({})", differences.join(" OR "))
}

fn or_null(value: Option<i64>) -> String {
    value.map_or("NULL".to_owned(), |value| value.to_string())
}

#[async_trait]
impl PlanOfferRepository for SqlTx {
    async fn update_plan_offer(
        &mut self,
        plan: PlanId,
        offer: PlanOffer,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let change = OfferChange {
            show: offer.show.map(flag),
            sell: offer.sell.map(flag),
            renew: offer.renew.map(flag),
            updated_at: at.get(),
        };
        let updated = diesel::update(v2_plan::table.filter(v2_plan::id.eq(plan.get())))
            .set(change)
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count > 0)
    }

    async fn insert_plan(&mut self, plan: &Plan) -> Result<PlanId, StoreError> {
        let insert = diesel::insert_into(v2_plan::table).values((
            v2_plan::show.eq(flag(plan.show)),
            v2_plan::sell.eq(flag(plan.sell)),
            v2_plan::renew.eq(flag(plan.renew)),
            v2_plan::created_at.eq(plan.created_at.get()),
            columns!(plan),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_plan::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| PlanId::new(id.0))
    }

    async fn update_plan(&mut self, plan: &Plan) -> Result<bool, StoreError> {
        let updated = diesel::update(v2_plan::table.filter(v2_plan::id.eq(plan.id.get())))
            .set(columns!(plan))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn update_plan_members(
        &mut self,
        plan: &Plan,
        at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let others: Result<Vec<UserId>, Failure> = async {
            let connection = self.open()?;
            let differs = differs(plan);
            let members = v2_user::table
                .filter(v2_user::plan_id.eq(plan.id.get()))
                .filter(no_shadow())
                .filter(sql::<Bool>(&differs))
                .order(v2_user::id)
                .select(v2_user::id);
            let others: Vec<Int> = lock!(members).load(&mut *connection).await?;
            let given = format!(
                "UPDATE v2_user SET group_id = {}, transfer_enable = {}, speed_limit = {}, \
                 device_limit = {}, updated_at = {} WHERE id IN",
                or_null(plan.group_id.map(GroupId::get)),
                quota(plan),
                or_null(plan.speed_limit),
                or_null(plan.device_limit),
                at.get(),
            );
            for batch in others.chunks(BATCH) {
                let write = format!("{given} ({})", numbers(batch.iter().map(|id| id.0)));
                diesel::sql_query(write).execute(&mut *connection).await?;
            }
            Ok(others.into_iter().map(|id| UserId::new(id.0)).collect())
        }
        .await;
        let others = self.settle(others)?;
        let count = rows(others.len());
        self.touched.users.extend(others);
        Ok(count)
    }

    async fn list_plan_places(
        &mut self,
        plans: &[PlanId],
    ) -> Result<Vec<(PlanId, Option<i64>)>, StoreError> {
        let ids: Vec<i64> = plans.iter().map(|id| id.get()).collect();
        let places: Result<Vec<(Int, Option<Int>)>, _> = v2_plan::table
            .filter(v2_plan::id.eq_any(ids))
            .order(v2_plan::id)
            .select((v2_plan::id, v2_plan::sort))
            .load(self.open()?)
            .await;
        let places = self.settle(places)?.into_iter();
        Ok(places
            .map(|(id, place)| (PlanId::new(id.0), number(place)))
            .collect())
    }

    async fn update_plan_places(
        &mut self,
        places: &[(PlanId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let places = places.iter().map(|(id, place)| (id.get(), *place));
        let places: Vec<(i64, i64)> = places.collect();
        if places.is_empty() {
            return Ok(());
        }
        let changed = format!(", updated_at = {}", at.get());
        let update = places::written("v2_plan", &places, &changed);
        let updated = diesel::sql_query(update).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }

    async fn find_plan_reference(
        &mut self,
        plan: PlanId,
    ) -> Result<Option<PlanReference>, StoreError> {
        let found: Result<Option<PlanReference>, Failure> = async {
            let connection = self.open()?;
            let order = v2_order::table
                .filter(v2_order::plan_id.eq(plan.get()))
                .select(v2_order::id)
                .first::<Int>(&mut *connection)
                .await
                .optional()?;
            if order.is_some() {
                return Ok(Some(PlanReference::Order));
            }
            let user = v2_user::table
                .filter(v2_user::plan_id.eq(plan.get()))
                .select(v2_user::id)
                .first::<Int>(connection)
                .await
                .optional()?;
            Ok(user.map(|_| PlanReference::User))
        }
        .await;
        self.settle(found)
    }

    async fn delete_plan(&mut self, plan: PlanId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(v2_plan::table.filter(v2_plan::id.eq(plan.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count > 0)
    }
}

/// Every plan with its group's name.
pub(in super::super) async fn list(
    connection: &mut Conn,
) -> QueryResult<Vec<(Plan, Option<String>)>> {
    let rows: Vec<PlanRow> = v2_plan::table
        .order(v2_plan::id)
        .limit(LIST_LENGTH)
        .select(PlanRow::as_select())
        .load(&mut *connection)
        .await?;
    let groups: Vec<(Int, String)> = v2_server_group::table
        .select((v2_server_group::id, v2_server_group::name))
        .load(connection)
        .await?;
    let groups: HashMap<i64, String> = groups.into_iter().map(|(id, name)| (id.0, name)).collect();
    let mut plans: Vec<Plan> = rows.into_iter().map(Plan::from).collect();
    // Here and not in the statement: the databases sort NULL in different places.
    plans.sort_by_key(|plan| plan.sort);
    let view = |plan: Plan| {
        let group = plan.group_id.and_then(|id| groups.get(&id.get()).cloned());
        (plan, group)
    };
    Ok(plans.into_iter().map(view).collect())
}

/// How many rows have a plan.
#[derive(QueryableByName)]
struct UsersRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    users: Int,
    #[diesel(sql_type = BigInt)]
    active: Int,
}

/// How many users have which plan. Everybody is counted in an index alone, and the second accounts, of whom there
/// are fewer, by themselves.
pub(in super::super) async fn count_users(
    connection: &mut Conn,
    now: UnixSeconds,
) -> QueryResult<Vec<(PlanId, PlanUsers)>> {
    let counting = |from: &str| {
        format!(
            "SELECT v2_user.plan_id AS id, COUNT(*) AS users, COUNT(CASE WHEN v2_user.expired_at IS NULL \
             OR v2_user.expired_at >= {} THEN 1 END) AS active FROM {from} \
             WHERE v2_user.plan_id IS NOT NULL GROUP BY v2_user.plan_id",
            now.get()
        )
    };
    let everybody = counting("v2_user");
    let shadows = counting(
        "ferro_shadow_account JOIN v2_user ON v2_user.id = ferro_shadow_account.shadow_user_id",
    );
    let everybody: Vec<UsersRow> = diesel::sql_query(everybody).load(&mut *connection).await?;
    let shadows: Vec<UsersRow> = diesel::sql_query(shadows).load(connection).await?;
    let shadows: HashMap<i64, UsersRow> = shadows.into_iter().map(|row| (row.id.0, row)).collect();
    let people = |row: UsersRow| {
        let shadow = shadows.get(&row.id.0);
        let (all, active) = shadow.map_or((0, 0), |row| (row.users.0, row.active.0));
        let users = PlanUsers {
            all: (row.users.0 - all).max(0),
            active: (row.active.0 - active).max(0),
        };
        (PlanId::new(row.id.0), users)
    };
    Ok(everybody.into_iter().map(people).collect())
}
