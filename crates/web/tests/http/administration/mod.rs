//! What administrators ask.

mod admin;
mod coupons;
mod online_device_users;
mod paths;
mod plugins;
mod real_name_reviews;
