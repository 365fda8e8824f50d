//! What Xboard's migrations do to the settings of nodes.

use serde_json::{Map, Value, json};

/// The settings of a VLESS node with uTLS, where it has REALITY without; `None` when there is nothing to do.
pub(super) fn with_utls(stored: &str) -> Option<String> {
    let mut settings = object(stored)?;
    let is_reality = match settings.get("tls")? {
        Value::Number(number) => number.as_i64() == Some(2),
        Value::String(text) => text.trim() == "2",
        _ => false,
    };
    let existing = settings.get("utls").and_then(Value::as_object);
    let field = |name: &str| existing.and_then(|utls| utls.get(name));
    if !is_reality || field("enabled") == Some(&Value::Bool(true)) {
        return None;
    }
    let fingerprint = field("fingerprint").and_then(Value::as_str);
    let fingerprint = fingerprint.filter(|text| !text.is_empty());
    let fingerprint = fingerprint.unwrap_or("chrome").to_owned();
    let utls = json!({"enabled": true, "fingerprint": fingerprint});
    settings.insert("utls".to_owned(), utls);
    Some(Value::Object(settings).to_string())
}

/// The settings of a Trojan node with its server name and its leniency among those of TLS; `None` when
/// there is nothing to do.
pub(super) fn with_trojan_tls(stored: &str) -> Option<String> {
    let mut settings = object(stored)?;
    let name = settings.get("server_name").filter(|name| !name.is_null());
    let name = name.cloned();
    let lenient = settings.get("allow_insecure").is_some_and(is_set);
    let has_name = name.as_ref().is_some_and(|name| name != "");
    let Some(Value::Object(tls)) = settings.get_mut("tls_settings") else {
        if name.is_none() && !lenient {
            return None;
        }
        let tls = json!({"server_name": name, "allow_insecure": lenient});
        settings.insert("tls_settings".to_owned(), tls);
        return Some(Value::Object(settings).to_string());
    };
    let lacks = |tls: &Map<String, Value>, key: &str| tls.get(key).is_none_or(Value::is_null);
    let names =
        (lacks(tls, "server_name") || tls.get("server_name") == Some(&json!(""))) && has_name;
    let admits = lacks(tls, "allow_insecure") && lenient;
    if names {
        tls.insert("server_name".to_owned(), json!(name));
    }
    if admits {
        tls.insert("allow_insecure".to_owned(), json!(true));
    }
    (names || admits).then(|| Value::Object(settings).to_string())
}

fn object(stored: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(stored) {
        Ok(Value::Object(settings)) if !settings.is_empty() => Some(settings),
        _ => None,
    }
}

/// What PHP takes for true.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(set) => *set,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_rewritten(rewrite: fn(&str) -> Option<String>, cases: &[(Value, Option<Value>)]) {
        for (stored, expected) in cases {
            let rewritten = rewrite(&stored.to_string());
            let rewritten: Option<Value> =
                rewritten.map(|text| serde_json::from_str(&text).unwrap());
            assert_eq!(&rewritten, expected, "{stored}");
            if let Some(rewritten) = rewritten {
                assert_eq!(rewrite(&rewritten.to_string()), None, "twice: {stored}");
            }
        }
    }

    #[test]
    fn reality_gets_a_browsers_tls_once() {
        let chrome = json!({"enabled": true, "fingerprint": "chrome"});
        assert_rewritten(
            with_utls,
            &[
                (json!({"tls": 2}), Some(json!({"tls": 2, "utls": chrome}))),
                (
                    json!({"tls": "2"}),
                    Some(json!({"tls": "2", "utls": chrome})),
                ),
                (
                    json!({"tls": 2, "utls": {"enabled": false, "fingerprint": "ios"}}),
                    Some(json!({"tls": 2, "utls": {"enabled": true, "fingerprint": "ios"}})),
                ),
                (json!({"tls": 2, "utls": {"enabled": true}}), None),
                (json!({"tls": 1}), None),
                (json!({}), None),
                (json!([1]), None),
                (json!("text"), None),
            ],
        );
        assert_eq!(with_utls("no JSON"), None);
    }

    #[test]
    fn trojan_keeps_its_tls_in_one_place() {
        assert_rewritten(
            with_trojan_tls,
            &[
                (
                    json!({"server_name": "a.test", "allow_insecure": 1}),
                    Some(json!({
                        "server_name": "a.test", "allow_insecure": 1,
                        "tls_settings": {"server_name": "a.test", "allow_insecure": true},
                    })),
                ),
                (
                    json!({"server_name": "a.test", "tls_settings": {"server_name": ""}}),
                    Some(
                        json!({"server_name": "a.test", "tls_settings": {"server_name": "a.test"}}),
                    ),
                ),
                (
                    json!({"allow_insecure": true, "tls_settings": {"server_name": "b.test"}}),
                    Some(json!({
                        "allow_insecure": true,
                        "tls_settings": {"server_name": "b.test", "allow_insecure": true},
                    })),
                ),
                (
                    json!({"server_name": "a.test", "tls_settings": {"server_name": "b.test"}}),
                    None,
                ),
                (json!({"server_name": null, "allow_insecure": false}), None),
                (json!({"network": "tcp"}), None),
            ],
        );
    }
}
