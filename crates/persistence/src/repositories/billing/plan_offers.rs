use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::expression::SqlLiteral;
use diesel::sql_types::BigInt;
use diesel::{
    AsChangeset, BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, SelectableHelper as _,
};
use ferroboard_application::OfferedPlanView;
use ferroboard_billing::{Plan, PlanOffer, PlanOfferRepository, PlanReference};
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds};

use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, flag};
use super::plans::{LIST_LENGTH, PlanRow, not_expired};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{v2_order, v2_plan, v2_server_group, v2_user};

/// 1 or 0.
type Flag = SqlLiteral<BigInt>;

/// The switches that are written; `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = v2_plan)]
struct OfferChange {
    show: Option<Flag>,
    sell: Option<Flag>,
    renew: Option<Flag>,
    updated_at: i64,
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

/// Every plan with its group's name and the number of its users, in four statements.
pub(in super::super) async fn list(
    connection: &mut Conn,
    now: UnixSeconds,
) -> QueryResult<Vec<OfferedPlanView>> {
    let rows: Vec<PlanRow> = v2_plan::table
        .order(v2_plan::id)
        .limit(LIST_LENGTH)
        .select(PlanRow::as_select())
        .load(&mut *connection)
        .await?;
    let groups: Vec<(Int, String)> = v2_server_group::table
        .select((v2_server_group::id, v2_server_group::name))
        .load(&mut *connection)
        .await?;
    let groups: HashMap<i64, String> = groups.into_iter().map(|(id, name)| (id.0, name)).collect();
    let having = || {
        v2_user::table
            .filter(v2_user::plan_id.is_not_null())
            .filter(no_shadow())
    };
    let users: Vec<(Option<Int>, Int)> = having()
        .group_by(v2_user::plan_id)
        .select((v2_user::plan_id, count_star()))
        .load(&mut *connection)
        .await?;
    let active: Vec<(Option<Int>, Int)> = having()
        .filter(not_expired!(now))
        .group_by(v2_user::plan_id)
        .select((v2_user::plan_id, count_star()))
        .load(connection)
        .await?;
    let counts = |rows: Vec<(Option<Int>, Int)>| -> HashMap<i64, i64> {
        let counted = rows.into_iter();
        let counted = counted.filter_map(|(plan, count)| Some((plan?.0, count.0)));
        counted.collect()
    };
    let (users, active) = (counts(users), counts(active));
    let view = |plan: Plan| OfferedPlanView {
        group: plan.group_id.and_then(|id| groups.get(&id.get()).cloned()),
        users: users.get(&plan.id.get()).copied().unwrap_or(0),
        active_users: active.get(&plan.id.get()).copied().unwrap_or(0),
        plan,
    };
    let mut plans: Vec<Plan> = rows.into_iter().map(Plan::from).collect();
    // Here and not in the statement: the databases sort NULL in different places.
    plans.sort_by_key(|plan| plan.sort);
    Ok(plans.into_iter().map(view).collect())
}
