//! What every use case shares: the store, the other ports, the settings.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_auth::{
    AuthPolicy, AuthService, CaptchaVerifier, Claims, ClientInfo, Limit, NewSession,
    PasswordHasher, SessionName, SubscribeToken, TokenDigest, TokenSigner,
};
use ferroboard_billing::PaymentGateways;
use ferroboard_kernel::{Clock, Random, UserId, Zone};
use ferroboard_mail::Mailer;
use ferroboard_realname::IdentityCipher;
use ferroboard_telegram::TelegramBot;
use tokio::sync::{Mutex, Notify};

use crate::nodes::memory::NodeMemory;
use crate::nodes::templates::TemplateCache;
use crate::support::bot_name::KnownName;
use crate::{Background, SiteReader, Store};

/// Everything outside that the use cases need.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
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
    /// What this process is called in leases; unique among the processes of one database.
    pub process_name: String,
    /// For how long nodes may get a list of users that has changed since.
    pub user_list_age: Duration,
    /// For how long nodes may be told what an administrator has changed since.
    pub node_list_age: Duration,
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
            process_name,
            user_list_age: Duration::from_millis(500),
            node_list_age: Duration::from_secs(2),
        }
    }
}

pub(crate) struct Core {
    pub(crate) ports: Ports,
    pub(crate) options: Options,
    pub(crate) site: SiteReader,
    pub(crate) templates: TemplateCache,
    /// Rung when a transaction that queued mail has committed.
    pub(crate) mail_queued: Notify,
    /// What the bot is called.
    pub(crate) bot_name: Mutex<Option<KnownName>>,
    pub(crate) auth: AuthService,
    pub(crate) nodes: NodeMemory,
    pub(crate) background: Background,
}

/// What a client gets when it is logged in.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthData {
    /// The session's JWT.
    pub token: String,
    /// May use the admin routes.
    pub is_admin: bool,
    /// What the subscription link carries.
    pub subscribe_token: SubscribeToken,
}

impl std::fmt::Debug for AuthData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthData")
            .field("is_admin", &self.is_admin)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Draws a session and signs its token.
    pub(crate) fn new_session(&self, user_id: UserId, client: &ClientInfo) -> (String, NewSession) {
        let now = self.ports.clock.now();
        let expires_at = now.plus(AuthPolicy::SESSION_LIFETIME);
        let name = SessionName::new(self.ports.random.uuid());
        let claims = Claims {
            user_id,
            session: name.clone(),
            issued_at: now,
            expires_at,
        };
        let token = self.ports.signer.sign(&claims);
        let digest = TokenDigest::of(&token);
        let client = client.clone();
        (
            token,
            NewSession {
                name,
                user_id,
                digest,
                client,
                now,
                expires_at,
            },
        )
    }
}
