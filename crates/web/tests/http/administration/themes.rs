//! Themes, over a folder in memory whose packages are what their `config.json` says.
#![allow(
    clippy::needless_pass_by_value,
    reason = "JSON is written where it is used"
)]

use actix_web::test::TestRequest;
use ferroboard_kernel::UserId;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/theme/{route}")
}

async fn office(settings: &[(&str, &str)]) -> (Site, String) {
    let settings = [&[("secure_path", PATH)][..], settings].concat();
    let site = Site::with_settings(&settings).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

async fn post(site: &Site, token: &str, route: &str, body: Value) -> Answer {
    site.post_as(token, &at(route), body).await
}

/// Sends a file of this name.
async fn upload(site: &Site, token: &str, name: &str, content: &[u8]) -> Answer {
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/zip\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--x--\r\n"].concat();
    let request = TestRequest::post()
        .uri(&at("upload"))
        .insert_header(("Authorization", token))
        .insert_header(("Content-Type", "multipart/form-data; boundary=x"))
        .set_payload(body);
    site.send(request).await
}

fn package(version: &str, fields: Value) -> Vec<u8> {
    let config = json!({"name": "Mine", "version": version, "configs": fields});
    config.to_string().into_bytes()
}

fn field(name: &str, usual: Value) -> Value {
    json!({"field_name": name, "field_type": "input", "default_value": usual})
}

fn stored(site: &Site, setting: &str) -> Option<Value> {
    let store = &site.fakes.store;
    let stored = store.read(|tables| tables.site.settings.get(setting).cloned())?;
    stored.map(|text| serde_json::from_str(&text).unwrap())
}

#[actix_web::test]
async fn the_theme_of_the_panel_is_there_without_a_folder() {
    let (site, token) = office(&[]).await;
    let listed = site.get_as(&token, &at("getThemes")).await.body();
    let data = &listed["data"];
    assert_eq!(data["active"], "Xboard");
    let xboard = &data["themes"]["Xboard"];
    let shown = json!([
        xboard["version"],
        xboard["images"],
        xboard["can_delete"],
        xboard["is_system"]
    ]);
    assert_eq!(shown, json!(["1.0.0", "", false, true]));
    let fields = xboard["configs"].as_array().unwrap().iter();
    let fields: Vec<&Value> = fields.map(|field| &field["field_name"]).collect();
    assert_eq!(fields, ["theme_color", "background_url", "custom_html"]);
    let usual = json!({"theme_color": "default", "background_url": "", "custom_html": ""});
    let config = post(&site, &token, "getThemeConfig", json!({"name": "Xboard"})).await;
    assert_eq!(config.body()["data"], usual);
    assert_eq!(stored(&site, "theme_xboard"), Some(usual));
    let unknown = post(&site, &token, "getThemeConfig", json!({"name": "nope"})).await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.body()["data"]),
        (200, &Value::Null)
    );
    let old = format!("/api/v1/{PATH}/theme/getThemes");
    let old = site.get_as(&token, &old).await.body();
    assert_eq!(old["data"]["active"], "Xboard");
}

#[actix_web::test]
async fn fields_of_a_theme_are_saved_and_nothing_else() {
    let (site, token) = office(&[]).await;
    let body = json!({
        "name": "Xboard", "config": {"theme_color": "blue", "custom_html": "", "other": "x"},
    });
    let saved = post(&site, &token, "saveThemeConfig", body).await;
    let expected = json!({"theme_color": "blue", "background_url": "", "custom_html": null});
    assert_eq!(saved.body()["data"], expected, "{}", saved.text);
    assert_eq!(stored(&site, "theme_xboard"), Some(expected));
    let body = json!({"name": "Xboard", "config": {"background_url": "https://a.test/b.png"}});
    let saved = post(&site, &token, "saveThemeConfig", body).await.body();
    assert_eq!(saved["data"]["theme_color"], "blue");
    for (body, field) in [
        (json!({}), "config"),
        (json!({}), "name"),
        (json!({"name": "../x", "config": {"a": 1}}), "name"),
        (json!({"name": ["x"], "config": {"a": 1}}), "name"),
        (json!({"name": "Xboard", "config": "x"}), "config"),
        (json!({"name": "Xboard", "config": [1]}), "config"),
        (
            json!({"name": "Xboard", "config": {"a": {"b": 1}}}),
            "config",
        ),
        (
            json!({"name": "Xboard", "config": {"custom_html": "x".repeat(600_000)}}),
            "config",
        ),
    ] {
        let refused = post(&site, &token, "saveThemeConfig", body).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(
            refused.body()["errors"][field].is_array(),
            "{}",
            refused.text
        );
    }
    let unknown = json!({"name": "nope", "config": {"a": 1}});
    let unknown = post(&site, &token, "saveThemeConfig", unknown).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.message()),
        (400, "主题不存在".into())
    );
}

#[actix_web::test]
async fn an_upgrade_keeps_how_a_theme_is_configured() {
    let (site, token) = office(&[]).await;
    let first = package(
        "1.0.0",
        json!([field("color", json!("red")), field("logo", Value::Null)]),
    );
    let uploaded = upload(&site, &token, "mine.zip", &first).await;
    assert_eq!(uploaded.body()["data"], true, "{}", uploaded.text);
    let usual = json!({"color": "red", "logo": ""});
    assert_eq!(stored(&site, "theme_mine"), Some(usual));
    let body = json!({"name": "Mine", "config": {"color": "green"}});
    post(&site, &token, "saveThemeConfig", body).await;
    let again = upload(&site, &token, "mine.zip", &first).await;
    assert_eq!(again.status, 400, "{}", again.text);
    let second = package(
        "1.1.0",
        json!([field("color", json!("blue")), field("new", json!(1))]),
    );
    assert_eq!(upload(&site, &token, "mine.zip", &second).await.status, 200);
    let kept = json!({"color": "green", "logo": "", "new": 1});
    assert_eq!(stored(&site, "theme_mine"), Some(kept.clone()));
    let config = post(&site, &token, "getThemeConfig", json!({"name": "Mine"})).await;
    assert_eq!(config.body()["data"], kept);
    let listed = site.get_as(&token, &at("getThemes")).await.body();
    let mine = &listed["data"]["themes"]["Mine"];
    let shown = json!([mine["version"], mine["can_delete"], mine["is_system"]]);
    assert_eq!(shown, json!(["1.1.0", true, false]));
}

#[actix_web::test]
async fn what_is_no_package_is_refused() {
    let (site, token) = office(&[]).await;
    let none = post(&site, &token, "upload", json!({})).await;
    assert_eq!(none.body()["errors"], json!({"file": ["请选择主题包文件"]}));
    let file = package("1", json!([]));
    for name in ["mine.rar", ".zip", "a b.zip", "../mine.zip.exe"] {
        let refused = upload(&site, &token, name, &file).await;
        assert_eq!(refused.status, 400, "{name} {}", refused.text);
    }
    let large = vec![0; 10 * 1024 * 1024 + 1];
    let refused = upload(&site, &token, "mine.zip", &large).await;
    assert_eq!(
        refused.body()["errors"]["file"][0],
        "主题包大小不能超过10MB"
    );
    let larger = vec![0; 13 * 1024 * 1024];
    assert_eq!(upload(&site, &token, "mine.zip", &larger).await.status, 413);
    for content in [
        &b"x"[..],
        br#"{"name":"Xboard"}"#,
        br#"{"name":"../x"}"#,
        b"{}",
    ] {
        let refused = upload(&site, &token, "mine.zip", content).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    let changes = site.fakes.store.read(|tables| tables.audit.changes.len());
    assert_eq!(changes, 0);
}

#[actix_web::test]
async fn a_theme_is_deleted_unless_it_is_needed() {
    let (site, token) = office(&[("frontend_theme", "Mine")]).await;
    upload(&site, &token, "mine.zip", &package("1", json!([]))).await;
    let delete = async |name: &str| post(&site, &token, "delete", json!({"name": name})).await;
    for (name, message) in [
        ("Xboard", "系统主题不能删除"),
        ("v2board", "系统主题不能删除"),
        ("Mine", "当前主题不能删除"),
        ("nope", "主题不存在"),
    ] {
        let refused = delete(name).await;
        assert_eq!(
            (refused.status.as_u16(), refused.message()),
            (400, message.into())
        );
    }
    assert_eq!(delete("../data").await.status, 422);
    let listed = site.get_as(&token, &at("getThemes")).await.body();
    assert_eq!(listed["data"]["themes"]["Mine"]["can_delete"], false);
    site.fakes.store.write(|tables| {
        let name = "frontend_theme".to_owned();
        tables.site.settings.insert(name, Some("Xboard".to_owned()));
    });
    assert_eq!(delete("Mine").await.body()["data"], true);
    assert_eq!(stored(&site, "theme_mine"), None);
    assert_eq!(delete("Mine").await.status, 400);
}
