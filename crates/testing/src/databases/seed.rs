use async_trait::async_trait;
use ferroboard_auth::{StoredPassword, TokenDigest};
use ferroboard_billing::Plan;
use ferroboard_kernel::{InviteCodeId, SessionNumber, TicketId, UnixSeconds, UserId, Zone};
use ferroboard_mail::MailTemplate;
use ferroboard_site::PluginRow;
use ferroboard_tickets::Ticket;

use super::{Database, Sql};
use crate::contract::{ForeignSession, MailLogEntry, OutboxEntry, Seed};

/// Seeds a real database with raw SQL. Instants of `TIMESTAMP` columns are written in the panel's
/// default zone.
#[derive(Debug)]
pub struct SqlSeed(Database);

impl SqlSeed {
    /// Seeds this database, and keeps it for as long.
    pub fn new(database: Database) -> Self {
        Self(database)
    }

    pub(super) fn sql(&self) -> &Sql {
        self.0.sql()
    }

    pub(super) fn text(&self, text: Option<&str>) -> String {
        text.map_or_else(|| "NULL".to_owned(), |text| self.sql().quoted(text))
    }

    pub(super) fn timestamp(&self, at: Option<UnixSeconds>) -> String {
        let shown = at.map(|at| Zone::default().wall_clock(at).to_string());
        self.text(shown.as_deref())
    }

    async fn last_id(&self, table: &str) -> i64 {
        self.sql()
            .integer(&format!("SELECT MAX(id) FROM {table}"))
            .await
    }
}

/// The number as a literal.
pub(super) fn number(number: Option<i64>) -> String {
    number.map_or_else(|| "NULL".to_owned(), |number| number.to_string())
}

/// The row's next cell; empty for NULL.
pub(super) fn cell(row: &mut std::vec::IntoIter<Option<String>>) -> String {
    row.next().flatten().unwrap_or_default()
}

#[async_trait]
impl Seed for SqlSeed {
    async fn insert_plan(&self, plan: &Plan) {
        let statement = format!(
            "INSERT INTO v2_plan (id, group_id, transfer_enable, name, prices, sell, speed_limit, \
             device_limit, `show`, sort, renew, content, tags, reset_traffic_method, \
             capacity_limit, created_at, updated_at) VALUES \
             ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            plan.id,
            number(plan.group_id.map(ferroboard_kernel::GroupId::get)),
            plan.traffic.get(),
            self.text(Some(&plan.name)),
            self.text(plan.prices.to_json().as_deref()),
            i64::from(plan.sell),
            number(plan.speed_limit),
            number(plan.device_limit),
            i64::from(plan.show),
            number(plan.sort),
            i64::from(plan.renew),
            self.text(plan.content.as_deref()),
            self.text(plan.tags.to_json().as_deref()),
            number(plan.reset_method.map(ferroboard_billing::ResetMethod::code)),
            number(plan.capacity_limit),
            plan.created_at.get(),
            plan.updated_at.get(),
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_invite_code(&self, owner: UserId, code: &str) -> InviteCodeId {
        let statement = format!(
            "INSERT INTO v2_invite_code (user_id, code, created_at, updated_at) \
             VALUES ({owner}, {}, 1, 1)",
            self.text(Some(code))
        );
        self.sql().execute(&statement).await;
        InviteCodeId::new(self.last_id("v2_invite_code").await)
    }

    async fn invite_code_views(&self, id: InviteCodeId) -> i64 {
        self.sql()
            .integer(&format!("SELECT pv FROM v2_invite_code WHERE id = {id}"))
            .await
    }

    async fn insert_ticket(&self, ticket: &Ticket) -> TicketId {
        let statement = format!(
            "INSERT INTO v2_ticket (user_id, subject, level, status, reply_status, \
             last_reply_user_id, created_at, updated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
            ticket.owner,
            self.text(Some(&ticket.subject)),
            ticket.level.code(),
            ticket.status.code(),
            ticket.reply_status.code(),
            number(ticket.last_reply_by.map(UserId::get)),
            ticket.created_at.get(),
            ticket.updated_at.get(),
        );
        self.sql().execute(&statement).await;
        TicketId::new(self.last_id("v2_ticket").await)
    }

    async fn insert_ticket_message(
        &self,
        ticket: TicketId,
        author: UserId,
        text: &str,
        at: UnixSeconds,
    ) {
        let (text, at) = (self.text(Some(text)), at.get());
        let statement = format!(
            "INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at) \
             VALUES ({author}, {ticket}, {text}, {at}, {at})"
        );
        self.sql().execute(&statement).await;
    }

    async fn close_ticket(&self, ticket: TicketId) {
        let statement = format!("UPDATE v2_ticket SET status = 1 WHERE id = {ticket}");
        self.sql().execute(&statement).await;
    }

    async fn insert_plugin(&self, plugin: &PluginRow) {
        let statement = format!(
            "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
             VALUES ('A plugin', {}, '1.0.0', {}, {})",
            self.text(Some(&plugin.code)),
            i64::from(plugin.enabled),
            self.text(plugin.config.as_deref()),
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_mail_template(&self, name: &str, template: &MailTemplate) {
        let texts = [name, &template.subject, &template.content].map(|text| self.text(Some(text)));
        let statement = format!(
            "INSERT INTO v2_mail_templates (name, subject, content) VALUES ({})",
            texts.join(", ")
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_foreign_session(&self, session: &ForeignSession) -> SessionNumber {
        let statement = format!(
            "INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, \
             abilities, last_used_at, expires_at, created_at, updated_at) VALUES \
             ({}, {}, {}, '{}', '[\"*\"]', {}, {}, {}, {})",
            self.text(Some(r"App\Models\User")),
            session.user,
            self.text(Some(&session.name)),
            TokenDigest::of(&session.secret).as_str(),
            self.timestamp(session.last_used_at),
            self.timestamp(session.expires_at),
            self.timestamp(session.created_at),
            self.timestamp(session.created_at),
        );
        self.sql().execute(&statement).await;
        SessionNumber::new(self.last_id("personal_access_tokens").await)
    }

    async fn update_password(&self, user: UserId, password: &StoredPassword) {
        let statement = format!(
            "UPDATE v2_user SET password = {}, password_algo = {}, password_salt = {} WHERE id = {user}",
            self.text(Some(&password.hash)),
            self.text(password.algo.as_deref()),
            self.text(password.salt.as_deref()),
        );
        self.sql().execute(&statement).await;
    }

    async fn update_banned(&self, user: UserId) {
        self.sql()
            .execute(&format!("UPDATE v2_user SET banned = 1 WHERE id = {user}"))
            .await;
    }

    async fn delete_user(&self, user: UserId) {
        self.sql()
            .execute(&format!("DELETE FROM v2_user WHERE id = {user}"))
            .await;
    }

    async fn setting_was_written(
        &self,
        name: &str,
        made: UnixSeconds,
        changed: UnixSeconds,
    ) -> bool {
        let query = format!(
            "SELECT COUNT(*) FROM v2_settings WHERE name = {} AND created_at = {} AND updated_at = {}",
            self.text(Some(name)),
            self.timestamp(Some(made)),
            self.timestamp(Some(changed)),
        );
        self.sql().integer(&query).await == 1
    }

    async fn mail_log(&self) -> Vec<MailLogEntry> {
        let query = "SELECT email, subject, template_name, error FROM v2_mail_log ORDER BY id";
        let rows = self.sql().rows(query).await.into_iter().map(Vec::into_iter);
        rows.map(|mut row| MailLogEntry {
            email: cell(&mut row),
            subject: cell(&mut row),
            template_name: cell(&mut row),
            error: row.next().flatten(),
        })
        .collect()
    }

    async fn outbox(&self) -> Vec<OutboxEntry> {
        let query =
            "SELECT status, attempts, template_values, last_error FROM ferro_mail ORDER BY id";
        let rows = self.sql().rows(query).await.into_iter().map(Vec::into_iter);
        rows.map(|mut row| OutboxEntry {
            status: cell(&mut row).parse().unwrap_or(-1),
            attempts: cell(&mut row).parse().unwrap_or(-1),
            has_values: cell(&mut row) != "{}",
            last_error: row.next().flatten(),
        })
        .collect()
    }
}
