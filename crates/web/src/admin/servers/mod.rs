//! `server/*`: nodes and what belongs to them.

pub(crate) mod groups;
pub(crate) mod machine_views;
pub(crate) mod machines;
mod node_bodies;
pub(crate) mod node_forms;
pub(crate) mod node_keys;
pub(crate) mod node_switches;
pub(crate) mod nodes;
pub(crate) mod routes;
