//! What the operator decides before the program starts: defaults, then a file, then the environment.

mod bounds;
mod sources;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ferroboard_kernel::{Email, Zone};
use serde::Deserialize;

use crate::xboard_env::XboardEnv;

/// How careful the program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Profile {
    /// For one's own machine: mail is logged, codes are shown.
    Development,
    /// For customers: weak secrets are refused.
    Production,
}

/// The whole configuration. Its `Debug` form is never printed: it holds secrets.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) profile: Profile,
    /// IANA name of the zone in which days and months are counted.
    pub(crate) time_zone: String,
    pub(crate) database: Database,
    pub(crate) http: Http,
    pub(crate) limits: Limits,
    pub(crate) hashing: Hashing,
    pub(crate) jobs: Jobs,
    pub(crate) log: Log,
    pub(crate) secrets: Secrets,
    pub(crate) admin: Admin,
    pub(crate) captcha: Captcha,
    pub(crate) telegram: Telegram,
    pub(crate) web: Web,
    pub(crate) webhooks: Webhooks,
    pub(crate) xboard: Xboard,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite://`, `mysql://`, `mariadb://` or `postgres://`; empty: from the `.env` of Xboard, else SQLite.
    pub(crate) url: String,
    /// Connections of the pool.
    pub(crate) max_connections: usize,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    pub(crate) bind: SocketAddr,
    /// Threads that accept and parse; 0 is one for each core.
    pub(crate) workers: usize,
    /// Peers whose forwarded headers count; empty: loopback.
    pub(crate) trusted_proxies: Vec<String>,
    /// Names of the panel: what is mailed or told to gateways leads to these where no `app_url` is set.
    pub(crate) hosts: Vec<String>,
    pub(crate) max_body_bytes: usize,
    /// How long requests in flight may take after a SIGTERM.
    pub(crate) shutdown_seconds: u64,
    /// Bearer token of `/metrics`. Without it the page is closed in production, and open to whoever reaches
    /// the port in development.
    pub(crate) metrics_token: Option<String>,
    /// Whether `/docs` and `/openapi.json` are there; by default in development only.
    pub(crate) docs: Option<bool>,
    /// Lets the development profile listen on addresses that others can reach.
    pub(crate) allow_remote_development: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) passport_per_address_per_minute: u32,
    pub(crate) passport_per_account_per_minute: u32,
    pub(crate) payment_notices_per_address_per_minute: u32,
    pub(crate) unknown_tokens_per_address_per_minute: u32,
    /// By default 10, and 1000 in the development profile, where everybody is 127.0.0.1.
    pub(crate) email_codes_per_address_per_hour: Option<i64>,
    /// By default 100, and 10000 in the development profile.
    pub(crate) registrations_per_address_per_hour: Option<i64>,
    /// How many times the usual limits one account may write; by default 1, and 100 in the development
    /// profile.
    pub(crate) write_allowance: Option<i64>,
    /// In ten minutes; by default 30, and 3000 in the development profile.
    pub(crate) failed_logins_per_address: Option<i64>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hashing {
    /// bcrypt's cost.
    pub(crate) cost: u32,
    /// Threads that hash; 0 is one for each core.
    pub(crate) threads: usize,
    /// How many passwords may wait.
    pub(crate) queue: usize,
    /// How far hashing gives way to everything else; 0 is not at all.
    pub(crate) niceness: u8,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jobs {
    pub(crate) enabled: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    /// A filter of the form `info,ferroboard_web=debug`.
    pub(crate) filter: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secrets {
    /// Signs session tokens; by default a random key in the database.
    pub(crate) signing_key: Option<String>,
    /// Keys that were used before: what they encrypted can still be read, and is encrypted anew by
    /// the next synchronisation of real names.
    pub(crate) earlier_signing_keys: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Admin {
    /// Address of the administrator that the first start makes.
    pub(crate) email: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Captcha {
    pub(crate) recaptcha_url: String,
    pub(crate) turnstile_url: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Telegram {
    /// Where Telegram's Bot API is.
    pub(crate) api_url: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhooks {
    /// Lets events be sent to private addresses, also over plain HTTP.
    pub(crate) allow_private_addresses: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Web {
    /// The folder of the themes; it is made when the first one is unpacked.
    pub(crate) themes: PathBuf,
    /// The folder of the built admin app of the family; without it the panel's own console is at the admin path.
    pub(crate) admin_app: Option<PathBuf>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Xboard {
    /// The `.env` of an Xboard installation, for its database and its admin path. Only read.
    pub(crate) env_file: Option<PathBuf>,
}

/// Why the configuration cannot be used. No text holds a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A file, and what is wrong with it.
    #[error("{0}")]
    File(String),
    /// A variable of the environment, and what is wrong with it.
    #[error("{0}")]
    Variable(String),
    /// A key, and what is wrong with its value.
    #[error("{key}: {reason}")]
    Key {
        /// Such as `http.bind`.
        key: String,
        /// Never quotes a secret.
        reason: String,
    },
    #[error("xboard.env_file: {}: {reason}", path.display())]
    XboardEnv { path: PathBuf, reason: String },
    #[error(
        "http.bind: the development profile shows e-mail codes to whoever asks, so it listens on \
         loopback addresses only; use profile = \"production\", or set \
         http.allow_remote_development = true if that is really meant"
    )]
    RemoteDevelopment,
    #[error("{0}")]
    WeakSecret(String),
}

/// Whether a value of this key, or of this section should somebody write one there, may be a secret.
fn is_secret(key: &str) -> bool {
    let secrets = ["database", "http.metrics_token", "secrets"];
    key == "http" || secrets.iter().any(|secret| key.starts_with(secret))
}

impl ConfigError {
    pub(crate) fn key(key: &str, reason: &(impl ToString + ?Sized)) -> Self {
        Self::Key {
            key: key.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// A value of the wrong type or an unknown key, with the key's whole name.
fn unfit(error: &toml::de::Error) -> ConfigError {
    let told = error.to_string();
    let key = told
        .lines()
        .find_map(|line| line.strip_prefix("in `")?.strip_suffix('`'))
        .unwrap_or("the configuration");
    let reason = error.message().trim_end();
    // The library quotes values; of an unknown key it quotes the name.
    if is_secret(key) && !reason.starts_with("unknown field") {
        return ConfigError::key(key, "the value is of the wrong type");
    }
    ConfigError::key(key, reason)
}

/// The database of an Xboard installation. Its file exists: a path that leads nowhere is a mistake.
fn inherited_database(env: &XboardEnv, path: &Path) -> Result<String, ConfigError> {
    let refused = |reason: String| ConfigError::XboardEnv {
        path: path.to_owned(),
        reason,
    };
    let url = env
        .database_url()
        .map_err(|reason| refused(reason.to_owned()))?;
    match url.strip_prefix("sqlite://") {
        Some(file) if !Path::new(file).exists() => {
            Err(refused(format!("the database file {file} does not exist")))
        }
        _ => Ok(url.to_owned()),
    }
}

impl Config {
    /// Reads the defaults, the named file (or `ferroboard.toml` where it exists) and the environment,
    /// and judges the result.
    pub(crate) fn load(file: Option<&Path>) -> Result<(Self, Option<XboardEnv>), ConfigError> {
        let table = sources::gather(file, std::env::vars_os())?;
        Self::judge(table)
    }

    fn judge(table: toml::Table) -> Result<(Self, Option<XboardEnv>), ConfigError> {
        let mut config: Self = toml::Value::Table(table)
            .try_into()
            .map_err(|error| unfit(&error))?;
        let xboard = match &config.xboard.env_file {
            None => None,
            Some(path) => Some(
                XboardEnv::read(path).map_err(|reason| ConfigError::XboardEnv {
                    path: path.clone(),
                    reason,
                })?,
            ),
        };
        if config.database.url.is_empty() {
            config.database.url = match (&xboard, &config.xboard.env_file) {
                (Some(env), Some(path)) => inherited_database(env, path)?,
                _ => "sqlite://data/ferroboard.sqlite".to_owned(),
            };
        }
        config.check(xboard.as_ref())?;
        Ok((config, xboard))
    }

    fn check(&self, xboard: Option<&XboardEnv>) -> Result<(), ConfigError> {
        self.zone()?;
        self.admin_email()?;
        self.check_bounds()?;
        match self.profile {
            Profile::Development => {
                let is_local = self.http.bind.ip().is_loopback();
                if !is_local && !self.http.allow_remote_development {
                    return Err(ConfigError::RemoteDevelopment);
                }
            }
            Profile::Production => self.check_secrets(xboard)?,
        }
        Ok(())
    }

    fn check_secrets(&self, xboard: Option<&XboardEnv>) -> Result<(), ConfigError> {
        let weak = |name: &str, why: &str| {
            Err(ConfigError::WeakSecret(format!(
                "{name}: {why}; the production profile refuses it"
            )))
        };
        if let Some(key) = &self.secrets.signing_key {
            let different = key.bytes().collect::<std::collections::BTreeSet<_>>().len();
            if key.len() < 32 || different < 10 {
                return weak("secrets.signing_key", "needs at least 32 random characters");
            }
        }
        if self
            .http
            .metrics_token
            .as_ref()
            .is_some_and(|token| token.len() < 16)
        {
            return weak("http.metrics_token", "needs at least 16 characters");
        }
        if self.hashing.cost < 10 {
            return weak("hashing.cost", "is below 10");
        }
        if xboard.is_some_and(XboardEnv::has_published_key) {
            return weak(
                "APP_KEY",
                "is the key that ships with Xboard's example configuration",
            );
        }
        Ok(())
    }

    /// The zone of `time_zone`.
    pub(crate) fn zone(&self) -> Result<Zone, ConfigError> {
        let zone = &self.time_zone;
        Zone::named(zone)
            .ok_or_else(|| ConfigError::key("time_zone", &format!("{zone:?} is no IANA time zone")))
    }

    /// The address of `admin.email`.
    pub(crate) fn admin_email(&self) -> Result<Email, ConfigError> {
        let email = &self.admin.email;
        Email::parse(email).map_err(|_| {
            ConfigError::key("admin.email", &format!("{email:?} is no e-mail address"))
        })
    }
}

#[cfg(test)]
mod tests;
