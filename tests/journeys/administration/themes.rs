//! Themes: packages that are unpacked into the folder of the real program.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use ferroboard_testing::databases::{Backend, Database};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{at, get, office};
use crate::support::{Answer, Panel};

/// A package of these files.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn theme(version: &str) -> Vec<u8> {
    let fields = json!([{"field_name": "color", "default_value": "red"}]);
    let config = json!({"name": "Mine", "version": version, "configs": fields}).to_string();
    packed(&[
        ("Mine/config.json", &config),
        ("Mine/dashboard.blade.php", ""),
    ])
}

async fn upload(panel: &Panel, token: &str, package: &[u8]) -> Answer {
    let head: &[u8] =
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"mine.zip\"\r\n\r\n";
    let body = [head, package, b"\r\n--x--\r\n"].concat();
    let request = panel.client().post(panel.url(&at("theme/upload")));
    let request = request
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
        .bearer_auth(token)
        .body(body);
    Answer::of(request.send().await.unwrap()).await
}

async fn post(panel: &Panel, token: &str, route: &str, body: Value) -> Answer {
    panel
        .post(&at(&format!("theme/{route}")), token, body)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_comes_is_upgraded_and_goes() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    let refused = upload(&panel, &token, &packed(&[("../config.json", "{}")])).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let refused = upload(&panel, &token, b"no zip").await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.body()["errors"]["file"].is_array());
    assert_eq!(upload(&panel, &token, &theme("1.0")).await.status, 200);
    let body = json!({"name": "Mine", "config": {"color": "green"}});
    let saved = post(&panel, &token, "saveThemeConfig", body).await;
    assert_eq!(saved.data(), json!({"color": "green"}));
    assert_eq!(upload(&panel, &token, &theme("1.0")).await.status, 400);
    assert_eq!(upload(&panel, &token, &theme("1.1")).await.status, 200);
    let named = json!({"name": "Mine"});
    let config = post(&panel, &token, "getThemeConfig", named.clone()).await;
    assert_eq!(config.data(), json!({"color": "green"}));
    let listed = get(&panel, &token, "theme/getThemes").await;
    let names = listed["data"]["themes"].as_object().unwrap().keys();
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["Mine", "Xboard", "ferroboard"]));
    assert_eq!(listed["data"]["themes"]["Mine"]["version"], "1.1");
    post(&panel, &token, "delete", named.clone())
        .await
        .assert_true();
    assert_eq!(post(&panel, &token, "delete", named).await.status, 400);
    let listed = get(&panel, &token, "theme/getThemes").await;
    assert_eq!(listed["data"]["themes"].get("Mine"), None);
}
