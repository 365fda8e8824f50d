//! `serve`: from an address in a configuration to a panel that answers.

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
    tracing::info!(%bind, "serving");
    let served = ferroboard_web::serve(listener, panel).await;
    background.abort();
    served.map_err(|error| format!("the server stopped: {error}"))?;
    tracing::info!("stopped");
    Ok(())
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
        lines.push(format!("  panel       http://{}", config.http.bind));
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
