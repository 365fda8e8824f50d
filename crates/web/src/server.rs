use std::any::Any;
use std::io;
use std::net::TcpListener;
use std::sync::LazyLock;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::Data;
use actix_web::{App, Error, HttpServer};
use tokio::signal::unix::{SignalKind, signal};

use crate::operation::docs::Description;
use crate::operation::openapi;
use crate::{Panel, edge, routes};

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may take nothing of what it is sent, in milliseconds.
const STALLED: u32 = 60_000;

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
    static DESCRIPTION: LazyLock<Data<Description>> =
        LazyLock::new(|| Data::new(Description::new(openapi::document)));
    let beside = panel.beside;
    App::new()
        .app_data(panel)
        .app_data(Data::clone(&DESCRIPTION))
        .configure(|config| routes::configure(config, beside))
        .wrap(from_fn(edge::around))
}

/// Has the operating system cut the connection when the client takes nothing of what it is sent for a
/// while: whoever asks for much and reads none of it would keep that in memory otherwise.
fn cut_when_stalled(connection: &dyn Any) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, STALLED)
    {
        tracing::debug!(%error, "a connection has no limit for stalled clients");
    }
}

/// Waits for one of the signals at which the server stops.
async fn signalled() {
    let mut kinds = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::quit(),
    ]
    .map(signal);
    let arrivals = kinds.iter_mut().filter_map(|kind| kind.as_mut().ok());
    let arrivals = arrivals.map(|signal| Box::pin(signal.recv()));
    futures_util::future::select_all(arrivals).await;
}

/// Serves the panel until SIGTERM (or Ctrl-C): then no connection is accepted any more, sockets of agents are
/// closed, requests in flight finish, and so do use cases whose clients hung up, within the shutdown time.
pub async fn serve(listener: TcpListener, panel: Panel) -> io::Result<()> {
    let panel = Data::new(panel);
    let options = panel.options.clone();
    let shared = panel.clone();
    let mut server = HttpServer::new(move || app(shared.clone()))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .on_connect(|connection, _| cut_when_stalled(connection))
        .shutdown_timeout(options.shutdown_timeout.as_secs());
    if let Some(workers) = options.workers {
        server = server.workers(workers.max(1));
    }
    let stopping = panel.stopping.clone();
    let signals = tokio::spawn(async move {
        signalled().await;
        stopping.cancel();
    });
    let served = server.listen(listener)?.run().await;
    signals.abort();
    served?;
    panel.finish_running(options.shutdown_timeout).await;
    Ok(())
}
