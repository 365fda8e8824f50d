//! `/api/v1/server` and `/api/v2/server`: what agents of nodes and machines ask and report.

mod call;
pub(crate) mod combined;
mod frames;
pub(crate) mod guard;
pub(crate) mod load;
pub(crate) mod machines;
pub(crate) mod socket;
pub(crate) mod tidalab;
pub(crate) mod uniproxy;
mod user_list;

use ferroboard_nodes::NodePolicy;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// How often a node should ask and report, in seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct BaseConfig {
    push_interval: i64,
    pull_interval: i64,
}

impl From<&NodePolicy> for BaseConfig {
    fn from(policy: &NodePolicy) -> Self {
        Self {
            push_interval: policy.push_interval.get(),
            pull_interval: policy.pull_interval.get(),
        }
    }
}

/// Who is asking; in the query or in the body. Under `/api/v2` a machine gives its own token with
/// its number as `machine_id`, and no type.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "it describes parameters that the guard reads")]
pub(crate) struct NodeParams {
    /// The secret that all nodes share.
    token: String,
    /// The node's code or number.
    node_id: String,
    /// The type of the node; `v2node`, or nothing, is any.
    node_type: Option<String>,
}

/// A report was taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct Taken {
    /// Always `true`.
    data: bool,
}

/// The one [`Taken`] that there is.
pub(crate) const TAKEN: Taken = Taken { data: true };
