use std::io::{Cursor, Write as _};

use serde_json::json;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

/// A package of these files.
fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A theme of this version within a folder.
fn theme(name: &str, version: &str) -> Vec<u8> {
    let config = json!({"name": name, "version": version}).to_string();
    packed(&[
        ("folder/config.json", config.as_bytes()),
        ("folder/dashboard.blade.php", version.as_bytes()),
        ("folder/assets/umi.js", b"// nothing"),
        ("folder/assets/config.json", b"{}"),
    ])
}

fn named(name: &str) -> ThemeName {
    ThemeName::parse(name).unwrap()
}

fn folder() -> (TempDir, ThemeDirectory) {
    let home = TempDir::new().unwrap();
    let themes = ThemeDirectory::new(&home.path().join("data/themes"));
    (home, themes)
}

/// What lies in the folder of the themes.
fn entries(home: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(home.path().join("data/themes")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[tokio::test]
async fn a_theme_is_unpacked_listed_upgraded_and_deleted() {
    let (home, themes) = folder();
    assert_eq!(themes.list().await, Ok(Vec::new()));
    let installed = themes.install(theme("Mine", "1.0.0")).await.unwrap();
    assert_eq!(
        (installed.theme.name.as_str(), installed.before),
        ("Mine", None)
    );
    assert_eq!(
        themes.list().await.unwrap(),
        std::slice::from_ref(&installed.theme)
    );
    let again = themes.install(theme("Mine", "1.0.0")).await;
    assert_eq!(again, Err(ThemeError::NotNewer));
    let upgraded = themes.install(theme("Mine", "1.1.0")).await.unwrap();
    assert_eq!(upgraded.before, Some(installed.theme));
    let page = home.path().join("data/themes/Mine/dashboard.blade.php");
    assert_eq!(std::fs::read(page).unwrap(), b"1.1.0");
    assert_eq!(themes.find(&named("mine2")).await, Ok(None));
    assert_eq!(themes.delete(&named("Other")).await, Ok(false));
    assert_eq!(entries(&home), ["Mine"]);
    assert_eq!(themes.delete(&named("Mine")).await, Ok(true));
    assert!(entries(&home).is_empty());
}

#[tokio::test]
async fn what_lies_in_a_folder_of_xboard_is_listed() {
    let (home, themes) = folder();
    let root = home.path().join("data/themes");
    for (name, config) in [("Xboard", "{\"name\":\"X\"}"), ("odd", "{"), ("a.b", "{}")] {
        std::fs::create_dir_all(root.join(name)).unwrap();
        std::fs::write(root.join(name).join("config.json"), config).unwrap();
        std::fs::write(root.join(name).join("dashboard.blade.php"), "").unwrap();
    }
    std::fs::create_dir_all(root.join("empty")).unwrap();
    std::fs::write(root.join(".gitignore"), "*").unwrap();
    let listed = themes.list().await.unwrap();
    let names: Vec<&str> = listed.iter().map(|theme| theme.name.as_str()).collect();
    assert_eq!(names, ["Xboard"]);
    // A folder that is no theme is the operator's own.
    let taken = themes.install(theme("empty", "1")).await;
    assert_eq!(taken, Err(ThemeError::NameTaken));
}

#[tokio::test]
async fn bad_packages_are_refused_and_leave_nothing() {
    let (home, themes) = folder();
    themes.install(theme("Mine", "1.0.0")).await.unwrap();
    let page = ("dashboard.blade.php", &b"x"[..]);
    let config = ("config.json", &br#"{"name":"Bad"}"#[..]);
    let many: Vec<String> = (0..2_001).map(|number| format!("f{number}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let zeros = vec![0; 51 * 1024 * 1024];
    let bomb = packed(&[config, page, ("zeros", &zeros)]);
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    let mut cut = theme("Bad", "1");
    cut.truncate(cut.len() / 2);
    let mut spoilt = theme("Bad", "1");
    spoilt[60] ^= 0xff;
    for (package, refused) in [
        (b"no zip".to_vec(), ThemeError::NotZip),
        (Vec::new(), ThemeError::NotZip),
        (cut, ThemeError::NotZip),
        (spoilt, ThemeError::Broken),
        (packed(&[page]), ThemeError::ConfigMissing),
        (packed(&[config]), ThemeError::PageMissing),
        (
            packed(&[("config.json", b"{}"), page]),
            ThemeError::ConfigOdd,
        ),
        (
            packed(&[("config.json", br#"{"name":"../up"}"#), page]),
            ThemeError::ConfigOdd,
        ),
        (
            packed(&[("config.json", br#"{"name":"Xboard"}"#), page]),
            ThemeError::NameTaken,
        ),
        (
            packed(&[("config.json", br#"{"name":"MINE","version":"9"}"#), page]),
            ThemeError::NameTaken,
        ),
        (
            packed(&[config, page, ("../out", b"x")]),
            ThemeError::PathRefused,
        ),
        (
            packed(&[config, page, ("/out", b"x")]),
            ThemeError::PathRefused,
        ),
        (
            packed(&[config, page, ("a\\b", b"x")]),
            ThemeError::PathRefused,
        ),
        (
            packed(&[config, page, ("a", b"x"), ("a/b", b"x")]),
            ThemeError::Broken,
        ),
        (packed(&many), ThemeError::TooManyFiles),
        (bomb, ThemeError::TooLarge),
    ] {
        let length = package.len();
        assert_eq!(
            themes.install(package).await,
            Err(refused.clone()),
            "{refused} {length}"
        );
        assert_eq!(entries(&home), ["Mine"], "{refused}");
    }
    assert!(!home.path().join("data/out").exists());
}

#[tokio::test]
async fn links_are_refused() {
    let (home, themes) = folder();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.start_file("config.json", options).unwrap();
    writer.write_all(br#"{"name":"Bad"}"#).unwrap();
    writer
        .add_symlink("dashboard.blade.php", "/etc/passwd", options)
        .unwrap();
    let package = writer.finish().unwrap().into_inner();
    assert_eq!(themes.install(package).await, Err(ThemeError::LinkRefused));
    assert!(entries(&home).is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told() {
    let home = TempDir::new().unwrap();
    let root = home.path().join("file");
    std::fs::write(&root, "").unwrap();
    let themes = ThemeDirectory::new(&root);
    let refused = themes.install(theme("Mine", "1")).await;
    assert!(
        matches!(refused, Err(ThemeError::FolderFailed(_))),
        "{refused:?}"
    );
    assert!(matches!(
        themes.list().await,
        Err(ThemeError::FolderFailed(_))
    ));
}
