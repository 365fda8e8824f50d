use serde_json::{Map, Value};

/// What stands for a value that nobody is to read.
pub const MASK: &str = "***";

/// Parts of names of what is secret.
const SECRET: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "token",
    "secret",
    "key",
    "private",
    "credential",
    "authorization",
    "cookie",
];
/// Words that make the name of a secret where they stand alone between other signs.
const SECRET_WORDS: [&str; 4] = ["sk", "pwd", "pass", "auth"];
/// Names of what is about a person.
const PERSONAL: [&str; 4] = ["real_name", "realname", "identity_no", "id_card"];
/// Names of what may hold anything: the configuration of a plugin or of a payment method.
const OPAQUE: [&str; 1] = ["config"];
/// Names that only look secret.
const PLAIN: [&str; 1] = ["keyword"];
/// What the reference leaves out of the record when it stands outermost.
const LEFT_OUT: [&str; 5] = ["password", "token", "secret", "key", "api_key"];
/// Members that say what their neighbour `value` is the value of.
const NAMING: [&str; 4] = ["id", "name", "field", "column"];

/// Whether a value of this name is to be hidden.
fn is_hidden(name: &str) -> bool {
    let name = name.to_lowercase();
    // A form writes the same name with other signs between its words.
    let spelled = name.replace([' ', '.', '-'], "_");
    let names = |list: &[&str]| list.iter().any(|part| spelled.contains(part));
    let mut words = spelled.split(|sign: char| !sign.is_alphanumeric());
    let is_secret = !PLAIN.contains(&name.as_str())
        && (names(&SECRET) || words.any(|word| SECRET_WORDS.contains(&word)));
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
    // A list is filtered by {"id": "token", "value": "…"}.
    let names_secret = NAMING
        .iter()
        .filter_map(|naming| members.get(*naming)?.as_str())
        .any(is_hidden);
    let members = members.into_iter().map(|(name, value)| {
        let is_named = names_secret && name == "value" && !value.is_null();
        let value = if is_named {
            Value::from(MASK)
        } else {
            masked(&name, value)
        };
        (name, value)
    });
    members.collect()
}

/// A query with the values of secret names replaced, and whatever has as many digits as the number of
/// an identity document: a keyword may be one. Names and values are judged as they are read, whatever
/// they are written as, and kept as they came.
pub fn masked_query(query: &str) -> String {
    // Of `filter[0][id]=token&filter[0][value]=…` the first names what the second is.
    let filtered_by_secret = pairs(query).any(|(name, value)| {
        let last = name.rsplit('[').next().unwrap_or_default();
        NAMING.contains(&last.trim_end_matches(']')) && is_hidden(&value)
    });
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((written, _)) => {
            let mut read = pairs(part);
            let (name, value) = read.next().unwrap_or_default();
            let looks_personal = value.bytes().filter(u8::is_ascii_digit).count() > 11;
            let is_filter = filtered_by_secret && name.ends_with("[value]");
            if looks_personal || is_filter || is_hidden(&name) {
                format!("{written}={MASK}")
            } else {
                part.to_owned()
            }
        }
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("&")
}

/// What a query says, as the handlers read it.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned()
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
    fn secrets_are_known_by_their_pattern() {
        for name in [
            "stripe_sk_live",
            "sk",
            "SK-live",
            "mgate_app_secret",
            "private_pem",
            "privateKey",
            "smtp.pwd",
            "db_pass",
            "auth_data",
            "set-cookie",
            "api key",
            "credentials",
            "wallet_passphrase",
            "real.name",
        ] {
            assert_eq!(masked(name, json!("x")), json!(MASK), "{name}");
            let nested = json!({"a": [{"b": {name: "x"}}]});
            let hidden = json!({"a": [{"b": {name: MASK}}]});
            assert_eq!(masked("", nested), hidden, "{name}");
        }
        for name in ["keyword", "task", "author", "passage", "risk", "compass"] {
            assert_eq!(masked(name, json!("x")), json!("x"), "{name}");
        }
    }

    #[test]
    fn what_a_list_is_filtered_by_is_hidden_where_it_is_secret() {
        let filter = json!([{"id": "token", "value": "abc"}, {"id": "email", "value": "a@b"}]);
        let expected = json!([{"id": "token", "value": MASK}, {"id": "email", "value": "a@b"}]);
        assert_eq!(masked("filter", filter), expected);
        let query = "filter[0][id]=token&filter[0][value]=abc&filter%5B1%5D%5Bvalue%5D=x";
        let expected = "filter[0][id]=token&filter[0][value]=***&filter%5B1%5D%5Bvalue%5D=***";
        assert_eq!(masked_query(query), expected);
        let harmless = "filter[0][id]=email&filter[0][value]=abc";
        assert_eq!(masked_query(harmless), harmless);
    }

    #[test]
    fn names_are_judged_as_they_are_read() {
        for (query, expected) in [
            ("?pass%77ord=SECRET1", "?pass%77ord=***"),
            ("%70assword=a%26b&id=1", "%70assword=***&id=1"),
            ("data%5Btoken%5D=x", "data%5Btoken%5D=***"),
            ("data[stripe_sk_live]=x", "data[stripe_sk_live]=***"),
            ("api+key=x&api%20key=y", "api+key=***&api%20key=***"),
            ("PA%2553SWORD=x", "PA%2553SWORD=x"),
            ("k=%31%31%30%31%30%31%31%39%39%30%30%31", "k=***"),
            ("%FF%FEtoken=x", "%FF%FEtoken=***"),
        ] {
            assert_eq!(masked_query(query), expected);
        }
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
            // The digits of how a word is written are not the word's.
            (
                "keyword=%E5%BC%A0%E4%B8%89%E6%9D%8E",
                "keyword=%E5%BC%A0%E4%B8%89%E6%9D%8E",
            ),
        ] {
            assert_eq!(masked_query(query), expected);
        }
    }
}
