//! Puts the rooms together: which adapter stands behind which port.

use std::sync::Arc;

use ferroboard_adapters::payment::{GatewayAddresses, Gateways};
use ferroboard_adapters::{
    BcryptHasher, CaptchaUrls, HashingOptions, HttpCaptchaVerifier, HttpTelegramBot, JwtSigner,
    OsRandom, SmtpMailer, SystemClock, UnconfiguredMail, XChaChaIdentityCipher,
};
use ferroboard_application::{Application, Options, Ports, Store};
use ferroboard_auth::{AuthPolicy, Limit, PasswordHasher};
use ferroboard_kernel::{Clock, Random};
use ferroboard_persistence::ConnectOptions;

use crate::config::{Config, Profile};

/// What exists before the use cases do.
pub(crate) struct Foundation {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
}

pub(crate) fn connect_options(config: &Config) -> Result<ConnectOptions, String> {
    Ok(ConnectOptions {
        url: config.database.url.clone(),
        max_connections: config.database.max_connections,
        zone: config.zone().map_err(|error| error.to_string())?,
    })
}

/// Brings the database to this version. What is found and done is said on standard output, whatever the
/// log shows.
pub(crate) async fn migrate(config: &Config) -> Result<(), String> {
    let options = connect_options(config)?;
    let now = SystemClock.now();
    let migrated = ferroboard_persistence::migrate_aloud(&options, now, &crate::commands::say)
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
    let hashing = HashingOptions {
        cost: config.hashing.cost,
        threads: config.hashing.threads,
        queue: config.hashing.queue,
    };
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
    let is_development = config.profile == Profile::Development;
    let mail = if is_development {
        UnconfiguredMail::Log
    } else {
        UnconfiguredMail::Refuse
    };
    let captcha = CaptchaUrls {
        recaptcha: config.captcha.recaptcha_url.clone(),
        turnstile: config.captcha.turnstile_url.clone(),
    };
    let process_name = foundation.random.uuid();
    let Foundation {
        store,
        clock,
        random,
        hasher,
    } = foundation;
    let gateways = Gateways::new(GatewayAddresses::default(), Arc::clone(&clock))
        .map_err(|error| error.to_string())?;
    let earlier_keys = &config.secrets.earlier_signing_keys;
    let identity_cipher =
        XChaChaIdentityCipher::new(signing_key, earlier_keys, Arc::clone(&random));
    let telegram =
        HttpTelegramBot::new(&config.telegram.api_url).map_err(|error| error.to_string())?;
    let ports = Ports {
        store,
        clock,
        random,
        hasher,
        signer: Arc::new(JwtSigner::new(signing_key)),
        identity_cipher: Arc::new(identity_cipher),
        captcha: Arc::new(HttpCaptchaVerifier::new(captcha).map_err(|error| error.to_string())?),
        mailer: Arc::new(SmtpMailer::new(mail)),
        telegram: Arc::new(telegram),
        gateways: Arc::new(gateways),
    };
    let limit = |given: Option<i64>, usual: Limit| Limit {
        count: given.unwrap_or(if is_development {
            usual.count * 100
        } else {
            usual.count
        }),
        ..usual
    };
    let limits = &config.limits;
    let options = Options {
        zone: config.zone().map_err(|error| error.to_string())?,
        expose_email_codes: is_development,
        email_codes_per_address: limit(
            limits.email_codes_per_address_per_hour,
            AuthPolicy::EMAIL_CODES_PER_ADDRESS,
        ),
        failed_logins_per_address: limit(
            limits.failed_logins_per_address,
            AuthPolicy::FAILED_LOGINS_PER_ADDRESS,
        ),
        ..Options::new(process_name)
    };
    let built = Application::new(ports, options)
        .await
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(built))
}
