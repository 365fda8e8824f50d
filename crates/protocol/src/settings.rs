//! `v2_server.protocol_settings`.

use serde_json::{Map, Number, Value};

use crate::shape::{self, Member, Shape};
use crate::{Protocol, nested};

static NULL: Value = Value::Null;

/// The settings of a node in their normal form. Members are named by their path: `obfs.type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings(Value);

impl Settings {
    /// The normal form of what is stored, or was sent, for a node of this protocol. Anything is
    /// accepted: what is no object counts as an empty one, a scalar of another type is
    /// converted as PHP does, and a list or a map that is written as JSON once more is read.
    pub fn normalised(protocol: Protocol, given: &Value) -> Self {
        Self(object(&nested::read(given), shape::members(protocol)))
    }

    /// The normal form of a column's text; what is no JSON counts as an empty object.
    pub fn from_json(protocol: Protocol, stored: Option<&str>) -> Self {
        let given = stored.and_then(|text| serde_json::from_str(text).ok());
        Self::normalised(protocol, &given.unwrap_or_default())
    }

    /// Settings of a TLS layer of which nothing is set: what a node is told where its settings have
    /// none.
    pub fn default_tls() -> Value {
        object(&NULL, shape::TLS)
    }

    /// All of it: a JSON object.
    pub const fn as_value(&self) -> &Value {
        &self.0
    }

    /// The member at the path; null when there is none.
    pub fn at(&self, path: &str) -> &Value {
        let found = path
            .split('.')
            .try_fold(&self.0, |value, name| value.get(name));
        found.unwrap_or(&NULL)
    }

    /// The text at the path; an empty one counts.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path).as_str()
    }

    /// The integer at the path.
    pub fn integer(&self, path: &str) -> Option<i64> {
        self.at(path).as_i64()
    }

    /// Whether the flag at the path is set.
    pub fn flag(&self, path: &str) -> bool {
        self.at(path).as_bool().unwrap_or(false)
    }

    /// The list at the path; empty when there is none.
    pub fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().map_or(&[], Vec::as_slice)
    }
}

fn object(given: &Value, members: &[Member]) -> Value {
    let normal = |(name, shape): &Member| {
        let value = given.get(name).unwrap_or(&NULL);
        ((*name).to_owned(), member(value, shape))
    };
    Value::Object(members.iter().map(normal).collect::<Map<_, _>>())
}

fn member(given: &Value, shape: &Shape) -> Value {
    match shape {
        Shape::Integer(default) => integer(given).or(*default).map_or(Value::Null, Value::from),
        Shape::Flag => Value::Bool(flag(given)),
        Shape::Text(default) => {
            let text = text(given).or_else(|| default.map(str::to_owned));
            text.map_or(Value::Null, Value::String)
        }
        Shape::Free(default) => free(&nested::read_throughout(given), default),
        Shape::Object(members) => match nested::read(given).as_ref() {
            given @ (Value::Object(_) | Value::Array(_)) => object(given, members),
            _ => Value::Null,
        },
    }
}

fn integer(given: &Value) -> Option<i64> {
    match given {
        Value::Null => None,
        Value::Bool(set) => Some(i64::from(*set)),
        Value::Number(number) => number.as_i64().or_else(|| whole(&number.to_string())),
        Value::String(text) => Some(whole(text.trim_start()).unwrap_or(0)),
        Value::Array(items) => Some(i64::from(!items.is_empty())),
        Value::Object(members) => Some(i64::from(!members.is_empty())),
    }
}

/// The integer that a text begins with.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let length = digits
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count()
        .saturating_add(text.len() - digits.len());
    text.get(..length)?.parse().ok()
}

fn flag(given: &Value) -> bool {
    match given {
        Value::Null => false,
        Value::Bool(set) => *set,
        Value::Number(number) => !is_zero(number),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

fn is_zero(number: &Number) -> bool {
    number.as_f64().is_some_and(|value| value == 0.0)
}

/// A scalar as text; a list or a map is none.
fn text(given: &Value) -> Option<String> {
    match given {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(set) => Some(if *set { "1" } else { "" }.to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn free(given: &Value, default: &[&str]) -> Value {
    match given {
        Value::Array(_) | Value::Object(_) => given.clone(),
        Value::Null if default.is_empty() => Value::Null,
        Value::Null => Value::from(default.to_vec()),
        scalar => Value::Array(vec![scalar.clone()]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_row_has_every_member_with_its_default() {
        let empty = |protocol| Settings::normalised(protocol, &json!({})).0;
        assert_eq!(
            empty(Protocol::Trojan),
            json!({
                "tls": 1, "network": null, "network_settings": null, "server_name": null,
                "allow_insecure": false, "tls_settings": null, "reality_settings": null,
                "multiplex": null, "utls": null,
            })
        );
        assert_eq!(
            empty(Protocol::Vmess),
            json!({
                "tls": 0, "network": null, "rules": null, "network_settings": null,
                "tls_settings": null, "multiplex": null, "utls": null,
            })
        );
        assert_eq!(
            empty(Protocol::Vless),
            json!({
                "tls": 0, "tls_settings": null, "flow": null, "encryption": null, "network": null,
                "network_settings": null, "reality_settings": null, "multiplex": null, "utls": null,
            })
        );
        assert_eq!(
            empty(Protocol::Shadowsocks),
            json!({"cipher": null, "obfs": null, "obfs_settings": null, "plugin": null, "plugin_opts": null})
        );
        assert_eq!(
            empty(Protocol::Hysteria),
            json!({"version": 2, "bandwidth": null, "obfs": null, "tls": null, "hop_interval": null})
        );
        assert_eq!(
            empty(Protocol::Tuic),
            json!({
                "version": 5, "congestion_control": "cubic", "alpn": ["h3"],
                "udp_relay_mode": "native", "tls": null,
            })
        );
        assert_eq!(empty(Protocol::Anytls)["padding_scheme"][1], "0=30-30");
        assert_eq!(
            empty(Protocol::Anytls)["padding_scheme"]
                .as_array()
                .unwrap()
                .len(),
            9
        );
        for plain in [Protocol::Socks, Protocol::Naive, Protocol::Http] {
            assert_eq!(empty(plain), json!({"tls": 0, "tls_settings": null}));
        }
        assert_eq!(
            empty(Protocol::Mieru),
            json!({"transport": "TCP", "traffic_pattern": "", "multiplex": null})
        );
    }

    #[test]
    fn objects_that_are_there_are_filled() {
        let given = json!({
            "tls": "2",
            "tls_settings": [],
            "reality_settings": {"server_port": 443, "short_id": "ab"},
            "utls": {"enabled": 1},
            "multiplex": {"brutal": {}, "max_streams": 5},
            "network_settings": {"path": "/x"},
            "unknown": true,
        });
        let settings = Settings::normalised(Protocol::Vless, &given);
        assert_eq!(settings.integer("tls"), Some(2));
        assert_eq!(
            settings.at("tls_settings"),
            &json!({"server_name": null, "allow_insecure": false, "ech": null})
        );
        assert_eq!(settings.text("reality_settings.server_port"), Some("443"));
        assert_eq!(settings.at("reality_settings.public_key"), &Value::Null);
        assert!(settings.flag("utls.enabled"));
        assert_eq!(settings.text("utls.fingerprint"), Some("chrome"));
        assert_eq!(
            settings.at("multiplex.brutal"),
            &json!({"enabled": false, "up_mbps": null, "down_mbps": null})
        );
        assert_eq!(settings.at("multiplex.max_streams"), &Value::Null);
        assert_eq!(settings.text("network_settings.path"), Some("/x"));
        assert_eq!(settings.at("unknown"), &Value::Null);
        assert!(settings.list("network_settings.path").is_empty());
    }

    #[test]
    fn scalars_become_what_they_should_be() {
        let normal = |path: &str, given: Value| {
            let settings = Settings::normalised(Protocol::Hysteria, &given);
            settings.at(path).clone()
        };
        for (given, expected) in [
            (json!("1"), json!(1)),
            (json!(" 12abc"), json!(12)),
            (json!("-3"), json!(-3)),
            (json!("x"), json!(0)),
            (json!(1.9), json!(1)),
            (json!(true), json!(1)),
            (json!([]), json!(0)),
            (json!(null), json!(2)),
        ] {
            assert_eq!(normal("version", json!({"version": given})), expected);
        }
        for (given, expected) in [
            (json!("0"), false),
            (json!(""), false),
            (json!("false"), true),
            (json!(0), false),
            (json!(0.0), false),
            (json!(2), true),
            (json!(null), false),
            (json!([0]), true),
        ] {
            let found = normal("obfs.open", json!({"obfs": {"open": given}}));
            assert_eq!(found, json!(expected));
        }
        for (given, expected) in [
            (json!(5), json!("5")),
            (json!(true), json!("1")),
            (json!(""), json!("")),
            (json!({}), json!("salamander")),
            (json!(null), json!("salamander")),
        ] {
            let found = normal("obfs.type", json!({"obfs": {"type": given}}));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_no_object_counts_as_an_empty_one() {
        let empty = Settings::normalised(Protocol::Tuic, &json!({}));
        for given in [json!(null), json!([1]), json!("x"), json!(5)] {
            assert_eq!(Settings::normalised(Protocol::Tuic, &given), empty);
        }
        for stored in [None, Some(""), Some("{broken"), Some("[]"), Some("null")] {
            assert_eq!(Settings::from_json(Protocol::Tuic, stored), empty);
        }
        let stored = Some(r#"{"alpn":"h2"}"#);
        let settings = Settings::from_json(Protocol::Tuic, stored);
        assert_eq!(settings.list("alpn"), [json!("h2")]);
    }

    #[test]
    fn settings_that_are_json_inside_json_are_read_once_more() {
        let plain = json!({
            "network": "ws",
            "network_settings": {"path": "/nested", "headers": {"Host": "cdn.example.com"}},
            "tls_settings": {"server_name": "s.test", "ech": {"enabled": true, "config": "x"}},
        });
        let expected = Settings::normalised(Protocol::Trojan, &plain);
        let transport = plain["network_settings"].to_string();
        let with = |name: &str, value: Value| {
            let mut settings = plain.clone();
            settings[name] = value;
            settings
        };
        for given in [
            with("network_settings", json!(transport)),
            // Saved once by a panel that takes a text for a list of one.
            with("network_settings", json!([transport])),
            with("network_settings", json!(json!(transport).to_string())),
            with(
                "network_settings",
                json!({"path": "/nested", "headers": "{\"Host\":\"cdn.example.com\"}"}),
            ),
            with("tls_settings", json!(plain["tls_settings"].to_string())),
            with(
                "tls_settings",
                json!({"server_name": "s.test", "ech": "{\"enabled\":1,\"config\":\"x\"}"}),
            ),
            json!(plain.to_string()),
        ] {
            let found = Settings::normalised(Protocol::Trojan, &given);
            assert_eq!(found, expected, "{given}");
        }
        let schemes = json!({"padding_scheme": "[\"stop=8\",\"0=30-30\"]"});
        let settings = Settings::normalised(Protocol::Anytls, &schemes);
        assert_eq!(
            settings.list("padding_scheme"),
            [json!("stop=8"), json!("0=30-30")]
        );
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[-0-9a-z. ]{0,6}".prop_map(Value::from),
            r#"[\[{]("open":)?["\[{1]{0,3}[\]}]{0,4}"#.prop_map(Value::from),
            Just(Value::from(r#"{"open":"[\"{}\"]"}"#)),
        ];
        let names = prop_oneof![
            Just("tls"),
            Just("tls_settings"),
            Just("version"),
            Just("obfs"),
            Just("open"),
            Just("type"),
            Just("multiplex"),
            Just("brutal"),
            Just("alpn"),
            Just("padding_scheme"),
            Just("other")
        ];
        leaf.prop_recursive(3, 24, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                    let own = |(name, value): (&str, Value)| (name.to_owned(), value);
                    Value::Object(members.into_iter().map(own).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(given in any_value(), index in 0_usize..11) {
            let protocol = Protocol::ALL[index];
            let once = Settings::normalised(protocol, &given);
            prop_assert_eq!(&Settings::normalised(protocol, once.as_value()), &once);
            let names: Vec<&str> = shape::members(protocol).iter().map(|(name, _)| *name).collect();
            let members = once.as_value().as_object().unwrap();
            prop_assert_eq!(members.len(), names.len());
            prop_assert!(names.iter().all(|name| members.contains_key(*name)));
        }
    }
}
