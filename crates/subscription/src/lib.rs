#![doc = include_str!("../README.md")]

mod client;
mod document;
mod ech;
mod export;
mod fields;
mod formats;
mod names;
mod node;
mod pattern;
mod policy;
mod rules;
pub mod selection;
mod subscriber;
mod template;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod traffic;
mod tree;
mod uri;
mod version;

pub use client::{Client, Format};
pub use document::Document;
pub use export::{Export, Host, Site, export};
pub use node::ExportNode;
pub use policy::SubscriptionPolicy;
pub use selection::Wanted;
pub use subscriber::Subscriber;
pub use template::{TemplateName, Templates};
