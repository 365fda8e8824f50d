//! The plugins that are parts of the program.

use serde_json::{Map, Value};

use crate::entry::Rule;
use crate::judge::SettingRefused;
use crate::plugin_field::PluginField;
use crate::plugins::Plugins;

/// What a plugin is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginKind {
    /// Something that the panel can do.
    Feature,
    /// A payment gateway.
    Payment,
}

impl PluginKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Feature, Self::Payment];

    /// What `v2_plugins.type` and the wire call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Payment => "payment",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A plugin that is a part of the program.
#[derive(Debug)]
pub struct BundledPlugin {
    /// `v2_plugins.code`.
    pub code: &'static str,
    /// `v2_plugins.name`; of a payment plugin also the name of its gateway.
    pub name: &'static str,
    /// The version that the program has.
    pub version: &'static str,
    /// What it is for.
    pub kind: PluginKind,
    /// Whether it belongs to every panel: without a row it is installed and switched on.
    pub is_standard: bool,
    /// Its settings, in the order in which they are shown.
    pub fields: &'static [PluginField],
}

impl BundledPlugin {
    /// Every one, in the order in which they are listed.
    pub const ALL: &[Self] = &[
        gateway("alipay_f2f", "AlipayF2F"),
        gateway("btcpay", "BTCPay"),
        gateway("coin_payments", "CoinPayments"),
        gateway("coinbase", "Coinbase"),
        gateway("epay", "EPay"),
        gateway("mgate", "MGate"),
        Self {
            code: Plugins::TELEGRAM,
            name: "Telegram Bot",
            version: "1.0.1",
            kind: PluginKind::Feature,
            is_standard: true,
            fields: TELEGRAM,
        },
        integration(Plugins::REAL_NAME, "Real-name verification", REAL_NAME),
        integration(Plugins::ONLINE_DEVICES, "Online devices", ONLINE_DEVICES),
        integration(
            Plugins::IPV6_SUBSCRIPTION,
            "IPv6 subscription",
            IPV6_SUBSCRIPTION,
        ),
    ];

    /// The plugin with this code, spelled exactly.
    pub fn with_code(code: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|plugin| plugin.code == code)
    }

    /// The gateway that a payment plugin is.
    pub fn gateway(&self) -> Option<&'static str> {
        (self.kind == PluginKind::Payment).then_some(self.name)
    }

    /// The text that is stored for these settings: what is no setting of the plugin is left out.
    /// Either everything is accepted or, in the order of the settings, each refused one is named.
    pub fn config(
        &self,
        values: &Map<String, Value>,
    ) -> Result<String, Vec<(&'static str, SettingRefused)>> {
        let mut kept = Map::new();
        let mut refused = Vec::new();
        for field in self.fields {
            let Some(value) = values.get(field.key) else {
                continue;
            };
            match field.judge(value) {
                Ok(Some(value)) => drop(kept.insert(field.key.to_owned(), value)),
                Ok(None) => {}
                Err(refusal) => refused.push((field.key, refusal)),
            }
        }
        if refused.is_empty() {
            Ok(Value::Object(kept).to_string())
        } else {
            Err(refused)
        }
    }
}

const fn gateway(code: &'static str, name: &'static str) -> BundledPlugin {
    BundledPlugin {
        code,
        name,
        version: "1.0.0",
        kind: PluginKind::Payment,
        is_standard: true,
        // The settings of a gateway belong to each way to pay.
        fields: &[],
    }
}

const fn integration(
    code: &'static str,
    name: &'static str,
    fields: &'static [PluginField],
) -> BundledPlugin {
    BundledPlugin {
        code,
        name,
        version: "1.0.0",
        kind: PluginKind::Feature,
        is_standard: false,
        fields,
    }
}

use PluginField as Field;
use Rule::{Flag, Ids, Integer, Lines, Name, OneOf, Text};

const TELEGRAM: &[PluginField] = &[
    Field::new("enable_ticket_notify", Flag),
    Field::new("enable_payment_notify", Flag),
    Field::new("start_welcome_title", Text),
    Field::new("start_bot_description", Lines),
    Field::new("start_bind_guide", Lines),
    Field::new("start_unbind_guide", Lines),
    Field::new("start_bind_commands", Lines),
    Field::new("start_footer", Lines),
    Field::new("help_text", Lines),
];

const REAL_NAME: &[PluginField] = &[
    Field::new("auto_approve", Flag),
    Field::new("allow_resubmit", Flag),
    Field::new("strict_checksum", Flag),
    Field::new("min_age", Integer),
    Field::new("max_accounts_per_identity", Integer),
    Field::new("submit_limit", Integer),
    Field::new("enforce", OneOf(&["none", "order", "subscribe", "all"])),
    Field::new("exempt_admin", Flag),
    Field::new("grace_days", Integer),
    Field::new("notice", Lines),
    Field::new("mask_style", OneOf(&["head", "tail"])),
    Field::new("retention_days_rejected", Integer),
];

const ONLINE_DEVICES: &[PluginField] = &[
    Field::new("show_full_ip", Flag),
    Field::new("show_nodes", Flag),
    Field::new("count_shadow", Flag),
];

const IPV6_SUBSCRIPTION: &[PluginField] = &[
    Field::new("ipv6_group_id", Integer),
    Field::new("ipv6_plan_id", Integer),
    Field::new("allowed_plan_ids", Ids),
    Field::new("require_real_name", Flag),
    Field::new("email_suffix", Name),
    Field::new("traffic_mode", OneOf(&["shared", "independent"])),
    Field::new("independent_gb", Integer),
    Field::new("auto_sync_password", Flag),
    Field::new("allow_login", Flag),
    Field::new("count_shadow_devices", Flag),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::PluginRow;

    fn plugin(code: &str) -> &'static BundledPlugin {
        BundledPlugin::with_code(code).unwrap()
    }

    fn config(code: &str, values: Value) -> Result<String, Vec<(&'static str, SettingRefused)>> {
        let Value::Object(values) = values else {
            panic!("not an object")
        };
        plugin(code).config(&values)
    }

    #[test]
    fn every_plugin_and_setting_stands_once_and_is_read() {
        let codes: BTreeSet<_> = BundledPlugin::ALL
            .iter()
            .map(|plugin| plugin.code)
            .collect();
        assert_eq!(codes.len(), BundledPlugin::ALL.len());
        for plugin in BundledPlugin::ALL {
            let keys: BTreeSet<_> = plugin.fields.iter().map(|field| field.key).collect();
            assert_eq!(keys.len(), plugin.fields.len(), "{}", plugin.code);
            for key in keys {
                let shown = Plugins::default().shown(plugin.code, key);
                assert!(shown.is_some(), "{} {key}", plugin.code);
            }
        }
        assert!(BundledPlugin::with_code("EPAY").is_none());
        assert_eq!(Plugins::default().shown("epay", "key"), None);
        for kind in PluginKind::ALL {
            assert_eq!(PluginKind::named(kind.name()), Some(kind));
        }
    }

    #[test]
    fn every_setting_that_can_be_stored_is_read_again() {
        let values = json!({
            "auto_approve": 1, "allow_resubmit": "0", "strict_checksum": true, "min_age": "18",
            "max_accounts_per_identity": 2, "submit_limit": 3, "enforce": "all",
            "exempt_admin": false, "grace_days": 4, "notice": "读\n", "mask_style": "tail",
            "retention_days_rejected": 5,
        });
        let stored = config(Plugins::REAL_NAME, values).unwrap();
        let read = Plugins::from_rows(&[PluginRow {
            code: Plugins::REAL_NAME.to_owned(),
            enabled: true,
            config: Some(stored),
        }]);
        let shown: Vec<Value> = plugin(Plugins::REAL_NAME)
            .fields
            .iter()
            .filter_map(|field| read.shown(Plugins::REAL_NAME, field.key))
            .collect();
        let expected = json!([
            true, false, true, 18, 2, 3, "all", false, 4, "读\n", "tail", 5
        ]);
        assert_eq!(Value::from(shown), expected);
    }

    #[test]
    fn what_is_stored_has_the_type_of_its_setting() {
        for (code, values, expected) in [
            (
                "telegram",
                json!({"enable_ticket_notify": false, "hacker": 1}),
                json!({"enable_ticket_notify": false}),
            ),
            (
                "telegram",
                json!({"help_text": "", "start_footer": null}),
                json!({"help_text": ""}),
            ),
            (
                Plugins::IPV6_SUBSCRIPTION,
                json!({"ipv6_group_id": "3", "ipv6_plan_id": "", "allowed_plan_ids": "[1, \"2\"]"}),
                json!({"ipv6_group_id": 3, "allowed_plan_ids": [1, 2]}),
            ),
            (
                Plugins::IPV6_SUBSCRIPTION,
                json!({"allowed_plan_ids": [], "email_suffix": "-v6"}),
                json!({"allowed_plan_ids": [], "email_suffix": "-v6"}),
            ),
            ("epay", json!({"key": "k"}), json!({})),
        ] {
            let stored = config(code, values).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&stored).unwrap(), expected);
        }
    }

    #[test]
    fn one_bad_value_refuses_everything_and_is_named() {
        use SettingRefused as Refused;
        for (code, key, value, refusal) in [
            (
                Plugins::REAL_NAME,
                "auto_approve",
                json!("x"),
                Refused::NotFlag,
            ),
            (Plugins::REAL_NAME, "min_age", json!(-1), Refused::TooSmall),
            (
                Plugins::REAL_NAME,
                "min_age",
                json!(1.5),
                Refused::NotInteger,
            ),
            (
                Plugins::REAL_NAME,
                "min_age",
                json!([1]),
                Refused::NotInteger,
            ),
            (
                Plugins::REAL_NAME,
                "enforce",
                json!("some"),
                Refused::NotOneOf,
            ),
            (Plugins::REAL_NAME, "notice", json!("a\0"), Refused::NotText),
            (
                Plugins::IPV6_SUBSCRIPTION,
                "allowed_plan_ids",
                json!("1,2"),
                Refused::NotList,
            ),
            (
                Plugins::IPV6_SUBSCRIPTION,
                "allowed_plan_ids",
                json!([0]),
                Refused::NotInteger,
            ),
            (
                Plugins::IPV6_SUBSCRIPTION,
                "email_suffix",
                json!("@evil.test"),
                Refused::NotPath,
            ),
        ] {
            let values = json!({"submit_limit": 1, "allow_login": true, key: value});
            assert_eq!(config(code, values), Err(vec![(key, refusal)]), "{key}");
        }
    }
}
