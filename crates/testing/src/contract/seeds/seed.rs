use async_trait::async_trait;
use ferroboard_auth::StoredPassword;
use ferroboard_billing::Plan;
use ferroboard_kernel::{InviteCodeId, SessionNumber, TicketId, UnixSeconds, UserId};
use ferroboard_mail::MailTemplate;
use ferroboard_site::PluginRow;
use ferroboard_tickets::Ticket;

use crate::contract::{ChatSeed, GiftSeed, KnowledgeSeed, MoneySeed, NodeSeed, UpkeepSeed};

/// Reads and writes of a database that no port offers: what other programs, and domains that come
/// later, do to it. Every method panics when the database refuses.
#[async_trait]
pub trait Seed: ChatSeed + GiftSeed + KnowledgeSeed + MoneySeed + NodeSeed + UpkeepSeed {
    /// Adds a plan with its id.
    async fn insert_plan(&self, plan: &Plan);

    /// Adds an unused invitation code.
    async fn insert_invite_code(&self, owner: UserId, code: &str) -> InviteCodeId;

    /// How often the link of a code was viewed.
    async fn invite_code_views(&self, id: InviteCodeId) -> i64;

    /// Adds a ticket under the next number, whatever number it has, without messages.
    async fn insert_ticket(&self, ticket: &Ticket) -> TicketId;

    /// Adds a message to a ticket.
    async fn insert_ticket_message(
        &self,
        ticket: TicketId,
        author: UserId,
        text: &str,
        at: UnixSeconds,
    );

    /// Closes a ticket and leaves everything else.
    async fn close_ticket(&self, ticket: TicketId);

    /// Adds a row of `v2_plugins`.
    async fn insert_plugin(&self, plugin: &PluginRow);

    /// Adds an administrator's mail template.
    async fn insert_mail_template(&self, name: &str, template: &MailTemplate);

    /// Adds a session as the reference panel opens it.
    async fn insert_foreign_session(&self, session: &ForeignSession) -> SessionNumber;

    /// Replaces the three password columns of a user.
    async fn update_password(&self, user: UserId, password: &StoredPassword);

    /// Suspends a user.
    async fn update_banned(&self, user: UserId);

    /// Deletes the row of a user and nothing else.
    async fn delete_user(&self, user: UserId);

    /// Whether a setting's row says that it was made and last changed at these times.
    async fn setting_was_written(
        &self,
        name: &str,
        made: UnixSeconds,
        changed: UnixSeconds,
    ) -> bool;

    /// The rows of `v2_mail_log`, oldest first.
    async fn mail_log(&self) -> Vec<MailLogEntry>;

    /// The rows of `ferro_mail`, oldest first.
    async fn outbox(&self) -> Vec<OutboxEntry>;
}

/// A row of `personal_access_tokens` without one of `ferro_session`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignSession {
    /// Whose it is.
    pub user: UserId,
    /// What it is called.
    pub name: String,
    /// What the client presents after `|`.
    pub secret: String,
    /// When it was opened.
    pub created_at: Option<UnixSeconds>,
    /// When it was last used.
    pub last_used_at: Option<UnixSeconds>,
    /// When it ends.
    pub expires_at: Option<UnixSeconds>,
}

/// What a row of `v2_mail_log` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLogEntry {
    /// To whom.
    pub email: String,
    /// The subject as sent.
    pub subject: String,
    /// The template's name as the reference panel writes it.
    pub template_name: String,
    /// Why it was not sent.
    pub error: Option<String>,
}

/// What a row of `ferro_mail` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// 0 waiting, 1 sending, 2 sent, 3 failed.
    pub status: i64,
    /// How many attempts were made.
    pub attempts: i64,
    /// Whether the placeholder values are still there.
    pub has_values: bool,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
}
