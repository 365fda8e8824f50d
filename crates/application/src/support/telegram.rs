//! The Telegram bot.

use std::sync::Arc;

use ferroboard_attempts::{CounterName, Limit};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Seconds, TicketId, UserId};
use ferroboard_telegram::{
    Binding, BindingService, BotToken, ChatId, JoinRequest, Message, Reply, Request, TelegramError,
    TrafficUse, Update, token_of,
};
use ferroboard_tickets::{MessageText, TicketError};

use crate::context::Context;
use crate::process::Core;
use crate::support::bot_name::KnownName;
use crate::transaction::transact;
use crate::{AccountView, Error, RequestRoot, Tickets, addresses, policies};

/// How often a chat may try to bind an account.
const BINDINGS: Limit = Limit {
    count: 10,
    window: Seconds::minutes(10),
};

/// The bot, as customers and Telegram reach it.
pub struct Telegram(pub(crate) Arc<Core>);

impl Telegram {
    /// The bot's user name; Telegram is asked at most once in ten minutes.
    pub async fn bot_name(&self) -> Result<String, Error> {
        let is_enabled = self.0.site.current().telegram.telegram_bot_enable;
        let token = self.0.bot_token().filter(|_| is_enabled);
        let token = token.ok_or(TelegramError::BotUnavailable)?;
        let name = self.known_name(&token).await;
        Ok(name.ok_or(TelegramError::BotUnavailable)?)
    }

    /// Acts on an update from the webhook, which was called with this key, and with this secret unless the
    /// webhook was set by a program that gave Telegram none; `root` is the panel's address as the request reached it. What Telegram does not take from the bot is only logged,
    /// so that Telegram does not deliver the update again.
    pub async fn receive(
        &self,
        key: &str,
        secret: Option<&str>,
        update: Option<Update>,
        root: &RequestRoot,
    ) -> Result<(), Error> {
        let token = self.0.bot_token().filter(|token| {
            let is_told = secret.is_none_or(|secret| token.admits_secret(secret));
            token.admits(key) && is_told
        });
        let token = token.ok_or(TelegramError::NotTelegram)?;
        match update {
            Some(Update::Message(message)) => self.answer(&token, &message, root).await,
            Some(Update::JoinRequest(request)) => self.judge(&token, request).await,
            None => Ok(()),
        }
    }

    /// Whoever comes while Telegram is being asked waits for that answer.
    async fn known_name(&self, token: &BotToken) -> Option<String> {
        let core = &self.0;
        let mut known = core.bot_name.lock().await;
        let now = core.ports.clock.now();
        if let Some(known) = &*known
            && known.token == *token
            && known.is_fresh(now)
        {
            return known.name.clone();
        }
        let name = match core.ports.telegram.name(token).await {
            Ok(name) => Some(name),
            Err(error) => {
                tracing::warn!(%error, "Telegram did not tell the bot's name");
                None
            }
        };
        *known = Some(KnownName {
            token: token.clone(),
            name: name.clone(),
            asked_at: now,
        });
        name
    }

    async fn judge(&self, token: &BotToken, request: JoinRequest) -> Result<(), Error> {
        let ports = &self.0.ports;
        let account = ports.store.find_chat_account(request.person).await?;
        let now = ports.clock.now();
        let admit = account.is_some_and(|view| view.account.may_use_nodes(now));
        let answered =
            ports
                .telegram
                .answer_join_request(token, request.group, request.person, admit);
        if let Err(error) = answered.await {
            tracing::warn!(%error, admit, "Telegram did not take the answer to a join request");
        }
        Ok(())
    }

    async fn answer(
        &self,
        token: &BotToken,
        message: &Message,
        root: &RequestRoot,
    ) -> Result<(), Error> {
        let plugins = self.0.site.plugins();
        if !plugins.telegram.enabled {
            return Ok(());
        }
        let name = if Request::names_a_bot(message) {
            self.known_name(token).await
        } else {
            None
        };
        let Some(request) = Request::read(message, name.as_deref()) else {
            return Ok(());
        };
        let reply = if request.is_private() && !message.is_private {
            Reply::PrivateOnly
        } else {
            self.reply(message.chat, request, root).await?
        };
        let texts = policies::bot_texts(&plugins.telegram.settings);
        let telegram = &self.0.ports.telegram;
        if let Err(error) = telegram
            .send(token, message.chat, &reply.text(&texts))
            .await
        {
            tracing::warn!(%error, "Telegram did not take an answer of the bot");
        }
        Ok(())
    }

    async fn reply(
        &self,
        chat: ChatId,
        request: Request,
        root: &RequestRoot,
    ) -> Result<Reply, Error> {
        let bound = match request {
            Request::Bind(address) => return self.bind(chat, address.as_deref()).await,
            Request::Unbind => return self.unbind(chat).await,
            Request::Unknown => return Ok(Reply::Help),
            _ => self.0.ports.store.find_chat_account(chat).await?,
        };
        if request == Request::Start {
            let email = bound.map(|view| view.account.email.to_string());
            return Ok(Reply::Welcome(email));
        }
        let Some(bound) = bound else {
            return Ok(Reply::BindFirst);
        };
        Ok(match request {
            Request::AnswerTicket { ticket, text } => {
                let may_answer = bound.is_staff || bound.account.is_admin;
                if !may_answer || bound.account.banned {
                    return Ok(Reply::StaffOnly);
                }
                return self.answer_ticket(bound.account.id, ticket, &text).await;
            }
            Request::LatestUrl => self.subscribe_url(&bound.account, root),
            _ => Reply::Traffic(TrafficUse {
                used: bound.account.upload.saturating_add(bound.account.download),
                total: bound.account.transfer_enable,
            }),
        })
    }

    async fn answer_ticket(&self, staff: UserId, ticket: i64, text: &str) -> Result<Reply, Error> {
        let Ok(text) = MessageText::parse(text) else {
            return Ok(Reply::AnswerRefused);
        };
        let tickets = Tickets(Arc::clone(&self.0));
        match tickets.answer(staff, TicketId::new(ticket), text).await {
            Ok(()) => Ok(Reply::TicketAnswered(ticket)),
            Err(Error::Ticket(TicketError::TicketMissing)) => Ok(Reply::TicketMissing),
            Err(error) => Err(error),
        }
    }

    fn subscribe_url(&self, account: &AccountView, root: &RequestRoot) -> Reply {
        let random = self.0.ports.random.as_ref();
        let token = &account.subscribe_token;
        let settings = self.0.site.current();
        let address = addresses::subscription_for_others(&settings, root, token, random);
        address.map_or(Reply::AddressUnset, Reply::SubscribeUrl)
    }

    async fn bind(&self, chat: ChatId, address: Option<&str>) -> Result<Reply, Error> {
        let Some(address) = address else {
            return Ok(Reply::AddressMissing);
        };
        let Some(subscribe_token) = token_of(address) else {
            return Ok(Reply::AddressInvalid);
        };
        if !self.count_binding(chat).await? {
            return Ok(Reply::TooManyTries);
        }
        let binding = transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let binding = BindingService.bind(tx, chat, &subscribe_token, now).await?;
            if let Binding::Bound(user) = &binding {
                let kind = EventKind::UserTelegramBound;
                tx.tell(NewEvent::about_user(kind, *user, now));
            }
            binding
        })?;
        Ok(match binding {
            Binding::Bound(_) => Reply::Bound,
            Binding::AddressUnknown => Reply::AddressUnknown,
            Binding::AccountBound => Reply::AccountBound,
            Binding::ChatBound => Reply::ChatBound,
        })
    }

    /// Counts one more try; `false` when there were too many.
    async fn count_binding(&self, chat: ChatId) -> Result<bool, Error> {
        let name = CounterName::chat_bindings(chat.get());
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            tx.update_counter(&name, BINDINGS.window, now).await? <= BINDINGS.count
        })
    }

    async fn unbind(&self, chat: ChatId) -> Result<Reply, Error> {
        let was_bound = transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            BindingService.unbind(tx, chat, now).await?
        })?;
        Ok(if was_bound {
            Reply::Unbound
        } else {
            Reply::BindFirst
        })
    }
}

impl<S: ?Sized> Context<S> {
    /// The bot's token, when the site has a bot.
    pub(crate) fn bot_token(&self) -> Option<BotToken> {
        let settings = self.site.current();
        BotToken::new(settings.telegram.telegram_bot_token.as_deref()?)
    }

    /// The same, where the bot speaks at all.
    pub(crate) fn speaking_bot_token(&self) -> Option<BotToken> {
        let is_enabled = self.site.plugins().telegram.enabled;
        self.bot_token().filter(|_| is_enabled)
    }
}
