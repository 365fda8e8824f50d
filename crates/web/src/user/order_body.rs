//! Orders as they are written.

use ferroboard_application::OrderView;
use ferroboard_billing::{
    CommissionStatus, Order, OrderKind, PackageOrder, PaymentMethod, TopUpPolicy,
};
use ferroboard_kernel::{Cents, CouponId, OrderId, PaymentId, UnixSeconds, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::guest::plans::{PlanItem, PlanTexts};

/// How the period of an order is spelled.
#[derive(Clone, Copy)]
enum Spelling {
    /// `month_price`
    Legacy,
    /// `monthly`
    Stored,
}

/// An order. Money is in cents, times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderBody {
    id: i64,
    invite_user_id: Option<i64>,
    user_id: i64,
    plan_id: i64,
    coupon_id: Option<i64>,
    payment_id: Option<i64>,
    /// 1 new, 2 renewal, 3 change of plan, 4 traffic reset, 5 traffic package, 9 top-up.
    r#type: i64,
    period: &'static str,
    trade_no: String,
    /// The gateway's number of the payment.
    callback_no: Option<String>,
    /// What is left to pay, without fee.
    total_amount: i64,
    /// The fee of the last checkout.
    handling_amount: Option<i64>,
    discount_amount: Option<i64>,
    surplus_amount: Option<i64>,
    /// What the order is credited for what it replaces.
    refund_amount: Option<i64>,
    /// The same, by the name that Xboard gives it since June 2026.
    surplus_credit: Option<i64>,
    balance_amount: Option<i64>,
    surplus_order_ids: Option<Vec<i64>>,
    /// 0 pending, 1 processing, 2 cancelled, 3 completed, 4 discounted.
    status: i64,
    commission_status: Option<i64>,
    commission_balance: i64,
    actual_commission_balance: Option<i64>,
    paid_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl OrderBody {
    fn new(order: Order, spelling: Spelling) -> Self {
        let cents = |amount: Option<Cents>| amount.map(Cents::get);
        let ids = |orders: Vec<OrderId>| orders.into_iter().map(OrderId::get).collect();
        Self {
            id: order.id.get(),
            invite_user_id: order.inviter.map(UserId::get),
            user_id: order.user_id.get(),
            plan_id: order.plan_id.get(),
            coupon_id: order.coupon_id.map(CouponId::get),
            payment_id: order.payment_id.map(PaymentId::get),
            r#type: order.kind.code(),
            period: match spelling {
                Spelling::Legacy => order.period.legacy_key(),
                Spelling::Stored => order.period.key(),
            },
            trade_no: order.trade_no.as_str().to_owned(),
            callback_no: order.callback_no,
            total_amount: order.total.get(),
            handling_amount: cents(order.handling),
            discount_amount: cents(order.discount),
            surplus_amount: cents(order.surplus),
            refund_amount: cents(order.refund),
            surplus_credit: cents(order.refund),
            balance_amount: cents(order.balance_used),
            surplus_order_ids: order.surplus_orders.map(ids),
            status: order.status.code(),
            commission_status: order.commission_status.map(CommissionStatus::code),
            commission_balance: order.commission.get(),
            actual_commission_balance: cents(order.commission_paid),
            paid_at: order.paid_at.map(UnixSeconds::get),
            created_at: order.created_at.get(),
            updated_at: order.updated_at.get(),
        }
    }
}

/// What stands in the place of a plan where none is bought.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoPlan {
    /// 0, which no plan has.
    #[schema(minimum = 0, maximum = 0)]
    id: i64,
    /// `deposit`, or `traffic` for a package.
    name: &'static str,
}

/// What was bought: a plan, or what stands for it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Bought<P> {
    Plan(P),
    Nothing(NoPlan),
}

impl<P> Bought<P> {
    fn of(order: &Order, plan: Option<P>) -> Option<Self> {
        if order.kind.is_for_plan() {
            return plan.map(Self::Plan);
        }
        Some(Self::Nothing(NoPlan {
            id: TopUpPolicy::NO_PLAN.get(),
            name: order.period.key(),
        }))
    }
}

/// An order in a list. Several may be of one plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderItem<'a> {
    #[serde(flatten)]
    order: OrderBody,
    /// Null once it is deleted.
    #[schema(value_type = Option<Bought<PlanItem>>)]
    plan: Option<Bought<&'a PlanItem>>,
}

impl<'a> OrderItem<'a> {
    pub(crate) fn new(order: Order, plan: Option<&'a PlanItem>) -> Self {
        Self {
            plan: Bought::of(&order, plan),
            order: OrderBody::new(order, Spelling::Legacy),
        }
    }
}

/// An order with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderDetail {
    #[serde(flatten)]
    order: OrderBody,
    plan: Option<Bought<PlanItem>>,
    /// What comes on top of a top-up; left out of other orders, as the next one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    bounus: Option<i64>,
    /// By how much a top-up raises the balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    get_amount: Option<i64>,
    /// What an order for a traffic package bought; left out of other orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    package: Option<PackageBrief>,
    payment: Option<PaymentBrief>,
    /// The plan of trials, 0 for none.
    try_out_plan_id: i64,
    /// The orders whose value it replaces, their `period` as stored; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    surplus_orders: Vec<OrderBody>,
}

impl OrderDetail {
    pub(crate) fn new(view: OrderView, texts: PlanTexts, try_out_plan_id: i64) -> Self {
        let surplus = view.surplus.into_iter();
        let kind = view.order.kind;
        let bonus = (kind == OrderKind::TopUp).then(|| view.bonus.unwrap_or_default().get());
        let plan = view.plan.map(|plan| PlanItem::new(plan, texts));
        Self {
            plan: Bought::of(&view.order, plan),
            bounus: bonus,
            get_amount: bonus.map(|bonus| view.order.total.get().saturating_add(bonus)),
            order: OrderBody::new(view.order, Spelling::Legacy),
            package: view.package.map(PackageBrief::from),
            payment: view.payment.map(PaymentBrief::from),
            try_out_plan_id,
            surplus_orders: surplus
                .map(|order| OrderBody::new(order, Spelling::Stored))
                .collect(),
        }
    }
}

/// The traffic package of an order, as it was when the order was placed.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackageBrief {
    id: i64,
    name: String,
    /// Bytes that it gives.
    bytes: i64,
    /// `reset`, `end` (of the subscription) or `used_up`.
    until: &'static str,
}

impl From<PackageOrder> for PackageBrief {
    fn from(bought: PackageOrder) -> Self {
        Self {
            id: bought.package.get(),
            name: bought.name,
            bytes: bought.bytes,
            until: bought.until.as_str(),
        }
    }
}

/// The payment method of an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaymentBrief {
    id: i64,
    name: String,
    /// The gateway's code.
    payment: String,
    icon: Option<String>,
}

impl From<PaymentMethod> for PaymentBrief {
    fn from(method: PaymentMethod) -> Self {
        Self {
            id: method.id.get(),
            name: method.name,
            payment: method.gateway,
            icon: method.icon,
        }
    }
}
