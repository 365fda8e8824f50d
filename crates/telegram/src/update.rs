//! What Telegram delivers.

use serde_json::Value;

use crate::ChatId;

/// An update that the bot acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Somebody wrote.
    Message(Message),
    /// Somebody wants to join a group.
    JoinRequest(JoinRequest),
}

/// A text in a chat with the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where it was written.
    pub chat: ChatId,
    /// Whether nobody else reads that chat.
    pub is_private: bool,
    /// What was written.
    pub text: String,
    /// The text that it replies to.
    pub quoted: Option<String>,
}

/// The wish to join a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinRequest {
    /// The group.
    pub group: ChatId,
    /// Who wants to join, by the number that is also that person's private chat.
    pub person: ChatId,
}

impl Update {
    /// The update in a webhook's body; `None` for one that the bot does not act on.
    pub fn parse(body: &Value) -> Option<Self> {
        let message = body.get("message").and_then(Message::parse);
        message.map(Self::Message).or_else(|| {
            let request = body.get("chat_join_request")?;
            Some(Self::JoinRequest(JoinRequest {
                group: number(request, "/chat/id")?,
                person: number(request, "/from/id")?,
            }))
        })
    }
}

impl Message {
    fn parse(message: &Value) -> Option<Self> {
        let text = |pointer| Some(message.pointer(pointer)?.as_str()?.to_owned());
        Some(Self {
            chat: number(message, "/chat/id")?,
            is_private: text("/chat/type").as_deref() == Some("private"),
            text: text("/text")?,
            quoted: text("/reply_to_message/text"),
        })
    }
}

fn number(value: &Value, pointer: &str) -> Option<ChatId> {
    value.pointer(pointer)?.as_i64().map(ChatId::new)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_and_wishes_to_join_are_understood() {
        let body = json!({"update_id": 1, "message": {
            "message_id": 5, "chat": {"id": 777, "type": "private"}, "text": "/start",
            "reply_to_message": {"text": "quoted"},
        }});
        let expected = Message {
            chat: ChatId::new(777),
            is_private: true,
            text: "/start".to_owned(),
            quoted: Some("quoted".to_owned()),
        };
        assert_eq!(Update::parse(&body), Some(Update::Message(expected)));
        let body = json!({"chat_join_request": {"chat": {"id": -100}, "from": {"id": 777}}});
        let expected = JoinRequest {
            group: ChatId::new(-100),
            person: ChatId::new(777),
        };
        assert_eq!(Update::parse(&body), Some(Update::JoinRequest(expected)));
    }

    #[test]
    fn anything_else_is_nothing() {
        for body in [
            json!({}),
            json!(null),
            json!([1]),
            json!({"message": "text"}),
            json!({"message": {"text": "/start"}}),
            json!({"message": {"chat": {"id": "777"}, "text": "/start"}}),
            json!({"message": {"chat": {"id": 777}, "photo": []}}),
            json!({"message": {"chat": {"id": 1e300}, "text": "x"}}),
            json!({"chat_join_request": {"chat": {"id": -100}}}),
            json!({"edited_message": {"chat": {"id": 777}, "text": "/start"}}),
        ] {
            assert_eq!(Update::parse(&body), None, "{body}");
        }
    }
}
