//! Notices to customers: what each is told goes the ways that they chose.
//!
//! A notice is queued in the transaction of its cause, for the mailbox, the chat, or both; who sends it takes it
//! from there.

use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};
use ferroboard_mail::{
    NewChatMessage, NewMail, NoticeChoice, NoticeKind, NoticeRoutes, TemplateName,
};
use ferroboard_telegram::ChatId;

use crate::UnitOfWork;
use crate::context::Context;
use crate::support::customer_words::Words;

/// Whom a notice is for.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// The account.
    pub(crate) user: UserId,
    /// Its address.
    pub(crate) email: Email,
    /// Its chat.
    pub(crate) chat: Option<i64>,
}

/// Notices of one transaction, on their ways.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    mails: Vec<NewMail>,
    messages: Vec<NewChatMessage>,
}

impl Notices {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.mails.is_empty() && self.messages.is_empty()
    }

    /// Queues all of them.
    pub(crate) async fn queue(
        self,
        tx: &mut dyn UnitOfWork,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        if !self.mails.is_empty() {
            tx.insert_mails(&self.mails, now).await?;
        }
        if !self.messages.is_empty() {
            tx.insert_chat_messages(&self.messages, now).await?;
        }
        Ok(())
    }
}

impl<S: ?Sized> Context<S> {
    /// The chat, where the bot speaks into any.
    pub(crate) fn reachable_chat(&self, chat: Option<i64>) -> Option<i64> {
        chat.filter(|_| self.speaking_bot_token().is_some())
    }

    /// Puts a notice on these ways to its reader.
    pub(crate) fn route(
        &self,
        notices: &mut Notices,
        to: &Reader,
        routes: NoticeRoutes,
        words: Words,
    ) {
        if let Some(chat) = to.chat.filter(|_| routes.chat) {
            let text = format!("{}\n{}", words.title, words.text);
            notices.messages.push(NewChatMessage::new(chat, &text));
        }
        if routes.mail {
            let mail = self.notice(to.email.clone(), words.title, words.text);
            notices.mails.push(in_template(mail, words.template));
        }
    }

    /// Queues a notice of this kind for a user; `false` where they do not want it.
    pub(crate) async fn queue_notice(
        &self,
        tx: &mut dyn UnitOfWork,
        kind: NoticeKind,
        to: &Reader,
        words: Words,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let choice = chosen(tx, to.user).await?;
        self.queue_chosen(tx, kind, (to, choice), words, now).await
    }

    /// The same for a user whose choice is known.
    pub(crate) async fn queue_chosen(
        &self,
        tx: &mut dyn UnitOfWork,
        kind: NoticeKind,
        (to, choice): (&Reader, NoticeChoice),
        words: Words,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let chat = self.reachable_chat(to.chat);
        let routes = choice.routes(kind, chat.is_some());
        let mut notices = Notices::default();
        self.route(&mut notices, to, routes, words);
        let is_queued = !notices.is_empty();
        notices.queue(tx, now).await?;
        Ok(is_queued)
    }

    /// The owner of an account and what they chose, where they want to be told of this kind; `None` also where the
    /// account is gone.
    pub(crate) async fn willing_reader(
        &self,
        tx: &mut dyn UnitOfWork,
        kind: NoticeKind,
        user: UserId,
    ) -> Result<Option<(Reader, NoticeChoice)>, StoreError> {
        let choice = chosen(tx, user).await?;
        if !choice.wants(kind) {
            return Ok(None);
        }
        let Some(email) = tx.find_account_address(user).await? else {
            return Ok(None);
        };
        let reader = Reader {
            user,
            email,
            chat: tx.find_chat(user).await?.map(ChatId::get),
        };
        Ok(Some((reader, choice)))
    }
}

/// What a user chose, or what counts for who chose nothing.
pub(crate) async fn chosen(
    tx: &mut dyn UnitOfWork,
    user: UserId,
) -> Result<NoticeChoice, StoreError> {
    let chosen = tx.list_notice_choices(&[user]).await?;
    Ok(chosen
        .first()
        .map_or_else(NoticeChoice::default, |(_, choice)| *choice))
}

/// The templates of reminders have a text of their own.
fn in_template(mail: NewMail, template: TemplateName) -> NewMail {
    let mut mail = NewMail { template, ..mail };
    if template != TemplateName::Notify {
        mail.values.remove("content");
    }
    mail
}
