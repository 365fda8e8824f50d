//! What administrators do with nodes and what belongs to them.

pub(crate) mod group_queries;
pub(crate) mod groups;
pub(crate) mod machine_queries;
pub(crate) mod machines;
pub(crate) mod node_queries;
pub(crate) mod nodes;
pub(crate) mod route_queries;
pub(crate) mod routes;
