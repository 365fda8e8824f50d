use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use diesel::sql_types::BigInt;
use diesel::{BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _};
use ferroboard_billing::{
    NextReset, ResetCause, ResetMethod, ResetRepository, ResetScope, ResetSubject,
};
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds, UserId};

use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, dialect, flag, rows};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::{Amount, Int, instant};
use crate::schema::{ferro_reset_rule, v2_plan, v2_user};

/// The most plans that are looked at.
const PLANS: i64 = 10_000;

/// What stands for NULL where two values that may be NULL are compared; no instant is negative.
const NONE: i64 = -1;

/// The reference resets nothing under a code that it does not know.
fn method(code: Int) -> ResetMethod {
    ResetMethod::from_code(code.0).unwrap_or(ResetMethod::Never)
}

/// The users' numbers as the inside of `IN (…)`.
fn list(users: impl Iterator<Item = UserId>) -> String {
    let numbers: Vec<String> = users.map(|user| user.to_string()).collect();
    numbers.join(", ")
}

/// An expression that is this for each user.
fn for_each(moves: &[NextReset], value: impl Fn(&NextReset) -> Option<UnixSeconds>) -> String {
    let arms = moves.iter().map(|change| {
        let value = value(change).map_or(NONE, UnixSeconds::get);
        format!("WHEN {} THEN {value}", change.user)
    });
    format!("CASE id {} END", arms.collect::<Vec<_>>().join(" "))
}

#[async_trait]
impl ResetRepository for SqlTx {
    async fn list_reset_users(
        &mut self,
        scope: ResetScope,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError> {
        let users = v2_user::table
            .filter(v2_user::id.gt(after.map_or(i64::MIN, UserId::get)))
            .filter(v2_user::banned.eq(flag(false)))
            .filter(no_shadow())
            .filter(
                v2_user::expired_at
                    .is_null()
                    .or(v2_user::expired_at.gt(now.get())),
            )
            .order(v2_user::id)
            .limit(i64::from(limit))
            .select(v2_user::id)
            .into_boxed();
        let users = match scope {
            ResetScope::Due => users
                .filter(v2_user::plan_id.is_not_null())
                .filter(v2_user::next_reset_at.le(now.get())),
            ResetScope::Unscheduled => users
                .filter(v2_user::plan_id.is_not_null())
                .filter(v2_user::next_reset_at.is_null()),
            ResetScope::Plan(plan) => users.filter(v2_user::plan_id.eq(plan.get())),
            ResetScope::Active => users.filter(v2_user::plan_id.is_not_null()),
        };
        let found = users.load::<Int>(self.open()?).await;
        let found = self.settle(found)?.into_iter();
        Ok(found.map(|id| UserId::new(id.0)).collect())
    }

    async fn lock_reset_subjects(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<ResetSubject>, StoreError> {
        // The last is compared again when it moves, which a value read as another one would not stand.
        type Row = (Int, Int, Option<Int>, Option<Int>, Option<Amount>);
        let found: Result<(Vec<Row>, HashMap<i64, Option<Int>>), Failure> = async {
            let connection = self.open()?;
            let query = v2_user::table
                .filter(v2_user::id.eq_any(users.iter().map(|user| user.get())))
                .order(v2_user::id)
                .select((
                    v2_user::id,
                    v2_user::banned,
                    v2_user::plan_id,
                    v2_user::expired_at,
                    v2_user::next_reset_at,
                ));
            let found = lock!(query).load::<Row>(&mut *connection).await?;
            let mut plans: Vec<i64> = found.iter().filter_map(|row| Some(row.2?.0)).collect();
            plans.sort_unstable();
            plans.dedup();
            let methods: Vec<(Int, Option<Int>)> = v2_plan::table
                .filter(v2_plan::id.eq_any(plans))
                .select((v2_plan::id, v2_plan::reset_traffic_method))
                .load(connection)
                .await?;
            let methods = methods.into_iter().map(|(plan, code)| (plan.0, code));
            Ok((found, methods.collect()))
        }
        .await;
        let (found, methods) = self.settle(found)?;
        let own_method = |plan: Int| match methods.get(&plan.0) {
            Some(code) => code.map(method),
            None => Some(ResetMethod::Never),
        };
        let subject = |(id, banned, plan, expired_at, next_reset_at): Row| ResetSubject {
            user: UserId::new(id.0),
            banned: banned.is_set(),
            plan: plan.map(|plan| PlanId::new(plan.0)),
            plan_method: plan.and_then(own_method),
            expired_at: instant(expired_at),
            next_reset_at: next_reset_at.map(|at| UnixSeconds::new(at.0)),
        };
        Ok(found.into_iter().map(subject).collect())
    }

    async fn move_next_resets(
        &mut self,
        moves: &[NextReset],
        at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        if moves.is_empty() {
            return Ok(0);
        }
        let integer = dialect::INTEGER;
        let statement = format!(
            "UPDATE v2_user SET next_reset_at = CAST(NULLIF({}, {NONE}) AS {integer}), \
             updated_at = {} WHERE id IN ({}) AND COALESCE(next_reset_at, {NONE}) = {}",
            for_each(moves, |change| change.to),
            at.get(),
            list(moves.iter().map(|change| change.user)),
            for_each(moves, |change| change.from),
        );
        let moved = diesel::sql_query(statement).execute(self.open()?).await;
        self.settle(moved).map(rows)
    }

    async fn insert_traffic_resets(
        &mut self,
        users: &[(UserId, ResetMethod)],
        cause: ResetCause,
    ) -> Result<u64, StoreError> {
        if users.is_empty() {
            return Ok(0);
        }
        let shown = self.zone.wall_clock(cause.at);
        let ids = list(users.iter().map(|(user, _)| *user));
        // The texts are words of this program; the new amounts are the columns' default, 0.
        let mut types: BTreeMap<&str, Vec<UserId>> = BTreeMap::new();
        for (user, method) in users {
            types.entry(method.log_type()).or_default().push(*user);
        }
        let types = types.into_iter().map(|(name, users)| {
            let ids = list(users.into_iter());
            format!("WHEN id IN ({ids}) THEN '{name}' ")
        });
        let types: String = types.collect();
        let log = format!(
            "INSERT INTO v2_traffic_reset_logs (user_id, reset_type, reset_time, old_upload, \
             old_download, old_total, trigger_source, created_at, updated_at) \
             SELECT id, CASE {types}END, '{shown}', u, d, {}, '{}', '{shown}', '{shown}' \
             FROM v2_user WHERE id IN ({ids}) ORDER BY id",
            sums::of_two("u", "d"),
            cause.source.as_str(),
        );
        let cleared = format!(
            "INSERT INTO ferro_cleared_traffic (user_id, bytes) SELECT id, {} FROM v2_user \
             WHERE id IN ({ids}) ORDER BY id {}",
            sums::reachable(&sums::of_two("u", "d")),
            dialect::or_update("ferro_cleared_traffic", "user_id", "bytes", sums::growing),
        );
        let done: Result<usize, Failure> = async {
            let connection = self.open()?;
            diesel::sql_query(log).execute(&mut *connection).await?;
            diesel::sql_query(cleared).execute(&mut *connection).await?;
            let reset =
                v2_user::table.filter(v2_user::id.eq_any(users.iter().map(|(user, _)| user.get())));
            let done = diesel::update(reset)
                .set((
                    v2_user::u.eq(0_i64),
                    v2_user::d.eq(0_i64),
                    v2_user::last_reset_at.eq(cause.at.get()),
                    v2_user::reset_count.eq(fixed::<BigInt>(sums::one_more("reset_count"))),
                    v2_user::updated_at.eq(cause.at.get()),
                ))
                .execute(connection)
                .await?;
            Ok(done)
        }
        .await;
        let done = self.settle(done)?;
        let reset = users.iter().map(|(user, _)| *user);
        self.touched.users.extend(reset);
        Ok(rows(done))
    }

    async fn list_reset_methods(
        &mut self,
    ) -> Result<Vec<(PlanId, Option<ResetMethod>)>, StoreError> {
        let plans = v2_plan::table
            .order(v2_plan::id)
            .limit(PLANS)
            .select((v2_plan::id, v2_plan::reset_traffic_method))
            .load::<(Int, Option<Int>)>(self.open()?)
            .await;
        let plans = self.settle(plans)?.into_iter();
        let own = |(plan, code): (Int, Option<Int>)| (PlanId::new(plan.0), code.map(method));
        Ok(plans.map(own).collect())
    }

    async fn list_reset_rules(&mut self) -> Result<Vec<(PlanId, String)>, StoreError> {
        let found = ferro_reset_rule::table
            .order(ferro_reset_rule::plan_id)
            .limit(PLANS)
            .select((ferro_reset_rule::plan_id, ferro_reset_rule::rule))
            .load::<(Int, String)>(self.open()?)
            .await;
        let found = self.settle(found)?.into_iter();
        Ok(found
            .map(|(plan, rule)| (PlanId::new(plan.0), rule))
            .collect())
    }

    async fn update_reset_rule(&mut self, plan: PlanId, rule: &str) -> Result<(), StoreError> {
        let insert = diesel::insert_into(ferro_reset_rule::table).values((
            ferro_reset_rule::plan_id.eq(plan.get()),
            ferro_reset_rule::rule.eq(rule),
        ));
        let stored = on_duplicate!(insert, ferro_reset_rule::plan_id)
            .do_update()
            .set(ferro_reset_rule::rule.eq(rule))
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }
}
