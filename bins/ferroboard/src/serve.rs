//! `serve`: from an address in a configuration to a panel that answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ferroboard_application::{Ledger, Prepared};
use ferroboard_web::{LostLines, Panel, WebOptions};

use crate::config::Config;
use crate::logging::Logging;
use crate::parts::{self, Parts};
use crate::xboard_env::XboardEnv;
use crate::{warnings, wiring};

pub(crate) async fn run(
    config: &Config,
    xboard: Option<&XboardEnv>,
    logging: &Logging,
) -> Result<(), String> {
    let Parts {
        web, admin_email, ..
    } = Parts::of(config).map_err(|error| error.to_string())?;
    for warning in warnings::of(config).map_err(|error| error.to_string())? {
        tracing::warn!("{warning}");
    }
    // First of all, so that a port in use is told before anything is made.
    let bind = config.http.bind;
    let listener = parts::listen(config).map_err(|error| format!("http.bind: {bind}: {error}"))?;
    wiring::migrate(config, crate::commands::say).await?;
    let foundation = wiring::foundation(config).await?;
    let setup = foundation.setup();
    let inherited_path = xboard.and_then(XboardEnv::default_admin_path);
    let given_key = config.secrets.signing_key.as_deref();
    let prepared = setup
        .prepare(&admin_email, inherited_path.as_deref(), given_key)
        .await
        .map_err(|error| error.to_string())?;
    introduce(config, &prepared);
    let ledger = Ledger {
        store: foundation.store.as_ref(),
        clock: foundation.clock.as_ref(),
    };
    ledger.open().await.map_err(|error| error.to_string())?;
    let random = Arc::clone(&foundation.random);
    let application = wiring::application(config, foundation, &prepared.signing_key).await?;
    let behind = Arc::clone(&application);
    let with_schedule = config.jobs.enabled;
    let background = tokio::spawn(async move { behind.run_in_background(with_schedule).await });
    let runtime = tokio::runtime::Handle::current();
    let options = WebOptions {
        lost_log_lines: LostLines::counted_by(logging.lost_lines()),
        ..web
    };
    let panel = Panel::new(application, runtime, options, random.as_ref());
    let panel = panel.with(ferroboard_pages::mount);
    tracing::info!(%bind, "serving");
    let served = ferroboard_web::serve(listener, panel).await;
    background.abort();
    served.map_err(|error| format!("the server stopped: {error}"))?;
    tracing::info!("stopped");
    Ok(())
}

/// The address that a browser on this machine opens. A server that listens on every address is at the loopback one.
fn opened(bind: SocketAddr) -> String {
    let loopback = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(loopback, bind.port()))
}

/// Shows, once, what a person needs to know of what was just made. Standard output, not the log:
/// logs are kept and sent elsewhere.
fn introduce(config: &Config, prepared: &Prepared) {
    use std::io::Write as _;

    let mut lines = Vec::new();
    if let Some(admin) = &prepared.admin {
        lines.push("The first administrator was made. This is shown only once:".to_owned());
        lines.push(format!("  e-mail      {}", admin.email));
        lines.push(format!("  password    {}", admin.password));
    }
    if prepared.secure_path_is_new || prepared.admin.is_some() {
        lines.push(format!("  admin path  /{}", prepared.secure_path));
        let panel = opened(config.http.bind);
        lines.push(format!("  panel       {panel}"));
        lines.push(format!("  console     {panel}/{}", prepared.secure_path));
    } else {
        let hint =
            "`ferroboard admin path` shows the admin path; `ferroboard admin --help` tells more";
        lines.push(hint.to_owned());
    }
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        tracing::error!(%error, "nothing could be shown on standard output");
    }
}

#[cfg(test)]
mod tests {
    use super::opened;

    #[test]
    fn the_address_that_is_shown_can_be_opened() {
        for (bind, expected) in [
            ("127.0.0.1:7001", "http://127.0.0.1:7001"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:7001", "http://[::1]:7001"),
            ("192.0.2.1:7001", "http://192.0.2.1:7001"),
        ] {
            assert_eq!(opened(bind.parse().unwrap()), expected);
        }
    }
}
