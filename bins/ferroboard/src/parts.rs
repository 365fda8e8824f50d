//! What the configuration makes: every part that `serve` uses of it, built without making a file, asking
//! a server or starting a thread. A configuration is good when all of them could be built, and nothing
//! is done before that.

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use ferroboard_adapters::payment::{GatewayAddresses, Gateways};
use ferroboard_adapters::{
    CaptchaUnavailable, CaptchaUrls, HashingOptions, HashingRefused, HttpCaptchaVerifier,
    HttpTelegramBot, HttpWebhookSender, SmtpMailer, SystemClock, UnconfiguredMail,
};
use ferroboard_application::Options;
use ferroboard_attempts::Limit;
use ferroboard_auth::AuthPolicy;
use ferroboard_events::EndpointRule;
use ferroboard_kernel::Email;
use ferroboard_persistence::ConnectOptions;
use ferroboard_web::{AllowedHosts, MetricsAccess, RateLimits, WebOptions};
use ipnet::IpNet;

use crate::config::{Config, ConfigError, Profile};
use crate::logging;

pub(crate) struct Parts {
    pub(crate) web: WebOptions,
    pub(crate) admin_email: Email,
    /// Without the name of a process.
    pub(crate) options: Options,
    pub(crate) captcha: HttpCaptchaVerifier,
    pub(crate) telegram: HttpTelegramBot,
    pub(crate) mailer: SmtpMailer,
    pub(crate) gateways: Gateways,
    pub(crate) webhooks: HttpWebhookSender,
}

impl Parts {
    /// Builds them all; the first that cannot be built names its key.
    pub(crate) fn of(config: &Config) -> Result<Self, ConfigError> {
        logging::filter(&config.log)?;
        connect_options(config)?;
        hashing_options(config)?;
        let mailer = SmtpMailer::new(match config.profile {
            Profile::Development => UnconfiguredMail::Log,
            Profile::Production => UnconfiguredMail::Refuse,
        });
        let telegram = HttpTelegramBot::new(&config.telegram.api_url)
            .map_err(|error| ConfigError::key("telegram.api_url", &error))?;
        let gateways = Gateways::new(GatewayAddresses::default(), Arc::new(SystemClock))
            .map_err(|error| ConfigError::key("the payment gateways", &error))?;
        let webhooks = HttpWebhookSender::new(endpoint_rule(config))
            .map_err(|error| ConfigError::key("webhooks", &error))?;
        Ok(Self {
            web: web_options(config)?,
            admin_email: config.admin_email()?,
            options: options(config)?,
            captcha: captcha(config)?,
            telegram,
            mailer,
            gateways,
            webhooks,
        })
    }
}

pub(crate) fn connect_options(config: &Config) -> Result<ConnectOptions, ConfigError> {
    let options = ConnectOptions {
        url: config.database.url.clone(),
        max_connections: config.database.max_connections,
        zone: config.zone()?,
    };
    let judged = options.check();
    judged.map_err(|error| ConfigError::key("database.url", &error))?;
    Ok(options)
}

/// How passwords are hashed.
pub(crate) fn hashing_options(config: &Config) -> Result<HashingOptions, ConfigError> {
    let options = HashingOptions {
        cost: config.hashing.cost,
        threads: config.hashing.threads,
        queue: config.hashing.queue,
        niceness: config.hashing.niceness,
    };
    options.check().map_err(|error| {
        let key = match error {
            HashingRefused::Cost(_) => "hashing.cost",
            HashingRefused::QueueTooLong(_) => "hashing.queue",
            HashingRefused::TooNice(_) => "hashing.niceness",
            HashingRefused::TooManyThreads(_) | HashingRefused::Threads(_) => "hashing.threads",
        };
        ConfigError::key(key, &error)
    })?;
    Ok(options)
}

/// Takes the address. Nobody is accepted before the server starts.
pub(crate) fn listen(config: &Config) -> std::io::Result<TcpListener> {
    TcpListener::bind(config.http.bind)
}

fn captcha(config: &Config) -> Result<HttpCaptchaVerifier, ConfigError> {
    let urls = CaptchaUrls {
        recaptcha: config.captcha.recaptcha_url.clone(),
        turnstile: config.captcha.turnstile_url.clone(),
    };
    HttpCaptchaVerifier::new(urls).map_err(|error| {
        let key = match error {
            CaptchaUnavailable::Turnstile(_) => "captcha.turnstile_url",
            CaptchaUnavailable::Recaptcha(_) | CaptchaUnavailable::Client(_) => {
                "captcha.recaptcha_url"
            }
        };
        ConfigError::key(key, &error)
    })
}

fn options(config: &Config) -> Result<Options, ConfigError> {
    let is_development = config.profile == Profile::Development;
    let limit = |given: Option<i64>, usual: Limit| Limit {
        count: given.unwrap_or(if is_development {
            usual.count * 100
        } else {
            usual.count
        }),
        ..usual
    };
    let limits = &config.limits;
    Ok(Options {
        zone: config.zone()?,
        expose_email_codes: is_development,
        email_codes_per_address: limit(
            limits.email_codes_per_address_per_hour,
            AuthPolicy::EMAIL_CODES_PER_ADDRESS,
        ),
        registrations_per_address: limit(
            limits.registrations_per_address_per_hour,
            AuthPolicy::REGISTRATIONS_PER_ADDRESS,
        ),
        write_allowance: limits
            .write_allowance
            .unwrap_or(if is_development { 100 } else { 1 }),
        failed_logins_per_address: limit(
            limits.failed_logins_per_address,
            AuthPolicy::FAILED_LOGINS_PER_ADDRESS,
        ),
        endpoint_rule: endpoint_rule(config),
        ..Options::new(String::new())
    })
}

/// Where events may be sent: to this machine in the development profile, to private networks where the operator
/// says so.
fn endpoint_rule(config: &Config) -> EndpointRule {
    EndpointRule {
        allows_loopback: config.profile == Profile::Development,
        allows_private: config.webhooks.allow_private_addresses,
    }
}

/// The networks of `http.trusted_proxies`.
pub(crate) fn trusted_proxies(config: &Config) -> Result<Vec<IpNet>, ConfigError> {
    let networks = config.http.trusted_proxies.iter().map(|range| {
        let range = range.trim();
        // An address alone is a network of one.
        let network = match range.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => range.parse(),
        };
        network.map_err(|_| {
            let reason = format!("{range:?} is no network, such as 10.0.0.0/8, and no address");
            ConfigError::key("http.trusted_proxies", &reason)
        })
    });
    networks.collect()
}

fn web_options(config: &Config) -> Result<WebOptions, ConfigError> {
    let http = &config.http;
    let limits = &config.limits;
    let is_development = config.profile == Profile::Development;
    let mut trusted_proxies = trusted_proxies(config)?;
    if trusted_proxies.is_empty() {
        trusted_proxies = WebOptions::default_trusted_proxies();
    }
    let hosts = AllowedHosts::named(&http.hosts).map_err(|wrong| {
        let reason = format!("{wrong:?} is no host, such as panel.example.com or 10.0.0.5:7001");
        ConfigError::key("http.hosts", &reason)
    })?;
    Ok(WebOptions {
        hosts: if is_development {
            AllowedHosts::Any
        } else {
            hosts
        },
        metrics: match &http.metrics_token {
            Some(token) => MetricsAccess::Token(token.clone()),
            None if is_development => MetricsAccess::Open,
            None => MetricsAccess::Closed,
        },
        docs: http.docs.unwrap_or(is_development),
        workers: (http.workers > 0).then_some(http.workers),
        trusted_proxies,
        max_body_bytes: http.max_body_bytes,
        shutdown_timeout: Duration::from_secs(http.shutdown_seconds),
        limits: RateLimits {
            per_address_per_minute: limits.passport_per_address_per_minute,
            per_account_per_minute: limits.passport_per_account_per_minute,
            notices_per_address_per_minute: limits.payment_notices_per_address_per_minute,
            unknown_tokens_per_address_per_minute: limits.unknown_tokens_per_address_per_minute,
        },
        themes: Some(config.web.themes.clone()),
        admin_app: config.web.admin_app.clone(),
        ..WebOptions::default()
    })
}
