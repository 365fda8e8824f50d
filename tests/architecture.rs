//! The arrows of docs/architecture.md, read from what cargo knows about the workspace.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};

const DOMAINS: &[&str] = &[
    "audit",
    "auth",
    "billing",
    "devices",
    "events",
    "giftcard",
    "invite",
    "knowledge",
    "listing",
    "mail",
    "nodes",
    "realname",
    "shadow-account",
    "site",
    "statistics",
    "subscription",
    "telegram",
    "tickets",
];

/// The rooms that a room may import.
fn rooms_of(room: &str) -> Vec<&'static str> {
    let inner = [DOMAINS, &["attempts", "kernel", "protocol"]].concat();
    match room {
        "kernel" => Vec::new(),
        "attempts" | "protocol" => vec!["kernel"],
        "auth" => vec!["kernel", "attempts"],
        "nodes" | "subscription" => vec!["kernel", "protocol"],
        domain if DOMAINS.contains(&domain) => vec!["kernel"],
        "application" => inner,
        "persistence" | "adapters" | "web" | "testing" => [&inner[..], &["application"]].concat(),
        // Pages of our own: client addresses, fields and the words of refusals are those of the API.
        "pages" => [&inner[..], &["application", "web"]].concat(),
        "ferroboard" => [
            &inner[..],
            &["application", "persistence", "adapters", "web", "pages"],
        ]
        .concat(),
        other => panic!("{other} has no place in the house yet: give it one here and in the docs"),
    }
}

/// The packages from outside that an inner room may use; the outer ring is judged by
/// [`exclusive`] alone.
fn packages_of(room: &str) -> Option<BTreeSet<&'static str>> {
    let usual = ["async-trait", "thiserror"];
    let more: &[&str] = match room {
        "kernel" => &["base16ct", "chrono", "chrono-tz", "email_address", "subtle"],
        // Recorded requests, and the terms of templates, are JSON texts.
        "attempts" => &[],
        "audit" => &["form_urlencoded", "serde_json"],
        "giftcard" => &["serde_json"],
        "auth" => &["sha2"],
        // Prices and gateway settings are JSON texts in their columns.
        "billing" => &["chrono", "serde_json"],
        "devices" | "invite" | "listing" | "mail" | "shadow-account" | "statistics" | "tickets" => {
            &[]
        }
        // Bodies are JSON and signed; addresses are taken apart before they are trusted.
        "events" => &["hmac", "serde_json", "sha2", "url"],
        // How addresses are written into articles; tags are a JSON text in their column.
        "knowledge" => &["base64", "percent-encoding", "serde_json"],
        // Lists of a million users hold their UUIDs as bytes.
        "nodes" => &["serde_json", "sha2", "uuid"],
        // Keys of Reality and of encrypted client hello are made here.
        "protocol" => &["base64", "md-5", "serde_json", "x25519-dalek"],
        "realname" => &["chrono", "zeroize"],
        "site" => &["serde_json", "url"],
        "subscription" => &[
            "base64",
            "fancy-regex",
            "indexmap",
            "percent-encoding",
            "serde",
            "serde-saphyr",
            "serde_json",
        ],
        // Updates are JSON, addresses have parameters, the webhook's key is an MD5 and its secret a SHA-256.
        "telegram" => &["form_urlencoded", "md-5", "serde_json", "sha2"],
        "application" => &[
            "arc-swap",
            // The days of a site, and times as the databases have them.
            "chrono",
            "futures-util",
            "percent-encoding",
            // The indentation of stored documents.
            "serde-transcode",
            "serde_json",
            "tokio",
            "tracing",
        ],
        _ => return None,
    };
    Some(usual.into_iter().chain(more.iter().copied()).collect())
}

/// The rooms that alone may use a package.
fn exclusive(package: &str) -> Option<&'static [&'static str]> {
    match package {
        name if name.starts_with("diesel") => Some(&["persistence"]),
        "libsqlite3-sys" => Some(&["persistence"]),
        name if name.starts_with("actix") => Some(&["web", "pages", "ferroboard"]),
        "rusqlite" => Some(&["testing"]),
        // Persistence has the drivers judge addresses; only the tests send SQL past diesel.
        "mysql_async" | "tokio-postgres" => Some(&["testing", "persistence"]),
        "bcrypt" | "jsonwebtoken" | "lettre" | "reqwest" | "argon2" => Some(&["adapters"]),
        "askama" | "rust-embed" | "ammonia" | "pulldown-cmark" | "qrcode" => Some(&["pages"]),
        "clap" | "toml" => Some(&["ferroboard"]),
        _ => None,
    }
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .unwrap()
}

fn room(package: &str) -> &str {
    package.strip_prefix("ferroboard-").unwrap_or(package)
}

fn is_ours(package: &str) -> bool {
    package == "ferroboard" || package.starts_with("ferroboard-")
}

/// What is linked into the program, or runs while it is built.
fn imports(package: &Package) -> impl Iterator<Item = &Dependency> {
    package
        .dependencies
        .iter()
        .filter(|import| import.kind != DependencyKind::Development)
}

#[test]
fn rooms_import_only_what_the_arrows_allow() {
    let mut wrong = Vec::new();
    for package in &metadata().packages {
        let allowed = rooms_of(room(&package.name));
        for import in imports(package).filter(|import| is_ours(&import.name)) {
            if !allowed.contains(&room(&import.name)) {
                wrong.push(format!("{} -> {}", package.name, import.name));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden arrows: {wrong:?}");
}

#[test]
fn packages_stay_in_the_rooms_that_they_are_for() {
    let mut wrong = Vec::new();
    for package in &metadata().packages {
        let room = room(&package.name);
        let allowed = packages_of(room);
        for import in imports(package).filter(|import| !is_ours(&import.name)) {
            let name = import.name.as_str();
            let listed = allowed
                .as_ref()
                .is_none_or(|allowed| allowed.contains(name));
            let elsewhere = exclusive(name).is_some_and(|rooms| !rooms.contains(&room));
            if !listed || elsewhere {
                wrong.push(format!("{room} -> {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "packages in the wrong room: {wrong:?}");
}

#[test]
fn fakes_never_reach_the_program() {
    for package in &metadata().packages {
        for import in imports(package) {
            assert_ne!(
                import.name, "ferroboard-testing",
                "{} links the fakes",
                package.name
            );
            let has_fakes = import.features.iter().any(|feature| feature == "testing");
            let is_testing = package.name.as_str() == "ferroboard-testing";
            assert!(
                !has_fakes || is_testing,
                "{} -> {}",
                package.name,
                import.name
            );
        }
        let raw_sql = ["rusqlite", "mysql_async", "tokio-postgres"];
        for import in imports(package).filter(|import| raw_sql.contains(&import.name.as_str())) {
            assert!(
                import.optional,
                "{} always links {}",
                package.name, import.name
            );
        }
    }
}

#[test]
fn every_room_has_a_front_page() {
    for package in &metadata().packages {
        let folder = package.manifest_path.parent().unwrap();
        let library = folder.join("src/lib.rs");
        if !library.exists() {
            continue;
        }
        let page = std::fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(
            page.lines().count() > 3,
            "{folder}/README.md says next to nothing"
        );
        let source = std::fs::read_to_string(library).unwrap();
        let shown = source.contains("#![doc = include_str!(\"../README.md\")]");
        assert!(shown, "{folder}/src/lib.rs does not show its README.md");
    }
}

#[test]
fn every_room_keeps_the_lints_of_the_workspace() {
    for package in &metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        let has_lints = manifest.contains("[lints]\nworkspace = true");
        assert!(has_lints, "{} has lints of its own, or none", package.name);
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// What of the use cases of administrators has transactions of its own: the record itself, what hands it
/// out, the operator's commands, and work on many users, which is recorded when it begins and carries on by
/// itself.
const WITHOUT_RECORD: [&str; 7] = [
    "audit.rs",
    "bulk.rs",
    "change.rs",
    "context.rs",
    "demo.rs",
    "setup.rs",
    "use_cases.rs",
];

/// The use cases that administrators' handlers may call. Those of the last one carry on by themselves.
const FOR_ADMINISTRATORS: [&str; 3] = [
    "administration",
    "real_name_reviews",
    "real_name_operations",
];

#[test]
fn administrators_change_nothing_without_its_record() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    let application = crates.join("application/src");
    let mut use_cases = sources(&application.join("administration"));
    use_cases.retain(|file| !WITHOUT_RECORD.iter().any(|name| file.ends_with(name)));
    use_cases.push(application.join("real_names/reviews.rs"));
    for file in use_cases {
        let text = std::fs::read_to_string(&file).unwrap();
        for way in ["core::Core", "transact!", "dyn Store", "store.begin("] {
            assert!(!text.contains(way), "{}: {way}", file.display());
        }
    }
    for file in sources(&crates.join("web/src/admin")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for call in ["app.", "application()."] {
            for called in text.split(call).skip(1) {
                let name = called
                    .split(|c: char| c != '_' && !c.is_alphanumeric())
                    .next();
                let is_theirs = FOR_ADMINISTRATORS.contains(&name.unwrap());
                assert!(is_theirs, "{}: {call}{}", file.display(), name.unwrap());
            }
        }
    }
}
