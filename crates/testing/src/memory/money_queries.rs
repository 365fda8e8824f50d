use async_trait::async_trait;
use ferroboard_application::{
    CommissionLogView, CouponQueries, InviteCodeView, InviteQueries, InviteStatistics,
    OrderQueries, OrderView, PaymentQueries, PlanQueries, PlanView, ReceiptQueries, RenewalQueries,
};
use ferroboard_billing::{
    CommissionStatus, Coupon, CouponCode, Order, OrderReceipt, OrderStatus, PaymentMethod, Plan,
    RenewalAttempt,
};
use ferroboard_kernel::{
    Cents, CouponId, OrderId, PaymentId, Percent, PlanId, StoreError, TradeNo, UnixSeconds, UserId,
};
use ferroboard_listing::{Found, Page};

use super::{MemoryStore, MemoryTables};

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl MemoryTables {
    fn plan_view(&self, plan: &Plan, now: UnixSeconds) -> PlanView {
        let rows = self.users.values().map(|row| &row.billing);
        let running = rows.filter(|row| row.is_subscriber(plan.id, now));
        PlanView {
            plan: plan.clone(),
            subscribers: count(running.count()),
        }
    }

    fn orders_of(&self, user: UserId) -> impl Iterator<Item = &Order> {
        let orders = self.billing.orders.values();
        orders.filter(move |order| order.user_id == user)
    }

    fn order_view(&self, order: &Order) -> OrderView {
        OrderView {
            order: order.clone(),
            bonus: self.billing.top_ups.get(&order.id).copied(),
            package: self
                .billing
                .package_orders
                .get(&order.id)
                .map(|row| row.bought.clone()),
            plan: self.billing.plans.get(&order.plan_id).cloned(),
            payment: None,
            surplus: Vec::new(),
        }
    }
}

#[async_trait]
impl PlanQueries for MemoryStore {
    async fn find_plan_view(&self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        Ok(self.read(|tables| tables.billing.plans.get(&id).cloned()))
    }

    async fn list_plans(&self) -> Result<Vec<Plan>, StoreError> {
        Ok(self.read(|tables| tables.billing.plans.values().cloned().collect()))
    }

    async fn find_plan_on_sale(
        &self,
        id: PlanId,
        now: UnixSeconds,
    ) -> Result<Option<PlanView>, StoreError> {
        Ok(self.read(|tables| {
            let plan = tables.billing.plans.get(&id)?;
            Some(tables.plan_view(plan, now))
        }))
    }

    async fn list_plans_on_sale(&self, now: UnixSeconds) -> Result<Vec<PlanView>, StoreError> {
        Ok(self.read(|tables| {
            let plans = tables.billing.plans.values();
            let sold = plans.filter(|plan| plan.show && plan.sell);
            let counted = |plan: &Plan| {
                let view = tables.plan_view(plan, now);
                let limit = plan.capacity_limit.unwrap_or(0).max(0);
                PlanView {
                    subscribers: view.subscribers.min(limit),
                    ..view
                }
            };
            let mut views: Vec<_> = sold.map(counted).collect();
            views.sort_by_key(|view| view.plan.sort);
            views
        }))
    }
}

#[async_trait]
impl OrderQueries for MemoryStore {
    async fn find_order_view(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderView>, StoreError> {
        Ok(self.read(|tables| {
            let found = tables.billing.order(trade_no);
            let order = found.filter(|order| order.user_id == user)?;
            let methods = &tables.billing.payments;
            Some(OrderView {
                payment: order.payment_id.and_then(|id| methods.get(&id).cloned()),
                ..tables.order_view(order)
            })
        }))
    }

    async fn find_order_status(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderStatus>, StoreError> {
        Ok(self.read(|tables| {
            let found = tables.billing.order(trade_no);
            found
                .filter(|order| order.user_id == user)
                .map(|order| order.status)
        }))
    }

    async fn list_orders_of(
        &self,
        user: UserId,
        status: Option<OrderStatus>,
    ) -> Result<Vec<Order>, StoreError> {
        Ok(self.read(|tables| {
            let orders = tables.orders_of(user);
            let wanted = orders.filter(|order| status.is_none_or(|status| order.status == status));
            let mut orders: Vec<_> = wanted.cloned().collect();
            orders.sort_by_key(|order| std::cmp::Reverse(order.created_at));
            orders
        }))
    }

    async fn count_coupon_uses_of(
        &self,
        user: UserId,
        coupon: CouponId,
    ) -> Result<i64, StoreError> {
        let unpaid = [OrderStatus::Pending, OrderStatus::Cancelled];
        Ok(self.read(|tables| {
            let orders = tables.orders_of(user);
            let uses = orders
                .filter(|order| order.coupon_id == Some(coupon) && !unpaid.contains(&order.status));
            count(uses.count())
        }))
    }

    async fn list_orders_by_id(&self, ids: &[OrderId]) -> Result<Vec<Order>, StoreError> {
        Ok(self.read(|tables| {
            let orders = tables.billing.orders.values();
            let wanted = orders.filter(|order| ids.contains(&order.id));
            wanted.cloned().collect()
        }))
    }
}

#[async_trait]
impl PaymentQueries for MemoryStore {
    async fn list_payment_methods(&self) -> Result<Vec<PaymentMethod>, StoreError> {
        Ok(self.read(|tables| {
            let methods = tables.billing.payments.values();
            let mut enabled: Vec<_> = methods.filter(|method| method.enabled).cloned().collect();
            enabled.sort_by_key(|method| method.sort);
            enabled
        }))
    }

    async fn find_payment_method(
        &self,
        id: PaymentId,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        Ok(self.read(|tables| tables.billing.payments.get(&id).cloned()))
    }

    async fn find_payment_method_by_uuid(
        &self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        Ok(self.read(|tables| {
            let mut methods = tables.billing.payments.values();
            methods.find(|method| method.uuid == uuid).cloned()
        }))
    }
}

#[async_trait]
impl CouponQueries for MemoryStore {
    async fn find_coupon_view(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        Ok(self.read(|tables| {
            let coupons = &tables.billing.coupons;
            let exact = coupons.values().find(|coupon| coupon.code == code.as_str());
            let alike = |coupon: &&Coupon| coupon.code.eq_ignore_ascii_case(code.as_str());
            exact.or_else(|| coupons.values().find(alike)).cloned()
        }))
    }
}

#[async_trait]
impl ReceiptQueries for MemoryStore {
    async fn find_receipt(&self, trade_no: &TradeNo) -> Result<Option<OrderReceipt>, StoreError> {
        Ok(self.read(|tables| {
            let mut receipts = tables.billing.receipts.values();
            receipts
                .find(|receipt| receipt.trade_no == *trade_no)
                .cloned()
        }))
    }
}

#[async_trait]
impl RenewalQueries for MemoryStore {
    async fn list_renewal_attempts(
        &self,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Found<RenewalAttempt>, StoreError> {
        Ok(self.read(|tables| {
            let attempts = tables.billing.renewal_attempts.iter().rev();
            let wanted = attempts.filter(|attempt| user.is_none_or(|user| attempt.user == user));
            page.of(wanted.cloned().collect())
        }))
    }
}

#[async_trait]
impl InviteQueries for MemoryStore {
    async fn list_invite_codes(&self, user: UserId) -> Result<Vec<InviteCodeView>, StoreError> {
        Ok(self.read(|tables| {
            let codes = tables.invite.codes.values();
            let unused = codes.filter(|row| row.code.owner == user && !row.code.used);
            let view = unused.map(|row| InviteCodeView {
                user,
                code: row.code.code.clone(),
                views: row.views,
                created_at: row.created_at,
                updated_at: row.created_at,
            });
            view.collect()
        }))
    }

    async fn find_invite_statistics(&self, user: UserId) -> Result<InviteStatistics, StoreError> {
        Ok(self.read(|tables| {
            let own = tables.users.get(&user).map(|row| row.invite);
            let own = own.unwrap_or_default();
            let users = tables.users.values();
            let invited = users.filter(|row| row.invite.inviter == Some(user));
            let log = tables.invite.commissions.iter();
            let orders = tables.billing.orders.values().filter(|order| {
                order.inviter == Some(user)
                    && tables.billing.is_earned(order)
                    && order.commission_status == Some(CommissionStatus::Unconfirmed)
            });
            let earned = log.filter(|row| row.inviter == user);
            let rate = own.commission_rate;
            InviteStatistics {
                invited: count(invited.count()),
                earned: Cents::new(earned.map(|row| row.amount.get()).sum()),
                pending: Cents::new(orders.map(|order| order.commission.get()).sum()),
                rate: rate.map(|rate| Percent::hundredths(rate.saturating_mul(100))),
                available: own.commission_balance,
            }
        }))
    }

    async fn list_commission_log(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<CommissionLogView>, StoreError> {
        Ok(self.read(|tables| {
            let log = tables.invite.commissions.iter().zip(1_i64..);
            let own = log.filter(|(row, _)| row.inviter == user && row.amount > Cents::ZERO);
            let mut rows: Vec<_> = own
                .map(|(row, id)| CommissionLogView {
                    id,
                    trade_no: row.trade_no.as_str().to_owned(),
                    order_amount: row.order_amount,
                    amount: row.amount,
                    created_at: row.at,
                })
                .collect();
            rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
            page.of(rows)
        }))
    }
}
