//! What is sold, the servers, and how the site is set: forms without scripts.

mod guide;
mod nodes;
mod pages;
mod settings;
