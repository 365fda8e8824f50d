#![doc = include_str!("../README.md")]

mod anchor;
mod buyer;
mod coupon;
mod document;
mod edit;
mod error;
mod gift;
mod notice;
mod opening;
mod order;
mod package;
mod payment;
mod period;
mod plan;
mod policy;
mod ports;
mod price;
mod pricing;
mod refund;
mod reminder;
mod renewal;
mod reset;
mod service;
mod subscription;
mod surplus;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod worth;

pub use buyer::Buyer;
pub use coupon::{
    Coupon, CouponCode, CouponScope, CouponSpan, CouponTerms, CouponUse, Discount, NewCodes,
    NewCoupons, UseLimit,
};
pub use edit::Edit;
pub use error::{BillingError, GatewayError, NoticeRefused};
pub use gift::Gift;
pub use notice::review::{
    PaymentReview, Review, ReviewEvent, ReviewReason, ReviewStatus, Settlement,
};
pub use notice::{
    ClaimedNotice, DisputeNotice, NewNotice, NoticeOutcome, NoticeVerdict, PaidNotice, RawNotice,
};
pub use opening::Opening;
pub use order::receipt::{
    OrderReceipt, PaidBy, ReceiptAmounts, ReceiptNames, ReceiptNumber, ReceiptPolicy, ReceiptSeller,
};
pub use order::top_up::{BonusTier, TopUpPolicy};
pub use order::{
    CommissionStatus, EarnedCommission, InvalidTransition, NewOrder, Order, OrderEvent, OrderKind,
    OrderStatus, PastOrder,
};
pub use package::quota::{
    HeldPackages, PackageHolder, PackageMove, PackageShare, QuotaEvent, QuotaMove,
};
pub use package::{PackageEnd, PackageOrder, PackageTerms, TrafficPackage};
pub use payment::{
    GatewayCode, GatewayConfig, GatewayField, Payment, PaymentMethod, PaymentRequest, PaymentTerms,
};
pub use period::Period;
pub use plan::{
    Gigabytes, GroupReference, Places, Plan, PlanOffer, PlanReference, PlanTerms, Tags,
};
pub use policy::BillingPolicy;
pub use ports::{
    BalanceRepository, BillingTx, BuyerRepository, CouponOfferRepository, CouponRepository,
    DueOrder, DueOrders, GroupReferenceRepository, LedgerRepository, NoticeRepository,
    OpeningFailureRepository, OrderRepository, PackageOrderRepository, PackageRepository,
    PaymentGateway, PaymentGateways, PaymentOfferRepository, PaymentRepository,
    PlanOfferRepository, PlanRepository, ReceiptRepository, RefundGateway, RefundRepository,
    ReminderRepository, RenewalRepository, ResetRepository, ReviewRepository,
    SubscriptionRepository, TopUpRepository, WorthRepository,
};
pub use price::PriceList;
pub use pricing::{Basket, Quote, quote};
pub use refund::{
    GatewayPayment, GatewayRefund, NewRefund, OrderRefunds, Refund, RefundDestination, RefundEvent,
    RefundResult, RefundStatus,
};
pub use reminder::{
    Reminder, ReminderPolicy, ReminderScope, ReminderSubject, TrafficPeriod, TrafficReminders,
};
pub use renewal::{
    Renewal, RenewalAttempt, RenewalEvent, RenewalNews, RenewalOutcome, RenewalScope,
    RenewalStatus, RenewalSubject, RenewalWindow, Told,
};
pub use reset::early::EarlyPeriod;
pub use reset::subject::{NextReset, ResetScope, ResetSubject};
pub use reset::{ResetCause, ResetMethod, ResetSource, TrafficReset};
pub use service::{
    AssignOrder, Checkout, CommissionTaken, CouponService, IssueReceipt, LockedRefund,
    MANUAL_OPERATION, Opened, OrderCredit, OrderService, PackageService, PaymentService,
    PlaceOrder, PlacePackage, PlaceTopUp, PlanService, Purchase, QuotedPurchase, Receipt,
    ReceiptService, Received, ReceivedDispute, ReceivedPayment, RefundService, RenewalForecast,
    RenewalReport, RenewalRequest, RenewalService, RequestRefund, ReviewService, SettleReview,
    StartedCheckout, SubscriptionService, TrafficService,
};
pub use subscription::{PlanChange, Subscription, TryOut};
pub use worth::{OrderWorth, sources};
