//! `config check` and `serve` judge alike, and neither makes anything of a bad configuration.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A value that each key refuses.
const BAD_VALUES: &[(&str, &[&str])] = &[
    ("profile", &["prod", ""]),
    ("time_zone", &["Mars/Base", ""]),
    (
        "database.url",
        &[
            "oracle://u:secret@h/d",
            "sqlite:",
            "sqlite://x.sqlite?mode=ro",
            "sqlite:///proc/version/x.sqlite",
            "sqlite:///proc",
            "mysql://u:sec/secret@h/d",
            "mysql://u:secret@h:port/d",
            "postgres://u:secret@h/d?nonsense=secret",
        ],
    ),
    (
        "database.max_connections",
        &["0", "-1", "many", "99999999999999"],
    ),
    (
        "http.bind",
        &[
            "7001",
            "127.0.0.1",
            "localhost:7001",
            "192.0.2.1:7001",
            "0.0.0.0:7001",
        ],
    ),
    ("http.workers", &["-1", "100000"]),
    (
        "http.trusted_proxies",
        &["nonsense", "10.0.0.0/33", "10.0.0.1,::/129"],
    ),
    (
        "http.hosts",
        &["https://panel.test", "panel.test/x", "panel.test:port"],
    ),
    ("http.docs", &["perhaps"]),
    ("http.max_body_bytes", &["0", "99999999999"]),
    ("http.shutdown_seconds", &["-1", "1000000"]),
    ("http.metrics_token", &["", "two words"]),
    ("http.allow_remote_development", &["perhaps"]),
    (
        "limits.passport_per_address_per_minute",
        &["-1", "4294967296"],
    ),
    ("limits.passport_per_account_per_minute", &["-1"]),
    ("limits.payment_notices_per_address_per_minute", &["-1"]),
    ("limits.unknown_tokens_per_address_per_minute", &["x"]),
    ("limits.email_codes_per_address_per_hour", &["0", "-5"]),
    ("limits.failed_logins_per_address", &["0"]),
    ("limits.registrations_per_address_per_hour", &["0", "-5"]),
    ("limits.write_allowance", &["0", "x"]),
    ("hashing.cost", &["3", "32", "99"]),
    ("hashing.threads", &["-1", "100000"]),
    ("hashing.queue", &["18446744073709551615", "1000000"]),
    ("hashing.niceness", &["20", "-1"]),
    ("jobs.enabled", &["maybe", "2"]),
    ("log.format", &["xml"]),
    ("log.filter", &["info,ferroboard=loud"]),
    ("secrets.signing_key", &["", "  "]),
    ("admin.email", &["nobody", ""]),
    ("captcha.recaptcha_url", &["not a url", "", "ftp://h/"]),
    ("captcha.turnstile_url", &["::"]),
    ("telegram.api_url", &["::", "api.telegram.org"]),
    ("webhooks.allow_private_addresses", &["maybe", "2"]),
    ("web.admin_app", &["", "  "]),
    ("web.themes", &["", "  "]),
    ("xboard.env_file", &["", "/nowhere/.env", "/proc"]),
];

/// Every key, as the example file explains it (and a test beside the structs says that it has them all).
fn keys() -> Vec<String> {
    let example = include_str!("../../deploy/ferroboard.toml");
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in example.lines() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            section = format!("{name}.");
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ")
            && key
                .bytes()
                .all(|sign| sign.is_ascii_lowercase() || sign == b'_')
        {
            keys.push(format!("{section}{key}"));
        }
    }
    keys
}

fn run(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let usual = [
        ("FERROBOARD__HTTP__BIND", "127.0.0.1:0"),
        ("FERROBOARD__HASHING__COST", "4"),
    ];
    Command::new(env!("CARGO_BIN_EXE_ferroboard"))
        .env_clear()
        .envs(usual)
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Both refuse it, in the same words, and leave the folder as it was. Returns the words.
fn refused_alike(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let files = || {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = files();
    let [checked, served] = [&["config", "check"][..], &["serve"][..]].map(|command| {
        let output = run(folder, variables, &[arguments, command].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            output.status.code(),
            Some(1),
            "{command:?} {variables:?} {told}"
        );
        assert!(output.stdout.is_empty(), "{command:?} {variables:?}");
        assert_eq!(files(), before, "{command:?} {variables:?} left something");
        told
    });
    assert_eq!(checked, served, "{variables:?}");
    assert_eq!(checked.lines().count(), 1, "{checked}");
    checked
}

#[test]
fn every_key_is_judged_before_anything_is_made() {
    let mut judged: Vec<_> = BAD_VALUES
        .iter()
        .map(|(key, _)| (*key).to_owned())
        .collect();
    // Its values may be anything but empty, which a list in a variable cannot hold.
    judged.push("secrets.earlier_signing_keys".to_owned());
    judged.sort();
    let mut keys = keys();
    keys.sort();
    assert_eq!(judged, keys);
    for (key, values) in BAD_VALUES {
        let variable = format!("FERROBOARD__{}", key.replace('.', "__").to_uppercase());
        for value in *values {
            let folder = TempDir::new().unwrap();
            let mut variables = vec![(variable.as_str(), *value)];
            if *value == "192.0.2.1:7001" {
                variables.push(("FERROBOARD__HTTP__ALLOW_REMOTE_DEVELOPMENT", "true"));
            }
            let told = refused_alike(folder.path(), &variables, &[]);
            assert!(
                told.contains(key) || told.contains(&variable),
                "{variables:?}: {told}"
            );
            assert!(
                !told.contains("secret@") && !told.contains("=secret"),
                "{told}"
            );
        }
    }
}

#[test]
fn files_that_cannot_be_read_are_told() {
    let folder = TempDir::new().unwrap();
    let told = refused_alike(folder.path(), &[], &["--config", "."]);
    assert!(told.contains("folder"), "{told}");
    let told = refused_alike(folder.path(), &[], &["--config", "none.toml"]);
    assert!(told.contains("none.toml"), "{told}");
    // The usual file is not passed over when it is there and cannot be read.
    std::os::unix::fs::symlink("nowhere", folder.path().join("ferroboard.toml")).unwrap();
    let told = refused_alike(folder.path(), &[], &[]);
    assert!(told.contains("ferroboard.toml"), "{told}");
    std::fs::remove_file(folder.path().join("ferroboard.toml")).unwrap();
    let earlier = "[secrets]\nearlier_signing_keys = [\"\"]";
    std::fs::write(folder.path().join("ferroboard.toml"), earlier).unwrap();
    let told = refused_alike(folder.path(), &[], &[]);
    assert!(told.contains("secrets.earlier_signing_keys"), "{told}");
}

#[test]
fn variables_with_single_underscores_are_told_with_the_right_name() {
    let folder = TempDir::new().unwrap();
    let told = refused_alike(
        folder.path(),
        &[("FERROBOARD_HTTP_BIND", "127.0.0.1:0")],
        &[],
    );
    assert!(told.contains("FERROBOARD__HTTP__BIND"), "{told}");
}

#[test]
fn an_env_file_must_name_a_database_that_can_be() {
    let folder = TempDir::new().unwrap();
    let variables = [("FERROBOARD__XBOARD__ENV_FILE", ".env")];
    for (file, expected) in [
        ("APP_KEY=secret", "no entry names a database"),
        ("A=1\nDB_PASSWORD=top secret", "line 2"),
        (
            "DB_CONNECTION=sqlite\nDB_DATABASE=.docker/.data/databse.sqlite",
            "does not exist",
        ),
    ] {
        std::fs::write(folder.path().join(".env"), file).unwrap();
        let told = refused_alike(folder.path(), &variables, &[]);
        assert!(
            told.contains("xboard.env_file") && told.contains(expected),
            "{told}"
        );
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn a_good_configuration_is_called_good_and_makes_nothing() {
    let folder = TempDir::new().unwrap();
    let checked = run(folder.path(), &[], &["config", "check"]);
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // An address that is taken, most likely by the panel itself, is no fault of the configuration.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let checked = run(
        folder.path(),
        &[("FERROBOARD__HTTP__BIND", &address)],
        &["config", "check"],
    );
    assert!(checked.status.success());
}
