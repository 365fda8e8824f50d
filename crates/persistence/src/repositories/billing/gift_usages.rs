use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::{count_star, max, sql};
use diesel::expression::SqlLiteral;
use diesel::sql_types::{BigInt, Text};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    SelectableHelper as _,
};
use ferroboard_application::{GiftCardQueries, GiftUsageView};
use ferroboard_giftcard::{
    GiftTemplate, GiftUsageRepository, InviterRewards, NewGiftUsage, PastUses,
};
use ferroboard_kernel::{
    Decimal, Email, GiftCardId, GiftTemplateId, GiftUsageId, PlanId, StoreError, UnixSeconds,
    UserId,
};
use ferroboard_listing::{Found, Page};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, SqlTx, dialect, reported};
use super::gift_cards::TemplateRow;
use crate::failure::Failure;
use crate::fixed::{Fixed, fixed};
use crate::integer::Int;
use crate::schema::{
    v2_gift_card_code as card, v2_gift_card_template as template, v2_gift_card_usage as usage,
    v2_user,
};

/// What a [`GiftUsageView`] is made of.
#[derive(Queryable)]
struct UsageRow {
    id: Int,
    code_id: Int,
    template_id: Int,
    invite_user_id: Option<Int>,
    rewards_given: Option<String>,
    invite_rewards: Option<String>,
    user_level_at_use: Option<Int>,
    plan_id_at_use: Option<Int>,
    multiplier_hundredths: Int,
    notes: Option<String>,
    created_at: Int,
}

type UsageColumns = (
    usage::id,
    usage::code_id,
    usage::template_id,
    usage::invite_user_id,
    usage::rewards_given,
    usage::invite_rewards,
    usage::user_level_at_use,
    usage::plan_id_at_use,
    Fixed<BigInt>,
    usage::notes,
    usage::created_at,
);

/// What a [`UsageRow`] is read from. The multiplier is a decimal number with two places (on SQLite a
/// floating-point one), and is read as a whole number of hundredths.
fn columns() -> UsageColumns {
    let hundredths = dialect::whole_parts("v2_gift_card_usage.multiplier_applied", 100);
    (
        usage::id,
        usage::code_id,
        usage::template_id,
        usage::invite_user_id,
        usage::rewards_given,
        usage::invite_rewards,
        usage::user_level_at_use,
        usage::plan_id_at_use,
        fixed(hundredths),
        usage::notes,
        usage::created_at,
    )
}

/// A multiplier as a number in a statement: no type of a parameter suits the column everywhere.
fn literal(multiplier: Decimal) -> SqlLiteral<Text> {
    sql(&multiplier.to_string())
}

/// The rows with their codes and templates.
async fn views(connection: &mut Conn, rows: Vec<UsageRow>) -> QueryResult<Vec<GiftUsageView>> {
    let ids = |id: fn(&UsageRow) -> i64| rows.iter().map(id).collect::<Vec<i64>>();
    let codes: Vec<(Int, String)> = card::table
        .filter(card::id.eq_any(ids(|row| row.code_id.0)))
        .select((card::id, card::code))
        .load(&mut *connection)
        .await?;
    let codes: HashMap<i64, String> = codes.into_iter().map(|(id, code)| (id.0, code)).collect();
    let templates: Vec<TemplateRow> = template::table
        .filter(template::id.eq_any(ids(|row| row.template_id.0)))
        .select(TemplateRow::as_select())
        .load(connection)
        .await?;
    let templates = templates.into_iter().map(GiftTemplate::from);
    let templates: HashMap<i64, GiftTemplate> =
        templates.map(|found| (found.id.get(), found)).collect();
    let view = |row: UsageRow| GiftUsageView {
        id: GiftUsageId::new(row.id.0),
        code: codes.get(&row.code_id.0).cloned(),
        template: templates.get(&row.template_id.0).cloned(),
        rewards: row.rewards_given.unwrap_or_default(),
        inviter_rewards: row.invite_rewards,
        inviter: None,
        level: row.user_level_at_use.map(|level| level.0),
        plan: row.plan_id_at_use.map(|id| PlanId::new(id.0)),
        multiplier: Decimal::new(row.multiplier_hundredths.0.saturating_mul(100)),
        notes: row.notes,
        created_at: UnixSeconds::new(row.created_at.0),
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn find(
    connection: &mut Conn,
    user: UserId,
    id: GiftUsageId,
) -> QueryResult<Option<GiftUsageView>> {
    let row = usage::table
        .filter(usage::id.eq(id.get()))
        .filter(usage::user_id.eq(user.get()))
        .select(columns())
        .first::<UsageRow>(&mut *connection)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let inviter = match row.invite_user_id {
        None => None,
        Some(inviter) => v2_user::table
            .filter(v2_user::id.eq(inviter.0))
            .select((v2_user::id, v2_user::email))
            .first::<(Int, String)>(&mut *connection)
            .await
            .optional()?,
    };
    let inviter = inviter.map(|(id, email)| (UserId::new(id.0), Email::stored(&email)));
    let view = views(connection, vec![row]).await?.into_iter().next();
    Ok(view.map(|view| GiftUsageView { inviter, ..view }))
}

#[async_trait]
impl GiftUsageRepository for SqlTx {
    async fn find_gift_uses(
        &mut self,
        user: UserId,
        of_template: GiftTemplateId,
        of_card: GiftCardId,
    ) -> Result<PastUses, StoreError> {
        let found: Result<PastUses, Failure> = async {
            let connection = self.open()?;
            let own = usage::table.filter(usage::user_id.eq(user.get()));
            let (count, latest): (Int, Option<Int>) = own
                .filter(usage::template_id.eq(of_template.get()))
                .select((count_star(), max(usage::created_at)))
                .first(&mut *connection)
                .await?;
            let same = own
                .filter(usage::code_id.eq(of_card.get()))
                .count()
                .get_result::<Int>(connection)
                .await?;
            Ok(PastUses {
                of_template: count.0,
                latest: latest.map(|at| UnixSeconds::new(at.0)),
                of_card: same.is_set(),
            })
        }
        .await;
        self.settle(found)
    }

    async fn insert_gift_usage(&mut self, new: &NewGiftUsage) -> Result<GiftUsageId, StoreError> {
        let inviter_rewards = new.inviter_rewards.as_ref().map(InviterRewards::to_json);
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let rewards = new.rewards.to_json();
            let insert = diesel::insert_into(usage::table).values((
                usage::code_id.eq(new.card.get()),
                usage::template_id.eq(new.template.get()),
                usage::user_id.eq(new.user.get()),
                usage::invite_user_id.eq(new.invited_by.map(UserId::get)),
                usage::rewards_given.eq(json_text!(rewards.as_str())),
                inviter_rewards
                    .as_deref()
                    .map(|rewards| usage::invite_rewards.eq(json_text!(rewards))),
                usage::user_level_at_use.eq(new.level),
                usage::plan_id_at_use.eq(new.plan.map(PlanId::get)),
                usage::multiplier_applied.eq(literal(new.multiplier)),
                usage::user_agent.eq(new.user_agent.as_deref()),
                usage::created_at.eq(new.at.get()),
            ));
            Ok(insert_returning!(insert, usage::id, connection)?)
        }
        .await;
        self.settle(inserted).map(|id| GiftUsageId::new(id.0))
    }
}

#[async_trait]
impl GiftCardQueries for SqlStore {
    async fn list_gift_usages(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<GiftUsageView>, StoreError> {
        let mut connection = self.reader().await?;
        let found: QueryResult<Found<GiftUsageView>> = async {
            let own = usage::table.filter(usage::user_id.eq(user.get()));
            let total = own.count().get_result::<Int>(&mut *connection).await?;
            let rows: Vec<UsageRow> = own
                .order((usage::created_at.desc(), usage::id.desc()))
                .offset(page.offset())
                .limit(page.rows())
                .select(columns())
                .load(&mut *connection)
                .await?;
            Ok(Found {
                rows: views(&mut connection, rows).await?,
                total: total.0,
            })
        }
        .await;
        found.map_err(reported)
    }

    async fn find_gift_usage(
        &self,
        user: UserId,
        id: GiftUsageId,
    ) -> Result<Option<GiftUsageView>, StoreError> {
        let mut connection = self.reader().await?;
        find(&mut connection, user, id).await.map_err(reported)
    }
}
