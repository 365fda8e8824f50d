//! What administrators read about redemptions.

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult};
use ferroboard_application::{RecordedUsage, TemplateUses, UsageFilter};
use ferroboard_kernel::{Decimal, GiftUsageId, UnixSeconds};
use ferroboard_listing::{Found, Page};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, dialect};
use super::gift_offers::{distinct, templates};
use crate::integer::Int;
use crate::rows::CountOf;
use crate::schema::{v2_gift_card_code as card, v2_gift_card_usage as usage, v2_user};

/// How many templates the numbers are told of.
const MOST_TEMPLATES: i64 = 1_000;

/// The addresses of the users with these numbers.
async fn emails(connection: &mut Conn, ids: Vec<i64>) -> QueryResult<HashMap<i64, String>> {
    let rows: Vec<(Int, String)> = v2_user::table
        .filter(v2_user::id.eq_any(ids))
        .select((v2_user::id, v2_user::email))
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|(id, email)| (id.0, email)).collect())
}

/// What a [`RecordedUsage`] is made of; the multiplier in hundredths.
type UsageRow = (
    Int,
    Int,
    Int,
    Int,
    Option<Int>,
    Option<String>,
    Option<String>,
    Int,
    Int,
);

/// The redemptions that a filter lets through.
macro_rules! usages_of {
    ($filter:expr) => {{
        let filter: &UsageFilter = $filter;
        let mut query = usage::table.into_boxed();
        if let Some(template) = filter.template {
            query = query.filter(usage::template_id.eq(template.get()));
        }
        if let Some(user) = filter.user {
            query = query.filter(usage::user_id.eq(user.get()));
        }
        query
    }};
}

/// The redemptions that are asked for.
pub(super) async fn list_usages(
    connection: &mut Conn,
    filter: &UsageFilter,
    page: Page,
) -> QueryResult<Found<RecordedUsage>> {
    let total: Int = usages_of!(filter)
        .count()
        .get_result(&mut *connection)
        .await?;
    let hundredths = dialect::whole_parts("v2_gift_card_usage.multiplier_applied", 100);
    let rows: Vec<UsageRow> = usages_of!(filter)
        .order((usage::created_at.desc(), usage::id.asc()))
        .offset(page.offset())
        .limit(page.rows())
        .select((
            usage::id,
            usage::code_id,
            usage::template_id,
            usage::user_id,
            usage::invite_user_id,
            usage::rewards_given,
            usage::invite_rewards,
            sql::<BigInt>(&hundredths),
            usage::created_at,
        ))
        .load(&mut *connection)
        .await?;
    let ids = distinct(rows.iter().map(|row| row.1.0));
    let codes: Vec<(Int, String)> = card::table
        .filter(card::id.eq_any(ids))
        .select((card::id, card::code))
        .load(&mut *connection)
        .await?;
    let codes: HashMap<i64, String> = codes.into_iter().map(|(id, code)| (id.0, code)).collect();
    let ids = distinct(rows.iter().map(|row| row.2.0));
    let templates = templates(&mut *connection, ids).await?;
    let ids = rows.iter().flat_map(|row| [Some(row.3), row.4]);
    let ids = distinct(ids.flatten().map(|id| id.0));
    let emails = emails(connection, ids).await?;
    let recorded = |row: UsageRow| {
        let (id, card, of, user, inviter, rewards, inviter_rewards, hundredths, at) = row;
        RecordedUsage {
            id: GiftUsageId::new(id.0),
            code: codes.get(&card.0).cloned(),
            template: templates.get(&of.0).map(|row| row.template.name.clone()),
            email: emails.get(&user.0).cloned(),
            inviter: inviter.and_then(|inviter| emails.get(&inviter.0).cloned()),
            rewards,
            inviter_rewards,
            multiplier: Decimal::new(hundredths.0.saturating_mul(100)),
            created_at: UnixSeconds::new(at.0),
        }
    };
    Ok(Found {
        rows: rows.into_iter().map(recorded).collect(),
        total: total.0,
    })
}

/// How many redemptions each quarter of an hour had.
pub(super) async fn count_by_quarter(
    connection: &mut Conn,
    since: UnixSeconds,
    until: UnixSeconds,
) -> QueryResult<Vec<(UnixSeconds, i64)>> {
    let query = format!(
        "SELECT created_at - created_at % 900 AS id, COUNT(*) AS count \
         FROM v2_gift_card_usage WHERE created_at >= {} AND created_at < {} \
         GROUP BY created_at - created_at % 900 ORDER BY id",
        since.get(),
        until.get(),
    );
    let rows: Vec<CountOf> = diesel::sql_query(query).load(connection).await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (UnixSeconds::new(row.id.0), row.count.0))
        .collect())
}

/// How many redemptions each template had.
pub(super) async fn count_by_template(connection: &mut Conn) -> QueryResult<Vec<TemplateUses>> {
    let counts: Vec<(Int, Int)> = usage::table
        .group_by(usage::template_id)
        .select((usage::template_id, count_star()))
        .order(usage::template_id)
        .limit(MOST_TEMPLATES)
        .load(&mut *connection)
        .await?;
    let ids = counts.iter().map(|(id, _)| id.0).collect();
    let templates = templates(connection, ids).await?;
    let uses = |(id, count): (Int, Int)| {
        let found = templates.get(&id.0).map(|row| &row.template);
        TemplateUses {
            template: found.map(|found| (found.name.clone(), found.kind.code())),
            count: count.0,
        }
    };
    Ok(counts.into_iter().map(uses).collect())
}
