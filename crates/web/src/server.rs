use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, Error, HttpServer};

use crate::{Panel, edge, routes};

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Every route of the panel with all that surrounds it; what [`serve`] serves and tests call.
pub fn app(
    panel: Data<Panel>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(panel)
        .configure(routes::configure)
        .wrap(from_fn(edge::around))
}

/// Serves the panel until SIGTERM (or Ctrl-C): then no connection is accepted any more, requests in
/// flight finish, and so do use cases whose clients hung up, within the shutdown time.
pub async fn serve(listener: TcpListener, panel: Panel) -> io::Result<()> {
    let panel = Data::new(panel);
    let options = panel.options.clone();
    let shared = panel.clone();
    let mut server = HttpServer::new(move || app(shared.clone()))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(options.shutdown_timeout.as_secs());
    if let Some(workers) = options.workers {
        server = server.workers(workers.max(1));
    }
    server.listen(listener)?.run().await?;
    panel.finish_running(options.shutdown_timeout).await;
    Ok(())
}
