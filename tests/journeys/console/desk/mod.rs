//! What is sold, the servers, and how the site is set: forms without scripts.

mod guide;
mod nodes;
mod packages;
mod pages;
mod settings;
mod webhooks;
