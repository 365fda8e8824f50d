use async_trait::async_trait;
use ferroboard_application::{DemoObstacle, DemoPlan, DemoRepository, DemoRows};
use ferroboard_billing::{Coupon, GatewayConfig, Gigabytes, PaymentMethod, Plan};
use ferroboard_kernel::{CouponId, GroupId, PaymentId, PlanId, StoreError, UnixSeconds};

use super::MemoryTx;

/// The group that the demo makes; no table here holds groups.
const GROUP: GroupId = GroupId::new(1);
/// The share that a coupon takes off is a percentage.
const PERCENT: i64 = 2;

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

fn coupon(rows: &DemoRows) -> Coupon {
    Coupon {
        id: CouponId::new(1),
        code: rows.coupon.code.to_owned(),
        name: rows.coupon.name.to_owned(),
        discount_type: PERCENT,
        value: rows.coupon.percent,
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
            (!tables.panel.nodes.is_empty(), DemoObstacle::Nodes),
            (!tables.panel.articles.is_empty(), DemoObstacle::Articles),
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
        tables.panel.nodes.extend(rows.goods.nodes);
        tables.panel.articles.extend(rows.goods.articles);
        tables.panel.announcements.push(rows.goods.announcement);
        Ok(())
    }
}
