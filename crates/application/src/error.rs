use ferroboard_attempts::{AttemptError, Throttled};
use ferroboard_auth::{AuthError, HashingFailed};
use ferroboard_billing::BillingError;
use ferroboard_events::EventsError;
use ferroboard_giftcard::GiftCardError;
use ferroboard_invite::InviteError;
use ferroboard_kernel::StoreError;
use ferroboard_knowledge::KnowledgeError;
use ferroboard_mail::MailError;
use ferroboard_nodes::NodeError;
use ferroboard_realname::RealNameError;
use ferroboard_shadow_account::ShadowError;
use ferroboard_site::{PluginError, SettingRefused, ThemeError};
use ferroboard_subscription::SubscriptionError;
use ferroboard_telegram::{TelegramError, TelegramFailed};
use ferroboard_tickets::TicketError;

use crate::administration::users::error::UserRefused;

/// Why a use case did not do what it was asked: a refusal of one of the domains, or a failing store.
///
/// A domain's own `Store` variant is always folded into [`Error::Store`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Something was tried too often.
    #[error(transparent)]
    Throttled(#[from] Throttled),
    /// Refused by the rules of accounts.
    #[error(transparent)]
    Auth(AuthError),
    /// Refused by the rules of plans and balances.
    #[error(transparent)]
    Billing(BillingError),
    /// Refused by the rules of endpoints and deliveries.
    #[error(transparent)]
    Events(EventsError),
    /// Refused by the rules of gift cards.
    #[error(transparent)]
    GiftCard(GiftCardError),
    /// Refused by the rules of invitations and commission.
    #[error(transparent)]
    Invite(InviteError),
    /// Settings that may not be what they were to become, each with the reason. Nothing was saved.
    #[error("settings were refused")]
    SettingsRefused(Vec<(&'static str, SettingRefused)>),
    /// Refused by the rules of articles.
    #[error(transparent)]
    Knowledge(KnowledgeError),
    /// Refused by the rules of mails, or a message that was to be sent at once was not.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Refused by the rules of real names.
    #[error(transparent)]
    RealName(RealNameError),
    /// Refused by the rules of shadow accounts.
    #[error(transparent)]
    Shadow(ShadowError),
    /// The plugin is not installed, or switched off.
    #[error("the plugin is not enabled")]
    PluginDisabled,
    /// Refused by the rules of plugins.
    #[error(transparent)]
    Plugin(PluginError),
    /// Refused by the rules of themes.
    #[error(transparent)]
    Theme(ThemeError),
    /// Refused by the rules of tickets and withdrawals.
    #[error(transparent)]
    Ticket(TicketError),
    /// Refused by the rules of nodes.
    #[error(transparent)]
    Nodes(NodeError),
    /// Refused by the rules of subscription links.
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    /// Refused where an administrator changes a user.
    #[error(transparent)]
    User(#[from] UserRefused),
    /// Refused by the rules of the bot.
    #[error(transparent)]
    Telegram(#[from] TelegramError),
    /// Telegram did not do what an administrator asked of it. The text holds no token.
    #[error(transparent)]
    TelegramFailed(#[from] TelegramFailed),
    /// A payment gateway did not start a payment. Why is in the log.
    #[error("the payment gateway did not start the payment")]
    GatewayFailed,
    /// Gateways could not report payments: the site has no address in its settings.
    #[error("the site has no address")]
    SiteAddressMissing,
    /// A link for others than the asker would have to follow the host that the request names, and the
    /// operator has named neither that host nor an address of the panel.
    #[error("the panel does not know its own address")]
    AddressUnknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something outside failed in a way that no retry mends. The text is for the log.
    #[error("{0}")]
    Internal(String),
}

impl From<AttemptError> for Error {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Throttled(refusal) => Self::Throttled(refusal),
            AttemptError::Store(error) => Self::Store(error),
        }
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => Self::Store(error),
            refusal => Self::Auth(refusal),
        }
    }
}

impl From<BillingError> for Error {
    fn from(error: BillingError) -> Self {
        match error {
            BillingError::Store(error) => Self::Store(error),
            refusal => Self::Billing(refusal),
        }
    }
}

impl From<EventsError> for Error {
    fn from(error: EventsError) -> Self {
        match error {
            EventsError::Store(error) => Self::Store(error),
            refusal => Self::Events(refusal),
        }
    }
}

impl From<GiftCardError> for Error {
    fn from(error: GiftCardError) -> Self {
        match error {
            GiftCardError::Store(error) => Self::Store(error),
            refusal => Self::GiftCard(refusal),
        }
    }
}

impl From<InviteError> for Error {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::Store(error) => Self::Store(error),
            refusal => Self::Invite(refusal),
        }
    }
}

impl From<KnowledgeError> for Error {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::Store(error) => Self::Store(error),
            refusal => Self::Knowledge(refusal),
        }
    }
}

impl From<RealNameError> for Error {
    fn from(error: RealNameError) -> Self {
        match error {
            RealNameError::Store(error) => Self::Store(error),
            refusal => Self::RealName(refusal),
        }
    }
}

impl From<PluginError> for Error {
    fn from(error: PluginError) -> Self {
        match error {
            PluginError::Store(error) => Self::Store(error),
            refusal => Self::Plugin(refusal),
        }
    }
}

impl From<ThemeError> for Error {
    fn from(error: ThemeError) -> Self {
        match error {
            ThemeError::Store(error) => Self::Store(error),
            refusal => Self::Theme(refusal),
        }
    }
}

impl From<TicketError> for Error {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::Store(error) => Self::Store(error),
            refusal => Self::Ticket(refusal),
        }
    }
}

impl From<NodeError> for Error {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Store(error) => Self::Store(error),
            refusal => Self::Nodes(refusal),
        }
    }
}

impl From<ShadowError> for Error {
    fn from(error: ShadowError) -> Self {
        match error {
            ShadowError::Store(error) => Self::Store(error),
            refusal => Self::Shadow(refusal),
        }
    }
}

impl From<HashingFailed> for Error {
    fn from(error: HashingFailed) -> Self {
        match error {
            HashingFailed::Busy => Self::Auth(AuthError::Busy),
            HashingFailed::Broken(reason) => Self::Internal(reason),
        }
    }
}
