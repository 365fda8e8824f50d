//! What administrators ask.

mod admin;
mod online_device_users;
mod plugins;
mod real_name_reviews;
