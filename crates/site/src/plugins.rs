//! The bundled plugins that are part of the program: which are switched on, and how they are set.

use std::collections::HashMap;

use serde_json::Value;

use crate::groups::settings_group;
use crate::{BundledPlugin, StoredSettings};

/// A row of `v2_plugins`, as far as it decides anything here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRow {
    /// `code`.
    pub code: String,
    /// `is_enabled`.
    pub enabled: bool,
    /// `config`: a JSON object, or nothing of use.
    pub config: Option<String>,
}

/// A plugin: whether it is switched on, and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plugin<T> {
    /// Installed and switched on.
    pub enabled: bool,
    /// Its settings; what was never set, or is malformed, has its default.
    pub settings: T,
}

/// The plugins that the program itself is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugins {
    /// `real_name_verification`.
    pub real_name: Plugin<RealNameSettings>,
    /// `user_online_devices`.
    pub online_devices: Plugin<OnlineDeviceSettings>,
    /// `user_add_ipv6_subscription`.
    pub ipv6_subscription: Plugin<Ipv6SubscriptionSettings>,
    /// `telegram`. The bot belongs to every panel: without a row it is on.
    pub telegram: Plugin<TelegramBotSettings>,
    /// The gateways whose plugins are switched off.
    disabled_gateways: Vec<&'static str>,
}

impl Default for Plugins {
    /// The plugins of a panel where none was ever installed.
    fn default() -> Self {
        Self::from_rows(&[])
    }
}

impl Plugins {
    /// The code of the real-name verification.
    pub const REAL_NAME: &str = "real_name_verification";
    /// The code of the overview of online devices.
    pub const ONLINE_DEVICES: &str = "user_online_devices";
    /// The code of the second subscription.
    pub const IPV6_SUBSCRIPTION: &str = "user_add_ipv6_subscription";
    /// The code of the bot.
    pub const TELEGRAM: &str = "telegram";

    /// Reads the rows of `v2_plugins`. It never fails: a plugin without a row is off (but the bot),
    /// rows of other plugins are ignored.
    pub fn from_rows(rows: &[PluginRow]) -> Self {
        let find = |code| rows.iter().find(|row| row.code == code);
        Self {
            real_name: plugin(find(Self::REAL_NAME), RealNameSettings::from_stored),
            online_devices: plugin(
                find(Self::ONLINE_DEVICES),
                OnlineDeviceSettings::from_stored,
            ),
            ipv6_subscription: plugin(
                find(Self::IPV6_SUBSCRIPTION),
                Ipv6SubscriptionSettings::from_stored,
            ),
            telegram: Plugin {
                enabled: find(Self::TELEGRAM).is_none_or(|row| row.enabled),
                ..plugin(find(Self::TELEGRAM), TelegramBotSettings::from_stored)
            },
            disabled_gateways: BundledPlugin::ALL
                .iter()
                .filter(|bundled| find(bundled.code).is_some_and(|row| !row.enabled))
                .filter_map(BundledPlugin::gateway)
                .collect(),
        }
    }

    /// Whether this gateway may be used: only the row of its plugin switches it off, and not every
    /// gateway has a plugin.
    pub fn is_gateway_enabled(&self, gateway: &str) -> bool {
        !self.disabled_gateways.contains(&gateway)
    }

    /// The setting of this name of the plugin with this code, as JSON; `None` when there is none.
    pub fn shown(&self, code: &str, key: &str) -> Option<Value> {
        match code {
            Self::REAL_NAME => self.real_name.settings.shown(key),
            Self::ONLINE_DEVICES => self.online_devices.settings.shown(key),
            Self::IPV6_SUBSCRIPTION => self.ipv6_subscription.settings.shown(key),
            Self::TELEGRAM => self.telegram.settings.shown(key),
            _ => None,
        }
    }
}

fn plugin<T>(row: Option<&PluginRow>, read: fn(&StoredSettings) -> T) -> Plugin<T> {
    let config = row.and_then(|row| row.config.as_deref());
    Plugin {
        enabled: row.is_some_and(|row| row.enabled),
        settings: read(&members(config.unwrap_or_default())),
    }
}

/// The members of a JSON object as if each were the text of a setting.
fn members(json: &str) -> StoredSettings {
    let parsed: HashMap<String, Value> = serde_json::from_str(json).unwrap_or_default();
    StoredSettings::from_rows(parsed.into_iter().map(|(name, value)| {
        let text = match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        };
        (name, text)
    }))
}

settings_group! {
    /// How real names are verified.
    RealNameSettings {
        /// A submission with a right check digit is approved at once.
        auto_approve: bool = false,
        /// A rejected user may submit again.
        allow_resubmit: bool = true,
        /// A wrong check digit is refused.
        strict_checksum: bool = false,
        /// The fewest whole years.
        min_age: i64 = 0,
        /// How many accounts one identity may have; 0 for any number.
        max_accounts_per_identity: i64 = 1,
        /// Submissions of one user in 24 hours.
        submit_limit: i64 = 5,
        /// `none`, `order`, `subscribe` or `all`.
        enforce: String = "none".to_owned(),
        /// Administrators need no verification.
        exempt_admin: bool = true,
        /// Days after the registration in which nothing is refused.
        grace_days: i64 = 0,
        /// What the page says above the form.
        notice: String = String::new(),
        /// `head` or `tail`: which character of a name is shown.
        mask_style: String = "head".to_owned(),
        /// Days after which a rejected submission loses its encrypted texts.
        retention_days_rejected: i64 = 30,
    }
}

settings_group! {
    /// What users see of their online devices.
    OnlineDeviceSettings {
        /// Whole addresses, not their first half.
        show_full_ip: bool = true,
        /// The names of nodes.
        show_nodes: bool = true,
        /// The devices of a second subscription count as the user's.
        count_shadow: bool = true,
    }
}

settings_group! {
    /// The second subscription over IPv6 nodes.
    Ipv6SubscriptionSettings {
        /// The group of the IPv6 nodes; without one nothing can be enabled.
        ipv6_group_id: Option<i64> = None,
        /// The plan of the second account; without one that of the first.
        ipv6_plan_id: Option<i64> = None,
        /// The plans that it comes with; empty for any.
        allowed_plan_ids: Vec<String> = Vec::new(),
        /// Only for verified users.
        require_real_name: bool = false,
        /// What is added to the local part of the address.
        email_suffix: String = "-ipv6".to_owned(),
        /// `shared` or `independent`.
        traffic_mode: String = "shared".to_owned(),
        /// GB for one period where traffic is independent; without it as many as the first account.
        independent_gb: Option<i64> = None,
        /// A new password is the second account's as well.
        auto_sync_password: bool = true,
        /// Whether the second account may log in.
        allow_login: bool = true,
        /// Its devices count as the user's.
        count_shadow_devices: bool = true,
    }
}

settings_group! {
    /// What staff is told, and what the bot says where an administrator changed it; a backslash and
    /// an n stand for a line break.
    TelegramBotSettings {
        /// Staff is told of what customers write in tickets.
        enable_ticket_notify: bool = true,
        /// Staff is told of payments.
        enable_payment_notify: bool = true,
        /// The first line of a welcome.
        start_welcome_title: Option<String> = None,
        /// What the bot is for.
        start_bot_description: Option<String> = None,
        /// How a chat is bound.
        start_bind_guide: Option<String> = None,
        /// The commands of a chat that is bound.
        start_unbind_guide: Option<String> = None,
        /// The commands of one that is not.
        start_bind_commands: Option<String> = None,
        /// The last line of a welcome.
        start_footer: Option<String> = None,
        /// The answer to what the bot does not know.
        help_text: Option<String> = None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, enabled: bool, config: Option<&str>) -> PluginRow {
        PluginRow {
            code: code.to_owned(),
            enabled,
            config: config.map(str::to_owned),
        }
    }

    #[test]
    fn a_plugin_without_a_row_is_off() {
        assert_eq!(Plugins::from_rows(&[]), Plugins::default());
        let others = [row("epay", true, Some("{}"))];
        assert_eq!(Plugins::from_rows(&others), Plugins::default());
        assert!(!Plugins::default().real_name.enabled);
        assert_eq!(Plugins::default().real_name.settings.submit_limit, 5);
    }

    #[test]
    fn the_bot_is_off_only_where_its_row_says_so() {
        let read = |rows: &[PluginRow]| Plugins::from_rows(rows).telegram;
        assert!(read(&[]).enabled);
        let config = r#"{"help_text":"?","start_footer":"","enable_ticket_notify":true}"#;
        let on = read(&[row("telegram", true, Some(config))]);
        assert!(on.enabled);
        assert_eq!(on.settings.help_text.as_deref(), Some("?"));
        assert_eq!(on.settings.start_footer.unwrap_or_default(), "");
        assert!(!read(&[row("telegram", false, None)]).enabled);
    }

    #[test]
    fn a_gateway_is_off_only_where_the_row_of_its_plugin_says_so() {
        let plugins = Plugins::from_rows(&[row("epay", false, None), row("mgate", true, None)]);
        assert!(!plugins.is_gateway_enabled("EPay"));
        for gateway in ["MGate", "CoinPayments", "StripeCredit", "epay"] {
            assert!(plugins.is_gateway_enabled(gateway), "{gateway}");
        }
        assert!(Plugins::default().is_gateway_enabled("EPay"));
    }

    #[test]
    fn settings_have_many_spellings() {
        let config = r#"{"auto_approve":true,"submit_limit":"7","enforce":"all","min_age":18,
            "notice":null,"grace_days":"x","allow_resubmit":0}"#;
        let read = Plugins::from_rows(&[row(Plugins::REAL_NAME, true, Some(config))]);
        let expected = RealNameSettings {
            auto_approve: true,
            submit_limit: 7,
            enforce: "all".to_owned(),
            min_age: 18,
            allow_resubmit: false,
            ..RealNameSettings::default()
        };
        assert!(read.real_name.enabled);
        assert_eq!(read.real_name.settings, expected);
        let config = r#"{"ipv6_group_id":"3","allowed_plan_ids":[1,"2"]}"#;
        let read = Plugins::from_rows(&[row(Plugins::IPV6_SUBSCRIPTION, false, Some(config))]);
        assert!(!read.ipv6_subscription.enabled);
        let settings = read.ipv6_subscription.settings;
        assert_eq!(settings.ipv6_group_id, Some(3));
        assert_eq!(settings.allowed_plan_ids, ["1", "2"]);
    }

    #[test]
    fn a_malformed_config_is_none() {
        for config in ["", "[]", "[1]", "null", "{broken", "7"] {
            let read = Plugins::from_rows(&[row(Plugins::REAL_NAME, true, Some(config))]);
            assert!(read.real_name.enabled);
            assert_eq!(
                read.real_name.settings,
                RealNameSettings::default(),
                "{config}"
            );
        }
    }
}
