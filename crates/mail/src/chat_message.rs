//! Messages on their way into chats, by the rules of queued mail.

use ferroboard_kernel::{ChatMessageId, UnixSeconds};

/// A message into a chat, about to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChatMessage {
    /// The number of the chat.
    pub chat: i64,
    /// The text: what no chat takes of it is cut off.
    text: String,
}

/// How many characters a message into a chat may have.
const LONGEST: usize = 4_096;

impl NewChatMessage {
    /// This text into this chat.
    pub fn new(chat: i64, text: &str) -> Self {
        Self {
            chat,
            text: text.chars().take(LONGEST).collect(),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A message taken from the outbox for one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedChatMessage {
    /// The row.
    pub id: ChatMessageId,
    /// What to send.
    pub message: NewChatMessage,
    /// How many attempts were made before this one.
    pub attempts: i64,
    /// Until when this attempt holds the message; the key of every later change.
    pub leased_until: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_no_chat_takes_more() {
        let long = "é".repeat(5_000);
        let message = NewChatMessage::new(7, &long);
        assert_eq!(message.text().chars().count(), 4_096);
        assert_eq!(NewChatMessage::new(7, "a\nb").text(), "a\nb");
    }
}
