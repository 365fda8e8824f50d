//! What screens of administrators show of orders. A row is shown as it is: codes that nobody knows and amounts
//! that another program wrote must not hide it.

use ferroboard_billing::Plan;

use crate::administration::users::columns::UserView;

/// A row of `v2_order`, with the names of what it names. Money is in cents, times are in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedOrder {
    /// The row.
    pub id: i64,
    /// Who invited the buyer.
    pub inviter: Option<i64>,
    /// The buyer.
    pub user: i64,
    /// What was bought.
    pub plan: i64,
    /// The coupon.
    pub coupon: Option<i64>,
    /// The method of the last checkout.
    pub payment: Option<i64>,
    /// What it does to the subscription.
    pub kind: i64,
    /// For how long, in the newer spelling where it is a period.
    pub period: String,
    /// Its number.
    pub trade_no: String,
    /// The gateway's number of the payment.
    pub callback_no: Option<String>,
    /// What is left to pay.
    pub total: i64,
    /// The fee.
    pub handling: Option<i64>,
    /// Taken off.
    pub discount: Option<i64>,
    /// The value of what it replaces.
    pub surplus: Option<i64>,
    /// What that value leaves over.
    pub refund: Option<i64>,
    /// Paid from the balance.
    pub balance_used: Option<i64>,
    /// The orders that it replaces.
    pub surplus_orders: Option<Vec<i64>>,
    /// Where it stands.
    pub status: i64,
    /// Where its commission stands.
    pub commission_status: Option<i64>,
    /// The commission that it owes.
    pub commission: i64,
    /// The commission that was paid.
    pub commission_paid: Option<i64>,
    /// When it was paid.
    pub paid_at: Option<i64>,
    /// When it was placed.
    pub created_at: i64,
    /// When the row was last changed.
    pub updated_at: i64,
    /// The plan's name, while there is one.
    pub plan_name: Option<String>,
    /// The name and the gateway of the method, while there is one.
    pub method: Option<(String, String)>,
    /// The buyer's address, while the account exists.
    pub email: Option<String>,
}

/// An order with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDossier {
    /// The order.
    pub order: ManagedOrder,
    /// The buyer, while the account exists.
    pub user: Option<UserView>,
    /// The inviter, while the account exists.
    pub inviter: Option<UserView>,
    /// The plan, while there is one.
    pub plan: Option<Plan>,
    /// Who got which share of its commission.
    pub commission_log: Vec<CommissionLine>,
    /// The orders that it replaces, by number.
    pub surplus: Vec<ManagedOrder>,
}

/// A row of `v2_commission_log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionLine {
    /// The row.
    pub id: i64,
    /// Who got it.
    pub inviter: i64,
    /// Who bought.
    pub buyer: i64,
    /// The order's number.
    pub trade_no: String,
    /// What the order came to.
    pub order_amount: i64,
    /// What was paid.
    pub amount: i64,
    /// When.
    pub created_at: i64,
    /// When the row was last changed.
    pub updated_at: i64,
}
