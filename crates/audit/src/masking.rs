use serde_json::{Map, Value};

/// What stands for a value that nobody is to read.
pub const MASK: &str = "***";

/// Names, or parts of names, of what is secret.
const SECRET: [&str; 6] = [
    "password",
    "passwd",
    "token",
    "secret",
    "key",
    "authorization",
];
/// Names of what is about a person.
const PERSONAL: [&str; 4] = ["real_name", "realname", "identity_no", "id_card"];
/// Names of what may hold anything: the configuration of a plugin or of a payment method.
const OPAQUE: [&str; 1] = ["config"];
/// Names that only look secret.
const PLAIN: [&str; 1] = ["keyword"];
/// What the reference leaves out of the record when it stands outermost.
const LEFT_OUT: [&str; 5] = ["password", "token", "secret", "key", "api_key"];

/// Whether a value of this name is to be hidden.
fn is_hidden(name: &str) -> bool {
    let name = name.to_lowercase();
    let names = |list: &[&str]| list.iter().any(|part| name.contains(part));
    let is_secret = !PLAIN.contains(&name.as_str()) && names(&SECRET);
    OPAQUE.contains(&name.as_str()) || names(&PERSONAL) || is_secret
}

/// The fields of a request as they are recorded: without the outermost secrets, and with [`MASK`] in
/// the place of the others.
pub fn masked_input(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    masked_members(fields)
}

/// The value of this name with everything secret in it replaced by [`MASK`], at any depth. `null`
/// stays, so that it shows whether there was a value.
pub fn masked(name: &str, value: Value) -> Value {
    if is_hidden(name) && !value.is_null() {
        return Value::from(MASK);
    }
    match value {
        Value::Object(members) => Value::Object(masked_members(members)),
        Value::Array(items) => {
            let items = items.into_iter().map(|item| masked("", item));
            Value::Array(items.collect())
        }
        scalar => scalar,
    }
}

fn masked_members(members: Map<String, Value>) -> Map<String, Value> {
    let members = members.into_iter().map(|(name, value)| {
        let value = masked(&name, value);
        (name, value)
    });
    members.collect()
}

/// A query with the values of secret names replaced, and whatever has as many digits as the number of
/// an identity document: a keyword may be one.
pub fn masked_query(query: &str) -> String {
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((name, value)) => {
            let looks_personal = value.bytes().filter(u8::is_ascii_digit).count() > 11;
            if looks_personal || is_hidden(name) {
                format!("{name}={MASK}")
            } else {
                part.to_owned()
            }
        }
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_at_any_depth() {
        let input = json!({
            "app_name": "Mine",
            "email_password": "hunter2",
            "nested": {"list": [{"API_Key": "k", "id": 1}, "text"], "token": null},
            "config": {"anything": 1},
            "identity_no": "110101199001011237",
            "real_name": "张三",
        });
        let expected = json!({
            "app_name": "Mine",
            "email_password": "***",
            "nested": {"list": [{"API_Key": "***", "id": 1}, "text"], "token": null},
            "config": "***",
            "identity_no": "***",
            "real_name": "***",
        });
        assert_eq!(masked("", input), expected);
        assert_eq!(masked("server_token", json!(["a"])), json!("***"));
    }

    #[test]
    fn the_record_leaves_out_the_outermost_secrets() {
        let input =
            json!({"id": 1, "show": 0, "password": "x", "token": "y", "user": {"token": "z"}});
        let Value::Object(input) = input else { return };
        let expected = json!({"id": 1, "show": 0, "user": {"token": "***"}});
        assert_eq!(Value::Object(masked_input(input)), expected);
    }

    #[test]
    fn queries_keep_what_is_harmless() {
        for (query, expected) in [
            ("", ""),
            ("id=1&t=1", "id=1&t=1"),
            ("token=abc&page=2", "token=***&page=2"),
            ("keyword=alice&flag", "keyword=alice&flag"),
            ("keyword=110101199001011237", "keyword=***"),
        ] {
            assert_eq!(masked_query(query), expected);
        }
    }
}
