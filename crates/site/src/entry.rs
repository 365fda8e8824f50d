//! What administrators see of a setting and what it may become. Which settings there are, `groups.rs` says.

use crate::{
    AppSettings, DepositSettings, EmailSettings, FrontendSettings, InviteSettings, ReceiptSettings,
    SafeSettings, ServerSettings, SiteSettings, SubscribeSettings, TelegramSettings,
};

/// A group of settings, as administrators see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Invitations and commission.
    Invite,
    /// Name, addresses, registration, currency.
    Site,
    /// Top-ups.
    Deposit,
    /// Who sells, and which tax prices contain.
    Receipt,
    /// Subscriptions and their links.
    Subscribe,
    /// The theme.
    Frontend,
    /// How nodes talk to the panel.
    Server,
    /// The mail server.
    Email,
    /// The Telegram bot.
    Telegram,
    /// Client programs.
    App,
    /// Limits, captcha, and the path of the admin pages.
    Safe,
    /// Texts from which subscriptions are made (`v2_subscribe_templates`).
    SubscribeTemplate,
}

impl Group {
    /// Every group in the order in which they are answered.
    pub const ALL: [Self; 12] = [
        Self::Invite,
        Self::Site,
        Self::Deposit,
        Self::Receipt,
        Self::Subscribe,
        Self::Frontend,
        Self::Server,
        Self::Email,
        Self::Telegram,
        Self::App,
        Self::Safe,
        Self::SubscribeTemplate,
    ];

    /// What it is called on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Site => "site",
            Self::Deposit => "deposit",
            Self::Receipt => "receipt",
            Self::Subscribe => "subscribe",
            Self::Frontend => "frontend",
            Self::Server => "server",
            Self::Email => "email",
            Self::Telegram => "telegram",
            Self::App => "app",
            Self::Safe => "safe",
            Self::SubscribeTemplate => "subscribe_template",
        }
    }

    /// The group of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// What a setting may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// On or off.
    Flag,
    /// A whole number that is not negative.
    Integer,
    /// A number that is not negative.
    Number,
    /// A number from 0 to 1.
    Share,
    /// A number from 0 to 100.
    Percentage,
    /// A text, a number or a flag, kept as text.
    Text,
    /// The same, of several lines.
    Lines,
    /// A text of at least so many characters.
    LongText(usize),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// An address of the web.
    WebAddress,
    /// Beginnings of addresses, with commas between them.
    Roots,
    /// An address of a WebSocket or of the web.
    SocketAddress,
    /// A list of texts.
    List,
    /// A list of texts of two amounts each, `amount:amount`; empty ones are left out.
    AmountPairs,
    /// A short list of days, with commas between them: each from 0 to 30.
    Days,
    /// A short list of percents, with commas between them: each from 1 to 100.
    Percents,
    /// A list of the numbers of rows, also as a JSON text.
    Ids,
    /// The path of the admin pages.
    AdminPath,
    /// A segment of a public path.
    Segment,
    /// A text of letters, digits, `-` and `_`, such as the name of a theme.
    Name,
}

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As it is; `null` when it is not set.
    Plain,
    /// 1 or 0.
    Bit,
    /// This text when it is not set.
    Else(&'static str),
    /// Not at all: it can only be set.
    Never,
}

/// One setting as administrators see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) key: &'static str,
    pub(crate) rule: Rule,
    /// Whether `null` is accepted: the default applies again.
    pub(crate) clearable: bool,
    pub(crate) shown: Shown,
}

/// A setting that may be left empty.
pub(crate) const fn optional(rule: Rule) -> Entry {
    Entry {
        key: "",
        rule,
        clearable: true,
        shown: Shown::Plain,
    }
}

/// A setting that must have a value when it is sent.
pub(crate) const fn required(rule: Rule) -> Entry {
    Entry {
        clearable: false,
        ..optional(rule)
    }
}

impl Entry {
    /// The same, shown otherwise.
    pub(crate) const fn shown(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// The same of this name.
    pub(crate) const fn named(self, key: &'static str) -> Self {
        Self { key, ..self }
    }
}

impl Group {
    /// Its settings in the order in which they are answered.
    pub(crate) const fn entries(self) -> &'static [Entry] {
        match self {
            Self::Invite => InviteSettings::ENTRIES,
            Self::Site => SiteSettings::ENTRIES,
            Self::Deposit => DepositSettings::ENTRIES,
            Self::Receipt => ReceiptSettings::ENTRIES,
            Self::Subscribe => SubscribeSettings::ENTRIES,
            Self::Frontend => FrontendSettings::ENTRIES,
            Self::Server => ServerSettings::ENTRIES,
            Self::Email => EmailSettings::ENTRIES,
            Self::Telegram => TelegramSettings::ENTRIES,
            Self::App => AppSettings::ENTRIES,
            Self::Safe => SafeSettings::ENTRIES,
            Self::SubscribeTemplate => &[],
        }
    }
}

/// The settings in the order in which they are answered; also that of the errors.
pub(crate) fn all_entries() -> impl Iterator<Item = &'static Entry> {
    Group::ALL.into_iter().flat_map(Group::entries)
}

/// The names of the templates behind `subscribe_template_{name}`.
pub const TEMPLATE_NAMES: [&str; 6] = [
    "singbox",
    "clash",
    "clashmeta",
    "stash",
    "surge",
    "surfboard",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_setting_stands_once() {
        let keys: BTreeSet<&str> = all_entries().map(|entry| entry.key).collect();
        assert_eq!(keys.len(), all_entries().count());
        for group in Group::ALL {
            assert_eq!(Group::named(group.name()), Some(group));
        }
        assert_eq!(Group::named("nope"), None);
    }
}
