//! Orders as administrators see them.

use ferroboard_application::{CommissionLine, ManagedOrder, OrderDossier};
use ferroboard_billing::Period;
use ferroboard_kernel::Zone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::admin::plans::PlanColumns;
use crate::admin::users::body::UserBody;

/// An order, whatever its row holds. Money is in cents, times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedOrderBody {
    id: i64,
    invite_user_id: Option<i64>,
    user_id: i64,
    plan_id: i64,
    coupon_id: Option<i64>,
    payment_id: Option<i64>,
    /// 1 new, 2 renewal, 3 change of plan, 4 traffic reset, 9 top-up.
    r#type: i64,
    /// `month_price`, `quarter_price` and so on; of replaced orders `monthly`, `quarterly` and so on.
    period: String,
    trade_no: String,
    /// The gateway's number of the payment, or `manual_operation`.
    callback_no: Option<String>,
    total_amount: i64,
    handling_amount: Option<i64>,
    discount_amount: Option<i64>,
    surplus_amount: Option<i64>,
    refund_amount: Option<i64>,
    /// The same, by the name that Xboard gives it since June 2026.
    surplus_credit: Option<i64>,
    balance_amount: Option<i64>,
    surplus_order_ids: Option<Vec<i64>>,
    /// 0 pending, 1 processing, 2 cancelled, 3 completed, 4 discounted.
    status: i64,
    /// 0 to be confirmed, 1 to be paid, 2 paid, 3 refused.
    commission_status: Option<i64>,
    commission_balance: i64,
    actual_commission_balance: Option<i64>,
    paid_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    /// The method of the last checkout, while there is one.
    payment: Option<MethodBrief>,
}

/// A payment method in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct MethodBrief {
    id: i64,
    name: String,
    /// The gateway's code.
    payment: String,
}

impl ManagedOrderBody {
    fn stored(order: ManagedOrder) -> Self {
        let method = order.payment.zip(order.method);
        Self {
            id: order.id,
            invite_user_id: order.inviter,
            user_id: order.user,
            plan_id: order.plan,
            coupon_id: order.coupon,
            payment_id: order.payment,
            r#type: order.kind,
            period: order.period,
            trade_no: order.trade_no,
            callback_no: order.callback_no,
            total_amount: order.total,
            handling_amount: order.handling,
            discount_amount: order.discount,
            surplus_amount: order.surplus,
            refund_amount: order.refund,
            surplus_credit: order.refund,
            balance_amount: order.balance_used,
            surplus_order_ids: order.surplus_orders,
            status: order.status,
            commission_status: order.commission_status,
            commission_balance: order.commission,
            actual_commission_balance: order.commission_paid,
            paid_at: order.paid_at,
            created_at: order.created_at,
            updated_at: order.updated_at,
            payment: method.map(|(id, (name, payment))| MethodBrief { id, name, payment }),
        }
    }

    /// With the old name of the period; what is none stays.
    fn legacy(mut order: ManagedOrder) -> Self {
        if let Some(period) = Period::of_order(&order.period) {
            period.legacy_key().clone_into(&mut order.period);
        }
        Self::stored(order)
    }
}

/// An order in the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedOrderItem {
    #[serde(flatten)]
    order: ManagedOrderBody,
    /// Null once it is deleted.
    plan: Option<PlanBrief>,
    /// Null once the account is deleted.
    user: Option<BuyerBrief>,
}

/// A plan in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanBrief {
    id: i64,
    name: String,
}

/// A buyer in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct BuyerBrief {
    id: i64,
    email: String,
}

impl From<ManagedOrder> for ManagedOrderItem {
    fn from(mut order: ManagedOrder) -> Self {
        let (id, user) = (order.plan, order.user);
        let (plan, email) = (order.plan_name.take(), order.email.take());
        Self {
            order: ManagedOrderBody::legacy(order),
            plan: plan.map(|name| PlanBrief { id, name }),
            user: email.map(|email| BuyerBrief { id: user, email }),
        }
    }
}

/// A share of the commission that was paid.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommissionShare {
    id: i64,
    invite_user_id: i64,
    /// Who bought.
    user_id: i64,
    trade_no: String,
    order_amount: i64,
    get_amount: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<CommissionLine> for CommissionShare {
    fn from(line: CommissionLine) -> Self {
        Self {
            id: line.id,
            invite_user_id: line.inviter,
            user_id: line.buyer,
            trade_no: line.trade_no,
            order_amount: line.order_amount,
            get_amount: line.amount,
            created_at: line.created_at,
            updated_at: line.updated_at,
        }
    }
}

/// An order with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderDossierBody {
    #[serde(flatten)]
    order: ManagedOrderBody,
    user: Option<UserBody>,
    plan: Option<PlanColumns>,
    commission_log: Vec<CommissionShare>,
    invite_user: Option<UserBody>,
    /// The orders that it replaces; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    surplus_orders: Vec<ManagedOrderBody>,
}

impl OrderDossierBody {
    pub(super) fn new(dossier: OrderDossier, zone: Zone) -> Self {
        let person = |user| UserBody::beside(user, zone);
        let shares = dossier.commission_log.into_iter();
        let surplus = dossier.surplus.into_iter();
        Self {
            order: ManagedOrderBody::legacy(dossier.order),
            user: dossier.user.map(person),
            plan: dossier.plan.map(PlanColumns::from),
            commission_log: shares.map(CommissionShare::from).collect(),
            invite_user: dossier.inviter.map(person),
            surplus_orders: surplus.map(ManagedOrderBody::stored).collect(),
        }
    }
}
