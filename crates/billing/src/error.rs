use ferroboard_kernel::{Cents, MoneyOverflow, StoreError};

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// The plan does not exist, or no longer does.
    #[error("the plan does not exist")]
    PlanMissing,
    /// The plan cannot be deleted: there are orders for it.
    #[error("there are orders for the plan")]
    PlanHasOrders,
    /// The plan cannot be deleted: users have it.
    #[error("users have the plan")]
    PlanHasUsers,
    /// New accounts try it out.
    #[error("the plan is the one that new accounts try out")]
    PlanIsTrial,
    /// The plan is full, hidden or not on sale to this customer.
    #[error("the plan is sold out")]
    PlanSoldOut,
    /// Subscribers of the plan may not renew it.
    #[error("the plan cannot be renewed")]
    PlanNotRenewable,
    /// The plan is only for subscribers, and the subscription has ended.
    #[error("the subscription has expired")]
    SubscriptionExpired,
    /// Another plan may not be bought while one is running.
    #[error("the plan cannot be changed")]
    PlanChangeClosed,
    /// The plan has no price for the period.
    #[error("the plan is not sold for this period")]
    PeriodNotSold,
    /// A traffic reset can only be bought for the running subscription.
    #[error("there is no running subscription of this plan to reset")]
    TrafficResetRefused,
    /// The package does not exist, or is not on sale.
    #[error("the package does not exist")]
    PackageMissing,
    /// No more of the package are sold.
    #[error("the package is sold out")]
    PackageSoldOut,
    /// The package is for running subscriptions of other plans.
    #[error("the package is not for this subscription")]
    PackageRefused,
    /// The site takes no top-ups.
    #[error("top-ups are closed")]
    TopUpClosed,
    /// The site lets nobody begin the next period early.
    #[error("the next period cannot be begun early")]
    EarlyPeriodClosed,
    /// There is traffic left in this period.
    #[error("there is traffic left")]
    TrafficLeft,
    /// There is no next period that could be begun: the traffic is never counted anew, or the subscription
    /// ends too soon, or never.
    #[error("there is no next period")]
    NoNextPeriod,
    /// The user has an order that is not finished.
    #[error("there is an unfinished order")]
    OrderUnfinished,
    /// The order does not exist, or is not this user's.
    #[error("the order does not exist")]
    OrderMissing,
    /// The order can no longer be paid.
    #[error("the order does not exist or has been paid")]
    OrderNotPayable,
    /// Only orders that wait for payment can be cancelled.
    #[error("the order cannot be cancelled")]
    OrderNotCancellable,
    /// Only orders that wait for payment are paid or cancelled by hand.
    #[error("the order does not wait for payment")]
    OrderNotPending,
    /// Somebody else cannot be given an order while one is unfinished.
    #[error("the user has an unfinished order")]
    BuyerHasOrder,
    /// The commission of the order is paid: whatever is written, it is not paid again.
    #[error("the commission of the order has been paid")]
    CommissionPaid,
    /// Only an order that was opened, and whose value went into no later one, can be refunded.
    #[error("the order cannot be refunded")]
    OrderNotRefundable,
    /// More would be refunded than was paid for the order, or came through its gateway.
    #[error("no more than {left} can be refunded")]
    RefundExceedsPaid {
        /// How much can be.
        left: Cents,
    },
    /// The order has no receipt: it is not paid, or was paid before there were receipts, or is not this user's.
    #[error("the order has no receipt")]
    ReceiptMissing,
    /// The order was not paid through a gateway that takes refunds.
    #[error("the gateway cannot refund the order")]
    GatewayCannotRefund,
    /// There is no such review.
    #[error("the review does not exist")]
    ReviewMissing,
    /// Somebody decided about the money before.
    #[error("the review has been settled")]
    ReviewSettled,
    /// By a dispute no money came that could be credited or pay an order.
    #[error("a dispute brings no money")]
    ReviewOfDispute,
    /// Nobody says how much was paid in the site's currency: the amount to credit must be given.
    #[error("the amount to credit is missing")]
    ReviewAmountMissing,
    /// Nothing is dismissed without a reason.
    #[error("a reason must be given")]
    ReviewReasonMissing,
    /// More would be credited than was paid.
    #[error("no more than {paid} was paid")]
    ReviewExceedsPaid {
        /// How much was paid.
        paid: Cents,
    },
    /// An order is opened only by exactly what it asks for.
    #[error("the payment is not what the order asks for")]
    ReviewDoesNotFit,
    /// The order gave no time of the running subscription, or it was taken back before.
    #[error("nothing of what the order gave can be taken back")]
    NothingToTakeBack,
    /// An order whose value this one replaces is gone or was replaced already: an administrator
    /// changed it since.
    #[error("a replaced order has changed")]
    SurplusChanged,
    /// The coupon is unknown or hidden.
    #[error("the coupon is not valid")]
    CouponInvalid,
    /// The coupon has no uses left.
    #[error("the coupon is used up")]
    CouponExhausted,
    /// The coupon cannot be used yet.
    #[error("the coupon has not started")]
    CouponNotStarted,
    /// The coupon can no longer be used.
    #[error("the coupon has expired")]
    CouponExpired,
    /// The coupon is for other plans.
    #[error("the coupon is not for this plan")]
    CouponNotForPlan,
    /// The coupon is for other periods.
    #[error("the coupon is not for this period")]
    CouponNotForPeriod,
    /// The user has used the coupon as often as one may.
    #[error("the coupon can be used {limit} times by one person")]
    CouponUsedByUser {
        /// How often one person may use it.
        limit: i64,
    },
    /// There is no such coupon to change.
    #[error("the coupon does not exist")]
    CouponMissing,
    /// Another coupon has the code.
    #[error("another coupon has the code")]
    CouponCodeTaken,
    /// The plan of a gift is gone, or would be over at once.
    #[error("the gift cannot be used")]
    GiftUnusable,
    /// The payment method does not exist, is switched off, or its gateway cannot be used.
    #[error("the payment method is not available")]
    PaymentMethodUnavailable,
    /// There is no such payment method to change.
    #[error("the payment method does not exist")]
    PaymentMethodMissing,
    /// Orders that wait for payment were sent to the payment method.
    #[error("orders wait for a payment through the method")]
    PaymentMethodInUse,
    /// There is no code for the gateway, or its plugin is switched off.
    #[error("the gateway is not available")]
    GatewayUnavailable,
    /// The balance is smaller than what is to be taken from it.
    #[error("the balance is insufficient")]
    BalanceInsufficient,
    /// The balance would leave the range that the database holds.
    #[error("the balance would be out of range")]
    BalanceOutOfRange,
    /// An amount is too large to be computed with.
    #[error("an amount is out of range")]
    AmountOutOfRange,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MoneyOverflow> for BillingError {
    fn from(_: MoneyOverflow) -> Self {
        Self::AmountOutOfRange
    }
}

/// Why a gateway does not believe a notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeRefused {
    /// The signature is missing or wrong.
    #[error("the signature is wrong")]
    Signature,
    /// Something that belongs to every notice is missing or cannot be read.
    #[error("the notice is malformed")]
    Malformed,
    /// It is about another merchant's money.
    #[error("the notice is for another merchant")]
    ForeignMerchant,
    /// Without its secret no notice can be believed.
    #[error("the gateway is not configured")]
    Unconfigured,
    /// The gateway had to be asked, and could not be, or denied it. The text is for the log.
    #[error("the gateway said: {0}")]
    Gateway(String),
}

/// Why a gateway did not start or find a payment. The texts are for the log and name no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// This setting is missing.
    #[error("the setting {0} is missing")]
    Unconfigured(&'static str),
    /// The gateway answered with a refusal.
    #[error("the gateway refused: {0}")]
    Refused(String),
    /// The gateway did not answer, or not in its protocol.
    #[error("the gateway could not be reached: {0}")]
    Unreachable(String),
}
