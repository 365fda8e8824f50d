use async_trait::async_trait;
use ferroboard_auth::testing::SessionRow;
use ferroboard_auth::{SessionName, StoredPassword, TokenDigest};
use ferroboard_billing::Plan;
use ferroboard_kernel::{InviteCodeId, SessionNumber, TicketId, UnixSeconds, UserId};
use ferroboard_mail::MailTemplate;
use ferroboard_mail::testing::{OutboxRow, OutboxState};
use ferroboard_site::PluginRow;
use ferroboard_tickets::{Ticket, TicketStatus};

use super::MemoryStore;
use crate::contract::{ForeignSession, MailLogEntry, OutboxEntry, Seed};

#[async_trait]
impl Seed for MemoryStore {
    async fn insert_plan(&self, plan: &Plan) {
        self.write(|tables| tables.billing.plans.insert(plan.id, plan.clone()));
    }

    async fn insert_invite_code(&self, owner: UserId, code: &str) -> InviteCodeId {
        self.write(|tables| tables.invite.push_code(owner, code, false))
    }

    async fn invite_code_views(&self, id: InviteCodeId) -> i64 {
        self.read(|tables| tables.invite.codes.get(&id).map_or(0, |row| row.views))
    }

    async fn insert_ticket(&self, ticket: &Ticket) -> TicketId {
        self.write(|tables| tables.tickets.push_ticket(ticket.clone()))
    }

    async fn insert_ticket_message(
        &self,
        ticket: TicketId,
        author: UserId,
        text: &str,
        at: UnixSeconds,
    ) {
        self.write(|tables| tables.tickets.push_message(ticket, author, text, at));
    }

    async fn close_ticket(&self, ticket: TicketId) {
        self.write(|tables| {
            if let Some(row) = tables.tickets.tickets.get_mut(&ticket) {
                row.status = TicketStatus::Closed;
            }
        });
    }

    async fn insert_plugin(&self, plugin: &PluginRow) {
        self.write(|tables| tables.site.plugins.push(plugin.clone()));
    }

    async fn insert_mail_template(&self, name: &str, template: &MailTemplate) {
        self.write(|tables| {
            tables
                .mail
                .templates
                .insert(name.to_owned(), template.clone())
        });
    }

    async fn insert_foreign_session(&self, session: &ForeignSession) -> SessionNumber {
        let row = SessionRow {
            user_id: session.user,
            name: SessionName::new(session.name.clone()),
            digest: TokenDigest::of(&session.secret),
            client: None,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        };
        self.write(|tables| tables.auth.push_session(row))
    }

    async fn update_password(&self, user: UserId, password: &StoredPassword) {
        self.write(|tables| {
            tables.user(user).auth.account.password = password.clone();
        });
    }

    async fn update_banned(&self, user: UserId) {
        self.write(|tables| {
            tables.user(user).auth.account.banned = true;
        });
    }

    async fn delete_user(&self, user: UserId) {
        self.write(|tables| tables.users.remove(&user));
    }

    async fn setting_was_written(
        &self,
        name: &str,
        made: UnixSeconds,
        changed: UnixSeconds,
    ) -> bool {
        self.read(|tables| tables.site.written.get(name) == Some(&(made, changed)))
    }

    async fn mail_log(&self) -> Vec<MailLogEntry> {
        self.read(|tables| {
            let rows = tables.mail.log.iter().map(|row| MailLogEntry {
                email: row.email.as_str().to_owned(),
                subject: row.subject.clone(),
                template_name: row.template_name.clone(),
                error: row.error.clone(),
            });
            rows.collect()
        })
    }

    async fn outbox(&self) -> Vec<OutboxEntry> {
        self.read(|tables| tables.mail.outbox.values().map(outbox_entry).collect())
    }
}

fn outbox_entry(row: &OutboxRow) -> OutboxEntry {
    let status = match row.state {
        OutboxState::Waiting(_) => 0,
        OutboxState::Sending(_) => 1,
        OutboxState::Sent => 2,
        OutboxState::Failed => 3,
    };
    OutboxEntry {
        status,
        attempts: row.attempts,
        has_values: !row.mail.values.is_empty(),
        last_error: row.last_error.clone(),
    }
}
