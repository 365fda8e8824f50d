//! Themes and the admin app of the family, from folders that each test makes.

use std::os::unix::fs::symlink;
use std::path::Path;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_kernel::UserId;
use ferroboard_site::ThemeFolder as _;
use ferroboard_web::WebOptions;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Answer, Site};

const ADMIN_PATH: &str = "hidden-door";
/// Long enough to be worth compressing.
const PROGRAM: &str = "console.log('a program, a program, a program, a program, a program');";

fn write(folder: &Path, path: &str, content: impl AsRef<[u8]>) {
    let place = folder.join(path);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, content).unwrap();
}

/// A site with the theme `Probe` and an admin app, and the folder in which both lie.
async fn site(settings: &[(&str, &str)]) -> (Site, TempDir) {
    let folder = TempDir::new().unwrap();
    let [themes, app] = ["themes", "app"].map(|name| folder.path().join(name));
    write(&themes, "Probe/assets/umi.js", PROGRAM);
    write(&themes, "Probe/assets/chunk.3f2a9c1b.js", PROGRAM);
    let manifest = json!({
        "index.html": {"file": "assets/index-ra1jmRmU.js", "css": ["assets/a.css"], "imports": ["_b.js"]},
        "_b.js": {"file": "assets/b.js", "css": ["assets/b.css"]},
    });
    write(&app, "manifest.json", manifest.to_string());
    for locale in ["locales/zh-CN.js", "locales/en-US.js", "locales/notes.txt"] {
        write(&app, locale, "");
    }
    write(&app, "assets/index-ra1jmRmU.js", PROGRAM);
    let options = WebOptions {
        themes: Some(themes),
        admin_app: Some(app),
        ..WebOptions::default()
    };
    let settings = [&[("secure_path", ADMIN_PATH)][..], settings].concat();
    let site = Site::with(&settings, options).await;
    let config = json!({"name": "Probe", "version": "1.0.0", "configs": [
        {"field_name": "theme_color", "default_value": "default"},
        {"field_name": "background_url"}, {"field_name": "custom_html"},
    ]});
    let themes = &site.fakes.themes;
    themes
        .install(config.to_string().into_bytes())
        .await
        .unwrap();
    (site, folder)
}

async fn ask(site: &Site, path: &str, headers: &[(&'static str, &str)]) -> Answer {
    let mut request = TestRequest::get().uri(path);
    for header in headers {
        request = request.insert_header(*header);
    }
    site.send(request).await
}

/// What a page gives its scripts as `window.settings`.
fn told(page: &Answer) -> Value {
    let (_, rest) = page.text.split_once("window.settings = ").unwrap();
    let (settings, _) = rest.split_once(";</script>").unwrap();
    serde_json::from_str(settings).unwrap()
}

/// The administrator's token.
async fn administrator(site: &Site) -> String {
    let token = site.alice().await;
    site.promote(UserId::new(1));
    token
}

#[actix_web::test]
async fn the_page_of_a_theme_has_what_its_program_needs() {
    let (site, _folder) = site(&[
        ("frontend_theme", "Probe"),
        ("app_name", "</script><b>机场 & \"A\""),
        ("app_description", "fast"),
        ("logo", "https://logo.test/a.png"),
    ])
    .await;
    let page = site.get("/").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache, private");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("'unsafe-inline'") && policy.contains("frame-ancestors 'none'"));
    let settings = told(&page);
    let expected = json!({
        "title": "</script><b>机场 & \"A\"", "assets_path": "/theme/Probe/assets",
        "theme": {"color": "default"}, "version": env!("CARGO_PKG_VERSION"), "background_url": "",
        "description": "fast", "logo": "https://logo.test/a.png",
        "i18n": ["zh-CN", "en-US", "ja-JP", "vi-VN", "ko-KR", "zh-TW", "fa-IR"],
    });
    assert_eq!(settings, expected);
    // Once for each script, and nowhere from a setting.
    assert_eq!(page.text.matches("</script>").count(), 2, "{}", page.text);
    assert!(!page.text.contains("<b>"), "{}", page.text);
    let order = [
        "window.settings",
        "type=\"module\"",
        "<div id=\"app\"></div>",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|sign| page.text.find(sign).unwrap())
        .collect();
    assert!(places.is_sorted(), "{}", page.text);
    assert!(page.text.contains("src=\"/theme/Probe/assets/umi.js\""));
}

#[actix_web::test]
async fn what_an_administrator_changes_is_seen_at_once() {
    let (site, _folder) = site(&[]).await;
    let token = administrator(&site).await;
    // Xboard's own theme is chosen, which has no folder.
    assert_eq!(site.get("/").await.status, 404);
    let at = |route: &str| format!("/api/v2/{ADMIN_PATH}/{route}");
    let chosen = json!({"frontend_theme": "Probe", "app_name": "First"});
    site.post_as(&token, &at("config/save"), chosen).await;
    assert_eq!(told(&site.get("/").await)["title"], "First");
    let config = json!({"theme_color": "black", "background_url": "https://a.test/'\"b", "custom_html": "<i>own</i>"});
    let body = json!({"name": "Probe", "config": config});
    let saved = site
        .post_as(&token, &at("theme/saveThemeConfig"), body)
        .await;
    assert_eq!(saved.status, 200, "{saved:?}");
    let page = site.get("/").await;
    let settings = told(&page);
    assert_eq!(settings["theme"]["color"], "black");
    assert_eq!(settings["background_url"], "https://a.test/'\"b");
    assert!(
        page.text.contains("</div>\n<i>own</i>\n</body>"),
        "{}",
        page.text
    );
    for own in ["ferroboard", "Ferroboard", "missing", "../Probe"] {
        let chosen = json!({"frontend_theme": own});
        site.post_as(&token, &at("config/save"), chosen).await;
        assert_eq!(site.get("/").await.status, 404, "{own}");
    }
    let moved = json!({"secure_path": "another-door"});
    site.post_as(&token, &at("config/save"), moved).await;
    assert_eq!(site.get("/hidden-door").await.status, 404);
    let page = site.get("/another-door").await;
    assert_eq!(told(&page)["secure_path"], "another-door");
}

#[actix_web::test]
async fn our_own_pages_are_listed_as_a_theme() {
    let (site, _folder) = site(&[("frontend_theme", "ferroboard")]).await;
    let token = administrator(&site).await;
    let at = |route: &str| format!("/api/v2/{ADMIN_PATH}/theme/{route}");
    let listed = site.get_as(&token, &at("getThemes")).await.body();
    assert_eq!(listed["data"]["active"], "ferroboard");
    let own = &listed["data"]["themes"]["ferroboard"];
    assert_eq!(own["can_delete"], false);
    assert_eq!(own["configs"], json!([]));
    let own = json!({"name": "ferroboard"});
    let config = site.post_as(&token, &at("getThemeConfig"), own).await;
    assert_eq!(config.body()["data"], json!({}));
}

#[actix_web::test]
async fn the_safe_mode_shows_the_site_at_home_alone() {
    let safe = [
        ("frontend_theme", "Probe"),
        ("app_url", "https://panel.test"),
        ("safe_mode_enable", "1"),
    ];
    let (site, _folder) = site(&safe).await;
    assert_eq!(ask(&site, "/", &[("host", "panel.test")]).await.status, 200);
    let refused = ask(
        &site,
        "/",
        &[("host", "evil.test"), ("content-language", "en-US")],
    )
    .await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.message(),
        "Please use the official address of this site"
    );
    // Only the page: what it asks for is there under every host.
    for path in ["/api/v1/guest/comm/config", "/theme/Probe/assets/umi.js"] {
        assert_eq!(
            ask(&site, path, &[("host", "evil.test")]).await.status,
            200,
            "{path}"
        );
    }
}

#[actix_web::test]
async fn the_admin_app_is_at_the_admin_path_alone() {
    let (site, folder) = site(&[("app_name", "A & B")]).await;
    let page = site.get("/hidden-door").await;
    assert_eq!(page.status, 200, "{page:?}");
    let expected = json!({
        "base_url": "/", "title": "A & B", "version": env!("CARGO_PKG_VERSION"), "logo": "",
        "secure_path": "hidden-door",
    });
    assert_eq!(told(&page), expected);
    let order = [
        "<title>A &amp; B</title>",
        "window.settings",
        "<link rel=\"stylesheet\" crossorigin href=\"/assets/admin/assets/b.css\">",
        "<link rel=\"stylesheet\" crossorigin href=\"/assets/admin/assets/a.css\">",
        "<link rel=\"modulepreload\" crossorigin href=\"/assets/admin/assets/b.js\">",
        "<script src=\"/assets/admin/locales/en-US.js\"></script>",
        "<script src=\"/assets/admin/locales/zh-CN.js\"></script>",
        "<script type=\"module\" crossorigin src=\"/assets/admin/assets/index-ra1jmRmU.js\">",
        "<div id=\"root\"></div>",
    ];
    let places: Vec<Option<usize>> = order.iter().map(|sign| page.text.find(sign)).collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{}",
        page.text
    );
    assert!(!page.text.contains("notes.txt"));
    // Slashes at the end mean nothing, as everywhere.
    assert_eq!(site.get("/hidden-door/").await.status, 200);
    for elsewhere in [
        "/hidden-doo",
        "/hidden-door/x",
        "/Hidden-door",
        "/hidden-door2",
        "/{secure_path}",
    ] {
        let answer = site.get(elsewhere).await;
        assert_eq!(answer.status, 404, "{elsewhere}");
        assert_eq!(answer.text, site.get("/nothing").await.text);
    }
    write(folder.path(), "app/manifest.json", "{}");
    assert_eq!(site.get("/hidden-door").await.status, 404);
}

#[actix_web::test]
async fn without_folders_there_are_no_pages() {
    let site =
        Site::with_settings(&[("secure_path", ADMIN_PATH), ("frontend_theme", "Probe")]).await;
    for path in [
        "/",
        "/hidden-door",
        "/theme/Probe/assets/umi.js",
        "/assets/admin/manifest.json",
    ] {
        assert_eq!(site.get(path).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn files_have_their_types_and_are_kept_by_their_names() {
    let (site, folder) = site(&[]).await;
    let themes = folder.path().join("themes");
    for (path, kind) in [
        ("a.css", "text/css; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.woff2", "font/woff2"),
        ("a.json", "application/json"),
        ("主 题.png", "image/png"),
        ("a.unknown", "application/octet-stream"),
    ] {
        write(&themes, &format!("Probe/{path}"), "x");
        let address = path
            .replace(' ', "%20")
            .replace('主', "%E4%B8%BB")
            .replace('题', "%E9%A2%98");
        let file = site.get(&format!("/theme/Probe/{address}")).await;
        assert_eq!(
            (file.status.as_u16(), file.header("content-type")),
            (200, kind),
            "{path}"
        );
        assert_eq!(file.header("cache-control"), "public, no-cache", "{path}");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.header("content-disposition").is_empty());
    }
    let hashed = site.get("/theme/Probe/assets/chunk.3f2a9c1b.js").await;
    assert_eq!(
        hashed.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        hashed.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    // A worker may do what its own answer says.
    assert!(
        hashed
            .header("content-security-policy")
            .contains("worker-src")
    );
    let admin = site.get("/assets/admin/assets/index-ra1jmRmU.js").await;
    assert_eq!(admin.text, PROGRAM);
    assert_eq!(
        admin.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
}

#[actix_web::test]
async fn files_are_sent_once_in_parts_and_compressed() {
    let (site, folder) = site(&[]).await;
    let path = "/theme/Probe/assets/umi.js";
    let whole = site.get(path).await;
    assert_eq!(
        (whole.text.as_str(), whole.header("accept-ranges")),
        (PROGRAM, "bytes")
    );
    let (tag, time) = (whole.header("etag"), whole.header("last-modified"));
    let weak = format!("W/{tag}");
    for header in [
        ("if-none-match", tag),
        ("if-none-match", &weak),
        ("if-modified-since", time),
    ] {
        let again = ask(&site, path, &[header]).await;
        assert_eq!(
            (again.status.as_u16(), again.text.as_str()),
            (304, ""),
            "{header:?}"
        );
    }
    let part = ask(
        &site,
        path,
        &[("range", "bytes=2-4"), ("accept-encoding", "gzip")],
    )
    .await;
    assert_eq!(
        (part.status.as_u16(), part.text.as_str()),
        (206, PROGRAM.get(2..5).unwrap())
    );
    assert!(part.header("content-encoding").is_empty());
    let beyond = ask(&site, path, &[("range", "bytes=900000-")]).await;
    assert_eq!(beyond.status, 416);
    let conditional = ask(
        &site,
        path,
        &[("range", "bytes=2-4"), ("if-range", "\"other\"")],
    )
    .await;
    assert_eq!(
        (conditional.status.as_u16(), conditional.text.as_str()),
        (200, PROGRAM)
    );
    let compressed = ask(&site, path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(compressed.header("content-encoding"), "gzip");
    assert!(
        compressed
            .header("vary")
            .eq_ignore_ascii_case("accept-encoding")
    );
    assert_eq!(compressed.header("etag"), weak);
    // What was compressed before is sent as it is.
    write(
        folder.path(),
        "themes/Probe/assets/umi.js.gz",
        "compressed before",
    );
    let before = ask(&site, path, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(
        (before.text.as_str(), before.header("content-encoding")),
        ("compressed before", "gzip")
    );
    assert_eq!(
        before.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(site.get(path).await.text, PROGRAM);
    let head = TestRequest::default().method(Method::HEAD).uri(path);
    let head = site.send(head).await;
    assert_eq!((head.status.as_u16(), head.header("etag")), (200, tag));
    let posted = site.send(TestRequest::post().uri(path)).await;
    assert_eq!(
        (posted.status.as_u16(), posted.header("allow")),
        (405, "GET, HEAD")
    );
}

#[actix_web::test]
async fn nothing_but_files_of_a_folder_is_seen() {
    let (site, folder) = site(&[]).await;
    let themes = folder.path().join("themes");
    write(folder.path(), "secret.js", "secret");
    write(&themes, "secret.js", "secret");
    write(&themes, "Probe/.env", "secret");
    write(&themes, "Probe/.git/config.js", "secret");
    write(&themes, "Probe/dashboard.blade.php", "secret");
    write(&themes, ".passing-1/new/umi.js", "secret");
    symlink(folder.path().join("secret.js"), themes.join("Probe/out.js")).unwrap();
    symlink(folder.path(), themes.join("Probe/up")).unwrap();
    for path in [
        "../secret.js",
        "..%2fsecret.js",
        "%2e%2e/secret.js",
        "%2e%2e%2fsecret.js",
        "..%252fsecret.js",
        "..%5csecret.js",
        "..\\secret.js",
        "assets/../../secret.js",
        "assets/%2e%2e/%2e%2e/secret.js",
        "./assets/umi.js",
        "assets//umi.js",
        "/assets/umi.js",
        ".env",
        "%2eenv",
        ".git/config.js",
        "dashboard.blade.php",
        "dashboard.blade.PHP",
        "out.js",
        "up/secret.js",
        "assets",
        "",
        "missing.js",
    ] {
        // A test's request is not straightened as a browser would.
        let answer = site.get(&format!("/theme/Probe/{path}")).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text.contains("secret"), "{path}");
    }
    for path in [
        "/theme/secret.js",
        "/theme/../secret.js",
        "/theme/%2e%2e/secret.js",
        "/theme/..%2f/secret.js",
        "/theme/.passing-1/new/umi.js",
        "/theme/Probe",
        "/theme",
        "/theme/%2e/secret.js",
        "/assets/admin",
        "/assets/admin/../../secret.js",
        "/assets/admin/%2e%2e/secret.js",
        "/assets/secret.js",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(site.get("/theme/Probe/assets/umi.js").await.text, PROGRAM);
}
