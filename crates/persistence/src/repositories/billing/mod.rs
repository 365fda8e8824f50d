//! Plans, orders, payments, coupons, gift cards, the balance and subscriptions.

pub(super) mod balances;
pub(super) mod buyers;
pub(super) mod coupons;
pub(super) mod gift_card_lists;
pub(super) mod gift_cards;
pub(super) mod gift_offers;
pub(super) mod gift_usage_lists;
pub(super) mod gift_usages;
pub(super) mod ledger;
pub(super) mod managed_orders;
pub(super) mod notices;
pub(super) mod order_failures;
pub(super) mod order_ids;
pub(super) mod order_rows;
pub(super) mod order_views;
pub(super) mod order_worths;
pub(super) mod orders;
pub(super) mod payment_offers;
pub(super) mod payments;
pub(super) mod plan_offers;
pub(super) mod plans;
pub(super) mod renewals;
pub(super) mod resets;
pub(super) mod subscription_views;
pub(super) mod subscriptions;
pub(super) mod top_ups;
