//! What the operator decides before the program starts: defaults, then a file, then the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ferroboard_kernel::{Email, Zone};
use serde::Deserialize;

use crate::xboard_env::XboardEnv;

/// The file that is read when none is named and it exists.
const DEFAULT_FILE: &str = "ferroboard.toml";
/// The prefix of the environment variables: `FERROBOARD__HTTP__BIND` is `http.bind`.
const PREFIX: &str = "FERROBOARD";

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
    /// Peers whose forwarded headers count; empty: loopback, private ranges and Cloudflare.
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) max_body_bytes: usize,
    /// How long requests in flight may take after a SIGTERM.
    pub(crate) shutdown_seconds: u64,
    /// Bearer token of `/metrics`; without it the page is open to whoever reaches the port.
    pub(crate) metrics_token: Option<String>,
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
    /// In ten minutes; by default 30, and 3000 in the development profile.
    pub(crate) failed_logins_per_address: Option<i64>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hashing {
    /// bcrypt's cost.
    pub(crate) cost: u32,
    /// Threads that hash; 0 is half the cores.
    pub(crate) threads: usize,
    /// How many passwords may wait.
    pub(crate) queue: usize,
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
pub(crate) struct Xboard {
    /// The `.env` of an Xboard installation, for its database and its admin path. Only read.
    pub(crate) env_file: Option<PathBuf>,
}

/// Why the configuration cannot be used. No text holds a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] config::ConfigError),
    #[error("{}: {reason}", path.display())]
    XboardEnv { path: PathBuf, reason: String },
    #[error("time_zone: {0:?} is no IANA time zone")]
    UnknownZone(String),
    #[error("admin.email: {0:?} is no e-mail address")]
    AdminEmail(String),
    #[error(
        "http.bind: the development profile shows e-mail codes to whoever asks, so it listens on \
         loopback addresses only; use profile = \"production\", or set \
         http.allow_remote_development = true if that is really meant"
    )]
    RemoteDevelopment,
    #[error("{0}")]
    WeakSecret(String),
}

const DEFAULTS: &str = r#"
profile = "development"
time_zone = "Asia/Shanghai"
[database]
url = ""
max_connections = 8
[http]
bind = "127.0.0.1:7001"
workers = 0
trusted_proxies = []
max_body_bytes = 1048576
shutdown_seconds = 30
allow_remote_development = false
[limits]
passport_per_address_per_minute = 600
passport_per_account_per_minute = 300
payment_notices_per_address_per_minute = 600
unknown_tokens_per_address_per_minute = 60
[hashing]
cost = 10
threads = 0
queue = 512
[jobs]
enabled = true
[log]
format = "text"
filter = "info"
[secrets]
earlier_signing_keys = []
[admin]
email = "admin@demo.com"
[captcha]
recaptcha_url = "https://www.google.com/recaptcha/api/siteverify"
turnstile_url = "https://challenges.cloudflare.com/turnstile/v0/siteverify"
[telegram]
api_url = "https://api.telegram.org"
[xboard]
"#;

impl Config {
    /// Reads the defaults, the named file (or `ferroboard.toml` where it exists) and the environment,
    /// and judges the result.
    pub(crate) fn load(file: Option<&Path>) -> Result<(Self, Option<XboardEnv>), ConfigError> {
        let file = match file {
            Some(path) => config::File::from(path).required(true),
            None => config::File::from(Path::new(DEFAULT_FILE)).required(false),
        };
        let environment = config::Environment::with_prefix(PREFIX)
            .prefix_separator("__")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("http.trusted_proxies")
            .with_list_parse_key("secrets.earlier_signing_keys")
            .try_parsing(true);
        let mut config: Self = config::Config::builder()
            .add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml))
            .add_source(file.format(config::FileFormat::Toml))
            .add_source(environment)
            .build()?
            .try_deserialize()?;
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
                (Some(env), Some(path)) => env
                    .database_url()
                    .map_err(|reason| ConfigError::XboardEnv {
                        path: path.clone(),
                        reason: reason.to_owned(),
                    })?
                    .to_owned(),
                _ => "sqlite://data/ferroboard.sqlite".to_owned(),
            };
        }
        config.check(xboard.as_ref())?;
        Ok((config, xboard))
    }

    fn check(&self, xboard: Option<&XboardEnv>) -> Result<(), ConfigError> {
        self.zone()?;
        self.admin_email()?;
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
        Zone::named(&self.time_zone).ok_or_else(|| ConfigError::UnknownZone(self.time_zone.clone()))
    }

    /// The address of `admin.email`.
    pub(crate) fn admin_email(&self) -> Result<Email, ConfigError> {
        let email = &self.admin.email;
        Email::parse(email).map_err(|_| ConfigError::AdminEmail(email.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(toml: &str) -> Result<(Config, Option<XboardEnv>), ConfigError> {
        let folder = std::env::temp_dir().join(format!(
            "ferroboard-config-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("test.toml");
        std::fs::write(&path, toml).unwrap();
        let loaded = Config::load(Some(&path));
        std::fs::remove_dir_all(&folder).unwrap();
        loaded
    }

    #[test]
    fn the_defaults_are_a_panel_on_this_machine() {
        let (config, _) = config("").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.profile, Profile::Development);
        assert_eq!(config.database.url, "sqlite://data/ferroboard.sqlite");
        assert!(config.http.bind.ip().is_loopback());
    }

    #[test]
    fn misspelt_keys_are_refused() {
        assert!(matches!(
            config("[http]\nbnid = \"x\""),
            Err(ConfigError::Unreadable(_))
        ));
    }

    #[test]
    fn development_stays_on_this_machine() {
        let open = "[http]\nbind = \"0.0.0.0:7001\"\n";
        assert!(matches!(config(open), Err(ConfigError::RemoteDevelopment)));
        assert!(config(&format!("{open}allow_remote_development = true")).is_ok());
        assert!(config(&format!("profile = \"production\"\n{open}")).is_ok());
    }

    #[test]
    fn production_refuses_weak_secrets_without_printing_them() {
        for settings in [
            "[secrets]\nsigning_key = \"short-secret\"",
            "[secrets]\nsigning_key = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
            "[secrets]\nsigning_key = \"\"",
            "[http]\nmetrics_token = \"short-secret\"",
            "[hashing]\ncost = 4",
        ] {
            let Err(error) = config(&format!("profile = \"production\"\n{settings}")) else {
                panic!("accepted {settings}")
            };
            assert!(!error.to_string().contains("short-secret"), "{error}");
        }
    }
}
