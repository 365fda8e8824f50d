//! Claims of the documentation that the code can judge.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names in a folder, without hidden ones.
fn names_in(path: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(path)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names.filter(|name| !name.starts_with('.')).collect();
    assert!(!names.is_empty(), "{path} is empty");
    names
}

/// What stands between backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

const MIGRATIONS: [&str; 3] = ["mysql", "postgres", "sqlite"];

/// Our tables, as the migrations of one database leave them.
fn tables_of(database: &str) -> BTreeSet<String> {
    let tables = all_tables_of(database).into_iter();
    tables.filter(|table| table.starts_with("ferro_")).collect()
}

/// All tables, as the migrations of one database leave them.
fn all_tables_of(database: &str) -> BTreeSet<String> {
    let mut tables = BTreeSet::from(["ferro_migration".to_owned()]);
    let folder = format!("migrations/{database}");
    for migration in names_in(&folder) {
        let statements = read(&format!("{folder}/{migration}/up.sql"));
        let code = statements
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"));
        let code = code
            .collect::<Vec<_>>()
            .join(" ")
            .replace(['`', '"', '('], " ");
        for statement in code.split(';') {
            let words: Vec<_> = statement.split_whitespace().collect();
            let mut names = words.iter().skip(2);
            let named = names.find(|word| !["IF", "NOT", "EXISTS"].contains(word));
            match (words.first(), words.get(1), named) {
                (Some(&"CREATE"), Some(&"TABLE"), Some(table)) => {
                    tables.insert((*table).to_owned());
                }
                (Some(&"DROP"), Some(&"TABLE"), Some(table)) => {
                    tables.remove(*table);
                }
                _ => {}
            }
        }
    }
    tables
}

#[test]
fn the_compatibility_page_lists_every_table_of_ours() {
    let page = read("docs/compatibility.md");
    let list = page.split("* Our tables:").nth(1).unwrap();
    let list = list.split("Our indexes").next().unwrap();
    for database in MIGRATIONS {
        assert_eq!(quoted(list), tables_of(database), "{database}");
    }
}

#[test]
fn persistence_lists_every_migration() {
    let page = read("crates/persistence/README.md");
    let listed = quoted(&page);
    for database in MIGRATIONS {
        for migration in names_in(&format!("migrations/{database}")) {
            assert!(
                listed.contains(&migration),
                "{database}/{migration} is not explained"
            );
        }
    }
}

/// Whether a file is of this kind.
fn is_named(file: &str, extension: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|found| found == extension)
}

#[test]
fn adapters_lists_every_module() {
    let listed = quoted(&read("crates/adapters/README.md"));
    for file in names_in("crates/adapters/src") {
        let is_module = is_named(&file, "rs") && file != "lib.rs";
        assert!(!is_module || listed.contains(&file), "{file} is not listed");
    }
    for file in names_in("crates/adapters/src/payment") {
        assert!(
            file == "mod.rs" || listed.contains(&file),
            "payment/{file} is not listed"
        );
    }
}

#[test]
fn adding_a_route_names_every_folder_of_handlers() {
    let page = read("docs/adding-a-route.md");
    let others = [
        "answer",
        "edge",
        "front_ends",
        "guards",
        "locales",
        "operation",
        "request",
        "routes",
    ];
    for name in names_in("crates/web/src") {
        let is_folder = root().join("crates/web/src").join(&name).is_dir();
        if is_folder && !others.contains(&name.as_str()) {
            let is_named = page.contains(&format!("|{name}|"))
                || page.contains(&format!("<{name}|"))
                || page.contains(&format!("|{name}>"));
            assert!(is_named, "{name} is not named");
        }
    }
}

#[test]
fn the_architecture_page_lists_every_room() {
    let page = read("docs/architecture.md");
    let rows: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect();
    for room in names_in("crates") {
        assert!(rows.contains(&room), "{room} is not in the table");
    }
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut pages = vec!["README.md".to_owned(), "deploy/README.md".to_owned()];
    for folder in ["docs", "docs/adr"] {
        let names = names_in(folder)
            .into_iter()
            .filter(|name| is_named(name, "md"));
        pages.extend(names.map(|name| format!("{folder}/{name}")));
    }
    for page in pages {
        let text = read(&page);
        let folder = root().join(&page).parent().unwrap().to_owned();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'))
        {
            let target = link.0.split('#').next().unwrap();
            if !target.is_empty() && !target.contains("://") {
                assert!(folder.join(target).exists(), "{page} links to {target}");
            }
        }
    }
}

/// The paths of all files, and of all folders with a slash at their end.
fn all_paths() -> Vec<String> {
    let mut paths = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.clone() + entry.file_name().to_str().unwrap();
            if !entry.file_type().unwrap().is_dir() {
                paths.push(path);
            } else if !path.starts_with("target") && !path.starts_with(".git") {
                folders.push(path.clone() + "/");
                paths.push(path + "/");
            }
        }
    }
    paths
}

/// Whether a page means a file or folder of ours by this, and no pattern, address or configuration of others.
fn is_of_ours(text: &str) -> bool {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-".contains(sign);
    let begins = [
        "src/",
        "crates/",
        "tests/",
        "docs/",
        "deploy/",
        "bins/",
        "migrations/",
    ];
    let is_source = Path::new(text).extension().is_some_and(|kind| kind == "rs");
    let is_below = begins.iter().any(|begin| text.starts_with(begin));
    text.chars().all(is_plain) && (is_source || is_below)
}

#[test]
fn files_that_documents_name_are_there() {
    let paths = all_paths();
    let pages = paths.iter().filter(|path| is_named(path, "md"));
    // What was decided then may have moved since.
    let pages = pages.filter(|path| !path.starts_with("docs/adr/") && *path != "docs/CHANGELOG.md");
    let mut missing = Vec::new();
    for page in pages {
        for named in quoted(&read(page)).iter().filter(|text| is_of_ours(text)) {
            let end = format!("/{}", named.trim_end_matches('/'));
            let is_there =
                |path: &&String| format!("/{}", path.trim_end_matches('/')).ends_with(&end);
            if !paths.iter().any(|path| is_there(&path)) {
                missing.push(format!("{page}: {named}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The program's own list of the commands below one.
fn listed_by_the_program(command: &[&str]) -> Vec<String> {
    let shown = Command::new(env!("CARGO_BIN_EXE_ferroboard"))
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    shown
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_readme_lists_every_command() {
    let mut commands = BTreeSet::new();
    for command in listed_by_the_program(&[]) {
        let below = listed_by_the_program(&[&command]);
        if below.is_empty() {
            commands.insert(command.clone());
        }
        commands.extend(below.iter().map(|sub| format!("{command} {sub}")));
    }
    assert!(commands.len() > 7);
    let page = read("README.md");
    let listed: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `ferroboard ")?.split_once('`'))
        .map(|(command, _)| {
            let words = command.split_whitespace();
            let is_word = |word: &&str| word.starts_with(|sign: char| sign.is_ascii_lowercase());
            words.take_while(is_word).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(listed, commands);
}

#[test]
fn the_readme_names_the_minimum_version_of_rust() {
    let manifest = read("Cargo.toml");
    let version = manifest.split("rust-version = \"").nth(1).unwrap();
    let version = version.split('"').next().unwrap();
    assert!(read("README.md").contains(&format!("Rust {version}")));
}

#[test]
fn container_files_do_not_share_volumes() {
    let mut projects = BTreeSet::new();
    for name in names_in("deploy")
        .into_iter()
        .filter(|name| name.starts_with("compose."))
    {
        let text = read(&format!("deploy/{name}"));
        let project = text.lines().find_map(|line| line.strip_prefix("name: "));
        assert!(projects.insert(project.unwrap().to_owned()), "{name}");
    }
    assert!(projects.len() > 1);
}

/// The part of a page below a heading of the second level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let below = page.split(&format!("\n## {heading}\n")).nth(1);
    let below = below.unwrap_or_else(|| panic!("no heading {heading}"));
    below.split("\n## ").next().unwrap()
}

#[test]
fn the_security_page_says_who_fills_every_table() {
    let page = read("docs/security.md");
    for heading in ["Retention", "Trust", "Passwords", "Sessions", "Headers"] {
        assert!(!section(&page, heading).trim().is_empty(), "{heading}");
    }
    let listed = quoted(section(&page, "Limits"));
    for database in MIGRATIONS {
        let tables = all_tables_of(database);
        assert!(tables.len() > 40 && tables.contains("v2_order"));
        for table in tables {
            assert!(listed.contains(&table), "{database}: {table} is not listed");
        }
    }
}

/// Every file of Rust below a folder, in one text.
fn sources_in(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources_in(&path, text);
        } else if path.extension().is_some_and(|found| found == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_security_page_names_tests_that_exist() {
    let mut sources = String::new();
    for folder in ["crates", "tests"] {
        sources_in(&root().join(folder), &mut sources);
    }
    let page = read("docs/security.md");
    let rows = section(&page, "Limits").lines();
    let rows = rows.filter(|line| line.starts_with("| `"));
    let tests = rows.map(|row| quoted(row.trim_end_matches(" |").rsplit("| ").next().unwrap()));
    let tests: Vec<_> = tests.collect();
    assert!(tests.len() > 15);
    for test in tests.iter().flatten() {
        assert!(sources.contains(&format!("fn {test}(")), "no test {test}");
    }
    assert!(tests.iter().all(|tests| !tests.is_empty()));
}
