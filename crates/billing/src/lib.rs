#![doc = include_str!("../README.md")]

mod anchor;
mod buyer;
mod coupon;
mod document;
mod error;
mod gift;
mod notice;
mod opening;
mod order;
mod payment;
mod period;
mod plan;
mod policy;
mod ports;
mod price;
mod pricing;
mod reminder;
mod reset;
mod service;
mod subscription;
mod surplus;
mod tags;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod worth;

pub use buyer::Buyer;
pub use coupon::{
    Coupon, CouponCode, CouponScope, CouponSpan, CouponTerms, CouponUse, Discount, NewCodes,
    NewCoupons, UseLimit,
};
pub use error::{BillingError, GatewayError, NoticeRefused};
pub use gift::Gift;
pub use notice::{
    ClaimedNotice, NewNotice, NoticeOutcome, NoticeVerdict, PaidNotice, PaymentReview, RawNotice,
    ReviewReason,
};
pub use opening::Opening;
pub use order::{
    CommissionStatus, InvalidTransition, NewOrder, Order, OrderEvent, OrderKind, OrderStatus,
    PastOrder,
};
pub use payment::{GatewayCode, GatewayConfig, Payment, PaymentMethod, PaymentRequest};
pub use period::Period;
pub use plan::{Gigabytes, Places, Plan, PlanOffer, PlanReference};
pub use policy::BillingPolicy;
pub use ports::{
    BalanceRepository, BillingTx, BuyerRepository, CouponOfferRepository, CouponRepository,
    DueOrder, DueOrders, LedgerRepository, NoticeRepository, OpeningFailureRepository,
    OrderRepository, PaymentGateway, PaymentGateways, PaymentRepository, PlanOfferRepository,
    PlanRepository, ReminderRepository, ResetRepository, SubscriptionRepository, WorthRepository,
};
pub use price::PriceList;
pub use pricing::{Basket, Quote, quote};
pub use reminder::{Reminder, ReminderSubject};
pub use reset::subject::{NextReset, ResetScope, ResetSubject};
pub use reset::{ResetCause, ResetMethod, ResetSource, TrafficReset};
pub use service::{
    Checkout, CouponService, Opened, OrderCredit, OrderService, PlaceOrder, Receipt,
    ReceivedPayment, StartedCheckout, SubscriptionService, TrafficService,
};
pub use subscription::{Subscription, TryOut};
pub use tags::Tags;
pub use worth::{OrderWorth, sources};
