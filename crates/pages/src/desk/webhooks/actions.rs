//! What is done to endpoints by one button each.

use actix_web::web::Path;
use ferroboard_application::Change;
use ferroboard_kernel::WebhookId;

use super::deliveries::path_of;
use crate::console::forms::done;
use crate::console::frame::Console;
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};

/// Does to an endpoint what the last part of the path says. What a test sends is shown next.
pub(in crate::desk) async fn act(
    console: Console,
    path: Path<(String, i64, String)>,
    Changing(change): Changing,
) -> PageResult {
    let id = WebhookId::new(path.1);
    match path.2.as_str() {
        "on" => switch(&console, id, true, change).await,
        "off" => switch(&console, id, false, change).await,
        "test" => {
            let run = console
                .run(move |app| async move { app.administration.endpoints.test(id, change).await });
            let delivery = run.await?;
            let shown = path_of(delivery.get());
            Ok(done(&console, "console.webhook_tested", &shown))
        }
        "drop" => {
            let run = console.run(move |app| async move {
                app.administration.endpoints.delete(id, change).await
            });
            run.await?;
            Ok(done(&console, "layout.deleted", "webhooks"))
        }
        _ => Err(Failure::Unknown),
    }
}

async fn switch(console: &Console, id: WebhookId, active: bool, change: Change) -> PageResult {
    let run = console.run(move |app| async move {
        let endpoints = &app.administration.endpoints;
        endpoints.switch(id, active, change).await
    });
    run.await?;
    Ok(done(console, "desk.switched", "webhooks"))
}
