//! `serve`: from an address in a configuration to a panel that answers.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{Ledger, Prepared, Setup};
use ferroboard_web::{LostLines, Panel, RateLimits, WebOptions};

use crate::config::Config;
use crate::logging::Logging;
use crate::wiring;
use crate::xboard_env::XboardEnv;

pub(crate) async fn run(
    config: &Config,
    xboard: Option<&XboardEnv>,
    logging: &Logging,
) -> Result<(), String> {
    // First of all, so that a port in use is told before anything is made.
    let bind = config.http.bind;
    let listener = TcpListener::bind(bind).map_err(|error| format!("http.bind {bind}: {error}"))?;
    wiring::migrate(config).await?;
    let foundation = wiring::foundation(config).await?;
    let setup = Setup {
        store: foundation.store.as_ref(),
        clock: foundation.clock.as_ref(),
        random: foundation.random.as_ref(),
        hasher: foundation.hasher.as_ref(),
    };
    let email = config.admin_email().map_err(|error| error.to_string())?;
    let inherited_path = xboard.and_then(XboardEnv::default_admin_path);
    let given_key = config.secrets.signing_key.as_deref();
    let prepared = setup
        .prepare(&email, inherited_path.as_deref(), given_key)
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
        ..web_options(config)?
    };
    let panel = Panel::new(application, runtime, options, random.as_ref());
    tracing::info!(%bind, "serving");
    let served = ferroboard_web::serve(listener, panel).await;
    background.abort();
    served.map_err(|error| format!("the server stopped: {error}"))?;
    tracing::info!("stopped");
    Ok(())
}

fn web_options(config: &Config) -> Result<WebOptions, String> {
    let http = &config.http;
    let proxies = &http.trusted_proxies;
    let trusted_proxies = if proxies.is_empty() {
        WebOptions::default_trusted_proxies()
    } else {
        let parsed = proxies.iter().map(|range| range.trim().parse());
        let parsed: Result<Vec<_>, _> = parsed.collect();
        parsed.map_err(|error| format!("http.trusted_proxies: {error}"))?
    };
    Ok(WebOptions {
        workers: (http.workers > 0).then_some(http.workers),
        trusted_proxies,
        max_body_bytes: http.max_body_bytes,
        shutdown_timeout: Duration::from_secs(http.shutdown_seconds),
        metrics_token: http.metrics_token.clone(),
        limits: RateLimits {
            per_address_per_minute: config.limits.passport_per_address_per_minute,
            per_account_per_minute: config.limits.passport_per_account_per_minute,
            notices_per_address_per_minute: config.limits.payment_notices_per_address_per_minute,
            unknown_tokens_per_address_per_minute: config
                .limits
                .unknown_tokens_per_address_per_minute,
        },
        ..WebOptions::default()
    })
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
    }
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        tracing::error!(%error, "the first administrator could not be shown on standard output");
    }
}
