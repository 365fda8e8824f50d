//! What administrators ask.

mod admin;
mod coupons;
mod figures;
mod gift_cards;
mod knowledge;
mod mails;
mod node_switches;
mod nodes;
mod notices;
mod office;
mod online_device_users;
mod orders;
mod packages;
mod paths;
mod payment_methods;
mod plan_forms;
mod plugins;
mod real_name_reviews;
mod reviews;
mod servers;
mod themes;
mod tickets;
mod users;
mod webhooks;
