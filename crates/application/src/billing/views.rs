//! What screens show of it.

use ferroboard_billing::{Order, PackageOrder, PaymentMethod, Plan, ResetMethod};
use ferroboard_giftcard::GiftTemplate;
use ferroboard_kernel::{
    Cents, Decimal, Email, GiftUsageId, GroupId, LedgerAccount, PlanId, UnixSeconds, UserId,
};
use ferroboard_subscription::Subscriber;

/// The account behind a subscription link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberView {
    /// The account; the days until its traffic is counted anew are left out.
    pub subscriber: Subscriber,
    /// Which nodes it may use.
    pub group: Option<GroupId>,
    /// Whose it is.
    pub user: UserId,
    /// When its traffic is to be counted anew.
    pub next_reset_at: Option<UnixSeconds>,
    /// Its plan, where that still exists.
    pub plan: Option<PlanId>,
    /// The plan's own rule by which traffic is counted anew.
    pub reset_method: Option<ResetMethod>,
}

/// A plan and how many have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanView {
    /// The plan.
    pub plan: Plan,
    /// Users whose subscription to it has not ended.
    pub subscribers: i64,
}

/// An order as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// What comes on top of it, where it is a top-up.
    pub bonus: Option<Cents>,
    /// What it bought, where it is for a traffic package.
    pub package: Option<PackageOrder>,
    /// Its plan, unless that was deleted.
    pub plan: Option<Plan>,
    /// The method of its last checkout, unless that was deleted.
    pub payment: Option<PaymentMethod>,
    /// The orders whose value it replaces.
    pub surplus: Vec<Order>,
}

/// A redeemed gift card as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftUsageView {
    /// The record.
    pub id: GiftUsageId,
    /// The code, unless the card was deleted.
    pub code: Option<String>,
    /// What kind of card it was, unless that was deleted.
    pub template: Option<GiftTemplate>,
    /// What the user got: JSON as stored, which may hold more than may be shown
    /// ([`without_odds`](ferroboard_giftcard::without_odds)).
    pub rewards: String,
    /// What the inviter got: JSON as stored.
    pub inviter_rewards: Option<String>,
    /// Who invited the user, unless that account was deleted.
    pub inviter: Option<(UserId, Email)>,
    /// The place of the user's plan in the list at that time.
    pub level: Option<i64>,
    /// The user's plan at that time.
    pub plan: Option<PlanId>,
    /// By how much amounts were multiplied.
    pub multiplier: Decimal,
    /// What an administrator noted.
    pub notes: Option<String>,
    /// When.
    pub created_at: UnixSeconds,
}

/// An entry of the ledger as a statement shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The row.
    pub id: i64,
    /// Which of the user's accounts.
    pub account: LedgerAccount,
    /// What was added; negative for what was taken.
    pub amount: Cents,
    /// What the account held after it; `None` where the user is gone, or the amounts are none that can be
    /// added up.
    pub after: Option<Cents>,
    /// Why, in the ledger's word.
    pub kind: String,
    /// What caused it, in the words of its kind.
    pub reference: String,
    /// When.
    pub at: UnixSeconds,
}
