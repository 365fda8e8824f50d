//! Promises about settings, jobs and the panel itself.

pub mod accounting;
pub mod audit;
pub mod coupon_offers;
pub mod demo;
pub mod device_users;
pub mod figures;
pub mod gift_card_lists;
pub mod jobs;
pub mod long_lists;
pub mod managed_orders;
pub mod managed_reviews;
pub mod managed_support;
pub mod managed_webhooks;
pub mod node_management;
pub mod operations;
pub mod plugins;
pub mod reads;
pub mod real_name_reviews;
pub mod secrets;
pub mod settings;
pub mod transactions;
pub mod upkeep;
