//! What is read about plans, orders, payments, coupons, gift cards and subscriptions.

use async_trait::async_trait;
use ferroboard_auth::SubscribeToken;
use ferroboard_billing::{
    Coupon, CouponCode, Order, OrderReceipt, OrderStatus, PaymentMethod, Plan, RenewalAttempt,
};
use ferroboard_kernel::{
    GiftUsageId, GroupId, LedgerAccount, OrderId, PaymentId, PlanId, StoreError, TradeNo,
    UnixSeconds, UserId,
};
use ferroboard_listing::{Found, Page};
use ferroboard_subscription::StoredNode;

use crate::billing::views::{GiftUsageView, OrderView, PlanView, StatementLine, SubscriberView};

/// Screens about plans.
#[async_trait]
pub trait PlanQueries: Send + Sync {
    /// The plan.
    async fn find_plan_view(&self, id: PlanId) -> Result<Option<Plan>, StoreError>;

    /// Every plan by number, at most 5,000, in one statement.
    async fn list_plans(&self) -> Result<Vec<Plan>, StoreError>;

    /// The plan with the number of its subscribers, counted as
    /// [`PlanRepository::count_plan_subscribers`](ferroboard_billing::PlanRepository::count_plan_subscribers) does.
    async fn find_plan_on_sale(
        &self,
        id: PlanId,
        now: UnixSeconds,
    ) -> Result<Option<PlanView>, StoreError>;

    /// The plans that are shown and sold, by `sort` (null first) and id, at most 1,000. The subscribers are
    /// counted where the plan has a limit, and no further than to it, and none elsewhere: what it costs does not
    /// grow with the users.
    async fn list_plans_on_sale(&self, now: UnixSeconds) -> Result<Vec<PlanView>, StoreError>;
}

/// Screens about orders.
#[async_trait]
pub trait OrderQueries: Send + Sync {
    /// The order with its plan and payment method, in one statement or a fixed number of them.
    async fn find_order_view(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderView>, StoreError>;

    /// Where the order stands.
    async fn find_order_status(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderStatus>, StoreError>;

    /// The user's orders, newest first (`created_at` descending, then id ascending), at most 1,000, in one
    /// statement.
    async fn list_orders_of(
        &self,
        user: UserId,
        status: Option<OrderStatus>,
    ) -> Result<Vec<Order>, StoreError>;

    /// How many orders of the user with this coupon are neither pending nor cancelled.
    async fn count_coupon_uses_of(
        &self,
        user: UserId,
        coupon: ferroboard_kernel::CouponId,
    ) -> Result<i64, StoreError>;

    /// The rows of these orders, by id, whoever bought them: an order names the orders that it
    /// replaces, and only the panel writes those names.
    async fn list_orders_by_id(&self, ids: &[OrderId]) -> Result<Vec<Order>, StoreError>;
}

/// Screens about ways to pay.
#[async_trait]
pub trait PaymentQueries: Send + Sync {
    /// The methods that are switched on, by `sort` (null first) and id, at most 200.
    async fn list_payment_methods(&self) -> Result<Vec<PaymentMethod>, StoreError>;

    /// The method, switched on or not.
    async fn find_payment_method(&self, id: PaymentId)
    -> Result<Option<PaymentMethod>, StoreError>;

    /// The method that notification addresses name so, switched on or not.
    async fn find_payment_method_by_uuid(
        &self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError>;
}

/// Screens about coupons.
#[async_trait]
pub trait CouponQueries: Send + Sync {
    /// The coupon with the code, matched as
    /// [`CouponRepository::find_coupon`](ferroboard_billing::CouponRepository::find_coupon) does.
    async fn find_coupon_view(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError>;
}

/// Screens about gift cards.
#[async_trait]
pub trait GiftCardQueries: Send + Sync {
    /// What the user redeemed, newest first (`created_at`, then id, both descending), in a fixed number of
    /// statements. `inviter` is left empty.
    async fn list_gift_usages(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<GiftUsageView>, StoreError>;

    /// One of the user's redemptions.
    async fn find_gift_usage(
        &self,
        user: UserId,
        id: GiftUsageId,
    ) -> Result<Option<GiftUsageView>, StoreError>;
}

/// Receipts.
#[async_trait]
pub trait ReceiptQueries: Send + Sync {
    /// The receipt of the order with this number, whoever bought it.
    async fn find_receipt(&self, trade_no: &TradeNo) -> Result<Option<OrderReceipt>, StoreError>;
}

/// Screens about subscriptions that renew themselves.
#[async_trait]
pub trait RenewalQueries: Send + Sync {
    /// What was tried for the user, or for everybody, newest first (by number, descending).
    async fn list_renewal_attempts(
        &self,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Found<RenewalAttempt>, StoreError>;
}

/// Statements of what users own (`ferro_ledger`).
#[async_trait]
pub trait StatementQueries: Send + Sync {
    /// The user's entries about the account, or about both, newest first (by number, descending).
    /// [`StatementLine::after`] is the account's present balance without the entries that are newer. What a page
    /// shows MUST come from one state of the database, in a fixed number of statements.
    async fn list_statement(
        &self,
        user: UserId,
        account: Option<LedgerAccount>,
        page: Page,
    ) -> Result<Found<StatementLine>, StoreError>;
}

/// Subscription links.
#[async_trait]
pub trait SubscriptionQueries: Send + Sync {
    /// Whose token it is, letter for letter, with the rule by which the plan counts traffic anew; in one statement.
    async fn find_subscriber(
        &self,
        token: &SubscribeToken,
    ) -> Result<Option<SubscriberView>, StoreError>;

    /// The nodes that are shown, serve the group and are not over their own traffic limit, by `sort`
    /// (null first) and id, at most 2,000, in one statement.
    async fn list_nodes_shown_to(&self, group: GroupId) -> Result<Vec<StoredNode>, StoreError>;
}
