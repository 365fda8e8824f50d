use async_trait::async_trait;
use ferroboard_application::{
    AccountQueries, AccountView, MailTextQueries, OverviewView, SessionQueries, SessionView,
    SettingQueries, TicketQueries, TicketView, UserChange, UserChangeQueries,
};
use ferroboard_auth::{Account, SessionRecord, TokenDigest};
use ferroboard_billing::OrderStatus;
use ferroboard_kernel::{Email, SessionNumber, StoreError, TicketId, UnixSeconds, UserId};
use ferroboard_mail::{MailTemplate, TemplateName};
use ferroboard_site::{PluginRecord, PluginRow};
use ferroboard_tickets::Ticket;

use super::MemoryStore;

/// How many tickets are listed, and messages shown, at most.
const LISTED_TICKETS: usize = 1_000;
const SHOWN_MESSAGES: usize = 500;
/// How many sessions are listed at most.
const LISTED_SESSIONS: usize = 200;

#[async_trait]
impl SessionQueries for MemoryStore {
    async fn find_session(
        &self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Result<Option<SessionView>, StoreError> {
        Ok(self.read(|tables| {
            let (number, session) = tables.auth.session_with(digest, now)?;
            let row = tables.users.get(&session.user_id)?;
            Some(SessionView {
                number,
                name: session.name.clone(),
                last_used_at: session.last_used_at,
                account: tables.account_view(row),
            })
        }))
    }

    async fn list_sessions(
        &self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let mut live = self.read(|tables| tables.auth.live_sessions(user, now));
        live.truncate(LISTED_SESSIONS);
        Ok(live)
    }

    async fn touch_session(
        &self,
        session: SessionNumber,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        // Outside any transaction, but not during one: its commit would undo the change.
        let _turn = self.writer.lock().await;
        self.write(|tables| tables.touch(session, at));
        Ok(())
    }
}

#[async_trait]
impl AccountQueries for MemoryStore {
    async fn find_account_view(&self, user: UserId) -> Result<Option<AccountView>, StoreError> {
        Ok(self.read(|tables| {
            let row = tables.users.get(&user)?;
            Some(tables.account_view(row))
        }))
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        Ok(self.read(|tables| tables.account_with(email).cloned()))
    }

    async fn find_login_of(&self, user: UserId) -> Result<Option<Account>, StoreError> {
        Ok(self.read(|tables| Some(tables.users.get(&user)?.auth.account.clone())))
    }

    async fn find_overview(&self, user: UserId) -> Result<OverviewView, StoreError> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Ok(self.read(|tables| {
            let orders = tables.billing.orders.values();
            let pending = orders
                .filter(|order| order.user_id == user && order.status == OrderStatus::Pending);
            let users = tables.users.values();
            let invited = users.filter(|row| row.invite.inviter == Some(user));
            OverviewView {
                pending_orders: count(pending.count()),
                open_tickets: count(tables.tickets.open_tickets_of(user).count()),
                invited_users: count(invited.count()),
            }
        }))
    }
}

#[async_trait]
impl SettingQueries for MemoryStore {
    async fn list_settings(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        Ok(self.read(|tables| tables.site.settings.clone().into_iter().collect()))
    }

    async fn list_templates(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        Ok(self.read(|tables| tables.site.templates.clone().into_iter().collect()))
    }

    async fn list_plugins(&self) -> Result<Vec<PluginRow>, StoreError> {
        Ok(self.read(|tables| tables.site.plugins.clone()))
    }

    async fn list_plugin_records(&self) -> Result<Vec<PluginRecord>, StoreError> {
        Ok(self.read(|tables| tables.site.plugin_records()))
    }
}

#[async_trait]
impl MailTextQueries for MemoryStore {
    async fn find_mail_text(
        &self,
        template: TemplateName,
    ) -> Result<Option<MailTemplate>, StoreError> {
        Ok(self.read(|tables| tables.mail.templates.get(template.as_str()).cloned()))
    }
}

#[async_trait]
impl TicketQueries for MemoryStore {
    async fn list_tickets(&self, user: UserId) -> Result<Vec<Ticket>, StoreError> {
        let mut own: Vec<Ticket> = self.read(|tables| {
            let all = tables.tickets.tickets.values();
            all.filter(|ticket| ticket.owner == user).cloned().collect()
        });
        own.sort_by_key(|ticket| std::cmp::Reverse((ticket.created_at, ticket.id)));
        own.truncate(LISTED_TICKETS);
        Ok(own)
    }

    async fn find_ticket_view(
        &self,
        user: UserId,
        id: TicketId,
    ) -> Result<Option<TicketView>, StoreError> {
        Ok(self.read(|tables| {
            let ticket = tables.tickets.tickets.get(&id)?;
            let messages = tables.tickets.messages_of(id).cloned();
            let mut latest: Vec<_> = messages.rev().take(SHOWN_MESSAGES).collect();
            latest.reverse();
            (ticket.owner == user).then(|| TicketView {
                ticket: ticket.clone(),
                messages: latest,
            })
        }))
    }
}

#[async_trait]
impl UserChangeQueries for MemoryStore {
    async fn list_user_changes(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<UserChange>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.read(|tables| {
            let changes = tables.panel.user_changes.iter();
            let later = changes.filter(|change| change.number > after);
            later.take(limit).copied().collect()
        }))
    }

    async fn find_user_change_before(&self, at: UnixSeconds) -> Result<i64, StoreError> {
        Ok(self.read(|tables| {
            let changes = tables.panel.user_changes.iter();
            let old = changes.filter(|change| change.at < at);
            old.map(|change| change.number).max().unwrap_or(0)
        }))
    }
}
