//! Promises about what is sold and paid.

pub mod balances;
pub mod buyers;
pub mod coupons;
pub mod due_orders;
pub mod gift_cards;
pub mod gift_offers;
pub mod ledger;
pub mod open_orders;
pub mod order_views;
pub mod order_worths;
pub mod orders;
pub mod packages;
pub mod payment_offers;
pub mod payments;
pub mod places;
pub mod plan_offers;
pub mod plan_terms;
pub mod plans;
pub mod receipts;
pub mod refunds;
pub mod renewals;
pub mod reviews;
pub mod statements;
pub mod subscription_links;
pub mod top_ups;
pub mod traffic_resets;
