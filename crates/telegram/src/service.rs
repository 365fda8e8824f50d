use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::{ChatId, TelegramTx};

/// What came of the wish to bind a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// The chat belongs to this account now.
    Bound(UserId),
    /// No account has such a subscription token.
    AddressUnknown,
    /// The account has a chat already.
    AccountBound,
    /// The chat has an account already.
    ChatBound,
}

/// Binds chats to accounts, over an open transaction. Whoever calls it ends the transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct BindingService;

impl BindingService {
    /// Binds the chat to the account with this subscription token.
    pub async fn bind(
        self,
        tx: &mut dyn TelegramTx,
        chat: ChatId,
        token: &str,
        at: UnixSeconds,
    ) -> Result<Binding, StoreError> {
        let Some(owner) = tx.lock_chat_owner(token).await? else {
            return Ok(Binding::AddressUnknown);
        };
        if owner.chat.is_some() {
            return Ok(Binding::AccountBound);
        }
        // Two accounts could be bound to one chat at the same moment: neither sees the other.
        tx.lock_chat(chat, at).await?;
        if tx.find_chat_owner(chat).await?.is_some() {
            return Ok(Binding::ChatBound);
        }
        let is_bound = tx.move_chat(owner.user, None, Some(chat), at).await?;
        Ok(if is_bound {
            Binding::Bound(owner.user)
        } else {
            Binding::AccountBound
        })
    }

    /// Takes the chat from its account; `false` when it has none.
    pub async fn unbind(
        self,
        tx: &mut dyn TelegramTx,
        chat: ChatId,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let Some(user) = tx.find_chat_owner(chat).await? else {
            return Ok(false);
        };
        tx.move_chat(user, Some(chat), None, at).await
    }
}
