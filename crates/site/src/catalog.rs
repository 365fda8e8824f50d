//! Every setting that administrators see or may set: its group, how it is shown, what it may become.

/// A group of settings, as administrators see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Invitations and commission.
    Invite,
    /// Name, addresses, registration, currency.
    Site,
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
    pub const ALL: [Self; 10] = [
        Self::Invite,
        Self::Site,
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
    /// An address of a WebSocket or of the web.
    SocketAddress,
    /// A list of texts.
    List,
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
    pub(crate) group: Group,
    pub(crate) rule: Rule,
    /// Whether `null` is accepted: the default applies again.
    pub(crate) clearable: bool,
    pub(crate) shown: Shown,
}

const fn any(group: Group, key: &'static str, rule: Rule) -> Entry {
    Entry {
        key,
        group,
        rule,
        clearable: true,
        shown: Shown::Plain,
    }
}

const fn must(group: Group, key: &'static str, rule: Rule) -> Entry {
    Entry {
        clearable: false,
        ..any(group, key, rule)
    }
}

const fn bit(key: &'static str) -> Entry {
    Entry {
        shown: Shown::Bit,
        ..any(Group::Site, key, Rule::Flag)
    }
}

const fn blank(group: Group, key: &'static str, rule: Rule) -> Entry {
    Entry {
        shown: Shown::Else(""),
        ..any(group, key, rule)
    }
}

const fn unseen(group: Group, key: &'static str) -> Entry {
    Entry {
        shown: Shown::Never,
        ..any(group, key, Rule::Text)
    }
}

const SHADES: &[&str] = &["dark", "light"];
const COLOURS: &[&str] = &["default", "darkblue", "black", "green"];
const METHODS: &[&str] = &["0", "1", "2", "3", "4"];
const CAPTCHAS: &[&str] = &["recaptcha", "turnstile", "recaptcha-v3"];

use Group::{App, Email, Frontend, Invite, Safe, Server, Site, Subscribe, Telegram};
use Rule::{Flag, Integer, List, Number, OneOf, Text, WebAddress};

/// The settings in the order in which they are answered; also that of the errors.
pub(crate) const CATALOG: &[Entry] = &[
    any(Invite, "invite_force", Flag),
    any(Invite, "invite_commission", Integer),
    any(Invite, "invite_gen_limit", Integer),
    any(Invite, "invite_never_expire", Flag),
    any(Invite, "commission_first_time_enable", Flag),
    any(Invite, "commission_auto_check_enable", Flag),
    any(Invite, "commission_withdraw_limit", Number),
    any(Invite, "commission_withdraw_method", List),
    any(Invite, "withdraw_close_enable", Flag),
    any(Invite, "commission_distribution_enable", Flag),
    any(Invite, "commission_distribution_l1", Number),
    any(Invite, "commission_distribution_l2", Number),
    any(Invite, "commission_distribution_l3", Number),
    any(Site, "logo", WebAddress),
    bit("force_https"),
    bit("stop_register"),
    any(Site, "app_name", Text),
    Entry {
        // Only administrators see it: the site itself has no motto before one is stored.
        shown: Shown::Else("XBoard is best!"),
        ..any(Site, "app_description", Text)
    },
    any(Site, "app_url", WebAddress),
    any(Site, "subscribe_url", Text),
    unseen(Site, "try_out_enable"),
    must(Site, "try_out_plan_id", Integer),
    must(Site, "try_out_hour", Number),
    any(Site, "tos_url", WebAddress),
    any(Site, "currency", Text),
    any(Site, "currency_symbol", Text),
    any(Site, "ticket_must_wait_reply", Flag),
    any(Subscribe, "plan_change_enable", Flag),
    must(Subscribe, "reset_traffic_method", OneOf(METHODS)),
    any(Subscribe, "surplus_enable", Flag),
    any(Subscribe, "new_order_event_id", Integer),
    any(Subscribe, "renew_order_event_id", Integer),
    any(Subscribe, "change_order_event_id", Integer),
    any(Subscribe, "show_info_to_server_enable", Flag),
    any(Subscribe, "show_protocol_to_server_enable", Flag),
    must(Subscribe, "default_remind_expire", Flag),
    must(Subscribe, "default_remind_traffic", Flag),
    any(Subscribe, "subscribe_path", Rule::Segment),
    // Ours: the header `announce` of subscriptions.
    any(Subscribe, "subscribe_announcement", Text),
    any(Frontend, "frontend_theme", Rule::Name),
    any(Frontend, "frontend_theme_sidebar", OneOf(SHADES)),
    any(Frontend, "frontend_theme_header", OneOf(SHADES)),
    any(Frontend, "frontend_theme_color", OneOf(COLOURS)),
    any(Frontend, "frontend_background_url", WebAddress),
    any(Server, "server_token", Rule::LongText(16)),
    must(Server, "server_pull_interval", Integer),
    must(Server, "server_push_interval", Integer),
    must(Server, "device_limit_mode", Integer),
    must(Server, "server_ws_enable", Flag),
    blank(Server, "server_ws_url", Rule::SocketAddress),
    any(Email, "email_host", Text),
    any(Email, "email_port", Integer),
    any(Email, "email_username", Text),
    any(Email, "email_password", Text),
    any(Email, "email_encryption", Text),
    any(Email, "email_from_address", Text),
    any(Email, "remind_mail_enable", Flag),
    any(Telegram, "telegram_bot_enable", Flag),
    any(Telegram, "telegram_bot_token", Text),
    any(Telegram, "telegram_webhook_url", WebAddress),
    unseen(Telegram, "telegram_discuss_id"),
    unseen(Telegram, "telegram_channel_id"),
    any(Telegram, "telegram_discuss_link", WebAddress),
    blank(App, "windows_version", Text),
    blank(App, "windows_download_url", Text),
    blank(App, "macos_version", Text),
    blank(App, "macos_download_url", Text),
    blank(App, "android_version", Text),
    blank(App, "android_download_url", Text),
    must(Safe, "email_verify", Flag),
    must(Safe, "safe_mode_enable", Flag),
    must(Safe, "secure_path", Rule::AdminPath),
    must(Safe, "email_whitelist_enable", Flag),
    any(Safe, "email_whitelist_suffix", List),
    must(Safe, "email_gmail_limit_enable", Flag),
    must(Safe, "captcha_enable", Flag),
    must(Safe, "captcha_type", OneOf(CAPTCHAS)),
    blank(Safe, "recaptcha_key", Text),
    blank(Safe, "recaptcha_site_key", Text),
    blank(Safe, "recaptcha_v3_secret_key", Text),
    blank(Safe, "recaptcha_v3_site_key", Text),
    must(Safe, "recaptcha_v3_score_threshold", Rule::Share),
    blank(Safe, "turnstile_secret_key", Text),
    blank(Safe, "turnstile_site_key", Text),
    must(Safe, "register_limit_by_ip_enable", Flag),
    must(Safe, "register_limit_count", Integer),
    must(Safe, "register_limit_expire", Integer),
    must(Safe, "password_limit_enable", Flag),
    must(Safe, "password_limit_count", Integer),
    must(Safe, "password_limit_expire", Integer),
    // Another name of `captcha_enable`: saving it stores a row that nothing reads.
    must(Safe, "recaptcha_enable", Flag),
];

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
        let keys: BTreeSet<&str> = CATALOG.iter().map(|entry| entry.key).collect();
        assert_eq!(keys.len(), CATALOG.len());
        for group in Group::ALL {
            assert_eq!(Group::named(group.name()), Some(group));
        }
        assert_eq!(Group::named("nope"), None);
    }
}
