use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, Selectable, SelectableHelper as _,
};
use ferroboard_application::{PlanQueries, PlanView};
use ferroboard_billing::{Gigabytes, Period, Plan, PlanRepository, PriceList, ResetMethod, Tags};
use ferroboard_kernel::{GroupId, PlanId, StoreError, UnixSeconds};

use super::super::shadows::shadow_views::{NO_SHADOW, no_shadow};
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, SqlTx, dialect, flag, reported};
use super::orders::{PENDING, PROCESSING};
use crate::integer::{Int, number};
use crate::odd_values;
use crate::rows::CountOf;
use crate::schema::{v2_order, v2_plan, v2_user};

/// The most plans that a list shows.
pub(in super::super) const LIST_LENGTH: i64 = 1_000;

/// The most plans that are known at once.
const ALL: i64 = 5_000;

/// A row of `v2_plan`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_plan)]
pub(in super::super) struct PlanRow {
    id: Int,
    group_id: Option<Int>,
    transfer_enable: Option<Int>,
    name: String,
    prices: Option<String>,
    sell: Int,
    speed_limit: Option<Int>,
    device_limit: Option<Int>,
    show: Int,
    sort: Option<Int>,
    renew: Int,
    content: Option<String>,
    tags: Option<String>,
    reset_traffic_method: Option<Int>,
    capacity_limit: Option<Int>,
    created_at: Int,
    updated_at: Int,
}

impl From<PlanRow> for Plan {
    fn from(row: PlanRow) -> Self {
        odd_values::tell_no_json("v2_plan", row.id.0, &[("prices", row.prices.as_deref())]);
        // The reference resets nothing under a code that it does not know.
        let reset_method = number(row.reset_traffic_method)
            .map(|code| ResetMethod::from_code(code).unwrap_or(ResetMethod::Never));
        Self {
            id: PlanId::new(row.id.0),
            group_id: row.group_id.map(|id| GroupId::new(id.0)),
            traffic: Gigabytes::new(number(row.transfer_enable).unwrap_or(0)),
            name: row.name,
            prices: PriceList::from_json(row.prices.as_deref()),
            sell: row.sell.is_set(),
            speed_limit: number(row.speed_limit),
            device_limit: number(row.device_limit),
            show: row.show.is_set(),
            sort: number(row.sort),
            renew: row.renew.is_set(),
            content: row.content,
            tags: Tags::from_json(row.tags.as_deref()),
            reset_method,
            capacity_limit: number(row.capacity_limit),
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

/// Whether a user's subscription has not ended.
macro_rules! not_expired {
    ($now:expr) => {
        v2_user::expired_at
            .is_null()
            .or(v2_user::expired_at.ge($now.get()))
    };
}

pub(in super::super) async fn find(connection: &mut Conn, id: PlanId) -> QueryResult<Option<Plan>> {
    let row = v2_plan::table
        .filter(v2_plan::id.eq(id.get()))
        .select(PlanRow::as_select())
        .first::<PlanRow>(connection)
        .await
        .optional()?;
    Ok(row.map(Plan::from))
}

async fn count_subscribers(
    connection: &mut Conn,
    plan: PlanId,
    now: UnixSeconds,
) -> QueryResult<i64> {
    v2_user::table
        .filter(v2_user::plan_id.eq(plan.get()))
        .filter(not_expired!(now))
        .filter(no_shadow())
        .count()
        .get_result::<Int>(connection)
        .await
        .map(|count| count.0)
}

/// How many counts one statement has.
const COUNTS: usize = 250;

/// How many places are taken of each plan that has a limit, counted up to the limit: whoever asks for a list of plans
/// is not to have all users read.
async fn count_taken(
    connection: &mut Conn,
    plans: &[Plan],
    now: UnixSeconds,
) -> QueryResult<HashMap<i64, i64>> {
    let limited = plans.iter().filter_map(|plan| {
        let limit = plan.capacity_limit.filter(|limit| *limit > 0)?;
        Some((plan.id.get(), limit))
    });
    let counts = limited.map(|(plan, limit)| {
        format!(
            "SELECT CAST({plan} AS {}) AS id, COUNT(*) AS count FROM (SELECT 1 AS place FROM v2_user \
             WHERE v2_user.plan_id = {plan} AND (v2_user.expired_at IS NULL OR v2_user.expired_at >= {}) \
             AND {NO_SHADOW} LIMIT {limit}) AS taken",
            dialect::INTEGER,
            now.get()
        )
    });
    let mut taken = HashMap::new();
    for counts in counts.collect::<Vec<_>>().chunks(COUNTS) {
        let query = diesel::sql_query(counts.join(" UNION ALL "));
        let rows: Vec<CountOf> = query.load(connection).await?;
        taken.extend(rows.iter().map(|row| (row.id.0, row.count.0)));
    }
    Ok(taken)
}

#[async_trait]
impl PlanRepository for SqlTx {
    async fn find_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        let plan = find(self.open()?, id).await;
        self.settle(plan)
    }

    async fn find_standing_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        self.hold_row("v2_plan", id.get()).await?;
        self.find_plan(id).await
    }

    async fn lock_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        self.take_turn(id).await?;
        let query = v2_plan::table
            .filter(v2_plan::id.eq(id.get()))
            .select(PlanRow::as_select());
        let row = lock!(query).first::<PlanRow>(self.open()?).await.optional();
        Ok(self.settle(row)?.map(Plan::from))
    }

    async fn count_plan_subscribers(
        &mut self,
        plan: PlanId,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let count = count_subscribers(self.open()?, plan, now).await;
        self.settle(count)
    }

    async fn count_plan_reservations(
        &mut self,
        plan: PlanId,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let subscribers = v2_user::table
            .filter(v2_user::id.eq(v2_order::user_id))
            .filter(v2_user::plan_id.eq(plan.get()))
            .filter(not_expired!(now));
        let resets = [
            Period::ResetTraffic.key(),
            Period::ResetTraffic.legacy_key(),
        ];
        let count = v2_order::table
            .filter(v2_order::status.between(PENDING, PROCESSING))
            .filter(v2_order::plan_id.eq(plan.get()))
            .filter(v2_order::period.ne_all(resets))
            .filter(not(exists(subscribers)))
            .count()
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(count).map(|count| count.0)
    }
}

#[async_trait]
impl PlanQueries for SqlStore {
    async fn find_plan_view(&self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        let mut connection = self.reader().await?;
        find(&mut connection, id).await.map_err(reported)
    }

    async fn list_plans(&self) -> Result<Vec<Plan>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<PlanRow> = v2_plan::table
            .order(v2_plan::id)
            .limit(ALL)
            .select(PlanRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().map(Plan::from).collect())
    }

    async fn find_plan_on_sale(
        &self,
        id: PlanId,
        now: UnixSeconds,
    ) -> Result<Option<PlanView>, StoreError> {
        let mut connection = self.reader().await?;
        let Some(plan) = find(&mut connection, id).await.map_err(reported)? else {
            return Ok(None);
        };
        let subscribers = count_subscribers(&mut connection, id, now)
            .await
            .map_err(reported)?;
        Ok(Some(PlanView { plan, subscribers }))
    }

    async fn list_plans_on_sale(&self, now: UnixSeconds) -> Result<Vec<PlanView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<PlanRow> = v2_plan::table
            .filter(v2_plan::show.eq(flag(true)))
            .filter(v2_plan::sell.eq(flag(true)))
            .order(v2_plan::id)
            .limit(LIST_LENGTH)
            .select(PlanRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let mut plans: Vec<Plan> = rows.into_iter().map(Plan::from).collect();
        let taken = count_taken(&mut connection, &plans, now).await;
        let taken = taken.map_err(reported)?;
        // Here and not in the statement: the databases sort NULL in different places.
        plans.sort_by_key(|plan| plan.sort);
        let view = |plan: Plan| PlanView {
            subscribers: taken.get(&plan.id.get()).copied().unwrap_or(0),
            plan,
        };
        Ok(plans.into_iter().map(view).collect())
    }
}
