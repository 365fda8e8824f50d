//! Where the configuration is read from: the defaults, a file, the environment.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::Path;

use toml::{Table, Value};

use super::ConfigError;

/// The file that is read when none is named and it exists.
const DEFAULT_FILE: &str = "ferroboard.toml";
/// What the names of our variables begin with: `FERROBOARD__HTTP__BIND` is `http.bind`.
const PREFIX: &str = "FERROBOARD";
const SEPARATOR: &str = "__";

/// Every key with a value of its own.
pub(super) const DEFAULTS: &str = r#"
profile = "development"
time_zone = "Asia/Shanghai"
[database]
url = ""
max_connections = 8
[http]
bind = "127.0.0.1:7001"
workers = 0
trusted_proxies = []
hosts = []
max_body_bytes = 1048576
shutdown_seconds = 30
allow_remote_development = false
[limits]
passport_per_address_per_minute = 600
passport_per_account_per_minute = 300
payment_notices_per_address_per_minute = 600
unknown_tokens_per_address_per_minute = 60
[hashing]
cost = 10
threads = 0
queue = 512
niceness = 10
[jobs]
enabled = true
[log]
format = "text"
filter = "info"
[secrets]
earlier_signing_keys = []
[admin]
email = "admin@demo.com"
[captcha]
recaptcha_url = "https://www.google.com/recaptcha/api/siteverify"
turnstile_url = "https://challenges.cloudflare.com/turnstile/v0/siteverify"
[telegram]
api_url = "https://api.telegram.org"
[web]
themes = "data/themes"
[webhooks]
allow_private_addresses = false
[xboard]
"#;

/// Every key that may be left away, with a value of its type.
pub(super) const OPTIONAL: &str = r#"
[http]
metrics_token = ""
docs = false
[limits]
email_codes_per_address_per_hour = 0
failed_logins_per_address = 0
registrations_per_address_per_hour = 0
write_allowance = 0
[secrets]
signing_key = ""
[web]
admin_app = ""
[xboard]
env_file = ""
"#;

/// The defaults, overlaid with the file and then with the environment.
pub(super) fn gather(
    file: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Table, ConfigError> {
    let mut table = known(DEFAULTS)?;
    if let Some(given) = read_file(file)? {
        overlay(&mut table, given);
    }
    for (name, value) in environment {
        set(&mut table, &name, value)?;
    }
    Ok(table)
}

fn known(text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>()
        .map_err(|error| ConfigError::File(format!("the defaults: {error}")))
}

/// The named file, or the usual one where it exists. One that is there and cannot be read is an error.
fn read_file(named: Option<&Path>) -> Result<Option<Table>, ConfigError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let of_file = |reason: &str| ConfigError::File(format!("{}: {reason}", path.display()));
    if path.is_dir() {
        return Err(of_file("this is a folder, not a configuration file"));
    }
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        // A link that leads nowhere is a mistake, not the absence of a file.
        Err(error)
            if error.kind() == ErrorKind::NotFound
                && named.is_none()
                && path.symlink_metadata().is_err() =>
        {
            return Ok(None);
        }
        Err(error) => return Err(of_file(&error.to_string())),
    };
    // The error's whole text would quote the line, which may hold a secret.
    let table = text.parse::<Table>().map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        of_file(&format!("line {line}: {}", error.message()))
    })?;
    Ok(Some(table))
}

fn overlay(table: &mut Table, given: Table) {
    for (name, value) in given {
        match (table.get_mut(&name), value) {
            (Some(Value::Table(section)), Value::Table(given)) => overlay(section, given),
            (_, value) => {
                table.insert(name, value);
            }
        }
    }
}

/// Takes a variable over when it is one of ours.
fn set(table: &mut Table, name: &OsStr, value: OsString) -> Result<(), ConfigError> {
    let Some(name) = name.to_str() else {
        return Ok(());
    };
    let upper = name.to_ascii_uppercase();
    let Some(rest) = upper.strip_prefix(PREFIX) else {
        return Ok(());
    };
    let of_variable = |reason: &str| ConfigError::Variable(format!("{name}: {reason}"));
    if let Some(meant) = misspelt(&upper)? {
        return Err(of_variable(&format!(
            "two underscores stand between the parts of a name: this one is {meant}"
        )));
    }
    let Some(rest) = rest.strip_prefix(SEPARATOR) else {
        return Ok(());
    };
    let rest = rest.to_ascii_lowercase();
    let path: Vec<&str> = rest.split(SEPARATOR).collect();
    let value = value
        .into_string()
        .map_err(|_| of_variable("the value is not UTF-8"))?;
    let like = match find(&known(DEFAULTS)?, &path) {
        None => find(&known(OPTIONAL)?, &path),
        found => found,
    };
    // An unknown key is refused with the rest, which lists those that there are.
    let value = match like {
        Some(Value::Integer(_)) => {
            let number = value.trim().parse::<i64>();
            Value::Integer(number.map_err(|_| of_variable("this is no whole number"))?)
        }
        Some(Value::Boolean(_)) => match value.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Value::Boolean(true),
            "false" | "0" | "no" | "off" => Value::Boolean(false),
            _ => return Err(of_variable("this is neither true nor false")),
        },
        Some(Value::Array(_)) => {
            let parts = value.split(',').map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        Some(Value::Table(_)) => return Err(of_variable("this is a section, not a key")),
        _ => Value::String(value),
    };
    insert(table, &path, value);
    Ok(())
}

fn find(table: &Table, path: &[&str]) -> Option<Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    match (rest, value) {
        ([], value) => Some(value.clone()),
        (rest, Value::Table(section)) => find(section, rest),
        _ => None,
    }
}

fn insert(table: &mut Table, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => {
            table.insert((*name).to_owned(), value);
        }
        [name, rest @ ..] => {
            let section = table
                .entry((*name).to_owned())
                .or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                insert(section, rest, value);
            }
        }
    }
}

/// Every key, as `http.bind`.
pub(super) fn keys() -> Result<Vec<String>, ConfigError> {
    let mut keys = Vec::new();
    for text in [DEFAULTS, OPTIONAL] {
        for (name, value) in known(text)? {
            match value {
                Value::Table(section) => {
                    keys.extend(section.keys().map(|key| format!("{name}.{key}")));
                }
                _ => keys.push(name),
            }
        }
    }
    Ok(keys)
}

/// The variable that was meant by one whose underscores are wrong. Others with our prefix belong to
/// whoever set them.
fn misspelt(name: &str) -> Result<Option<String>, ConfigError> {
    let squashed = |text: &str| text.replace(['_', '.'], "").to_ascii_uppercase();
    let written = squashed(name);
    for key in keys()? {
        let variable = variable_of(&key);
        if squashed(&variable) == written {
            return Ok((variable != name).then_some(variable));
        }
    }
    Ok(None)
}

/// The environment variable of a key.
pub(super) fn variable_of(key: &str) -> String {
    let key = key.replace('.', SEPARATOR).to_ascii_uppercase();
    format!("{PREFIX}{SEPARATOR}{key}")
}
