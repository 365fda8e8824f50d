#![doc = include_str!("../README.md")]

mod capability;
mod client;
mod document;
mod ech;
mod error;
mod export;
mod fields;
mod formats;
mod names;
mod node;
mod pattern;
mod plugin;
mod policy;
mod ports;
mod prepared;
pub mod selection;
mod subscriber;
mod template;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod traffic;
mod tree;
mod uri;
mod version;

pub use capability::{Obstacle, obstacle};
pub use client::{Client, Format};
pub use document::Document;
pub use error::SubscriptionError;
pub use export::{Export, Host, Site, export, export_for_program};
pub use node::{ExportNode, StoredNode};
pub use policy::SubscriptionPolicy;
pub use prepared::{Prepared, Preparing};
pub use selection::Wanted;
pub use subscriber::Subscriber;
pub use template::{TemplateName, Templates};
