//! The outside, the options and the settings, which every use case works with.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_attempts::Limit;
use ferroboard_auth::{AuthPolicy, CaptchaVerifier, PasswordHasher, TokenSigner};
use ferroboard_billing::PaymentGateways;
use ferroboard_events::{EndpointRule, WebhookSender};
use ferroboard_kernel::{Clock, Random, Zone};
use ferroboard_mail::Mailer;
use ferroboard_realname::IdentityCipher;
use ferroboard_site::ThemeFolder;
use ferroboard_telegram::TelegramBot;

use crate::database::Database;
use crate::{SiteReader, Store};

/// Everything outside that the use cases need.
pub struct Ports<S: ?Sized = dyn Store> {
    /// The database.
    pub store: Arc<S>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs session tokens.
    pub signer: Arc<dyn TokenSigner>,
    /// Seals names and identity numbers.
    pub identity_cipher: Arc<dyn IdentityCipher>,
    /// Checks captchas.
    pub captcha: Arc<dyn CaptchaVerifier>,
    /// Sends mail.
    pub mailer: Arc<dyn Mailer>,
    /// Speaks with Telegram.
    pub telegram: Arc<dyn TelegramBot>,
    /// Speak with payment gateways.
    pub gateways: Arc<dyn PaymentGateways>,
    /// Hands events to other programs.
    pub webhooks: Arc<dyn WebhookSender>,
    /// Keeps the themes.
    pub themes: Arc<dyn ThemeFolder>,
}

impl<S: ?Sized> Clone for Ports<S> {
    fn clone(&self) -> Self {
        self.with_store(Arc::clone(&self.store))
    }
}

impl<S: ?Sized> Ports<S> {
    /// The same, but for the database.
    pub(crate) fn with_store<T: ?Sized>(&self, store: Arc<T>) -> Ports<T> {
        Ports {
            store,
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            hasher: Arc::clone(&self.hasher),
            signer: Arc::clone(&self.signer),
            identity_cipher: Arc::clone(&self.identity_cipher),
            captcha: Arc::clone(&self.captcha),
            mailer: Arc::clone(&self.mailer),
            telegram: Arc::clone(&self.telegram),
            gateways: Arc::clone(&self.gateways),
            webhooks: Arc::clone(&self.webhooks),
            themes: Arc::clone(&self.themes),
        }
    }
}

/// What the operator decides when the program starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// In which zone days and months are counted.
    pub zone: Zone,
    /// Whether the answer to a request for an e-mail code carries the code (development only:
    /// otherwise anybody could take over any account).
    pub expose_email_codes: bool,
    /// How many e-mail codes one client address may ask for.
    pub email_codes_per_address: Limit,
    /// How many wrong passwords one client address may try.
    pub failed_logins_per_address: Limit,
    /// How many accounts may be registered from one client address within an hour of the clock, whatever
    /// the site settings say.
    pub registrations_per_address: Limit,
    /// How many times the usual limits one account may write, and one mailbox may be mailed.
    pub write_allowance: i64,
    /// Where events may be sent beyond public addresses.
    pub endpoint_rule: EndpointRule,
    /// What this process is called in leases; unique among the processes of one database.
    pub process_name: String,
    /// For how long nodes may get a list of users that has changed since.
    pub user_list_age: Duration,
    /// For how long nodes may be told what an administrator has changed since.
    pub node_list_age: Duration,
    /// For how long customers may see plans that another process has changed since, and places that were taken
    /// through it.
    pub plan_list_age: Duration,
}

impl Options {
    /// The options of a production panel in the default time zone.
    pub fn new(process_name: String) -> Self {
        Self {
            zone: Zone::default(),
            expose_email_codes: false,
            email_codes_per_address: AuthPolicy::EMAIL_CODES_PER_ADDRESS,
            failed_logins_per_address: AuthPolicy::FAILED_LOGINS_PER_ADDRESS,
            registrations_per_address: AuthPolicy::REGISTRATIONS_PER_ADDRESS,
            write_allowance: 1,
            endpoint_rule: EndpointRule::default(),
            process_name,
            user_list_age: Duration::from_millis(500),
            node_list_age: Duration::from_millis(1_500),
            plan_list_age: Duration::from_secs(1),
        }
    }
}

/// What every use case works with: the outside, the operator's options, the site settings.
pub(crate) struct Context<S: ?Sized = Database> {
    pub(crate) ports: Ports<S>,
    pub(crate) options: Options,
    pub(crate) site: Arc<SiteReader>,
}

impl<S: ?Sized> Context<S> {
    /// The same, but for the database.
    pub(crate) fn with_store<T: ?Sized>(&self, store: Arc<T>) -> Context<T> {
        Context {
            ports: self.ports.with_store(store),
            options: self.options.clone(),
            site: Arc::clone(&self.site),
        }
    }
}
