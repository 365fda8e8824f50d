use async_trait::async_trait;
use ferroboard_application::{
    DemoArticle, DemoNode, DemoObstacle, DemoPlan, DemoRepository, DemoRows,
};
use ferroboard_billing::{Coupon, Discount, GatewayConfig, Gigabytes, PaymentMethod, Plan};
use ferroboard_giftcard::GiftTemplate;
use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_kernel::{
    AnnouncementId, ArticleId, CouponId, GroupId, PaymentId, PlanId, StoreError, UnixSeconds,
};
use ferroboard_knowledge::testing::{AnnouncementRow, ArticleRow};
use ferroboard_knowledge::{Announcement, Article};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use ferroboard_protocol::{Protocol, Settings};

use super::MemoryTx;

/// The group that the demo makes; no table here holds groups.
const GROUP: GroupId = GroupId::new(1);

fn plan(row: &DemoPlan, number: i64, now: UnixSeconds) -> Plan {
    Plan {
        id: PlanId::new(number),
        group_id: Some(GROUP),
        traffic: Gigabytes::new(row.gigabytes),
        name: row.name.to_owned(),
        prices: Some(row.prices.to_owned()),
        sell: true,
        speed_limit: row.speed_limit,
        device_limit: row.device_limit,
        show: true,
        sort: Some(number),
        renew: true,
        content: Some(row.content.to_owned()),
        tags: row.tags.map(str::to_owned),
        reset_method: None,
        capacity_limit: row.capacity_limit,
        created_at: now,
        updated_at: now,
    }
}

fn node(row: &DemoNode, number: i64, now: UnixSeconds) -> Node {
    let node = a_node(number);
    let protocol = Protocol::named(row.protocol).unwrap_or(node.protocol);
    Node {
        protocol,
        groups: vec![GROUP],
        name: row.name.to_owned(),
        tags: Node::tags_from_json(Some(row.tags)),
        host: row.host.to_owned(),
        port: row.port.to_owned(),
        server_port: row.server_port,
        settings: Settings::from_json(protocol, Some(row.protocol_settings)),
        created_at: now,
        updated_at: now,
        ..node
    }
}

fn coupon(rows: &DemoRows) -> Coupon {
    Coupon {
        id: CouponId::new(1),
        code: rows.coupon.code.to_owned(),
        name: rows.coupon.name.to_owned(),
        discount: Discount::Share(rows.coupon.percent),
        show: true,
        limit_use: Some(rows.coupon.uses),
        limit_use_with_user: None,
        limit_plans: None,
        limit_periods: None,
        started_at: rows.now,
        ended_at: rows.coupon.ended_at,
        created_at: rows.now,
        updated_at: rows.now,
    }
}

fn payment(rows: &DemoRows) -> PaymentMethod {
    PaymentMethod {
        id: PaymentId::new(1),
        uuid: rows.payment.uuid.clone(),
        gateway: rows.payment.gateway.as_str().to_owned(),
        name: rows.payment.name.to_owned(),
        icon: None,
        config: GatewayConfig::from_json(&rows.payment.config),
        notify_domain: None,
        fee_fixed: None,
        fee_percent: None,
        enabled: true,
        sort: Some(1),
    }
}

fn article(row: &DemoArticle, number: i64, now: UnixSeconds) -> ArticleRow {
    ArticleRow {
        article: Article {
            id: ArticleId::new(number),
            category: row.category.to_owned(),
            title: row.title.to_owned(),
            body: row.body.to_owned(),
            updated_at: now,
        },
        language: row.language.to_owned(),
        sort: Some(number),
        show: true,
    }
}

fn announcement(rows: &DemoRows) -> AnnouncementRow {
    let row = &rows.goods.announcement;
    AnnouncementRow {
        announcement: Announcement {
            id: AnnouncementId::new(1),
            sort: Some(1),
            title: row.title.to_owned(),
            content: row.content.to_owned(),
            img_url: None,
            tags: Some(row.tags.to_owned()),
            created_at: rows.now,
            updated_at: rows.now,
        },
        show: true,
    }
}

#[async_trait]
impl DemoRepository for MemoryTx {
    async fn find_demo_obstacle(&mut self) -> Result<Option<DemoObstacle>, StoreError> {
        let tables = self.open()?;
        let billing = &tables.billing;
        let filled = [
            (!billing.plans.is_empty(), DemoObstacle::Plans),
            (!billing.orders.is_empty(), DemoObstacle::Orders),
            (!billing.payments.is_empty(), DemoObstacle::PaymentMethods),
            (!billing.coupons.is_empty(), DemoObstacle::Coupons),
            (!tables.nodes.nodes.is_empty(), DemoObstacle::Nodes),
            (
                !tables.knowledge.articles.is_empty(),
                DemoObstacle::Articles,
            ),
        ];
        let found = filled.into_iter().find(|(is_filled, _)| *is_filled);
        Ok(found.map(|(_, obstacle)| obstacle))
    }

    async fn insert_demo(&mut self, rows: &DemoRows) -> Result<(), StoreError> {
        let tables = self.open()?;
        for (row, number) in rows.goods.plans.iter().zip(1_i64..) {
            let plan = plan(row, number, rows.now);
            tables.billing.plans.insert(plan.id, plan);
        }
        let (coupon, payment) = (coupon(rows), payment(rows));
        tables.billing.coupons.insert(coupon.id, coupon);
        tables.billing.payments.insert(payment.id, payment);
        let template = GiftTemplate {
            name: rows.gift_card.name.to_owned(),
            rewards: Some(rows.gift_card.rewards.to_owned()),
            ..a_template(1)
        };
        tables.gift_cards.templates.insert(template.id, template);
        tables
            .gift_cards
            .push_card(a_card(1, 1, rows.gift_card.code.as_str()));
        for (row, number) in rows.goods.nodes.iter().zip(1_i64..) {
            let node = node(row, number, rows.now);
            tables.nodes.nodes.insert(node.id, node);
        }
        for (row, number) in rows.goods.articles.iter().zip(1_i64..) {
            let row = article(row, number, rows.now);
            tables.knowledge.articles.insert(row.article.id, row);
        }
        let row = announcement(rows);
        let announcements = &mut tables.knowledge.announcements;
        announcements.insert(row.announcement.id, row);
        Ok(())
    }
}
