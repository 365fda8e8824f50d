use async_trait::async_trait;
use diesel::dsl::{exists, sql};
use diesel::expression::SqlLiteral;
use diesel::sql_types::{Nullable, Text};
use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult};
use ferroboard_application::{
    DemoArticle, DemoCoupon, DemoGiftCard, DemoNode, DemoObstacle, DemoPayment, DemoPlan,
    DemoRepository, DemoRows,
};
use ferroboard_giftcard::TemplateKind;
use ferroboard_kernel::{StoreError, UnixSeconds};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, flag};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{
    v2_coupon, v2_gift_card_code, v2_gift_card_template, v2_knowledge, v2_notice, v2_order,
    v2_payment, v2_plan, v2_server, v2_server_group,
};

/// The share that a coupon takes off is a percentage (`v2_coupon.type`).
const PERCENT: i64 = 2;

/// A text for a column of JSON: PostgreSQL reads the bare literal as whatever the column is. Only
/// for texts of the demo's own, which have no backslash: MySQL would read it as an escape.
fn json(text: &str) -> SqlLiteral<Nullable<Text>> {
    sql(&format!("'{}'", text.replace('\'', "''")))
}

/// Whether a table has any row.
macro_rules! has_rows {
    ($table:ident, $connection:expr) => {
        diesel::select(exists($table::table.select($table::id)))
            .get_result::<bool>(&mut *$connection)
            .await?
    };
}

async fn obstacle(connection: &mut Conn) -> QueryResult<Option<DemoObstacle>> {
    Ok(if has_rows!(v2_plan, connection) {
        Some(DemoObstacle::Plans)
    } else if has_rows!(v2_order, connection) {
        Some(DemoObstacle::Orders)
    } else if has_rows!(v2_payment, connection) {
        Some(DemoObstacle::PaymentMethods)
    } else if has_rows!(v2_coupon, connection) {
        Some(DemoObstacle::Coupons)
    } else if has_rows!(v2_server, connection) {
        Some(DemoObstacle::Nodes)
    } else if has_rows!(v2_knowledge, connection) {
        Some(DemoObstacle::Articles)
    } else {
        None
    })
}

async fn insert_group(connection: &mut Conn, name: &str, now: UnixSeconds) -> Result<i64, Failure> {
    let insert = diesel::insert_into(v2_server_group::table).values((
        v2_server_group::name.eq(name),
        v2_server_group::created_at.eq(now.get()),
        v2_server_group::updated_at.eq(now.get()),
    ));
    let id: Int = insert_returning!(insert, v2_server_group::id, connection)?;
    Ok(id.0)
}

async fn insert_plan(
    connection: &mut Conn,
    plan: &DemoPlan,
    group: i64,
    sort: i64,
    now: UnixSeconds,
) -> QueryResult<()> {
    diesel::insert_into(v2_plan::table)
        .values((
            v2_plan::group_id.eq(group),
            v2_plan::transfer_enable.eq(plan.gigabytes),
            v2_plan::name.eq(plan.name),
            v2_plan::prices.eq(json(plan.prices)),
            v2_plan::sell.eq(flag(true)),
            v2_plan::speed_limit.eq(plan.speed_limit),
            v2_plan::device_limit.eq(plan.device_limit),
            v2_plan::show.eq(flag(true)),
            v2_plan::sort.eq(sort),
            v2_plan::renew.eq(flag(true)),
            v2_plan::content.eq(plan.content),
            plan.tags.map(|tags| v2_plan::tags.eq(json(tags))),
            // The columns' default, 0, would be a rule of the plan's own, and nobody may subscribe.
            v2_plan::reset_traffic_method.eq(None::<i64>),
            v2_plan::capacity_limit.eq(plan.capacity_limit),
            v2_plan::created_at.eq(now.get()),
            v2_plan::updated_at.eq(now.get()),
        ))
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_node(
    connection: &mut Conn,
    node: &DemoNode,
    group: i64,
    sort: i64,
    made: chrono::NaiveDateTime,
) -> QueryResult<()> {
    diesel::insert_into(v2_server::table)
        .values((
            v2_server::type_.eq(node.protocol),
            // Xboard's administration stores the numbers as texts.
            v2_server::group_ids.eq(json(&format!("[\"{group}\"]"))),
            v2_server::route_ids.eq(json("[]")),
            v2_server::name.eq(node.name),
            v2_server::rate.eq(1_i64),
            v2_server::tags.eq(json(node.tags)),
            v2_server::host.eq(node.host),
            v2_server::port.eq(node.port),
            v2_server::server_port.eq(node.server_port),
            v2_server::protocol_settings.eq(json(node.protocol_settings)),
            v2_server::show.eq(flag(true)),
            v2_server::sort.eq(sort),
            v2_server::created_at.eq(made),
            v2_server::updated_at.eq(made),
        ))
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_article(
    connection: &mut Conn,
    article: &DemoArticle,
    sort: i64,
    now: UnixSeconds,
) -> QueryResult<()> {
    diesel::insert_into(v2_knowledge::table)
        .values((
            v2_knowledge::language.eq(article.language),
            v2_knowledge::category.eq(article.category),
            v2_knowledge::title.eq(article.title),
            v2_knowledge::body.eq(article.body),
            v2_knowledge::sort.eq(sort),
            v2_knowledge::show.eq(flag(true)),
            v2_knowledge::created_at.eq(now.get()),
            v2_knowledge::updated_at.eq(now.get()),
        ))
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_announcement(connection: &mut Conn, rows: &DemoRows) -> QueryResult<()> {
    let announcement = &rows.goods.announcement;
    diesel::insert_into(v2_notice::table)
        .values((
            v2_notice::title.eq(announcement.title),
            v2_notice::content.eq(announcement.content),
            v2_notice::tags.eq(announcement.tags),
            v2_notice::show.eq(flag(true)),
            v2_notice::sort.eq(1_i64),
            v2_notice::created_at.eq(rows.now.get()),
            v2_notice::updated_at.eq(rows.now.get()),
        ))
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_coupon(
    connection: &mut Conn,
    coupon: &DemoCoupon,
    now: UnixSeconds,
) -> QueryResult<()> {
    diesel::insert_into(v2_coupon::table)
        .values((
            v2_coupon::code.eq(coupon.code),
            v2_coupon::name.eq(coupon.name),
            v2_coupon::type_.eq(PERCENT),
            v2_coupon::value.eq(coupon.percent),
            v2_coupon::show.eq(flag(true)),
            v2_coupon::limit_use.eq(coupon.uses),
            v2_coupon::started_at.eq(now.get()),
            v2_coupon::ended_at.eq(coupon.ended_at.get()),
            v2_coupon::created_at.eq(now.get()),
            v2_coupon::updated_at.eq(now.get()),
        ))
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_gift_card(
    connection: &mut Conn,
    card: &DemoGiftCard,
    now: UnixSeconds,
) -> Result<(), Failure> {
    let insert = diesel::insert_into(v2_gift_card_template::table).values((
        v2_gift_card_template::name.eq(card.name),
        v2_gift_card_template::type_.eq(TemplateKind::General.code()),
        v2_gift_card_template::status.eq(flag(true)),
        v2_gift_card_template::rewards.eq(json(card.rewards)),
        // No administrator made it.
        v2_gift_card_template::admin_id.eq(0_i64),
        v2_gift_card_template::created_at.eq(now.get()),
        v2_gift_card_template::updated_at.eq(now.get()),
    ));
    let template: Int = insert_returning!(insert, v2_gift_card_template::id, connection)?;
    diesel::insert_into(v2_gift_card_code::table)
        .values((
            v2_gift_card_code::template_id.eq(template.0),
            v2_gift_card_code::code.eq(card.code.as_str()),
            v2_gift_card_code::created_at.eq(now.get()),
            v2_gift_card_code::updated_at.eq(now.get()),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_payment(
    connection: &mut Conn,
    payment: &DemoPayment,
    now: UnixSeconds,
) -> QueryResult<()> {
    diesel::insert_into(v2_payment::table)
        .values((
            v2_payment::uuid.eq(&payment.uuid),
            v2_payment::payment.eq(payment.gateway.as_str()),
            v2_payment::name.eq(payment.name),
            v2_payment::config.eq(&payment.config),
            v2_payment::enable.eq(flag(true)),
            v2_payment::sort.eq(1_i64),
            v2_payment::created_at.eq(now.get()),
            v2_payment::updated_at.eq(now.get()),
        ))
        .execute(connection)
        .await
        .map(drop)
}

#[async_trait]
impl DemoRepository for SqlTx {
    async fn find_demo_obstacle(&mut self) -> Result<Option<DemoObstacle>, StoreError> {
        let found = obstacle(self.open()?).await;
        self.settle(found)
    }

    async fn insert_demo(&mut self, rows: &DemoRows) -> Result<(), StoreError> {
        let made = self.zone.wall_clock(rows.now);
        let written: Result<(), Failure> = async {
            let connection = self.open()?;
            let now = rows.now;
            let group = insert_group(connection, rows.goods.group, now).await?;
            for (plan, sort) in rows.goods.plans.iter().zip(1_i64..) {
                insert_plan(connection, plan, group, sort, now).await?;
            }
            for (node, sort) in rows.goods.nodes.iter().zip(1_i64..) {
                insert_node(connection, node, group, sort, made).await?;
            }
            for (article, sort) in rows.goods.articles.iter().zip(1_i64..) {
                insert_article(connection, article, sort, now).await?;
            }
            insert_announcement(connection, rows).await?;
            insert_coupon(connection, &rows.coupon, now).await?;
            insert_gift_card(connection, &rows.gift_card, now).await?;
            insert_payment(connection, &rows.payment, now).await?;
            Ok(())
        }
        .await;
        self.settle(written)
    }
}
