//! What customers want to be told, and where.

use std::sync::Arc;

use ferroboard_auth::{AuthError, Reminders};
use ferroboard_kernel::UserId;
use ferroboard_mail::{NoticeChannel, NoticeChoice};
use ferroboard_telegram::TelegramError;

use crate::process::Core;
use crate::support::customer_notices::chosen;
use crate::transaction::{look, transact};
use crate::{Error, UnitOfWork};

/// What a customer changes of it; what is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoticeChange {
    /// Where.
    pub channel: Option<NoticeChannel>,
    /// The two switches of the account itself.
    pub reminders: Reminders,
    /// Of payments.
    pub payment: Option<bool>,
    /// Of renewals.
    pub renewal: Option<bool>,
    /// Of answers in tickets.
    pub ticket: Option<bool>,
    /// Of logins from new addresses.
    pub login: Option<bool>,
}

impl NoticeChange {
    fn applied_to(self, choice: NoticeChoice) -> NoticeChoice {
        NoticeChoice {
            channel: self.channel.or(choice.channel),
            payment: self.payment.unwrap_or(choice.payment),
            renewal: self.renewal.unwrap_or(choice.renewal),
            ticket: self.ticket.unwrap_or(choice.ticket),
            login: self.login.unwrap_or(choice.login),
        }
    }
}

/// The choices of customers.
pub struct NoticeChoices(pub(crate) Arc<Core>);

impl NoticeChoices {
    /// What a user chose, or what counts for who chose nothing.
    pub async fn choice(&self, user: UserId) -> Result<NoticeChoice, Error> {
        look!(self.0.ports.store, |tx| chosen(tx, user).await?)
    }

    /// Changes what a user chose. A chat can be chosen where the account has one; one that goes later has its
    /// notices mailed.
    pub async fn change(&self, user: UserId, change: NoticeChange) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| self
            .change_within(tx, user, change)
            .await?)
    }

    async fn change_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        change: NoticeChange,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        // Of two changes at once neither undoes the other.
        let account = tx.lock_account(user).await?;
        account.ok_or(AuthError::AccountMissing)?;
        if change.channel.is_some_and(NoticeChannel::needs_chat)
            && tx.find_chat(user).await?.is_none()
        {
            return Err(TelegramError::ChatMissing.into());
        }
        if change.reminders != Reminders::default() {
            tx.update_reminders(user, change.reminders, now).await?;
        }
        let before = chosen(tx, user).await?;
        let after = change.applied_to(before);
        if after != before {
            tx.update_notice_choice(user, &after, now).await?;
        }
        Ok(())
    }
}
