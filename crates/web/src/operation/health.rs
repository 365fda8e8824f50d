//! Whether the panel can serve.

use actix_web::web::Data;
use ferroboard_application::Error;
use ferroboard_kernel::StoreError;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;

/// Asks the database, also whether it has room again after it had none, and whether the tasks of the background run.
#[utoipa::path(
    get,
    path = "/healthz",
    responses(
        (status = 200, description = "The panel can serve", body = SuccessBody<bool>),
        (status = 503, description = "The database does not answer or has no room (`code` is `disk_full`), or a task of the background is down", body = FailureBody),
    )
)]
pub(crate) async fn check(panel: Data<Panel>) -> Result<Success<bool>, Fault> {
    let ping = panel.run(|app| async move { Ok::<_, Error>(app.health.ping().await) });
    match ping.await? {
        Ok(()) => match panel.application().background().down().next() {
            None => Ok(DONE),
            Some(task) => Err(Fault::out_of_service(format!(
                "the task {} is down",
                task.name()
            ))),
        },
        Err(full @ StoreError::Full(_)) => Err(Fault::disk_full(full.to_string())),
        Err(error) => Err(Fault::out_of_service(error.to_string())),
    }
}
