//! The in-memory tables of this domain, and builders for its rows.

mod builders;
mod buyers;
mod coupons;
mod groups;
mod orders;
mod packages;
mod payments;
mod receipts;
mod refunds;
mod renewals;
mod resets;
mod reviews;
mod tables;
mod top_ups;
mod worth;

pub use self::builders::{
    a_buyer, a_completed_order, a_coupon, a_package, a_payment_method, a_plan, a_review,
    a_subscription, an_order,
};
pub use self::receipts::a_receipt;
pub use self::tables::{
    BillingRow, HasBilling, KeptNotice, MemoryBilling, OpeningFailure, PackageRow, RefundRow,
    ReviewRow, TrafficResetRow,
};
