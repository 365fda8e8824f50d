use ferroboard_application::{AccountView, SubscriberView, TrafficLogView};
use ferroboard_audit::testing::MemoryAudit;
use ferroboard_auth::testing::{AccountRow, MemoryAuth};
use ferroboard_billing::testing::MemoryBilling;
use ferroboard_giftcard::testing::MemoryGiftCards;
use ferroboard_invite::testing::MemoryInvite;
use ferroboard_kernel::UnixSeconds;
use ferroboard_knowledge::testing::MemoryKnowledge;
use ferroboard_mail::testing::MemoryMail;
use ferroboard_nodes::testing::MemoryNodes;
use ferroboard_nodes::{NodeUser, UserAccess};
use ferroboard_realname::testing::MemoryRealName;
use ferroboard_shadow_account::testing::MemoryShadows;
use ferroboard_site::testing::MemorySite;
use ferroboard_statistics::testing::MemoryStatistics;
use ferroboard_subscription::{Subscriber, TemplateName};
use ferroboard_telegram::ChatId;
use ferroboard_telegram::testing::MemoryTelegram;
use ferroboard_tickets::testing::MemoryTickets;

use super::MemoryPanel;

/// All tables of all domains.
#[derive(Debug, Clone, Default)]
pub struct MemoryTables {
    /// What administrators did.
    pub audit: MemoryAudit,
    /// Accounts, sessions, codes and counters.
    pub auth: MemoryAuth,
    /// Plans, orders, payments and subscriptions.
    pub billing: MemoryBilling,
    /// Gift cards.
    pub gift_cards: MemoryGiftCards,
    /// Invitation codes and commission.
    pub invite: MemoryInvite,
    /// Articles and announcements.
    pub knowledge: MemoryKnowledge,
    /// The outbox.
    pub mail: MemoryMail,
    /// Real names.
    pub real_name: MemoryRealName,
    /// Nodes, machines, and what they report.
    pub nodes: MemoryNodes,
    /// The bot's chats.
    pub telegram: MemoryTelegram,
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

impl MemoryTables {
    /// The wide row of `v2_user` as the user's own pages show it.
    pub(super) fn account_view(&self, row: &AccountRow) -> AccountView {
        let account = &row.account;
        let billed = self
            .billing
            .users
            .get(&account.id)
            .cloned()
            .unwrap_or_default();
        let inviter = self
            .invite
            .users
            .get(&account.id)
            .copied()
            .unwrap_or_default();
        let (transfer_enable, expired_at) = (billed.transfer_enable(), billed.expired_at());
        let opened = billed.subscription;
        let opened = opened.as_ref();
        AccountView {
            id: account.id,
            email: account.email.clone(),
            banned: account.banned,
            is_admin: account.is_admin,
            transfer_enable,
            upload: billed.upload,
            download: billed.download,
            last_login_at: row.last_login_at,
            created_at: row.created_at,
            remind_expire: row.remind_expire,
            remind_traffic: row.remind_traffic,
            expired_at,
            next_reset_at: opened.and_then(|opened| opened.next_reset_at),
            balance: billed.balance,
            commission_balance: inviter.commission_balance,
            plan_id: opened.map(|opened| opened.plan_id),
            group_id: opened.and_then(|opened| opened.group_id),
            discount: billed.discount,
            commission_rate: inviter.commission_rate,
            telegram_id: self
                .telegram
                .chats
                .get(&account.id)
                .copied()
                .map(ChatId::get),
            uuid: account.uuid.clone(),
            subscribe_token: account.subscribe_token.clone(),
            speed_limit: opened.and_then(|opened| opened.speed_limit),
            device_limit: opened.and_then(|opened| opened.device_limit),
            shadow_of: self.shadows.main_of(account.id),
        }
    }

    /// The wide row of `v2_user` as nodes see it.
    pub(super) fn user_access(&self, row: &AccountRow) -> UserAccess {
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

    /// The wide row of `v2_user` as a subscription link shows it.
    pub(super) fn subscriber_view(
        &self,
        row: &AccountRow,
        template: Option<TemplateName>,
    ) -> SubscriberView {
        let account = self.account_view(row);
        let billed = self.billing.users.get(&account.id);
        let opened = billed.and_then(|billed| billed.subscription.as_ref());
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
            group: opened.and_then(|opened| opened.group_id),
            user: account.id,
            next_reset_at: account.next_reset_at,
            plan: plan.map(|plan| plan.id),
            reset_method: plan.and_then(|plan| plan.reset_method),
            template: template
                .and_then(|name| self.site.templates.get(name.name()).cloned().flatten()),
        }
    }

    /// Notes that a session was used, if it is still there.
    pub(super) fn touch(&mut self, session: ferroboard_kernel::SessionNumber, at: UnixSeconds) {
        if let Some(row) = self.auth.sessions.get_mut(&session) {
            row.last_used_at = Some(at);
        }
    }
}
