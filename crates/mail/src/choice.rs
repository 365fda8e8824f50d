//! What a customer wants to be told, and where.

/// What customers are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// The subscription ends soon, or has ended. Whether: `v2_user.remind_expire`.
    Expiry,
    /// Much of the traffic is used. Whether: `v2_user.remind_traffic`.
    Traffic,
    /// A payment was received.
    Payment,
    /// A subscription renewed itself, or could not.
    Renewal,
    /// Somebody answered in a ticket.
    Ticket,
    /// Somebody logged in from an address that is new to the account.
    Login,
}

/// Where a customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeChannel {
    /// By mail.
    Mail,
    /// In the Telegram chat of the account.
    Telegram,
    /// In both places.
    Both,
}

impl NoticeChannel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Telegram, Self::Both];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Telegram => "telegram",
            Self::Both => "both",
        }
    }

    /// The channel with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == name)
    }

    /// Whether it needs a chat.
    pub const fn needs_chat(self) -> bool {
        matches!(self, Self::Telegram | Self::Both)
    }
}

/// What a customer chose (a row of `ferro_notice_choice`). The default is that of an account without a row,
/// which is told what it was told before there were choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeChoice {
    /// Where; `None` as ever: by mail, and of renewals in the chat as well.
    pub channel: Option<NoticeChannel>,
    /// Of payments.
    pub payment: bool,
    /// Of renewals.
    pub renewal: bool,
    /// Of answers in tickets.
    pub ticket: bool,
    /// Of logins from new addresses.
    pub login: bool,
}

impl Default for NoticeChoice {
    fn default() -> Self {
        Self {
            channel: None,
            payment: false,
            renewal: true,
            ticket: true,
            login: false,
        }
    }
}

/// Which ways one notice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoticeRoutes {
    /// By mail.
    pub mail: bool,
    /// Into the chat.
    pub chat: bool,
}

impl NoticeRoutes {
    /// Whether it goes nowhere.
    pub const fn is_empty(self) -> bool {
        !self.mail && !self.chat
    }
}

impl NoticeChoice {
    /// Whether the customer wants to be told. The two kinds whose switches are columns of `v2_user` are always
    /// wanted here: whoever reads the columns judges them.
    pub const fn wants(&self, kind: NoticeKind) -> bool {
        match kind {
            NoticeKind::Expiry | NoticeKind::Traffic => true,
            NoticeKind::Payment => self.payment,
            NoticeKind::Renewal => self.renewal,
            NoticeKind::Ticket => self.ticket,
            NoticeKind::Login => self.login,
        }
    }

    /// Which ways a notice goes to a customer who has a chat that the bot can write into, or has none: then
    /// it goes by mail, whatever was chosen.
    pub fn routes(&self, kind: NoticeKind, has_chat: bool) -> NoticeRoutes {
        if !self.wants(kind) {
            return NoticeRoutes::default();
        }
        let channel = match self.channel {
            Some(channel) => channel,
            None if kind == NoticeKind::Renewal => NoticeChannel::Both,
            None => NoticeChannel::Mail,
        };
        let chat = has_chat && channel.needs_chat();
        NoticeRoutes {
            mail: !chat || channel == NoticeChannel::Both,
            chat,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: NoticeRoutes = NoticeRoutes {
        mail: true,
        chat: false,
    };
    const CHAT: NoticeRoutes = NoticeRoutes {
        mail: false,
        chat: true,
    };
    const BOTH: NoticeRoutes = NoticeRoutes {
        mail: true,
        chat: true,
    };
    const NOWHERE: NoticeRoutes = NoticeRoutes {
        mail: false,
        chat: false,
    };

    #[test]
    fn who_chose_nothing_is_told_what_was_always_told() {
        let choice = NoticeChoice::default();
        for (kind, bound, unbound) in [
            (NoticeKind::Expiry, MAIL, MAIL),
            (NoticeKind::Traffic, MAIL, MAIL),
            (NoticeKind::Ticket, MAIL, MAIL),
            (NoticeKind::Renewal, BOTH, MAIL),
            (NoticeKind::Payment, NOWHERE, NOWHERE),
            (NoticeKind::Login, NOWHERE, NOWHERE),
        ] {
            assert_eq!(choice.routes(kind, true), bound, "{kind:?}");
            assert_eq!(choice.routes(kind, false), unbound, "{kind:?}");
        }
    }

    #[test]
    fn a_chosen_channel_is_taken_and_mail_where_there_is_no_chat() {
        for (channel, bound) in [
            (NoticeChannel::Mail, MAIL),
            (NoticeChannel::Telegram, CHAT),
            (NoticeChannel::Both, BOTH),
        ] {
            let choice = NoticeChoice {
                channel: Some(channel),
                payment: true,
                login: true,
                ..NoticeChoice::default()
            };
            for kind in [
                NoticeKind::Expiry,
                NoticeKind::Traffic,
                NoticeKind::Payment,
                NoticeKind::Renewal,
                NoticeKind::Ticket,
                NoticeKind::Login,
            ] {
                assert_eq!(choice.routes(kind, true), bound, "{channel:?} {kind:?}");
                assert_eq!(choice.routes(kind, false), MAIL, "{channel:?} {kind:?}");
            }
            assert_eq!(NoticeChannel::named(channel.as_str()), Some(channel));
        }
        assert_eq!(NoticeChannel::named("Mail"), None);
    }

    #[test]
    fn what_is_switched_off_goes_nowhere() {
        let silent = NoticeChoice {
            channel: Some(NoticeChannel::Both),
            payment: false,
            renewal: false,
            ticket: false,
            login: false,
        };
        for kind in [
            NoticeKind::Payment,
            NoticeKind::Renewal,
            NoticeKind::Ticket,
            NoticeKind::Login,
        ] {
            assert!(silent.routes(kind, true).is_empty(), "{kind:?}");
        }
        assert_eq!(silent.routes(NoticeKind::Expiry, true), BOTH);
    }
}
