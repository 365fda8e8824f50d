//! `update/*`: the program itself, which its operator updates.

use serde::Serialize;
use utoipa::ToSchema;

use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;

/// Which version runs. Nobody outside is asked for a later one.
#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateState {
    /// Always false.
    has_update: bool,
    /// Always false.
    is_local_newer: bool,
    latest_version: &'static str,
    current_version: &'static str,
    /// Always empty.
    update_logs: Vec<String>,
    /// Always empty.
    download_url: &'static str,
    /// Always empty.
    published_at: &'static str,
    /// Always empty.
    author: &'static str,
}

/// Which version runs.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/update/check",
    responses((status = 200, description = "The version", body = SuccessBody<UpdateState>))
)]
pub(crate) async fn check(_: AdminSession) -> Success<UpdateState> {
    let version = env!("CARGO_PKG_VERSION");
    Success(UpdateState {
        has_update: false,
        is_local_newer: false,
        latest_version: version,
        current_version: version,
        update_logs: Vec::new(),
        download_url: "",
        published_at: "",
        author: "",
    })
}

/// Is always refused: the program is replaced by whoever runs it.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/update/execute",
    responses((status = 400, description = "It does not update itself", body = FailureBody))
)]
pub(crate) async fn execute(_: Changing) -> Result<Success<bool>, Fault> {
    Err(Fault::refused(Message::UpdateByOperator))
}
