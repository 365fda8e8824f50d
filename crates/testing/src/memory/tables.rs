use std::collections::BTreeMap;

use ferroboard_application::{AccountView, SubscriberView, TrafficLogView};
use ferroboard_audit::testing::MemoryAudit;
use ferroboard_auth::Account;
use ferroboard_auth::testing::{AccountRow, MemoryAuth};
use ferroboard_billing::testing::{BillingRow, MemoryBilling};
use ferroboard_events::testing::MemoryEvents;
use ferroboard_giftcard::testing::MemoryGiftCards;
use ferroboard_invite::testing::{InviterRow, MemoryInvite};
use ferroboard_kernel::{Email, UnixSeconds, UserId};
use ferroboard_knowledge::testing::MemoryKnowledge;
use ferroboard_mail::testing::MemoryMail;
use ferroboard_nodes::testing::{MemoryNodes, OnlineRow};
use ferroboard_nodes::{NodeUser, UserAccess};
use ferroboard_realname::testing::MemoryRealName;
use ferroboard_shadow_account::testing::MemoryShadows;
use ferroboard_site::testing::MemorySite;
use ferroboard_statistics::testing::MemoryStatistics;
use ferroboard_subscription::Subscriber;
use ferroboard_telegram::ChatId;
use ferroboard_tickets::testing::MemoryTickets;

use super::MemoryPanel;

/// All tables of all domains. They share one table of users, as they share `v2_user`: what a domain has for them
/// where its tables stand alone stays empty here.
#[derive(Debug, Clone, Default)]
pub struct MemoryTables {
    /// `v2_user`.
    pub users: BTreeMap<UserId, UserRow>,
    /// What administrators did.
    pub audit: MemoryAudit,
    /// Sessions, codes and counters.
    pub auth: MemoryAuth,
    /// Plans, orders, coupons and payments.
    pub billing: MemoryBilling,
    /// Events, and endpoints that they are sent to.
    pub events: MemoryEvents,
    /// Gift cards.
    pub gift_cards: MemoryGiftCards,
    /// Invitation codes, and who was paid which commission.
    pub invite: MemoryInvite,
    /// Articles and announcements.
    pub knowledge: MemoryKnowledge,
    /// The outbox.
    pub mail: MemoryMail,
    /// Real names.
    pub real_name: MemoryRealName,
    /// Nodes, machines, and what they report.
    pub nodes: MemoryNodes,
    /// Shadow accounts.
    pub shadows: MemoryShadows,
    /// The settings.
    pub site: MemorySite,
    /// What days brought, and logs.
    pub statistics: MemoryStatistics,
    /// Tickets and withdrawals.
    pub tickets: MemoryTickets,
    /// What belongs to no domain.
    pub panel: MemoryPanel,
    /// The rows of `v2_stat_user` that stand for a whole day.
    pub traffic: Vec<TrafficLogView>,
}

/// A row of `v2_user`: the columns of each domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The account.
    pub auth: AccountRow,
    /// Money, plan and traffic.
    pub billing: BillingRow,
    /// The inviter, and commission.
    pub invite: InviterRow,
    /// When and with how many devices the user was online.
    pub nodes: OnlineRow,
    /// `telegram_id`.
    pub chat: Option<ChatId>,
    /// `remarks`.
    pub remarks: Option<String>,
}

impl From<AccountRow> for UserRow {
    /// The columns of the other domains have their defaults.
    fn from(auth: AccountRow) -> Self {
        Self {
            auth,
            billing: BillingRow::default(),
            invite: InviterRow::default(),
            nodes: OnlineRow::default(),
            chat: None,
            remarks: None,
        }
    }
}

impl MemoryTables {
    /// The row of a user.
    ///
    /// # Panics
    ///
    /// Where there is none.
    #[track_caller]
    pub fn user(&mut self, user: UserId) -> &mut UserRow {
        let row = self.users.get_mut(&user);
        row.unwrap_or_else(|| panic!("there is no user {user}"))
    }

    /// The account with this address.
    pub fn account_with(&self, email: &Email) -> Option<&Account> {
        let mut accounts = self.users.values().map(|row| &row.auth.account);
        accounts.find(|account| account.email == *email)
    }

    /// The account of a chat; of several the one with the lowest number.
    pub fn user_with_chat(&self, chat: ChatId) -> Option<UserId> {
        let mut users = self.users.iter();
        let found = users.find(|(_, row)| row.chat == Some(chat));
        found.map(|(user, _)| *user)
    }

    /// Refuses what a domain holds of users where its tables stand alone: here nobody would look for it.
    pub(super) fn check(&self) {
        let is_empty = self.auth.accounts.is_empty()
            && self.billing.users.is_empty()
            && self.billing.banned.is_empty()
            && self.invite.users.is_empty()
            && self.nodes.users.is_empty()
            && self.nodes.traffic.is_empty()
            && self.shadows.mains.is_empty()
            && self.shadows.rows.is_empty();
        assert!(is_empty, "users are rows of `MemoryTables::users` here");
    }

    /// The row as the user's own pages show it.
    pub(super) fn account_view(&self, row: &UserRow) -> AccountView {
        let (account, billed) = (&row.auth.account, &row.billing);
        AccountView {
            id: account.id,
            email: account.email.clone(),
            banned: account.banned,
            is_admin: account.is_admin,
            transfer_enable: billed.transfer_enable,
            upload: billed.upload,
            download: billed.download,
            last_login_at: row.auth.last_login_at,
            created_at: row.auth.created_at,
            remind_expire: row.auth.remind_expire,
            remind_traffic: row.auth.remind_traffic,
            expired_at: billed.expired_at,
            next_reset_at: billed.next_reset_at,
            balance: billed.balance,
            commission_balance: row.invite.commission_balance,
            plan_id: billed.plan_id,
            group_id: billed.group_id,
            discount: billed.discount,
            commission_rate: row.invite.commission_rate,
            telegram_id: row.chat.map(ChatId::get),
            uuid: account.uuid.clone(),
            subscribe_token: account.subscribe_token.clone(),
            speed_limit: billed.speed_limit,
            device_limit: billed.device_limit,
            auto_renewal: self.billing.auto_renewals.contains(&account.id),
            shadow_of: self.shadows.main_of(account.id),
        }
    }

    /// The row as nodes see it.
    pub(super) fn user_access(&self, row: &UserRow) -> UserAccess {
        let view = self.account_view(row);
        UserAccess {
            user: NodeUser {
                id: view.id,
                uuid: view.uuid.into(),
                speed_limit: view.speed_limit,
                device_limit: view.device_limit,
            },
            group: view.group_id,
            banned: view.banned,
            expired_at: view.expired_at,
            has_traffic: view.upload.saturating_add(view.download) < view.transfer_enable,
        }
    }

    /// The row as a subscription link shows it.
    pub(super) fn subscriber_view(&self, row: &UserRow) -> SubscriberView {
        let account = self.account_view(row);
        let plan = account.plan_id.and_then(|id| self.billing.plans.get(&id));
        SubscriberView {
            subscriber: Subscriber {
                upload: account.upload,
                download: account.download,
                transfer_enable: account.transfer_enable,
                expired_at: account.expired_at,
                banned: account.banned,
                uuid: account.uuid,
                days_until_reset: None,
            },
            group: account.group_id,
            user: account.id,
            next_reset_at: account.next_reset_at,
            plan: plan.map(|plan| plan.id),
            reset_method: plan.and_then(|plan| plan.reset_method),
        }
    }

    /// Notes that a session was used, if it is still there.
    pub(super) fn touch(&mut self, session: ferroboard_kernel::SessionNumber, at: UnixSeconds) {
        if let Some(row) = self.auth.sessions.get_mut(&session) {
            row.last_used_at = Some(at);
        }
    }
}
