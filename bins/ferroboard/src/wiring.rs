//! Puts the rooms together: which adapter stands behind which port.

use std::sync::Arc;

use ferroboard_adapters::{
    BcryptHasher, JwtSigner, OsRandom, SystemClock, ThemeDirectory, XChaChaIdentityCipher,
};
use ferroboard_application::{Application, Options, Ports, Setup, Store};
use ferroboard_auth::PasswordHasher;
use ferroboard_kernel::{Clock, Random};
use ferroboard_persistence::ConnectOptions;

use crate::config::Config;
use crate::parts::{self, Parts};

/// What exists before the use cases do.
pub(crate) struct Foundation {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
}

impl Foundation {
    /// What makes a new panel usable.
    pub(crate) fn setup(&self) -> Setup<'_> {
        Setup {
            store: self.store.as_ref(),
            clock: self.clock.as_ref(),
            random: self.random.as_ref(),
            hasher: self.hasher.as_ref(),
        }
    }
}

pub(crate) fn connect_options(config: &Config) -> Result<ConnectOptions, String> {
    parts::connect_options(config).map_err(|error| error.to_string())
}

/// Brings the database to this version. What is found and done is told line by line, whatever the log
/// shows.
pub(crate) async fn migrate(config: &Config, tell: fn(&str)) -> Result<(), String> {
    let options = connect_options(config)?;
    let now = SystemClock.now();
    let migrated = ferroboard_persistence::migrate_aloud(&options, now, &tell)
        .await
        .map_err(|error| error.to_string())?;
    tracing::info!(?migrated, "the database is at this version");
    Ok(())
}

/// Connects to a migrated database.
pub(crate) async fn foundation(config: &Config) -> Result<Foundation, String> {
    let options = connect_options(config)?;
    let store = ferroboard_persistence::connect(&options)
        .await
        .map_err(|error| error.to_string())?;
    let hashing = parts::hashing_options(config).map_err(|error| error.to_string())?;
    let hasher = BcryptHasher::start(hashing).map_err(|error| error.to_string())?;
    Ok(Foundation {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        hasher: Arc::new(hasher),
    })
}

/// Builds the use cases.
pub(crate) async fn application(
    config: &Config,
    foundation: Foundation,
    signing_key: &str,
) -> Result<Arc<Application>, String> {
    let Parts {
        options,
        captcha,
        telegram,
        mailer,
        gateways,
        webhooks,
        ..
    } = Parts::of(config).map_err(|error| error.to_string())?;
    let options = Options {
        process_name: foundation.random.uuid(),
        ..options
    };
    let Foundation {
        store,
        clock,
        random,
        hasher,
    } = foundation;
    let earlier_keys = &config.secrets.earlier_signing_keys;
    let identity_cipher =
        XChaChaIdentityCipher::new(signing_key, earlier_keys, Arc::clone(&random));
    let ports = Ports {
        store,
        clock,
        random,
        hasher,
        signer: Arc::new(JwtSigner::new(signing_key)),
        identity_cipher: Arc::new(identity_cipher),
        captcha: Arc::new(captcha),
        mailer: Arc::new(mailer),
        telegram: Arc::new(telegram),
        gateways: Arc::new(gateways),
        webhooks: Arc::new(webhooks),
        themes: Arc::new(ThemeDirectory::new(&config.web.themes)),
    };
    let built = Application::new(ports, options)
        .await
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(built))
}
