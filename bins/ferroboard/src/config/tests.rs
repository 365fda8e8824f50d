use std::collections::BTreeSet;
use std::ffi::OsString;

use super::*;

fn load_with(
    toml: &str,
    variables: &[(&str, &str)],
) -> Result<(Config, Option<XboardEnv>), ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.toml");
    std::fs::write(&path, toml).unwrap();
    let variables = variables
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Config::judge(sources::gather(Some(&path), variables)?)
}

fn load(toml: &str) -> Result<(Config, Option<XboardEnv>), ConfigError> {
    load_with(toml, &[])
}

fn refusal(toml: &str, variables: &[(&str, &str)]) -> String {
    match load_with(toml, variables) {
        Ok(_) => panic!("accepted {toml} {variables:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_defaults_are_a_panel_on_this_machine() {
    let (config, _) = load("").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.profile, Profile::Development);
    assert_eq!(config.database.url, "sqlite://data/ferroboard.sqlite");
    assert!(config.http.bind.ip().is_loopback());
}

/// Every key of the structs, as the refusal of an unknown one lists them.
fn keys_of_the_structs() -> BTreeSet<String> {
    let listed = |toml: &str| -> Vec<String> {
        let told = refusal(toml, &[]);
        told.split('`')
            .skip(1)
            .step_by(2)
            .skip(1)
            .map(str::to_owned)
            .collect()
    };
    let mut keys = BTreeSet::new();
    for name in listed("none = 1") {
        let defaults: toml::Table = sources::DEFAULTS.parse().unwrap();
        if defaults[&name].is_table() {
            let told = refusal(&format!("[{name}]\nnone = 1"), &[]);
            let inside = told.split('`').skip(1).step_by(2).skip(1);
            keys.extend(inside.map(|key| format!("{name}.{key}")));
        } else {
            keys.insert(name);
        }
    }
    keys
}

#[test]
fn every_key_has_a_default_or_may_be_left_away() {
    let known: BTreeSet<String> = sources::keys()
        .unwrap_or_else(|e| panic!("{e}"))
        .into_iter()
        .collect();
    assert!(known.len() > 25);
    assert_eq!(keys_of_the_structs(), known);
}

#[test]
fn the_example_file_has_every_key_with_its_default() {
    let example = include_str!("../../../../deploy/ferroboard.toml");
    let mut written: toml::Table = example.parse().unwrap();
    assert_eq!(
        written.insert("profile".to_owned(), toml::Value::from("development")),
        Some(toml::Value::from("production"))
    );
    let defaults: toml::Table = sources::DEFAULTS.parse().unwrap();
    assert_eq!(written, defaults);
    let optional: toml::Table = sources::OPTIONAL.parse().unwrap();
    for key in optional
        .values()
        .filter_map(toml::Value::as_table)
        .flat_map(toml::Table::keys)
    {
        assert!(
            example.contains(&format!("\n# {key} = ")),
            "{key} is not explained"
        );
    }
}

#[test]
fn misspelt_keys_are_refused_with_those_that_there_are() {
    let told = refusal("[http]\nbnid = \"x\"", &[]);
    assert!(told.contains("bnid") && told.contains("`bind`"), "{told}");
    let told = refusal("", &[("FERROBOARD__HTTP__BNID", "x")]);
    assert!(told.contains("bnid") && told.contains("`bind`"), "{told}");
}

#[test]
fn wrong_values_are_told_with_the_key_and_what_is_possible() {
    for (toml, key, possible) in [
        ("profile = \"prod\"", "profile", "`production`"),
        ("[log]\nformat = \"xml\"", "log.format", "`json`"),
        ("[http]\nworkers = true", "http.workers", "usize"),
        ("[http]\nbind = \"localhost:7001\"", "http.bind", "address"),
        ("[jobs]\nenabled = 2", "jobs.enabled", "boolean"),
        ("[hashing]\ncost = 10.5", "hashing.cost", "u32"),
        ("[http]\ntrusted_proxies = \"10.0.0.0/8\"", "http", ""),
        ("time_zone = \"Mars/Base\"", "time_zone", "IANA"),
    ] {
        let told = refusal(toml, &[]);
        assert!(told.starts_with(key) && told.contains(possible), "{told}");
    }
}

#[test]
fn variables_overwrite_the_file_and_are_read_by_the_type_of_their_key() {
    let variables = [
        ("FERROBOARD__HTTP__WORKERS", " 3 "),
        ("FERROBOARD__JOBS__ENABLED", "off"),
        (
            "FERROBOARD__HTTP__TRUSTED_PROXIES",
            "10.0.0.0/8, 192.0.2.1/32,",
        ),
        ("FERROBOARD__HTTP__METRICS_TOKEN", "0123"),
        ("ferroboard__secrets__signing_key", "1e5"),
        ("FERROBOARD__LIMITS__FAILED_LOGINS_PER_ADDRESS", "7"),
        ("FERROBOARD_REQUIRE_DATABASES", "1"),
        ("FERROBOARD_PORT", "tcp://10.0.0.1:7001"),
        ("FERROBOARDER", "x"),
    ];
    let (config, _) =
        load_with("[http]\nworkers = 2", &variables).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.http.workers, 3);
    assert!(!config.jobs.enabled);
    assert_eq!(config.http.trusted_proxies, ["10.0.0.0/8", "192.0.2.1/32"]);
    assert_eq!(config.http.metrics_token.as_deref(), Some("0123"));
    assert_eq!(config.secrets.signing_key.as_deref(), Some("1e5"));
    assert_eq!(config.limits.failed_logins_per_address, Some(7));
}

#[test]
fn mistyped_variables_are_refused_with_the_right_name() {
    for wrong in [
        "FERROBOARD_HTTP_BIND",
        "FERROBOARD_HTTP__BIND",
        "FERROBOARD__HTTP_BIND",
        "FERROBOARD_HTTPBIND",
    ] {
        let told = refusal("", &[(wrong, "127.0.0.1:7001")]);
        assert!(
            told.starts_with(wrong) && told.ends_with("FERROBOARD__HTTP__BIND"),
            "{told}"
        );
    }
    for (name, value) in [
        ("FERROBOARD__HTTP__WORKERS", "many"),
        ("FERROBOARD__JOBS__ENABLED", "maybe"),
        ("FERROBOARD__HTTP", "x"),
    ] {
        assert!(refusal("", &[(name, value)]).starts_with(name));
    }
}

#[test]
fn unreadable_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let named = |path: &Path| match sources::gather(Some(path), std::iter::empty()) {
        Ok(_) => panic!("accepted {}", path.display()),
        Err(error) => error.to_string(),
    };
    assert!(named(folder.path()).contains("folder"));
    assert!(named(&folder.path().join("none.toml")).contains("No such file"));
    let path = folder.path().join("broken.toml");
    std::fs::write(&path, "[secrets]\n\nsigning_key = \"top-secret\n").unwrap();
    let told = named(&path);
    assert!(
        told.contains("line 3: ") && !told.contains("top-secret"),
        "{told}"
    );
    std::fs::write(&path, b"a = \"\xFF\"").unwrap();
    assert!(named(&path).contains("UTF-8"));
}

#[test]
fn no_refusal_repeats_a_secret() {
    for toml in [
        "database = \"mysql://u:secret@h/d\"",
        "http = \"secret\"",
        "[secrets]\nsigning_key = [\"secret\"]",
        "[secrets]\nearlier_signing_keys = \"secret\"",
        "secrets = \"secret\"",
        "[http]\nmetrics_token = [\"secret\"]",
        "[http]\nmetrics_token = \"a secret\"",
    ] {
        let told = refusal(toml, &[]);
        assert!(
            !told.contains("secret\"") && !told.contains("a secret"),
            "{told}"
        );
    }
}

#[test]
fn numbers_have_bounds() {
    for (section, key, values) in [
        ("http", "workers", [-1, 513]),
        ("http", "max_body_bytes", [0, 1 << 31]),
        ("http", "shutdown_seconds", [-1, 3601]),
        ("database", "max_connections", [0, 1001]),
        ("limits", "failed_logins_per_address", [0, -1]),
        ("limits", "email_codes_per_address_per_hour", [0, -1]),
        ("limits", "registrations_per_address_per_hour", [0, -1]),
        ("limits", "write_allowance", [0, -1]),
        (
            "limits",
            "passport_per_address_per_minute",
            [-1, 1_i64 << 32],
        ),
    ] {
        for value in values {
            let told = refusal(&format!("[{section}]\n{key} = {value}"), &[]);
            assert!(told.starts_with(&format!("{section}.{key}: ")), "{told}");
        }
    }
}

#[test]
fn development_stays_on_this_machine() {
    let open = "[http]\nbind = \"0.0.0.0:7001\"\n";
    assert!(matches!(load(open), Err(ConfigError::RemoteDevelopment)));
    assert!(load(&format!("{open}allow_remote_development = true")).is_ok());
    assert!(load(&format!("profile = \"production\"\n{open}")).is_ok());
}

#[test]
fn production_refuses_weak_secrets_without_printing_them() {
    for settings in [
        "[secrets]\nsigning_key = \"short-secret\"",
        "[secrets]\nsigning_key = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
        "[secrets]\nsigning_key = \"\"",
        "[http]\nmetrics_token = \"short-secret\"",
        "[hashing]\ncost = 4",
    ] {
        let told = refusal(&format!("profile = \"production\"\n{settings}"), &[]);
        assert!(!told.contains("short-secret"), "{told}");
    }
}
