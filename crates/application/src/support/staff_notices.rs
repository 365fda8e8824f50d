//! What administrators and staff are told in their chats.

use std::sync::Arc;

use ferroboard_billing::PaymentMethod;
use ferroboard_kernel::{Cents, TicketId, TradeNo, UserId};
use ferroboard_site::TelegramBotSettings;
use ferroboard_telegram::{
    BotToken, NoticedSubscription, PaymentNotice, ReviewNotice, StaffNotice, TicketNotice,
    TrafficUse,
};
use tracing::Instrument as _;

use crate::process::Core;
use crate::transaction::look;
use crate::{AccountView, Error};

impl Core {
    /// Tells staff, beside the request that caused it, that the owner of a ticket wrote in it.
    pub(crate) fn tell_of_ticket(self: &Arc<Self>, ticket: TicketId, owner: UserId) {
        let core = Arc::clone(self);
        self.tell(|bot| bot.enable_ticket_notify, async move {
            core.ticket_notice(ticket, owner).await
        });
    }

    /// Tells staff, beside the request that caused it, that a real name waits for review.
    pub(crate) fn tell_of_real_name(self: &Arc<Self>, user: UserId) {
        let notice = StaffNotice::RealName(user.get());
        self.tell(|_| true, std::future::ready(Ok(Some(notice))));
    }

    /// Tells staff, beside the notice that reported it, that an order was paid.
    pub(crate) fn tell_of_payment(self: &Arc<Self>, method: &PaymentMethod, trade_no: &TradeNo) {
        let core = Arc::clone(self);
        let (gateway, name) = (method.gateway.clone(), method.name.clone());
        let trade_no = trade_no.clone();
        self.tell(|bot| bot.enable_payment_notify, async move {
            let order = look!(core.ports.store, |tx| tx.find_order(&trade_no).await?)?;
            Ok(order.map(|order| {
                StaffNotice::Payment(PaymentNotice {
                    amount: order.total.get(),
                    gateway,
                    method: name,
                    trade_no: trade_no.to_string(),
                })
            }))
        });
    }

    /// Tells staff, beside the notice that reported it, that money waits for review; it is mailed as well.
    pub(crate) fn tell_of_review(self: &Arc<Self>, review: ReviewNotice) {
        let notice = StaffNotice::Review(review);
        self.tell(|_| true, std::future::ready(Ok(Some(notice))));
    }

    /// A notice that is lost with this process, or that Telegram does not take, is not repeated: what
    /// it tells of is on record.
    fn tell<F>(self: &Arc<Self>, wanted: fn(&TelegramBotSettings) -> bool, notice: F)
    where
        F: Future<Output = Result<Option<StaffNotice>, Error>> + Send + 'static,
    {
        let settings = &self.site.plugins().telegram.settings;
        let token = self.speaking_bot_token();
        let Some(token) = token.filter(|_| wanted(settings)) else {
            return;
        };
        let core = Arc::clone(self);
        let telling = async move {
            let told = async {
                match notice.await? {
                    Some(notice) => core.send_to_staff(&token, &notice).await,
                    None => Ok(true),
                }
            };
            if let Err(error) = told.await {
                tracing::warn!(%error, "staff was not told");
            }
        };
        tokio::spawn(telling.in_current_span());
    }

    /// Tells staff now; whether Telegram took it for anybody.
    pub(crate) async fn tell_now(&self, notice: &StaffNotice) -> Result<bool, Error> {
        match self.speaking_bot_token() {
            Some(token) => self.send_to_staff(&token, notice).await,
            None => Ok(false),
        }
    }

    /// Whether Telegram took it for anybody.
    async fn send_to_staff(&self, token: &BotToken, notice: &StaffNotice) -> Result<bool, Error> {
        let text = notice.text();
        let mut is_told = false;
        for chat in self.ports.store.list_staff_chats().await? {
            match self.ports.telegram.send(token, chat, &text).await {
                Ok(()) => is_told = true,
                Err(error) => {
                    tracing::warn!(%error, %chat, "Telegram did not take a notice to staff");
                }
            }
        }
        Ok(is_told)
    }

    async fn ticket_notice(
        &self,
        ticket: TicketId,
        owner: UserId,
    ) -> Result<Option<StaffNotice>, Error> {
        let store = &self.ports.store;
        let account = store.find_account_view(owner).await?;
        let view = store.find_ticket_view(owner, ticket).await?;
        let (Some(account), Some(view)) = (account, view) else {
            return Ok(None);
        };
        let latest = view.messages.into_iter().next_back();
        Ok(Some(StaffNotice::Ticket(TicketNotice {
            ticket: ticket.get(),
            email: account.email.to_string(),
            subscription: self.noticed_subscription(&account).await?,
            balance: account.balance.get(),
            commission: Cents::get(account.commission_balance),
            subject: view.ticket.subject,
            message: latest.map(|message| message.text).unwrap_or_default(),
        })))
    }

    async fn noticed_subscription(
        &self,
        account: &AccountView,
    ) -> Result<Option<NoticedSubscription>, Error> {
        let Some(plan) = account.plan_id else {
            return Ok(None);
        };
        let plan = self.ports.store.find_plan_view(plan).await?;
        let zone = self.options.zone;
        Ok(plan.map(|plan| NoticedSubscription {
            plan: plan.name,
            traffic: TrafficUse {
                used: account.upload.saturating_add(account.download),
                total: account.transfer_enable,
            },
            expired_at: account.expired_at.map(|at| zone.wall_clock(at).to_string()),
        }))
    }
}
