//! What a message asks of the bot.

use crate::Message;

/// The commands that Telegram offers to who writes to the bot, with what they do.
pub const COMMANDS: &[(&str, &str)] = &[
    ("start", "开始使用"),
    ("bind", "绑定账号"),
    ("traffic", "查询流量"),
    ("getlatesturl", "获取订阅链接"),
    ("unbind", "解除绑定"),
];

/// What a message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// `/start`: a welcome.
    Start,
    /// `/bind`: bind the chat to the account with this subscription address.
    Bind(Option<String>),
    /// `/traffic`: how much is used.
    Traffic,
    /// `/getlatesturl`: the subscription address.
    LatestUrl,
    /// `/unbind`: give the account up.
    Unbind,
    /// A reply to the notice of a ticket: answer the ticket.
    AnswerTicket {
        /// Which ticket.
        ticket: i64,
        /// The answer.
        text: String,
    },
    /// Nothing that the bot knows.
    Unknown,
}

impl Request {
    /// Whether it can be read only with the bot's name: it is addressed to some bot.
    pub fn names_a_bot(message: &Message) -> bool {
        message.quoted.is_none() && command_of(&message.text).contains('@')
    }

    /// What the message asks of the bot called `bot_name`; `None` for one that is not for it to
    /// answer.
    pub fn read(message: &Message, bot_name: Option<&str>) -> Option<Self> {
        if let Some(quoted) = &message.quoted {
            let ticket = ticket_of(quoted)?;
            let text = message.text.clone();
            return Some(Self::AnswerTicket { ticket, text });
        }
        let command = command_of(&message.text);
        let command = match command.split_once('@') {
            Some((command, name)) if bot_name == Some(name) => command,
            _ => command,
        };
        let argument = || message.text.split(' ').nth(1).map(str::trim);
        let known = match command {
            "/start" => Self::Start,
            "/bind" => {
                let address = argument().filter(|address| !address.is_empty());
                Self::Bind(address.map(str::to_owned))
            }
            "/traffic" => Self::Traffic,
            "/getlatesturl" => Self::LatestUrl,
            "/unbind" => Self::Unbind,
            // In groups people talk about anything.
            _ => return message.is_private.then_some(Self::Unknown),
        };
        Some(known)
    }

    /// Whether it is done in private chats alone.
    pub fn is_private(&self) -> bool {
        !matches!(self, Self::Start)
    }
}

fn command_of(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// The number of the ticket that the bot's notice is about: behind its heading, or behind the mark
/// that older notices have.
fn ticket_of(notice: &str) -> Option<i64> {
    const HEADING: (char, &str) = ('📮', "工单提醒");
    const MARK: &str = "工单ID:";
    let headed = notice.lines().find_map(|line| {
        let (_, line) = line.split_once(HEADING.0)?;
        let (_, line) = line.split_once(HEADING.1)?;
        digits(line.get(line.find(|sign: char| sign.is_ascii_digit())?..)?)
    });
    headed.or_else(|| {
        let (_, behind) = notice.split_once(MARK)?;
        digits(behind.trim_start_matches(' '))
    })
}

fn digits(text: &str) -> Option<i64> {
    let end = text
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ChatId;

    fn message(text: &str) -> Message {
        Message {
            chat: ChatId::new(777),
            is_private: true,
            text: text.to_owned(),
            quoted: None,
        }
    }

    fn read(text: &str) -> Option<Request> {
        Request::read(&message(text), Some("our_bot"))
    }

    #[test]
    fn commands_are_known_by_their_first_word() {
        for (text, expected) in [
            ("/start", Request::Start),
            ("/start now", Request::Start),
            ("/start@our_bot", Request::Start),
            ("/start@other_bot", Request::Unknown),
            ("/bind", Request::Bind(None)),
            ("/bind ", Request::Bind(None)),
            (
                "/bind https://a.test/s/x y",
                Request::Bind(Some("https://a.test/s/x".into())),
            ),
            ("/bind@our_bot x", Request::Bind(Some("x".into()))),
            ("/traffic", Request::Traffic),
            ("/getlatesturl", Request::LatestUrl),
            ("/unbind", Request::Unbind),
            ("/START", Request::Unknown),
            ("hello", Request::Unknown),
            ("", Request::Unknown),
        ] {
            assert_eq!(read(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn in_groups_only_commands_are_answered() {
        let mut talk = message("hello");
        talk.is_private = false;
        assert_eq!(Request::read(&talk, None), None);
        talk.text = "/traffic".into();
        assert_eq!(Request::read(&talk, None), Some(Request::Traffic));
        assert!(Request::Traffic.is_private() && !Request::Start.is_private());
    }

    #[test]
    fn only_a_command_to_some_bot_needs_the_name() {
        assert!(Request::names_a_bot(&message("/start@x")));
        assert!(!Request::names_a_bot(&message("/bind a@b.test")));
        let mut reply = message("/start@x");
        reply.quoted = Some("q".into());
        assert!(!Request::names_a_bot(&reply));
    }

    #[test]
    fn a_reply_to_the_notice_of_a_ticket_answers_it() {
        for (quoted, expected) in [
            ("📮 *工单提醒* #12\n———\n📧 a@b.test 99", Some(12)),
            ("📮 工单提醒 7", Some(7)),
            ("x 📮 工单提醒 #8", Some(8)),
            ("工单ID: 5", Some(5)),
            ("工单ID:6", Some(6)),
            ("📮 工单提醒\n#12", None),
            ("工单提醒 #12", None),
            ("工单ID: x5", None),
            ("📮 工单提醒 #99999999999999999999", None),
            ("hello 12", None),
            ("", None),
        ] {
            let mut reply = message("/start");
            reply.quoted = Some(quoted.to_owned());
            let answer = |ticket| Request::AnswerTicket {
                ticket,
                text: "/start".into(),
            };
            assert_eq!(
                Request::read(&reply, None),
                expected.map(answer),
                "{quoted}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), quoted in any::<Option<String>>()) {
            let mut message = message(&text);
            message.quoted = quoted;
            let _ = Request::read(&message, Some("x"));
        }
    }
}
