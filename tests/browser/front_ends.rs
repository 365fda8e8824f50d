//! Themes and the admin app of the family in the browser, with stand-ins that have the same contract with their
//! pages.

use std::path::Path;

use ferroboard_testing::databases::{Backend, Database};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromium::look::{DESK, PHONE};
use crate::chromium::{Browser, Tab};
use crate::support::Panel;

const ADMIN_PATH: &str = "hidden-door";
/// A name that would leave its script, its title and its attribute.
const NAME: &str = "</script><script>window.escaped = 1</script> \"机场\" & '";

/// Writes a file, and the folders that it lies in.
fn write(folder: &Path, path: &str, content: &str) {
    let place = folder.join(path);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, content).unwrap();
}

/// A theme whose program shows what it was told, as soon as its second file has come.
fn theme(folder: &Path) {
    let fields = ["theme_color", "background_url", "custom_html"];
    let fields = fields.map(|name| json!({"field_name": name, "field_type": "input"}));
    let config = json!({"name": "Probe", "version": "1.0.0", "configs": fields});
    write(folder, "Probe/config.json", &config.to_string());
    write(folder, "Probe/dashboard.blade.php", "");
    let program = "import { shown } from './shown-B8YrTAgq.js';\n\
                   const app = document.getElementById('app');\n\
                   app.style.overflowWrap = 'anywhere';\n\
                   app.textContent = shown(window.routerBase, window.settings);\n";
    write(folder, "Probe/assets/umi.js", program);
    let shown = "export const shown = (base, settings) => JSON.stringify([base, settings]);\n";
    write(folder, "Probe/assets/shown-B8YrTAgq.js", shown);
}

/// An admin app whose program needs its texts, its settings, its style and another module.
fn admin_app(folder: &Path) {
    let manifest = json!({
        "index.html": {
            "file": "assets/index-ra1jmRmU.js", "css": ["assets/index-B8YrTAgq.css"],
            "imports": ["_vendor.js"], "isEntry": true,
        },
        "_vendor.js": {"file": "assets/vendor-C9ZsUBhr.js", "css": ["assets/vendor.css"]},
    });
    write(folder, "manifest.json", &manifest.to_string());
    let texts = |language: &str, text: &str| {
        let content = format!(
            "window.XBOARD_TRANSLATIONS = Object.assign(window.XBOARD_TRANSLATIONS || {{}}, {{'{language}': '{text}'}});"
        );
        write(folder, &format!("locales/{language}.js"), &content);
    };
    texts("en-US", "Users");
    texts("zh-CN", "用户");
    let program = "import { root } from './vendor-C9ZsUBhr.js';\n\
                   root().textContent = JSON.stringify([window.settings, window.XBOARD_TRANSLATIONS]);\n";
    write(folder, "assets/index-ra1jmRmU.js", program);
    let vendor = "export const root = () => document.getElementById('root');\n";
    write(folder, "assets/vendor-C9ZsUBhr.js", vendor);
    write(
        folder,
        "assets/vendor.css",
        "#root { color: rgb(1, 2, 3); font-size: 9px }",
    );
    write(
        folder,
        "assets/index-B8YrTAgq.css",
        "#root { font-size: 17px; overflow-wrap: anywhere }",
    );
}

/// The panel with both, and a tab.
async fn opened() -> Option<(Panel, Tab, TempDir)> {
    let tab = Browser::running()?.tab().await;
    let database = Database::fresh(Backend::Sqlite).await?;
    let folder = TempDir::new().unwrap();
    let [themes, app] = ["themes", "app"].map(|name| folder.path().join(name));
    theme(&themes);
    admin_app(&app);
    let config = json!({"theme_color": "blue", "custom_html": "<p id=custom>own</p>"}).to_string();
    let site = [
        ("frontend_theme", "Probe"),
        ("theme_probe", config.as_str()),
        ("app_name", NAME),
        ("logo", "https://logo.test/a.png"),
        ("secure_path", ADMIN_PATH),
    ];
    let [themes, app] = [themes, app].map(|path| path.to_str().unwrap().to_owned());
    let settings = [
        ("FERROBOARD__WEB__THEMES", themes.as_str()),
        ("FERROBOARD__WEB__ADMIN_APP", app.as_str()),
    ];
    let panel = Panel::start_on_site_with(&database, &site, &settings).await;
    Some((panel, tab, folder))
}

/// What the page shows in an element, which is JSON.
async fn shown(tab: &Tab, element: &str) -> Value {
    let text = format!("document.getElementById('{element}').textContent");
    tab.wait_until(&text).await;
    let text = tab.value(&text).await;
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

/// The page fits both screens and says nothing wrong.
async fn inspect(tab: &Tab) {
    for screen in [PHONE, DESK] {
        tab.screen(screen).await;
        assert_eq!(tab.beyond().await, 0, "{screen:?}");
    }
    let complaints = tab.complaints().await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_is_told_of_its_site_and_runs() {
    let Some((panel, tab, _folder)) = opened().await else {
        return;
    };
    tab.visit(&panel.url("/")).await;
    let shown = shown(&tab, "app").await;
    assert_eq!(shown[0], "/");
    let told = &shown[1];
    assert_eq!(told["title"], NAME);
    assert_eq!(told["assets_path"], "/theme/Probe/assets");
    assert_eq!(told["theme"]["color"], "blue");
    assert_eq!(told["logo"], "https://logo.test/a.png");
    assert_eq!(tab.value("document.title").await, NAME);
    assert_eq!(tab.value("window.escaped === undefined").await, true);
    let custom = "document.getElementById('custom').textContent";
    assert_eq!(tab.value(custom).await, "own");
    inspect(&tab).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_app_finds_its_texts_and_its_style() {
    let Some((panel, tab, _folder)) = opened().await else {
        return;
    };
    let path = format!("/{ADMIN_PATH}");
    tab.visit(&panel.url(&path)).await;
    let shown = shown(&tab, "root").await;
    let told = &shown[0];
    assert_eq!(told["secure_path"], ADMIN_PATH);
    assert_eq!(
        (&told["base_url"], &told["title"]),
        (&json!("/"), &json!(NAME))
    );
    assert_eq!(shown[1], json!({"en-US": "Users", "zh-CN": "用户"}));
    let style =
        "[getComputedStyle(document.getElementById('root'))].map(s => [s.color, s.fontSize])[0]";
    // That of the entry lies over what it imports.
    assert_eq!(tab.value(style).await, json!(["rgb(1, 2, 3)", "17px"]));
    inspect(&tab).await;
    let elsewhere = panel.get("/hidden-doo", "").await;
    assert_eq!(elsewhere.status, 404);
}
