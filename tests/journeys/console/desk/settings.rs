//! Settings, plugins, themes, and the texts of mails and subscriptions.

use super::super::{CHIEF, Office, PATH, to};
use crate::support::PASSWORD;

async fn setting(office: &Office, name: &str) -> Option<String> {
    let sql = format!("SELECT value FROM v2_settings WHERE name = '{name}'");
    office.database.sql().text(&sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_saved_by_group_and_secrets_are_kept() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let path = to("settings/email");
    let fields = [("email_host", "smtp.test"), ("email_password", "swordfish")];
    browser.fill(&path, &path, &fields).await.leads_to();
    let shown = browser.open(&path).await;
    shown.has(&["smtp.test", "empty keeps it"]);
    shown.lacks(&["swordfish"]);
    browser
        .fill(&path, &path, &[("email_port", "465")])
        .await
        .leads_to();
    assert_eq!(
        setting(&office, "email_password").await.as_deref(),
        Some("swordfish")
    );
    let cleared = [("cleared[email_password]", "1")];
    browser.fill(&path, &path, &cleared).await.leads_to();
    assert_eq!(setting(&office, "email_password").await, None);
    let site = to("settings/site");
    let wrong = [
        ("app_name", "Kept"),
        ("app_url", "nowhere"),
        ("try_out_hour", "-1"),
    ];
    let refused = browser.fill(&site, &site, &wrong).await;
    assert_eq!(refused.status, 422);
    refused.has(&[
        "value=\"Kept\"",
        "value=\"nowhere\"",
        "id=\"app_url-error\"",
        "id=\"try_out_hour-error\"",
    ]);
    assert_eq!(
        setting(&office, "app_url").await.as_deref(),
        Some("http://panel.test")
    );
    // What pages of the family do not ask for, and `config/fetch` does not show them.
    let safe = to("settings/safe");
    assert_eq!(browser.get("/my/login/link").await.status, 404);
    let on = [("login_with_mail_link_enable", "1")];
    browser.fill(&safe, &safe, &on).await.leads_to();
    browser.open("/my/login/link").await;
    browser.fill(&safe, &safe, &[]).await.leads_to();
    assert_eq!(
        setting(&office, "login_with_mail_link_enable")
            .await
            .as_deref(),
        Some("1")
    );
    let chief = office.panel.login(CHIEF, PASSWORD).await;
    let chief = chief.text_of("auth_data");
    let api = |action: &str| format!("/api/v2/{PATH}/config/{action}");
    let off = serde_json::json!({"login_with_mail_link_enable": 0});
    let saved = office.panel.post(&api("save"), &chief, off).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    assert_eq!(browser.get("/my/login/link").await.status, 404);
    let shown = office.panel.get(&api("fetch"), &chief).await;
    assert_eq!(shown.data()["safe"]["email_verify"], false);
    assert!(!shown.text.contains("login_with_mail_link"));
    // The path of the console moves with the page that changes it.
    let moved = browser
        .fill(&safe, &safe, &[("secure_path", "another-door")])
        .await;
    assert_eq!(moved.leads_to(), "/another-door/settings/safe");
    assert_eq!(browser.get(&safe).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_and_themes_are_switched_and_set() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let plugins = to("plugins");
    let code = "real_name_verification";
    for action in ["install", "enable"] {
        let path = to(&format!("plugins/{code}/{action}"));
        browser.press(&plugins, &path, &[]).await.leads_to();
    }
    let path = to(&format!("plugins/{code}"));
    let refused = browser
        .fill(&path, &path, &[("min_age", "old"), ("notice", "Kept")])
        .await;
    assert_eq!(refused.status, 422);
    refused.has(&["value=\"old\"", "Kept", "id=\"min_age-error\""]);
    browser
        .fill(&path, &path, &[("min_age", "18")])
        .await
        .leads_to();
    let stored = "config LIKE '%\"min_age\":18%' AND is_enabled = 1";
    assert_eq!(office.rows().count("v2_plugins", stored).await, 1);
    let uninstall = to(&format!("plugins/{code}/uninstall"));
    assert_eq!(browser.press(&plugins, &uninstall, &[]).await.status, 400);
    let themes = to("themes");
    browser.open(&themes).await.has(&["Xboard", "ferroboard"]);
    let options = browser
        .press(&themes, &to("themes/Xboard/options"), &[])
        .await;
    options.has(&["name=\"theme_color\"", "name=\"custom_html\""]);
    let colour = [("theme_color", "black")];
    browser
        .send_back(&options, &to("themes/Xboard"), &colour)
        .await
        .leads_to();
    let config = setting(&office, "theme_xboard").await.unwrap();
    assert!(config.contains("\"theme_color\":\"black\""), "{config}");
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_looked_at_before_they_are_saved() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let node = to("nodes/new/shadowsocks");
    let fields = [("name", "Node <1>"), ("host", "n.test")];
    browser.fill(&node, &node, &fields).await.leads_to();
    let surge = to("templates/surge");
    let own = [
        ("subscribe_template_surge", "#OWN-TEXT\n[Proxy]\n$proxies"),
        ("client", "surge"),
    ];
    let preview = browser
        .fill(&surge, &format!("{surge}/preview"), &own)
        .await;
    preview.has(&["#OWN-TEXT", "n.test", "1 nodes"]);
    let links = [("client", "general")];
    let links = browser
        .fill(&surge, &format!("{surge}/preview"), &links)
        .await;
    assert_eq!(links.status, 200);
    browser.fill(&surge, &surge, &own[..1]).await.leads_to();
    let stored = "name = 'surge' AND content LIKE '#OWN-TEXT%'";
    assert_eq!(
        office.rows().count("v2_subscribe_templates", stored).await,
        1
    );
    let singbox = to("templates/singbox");
    let broken = [("subscribe_template_singbox", "{broken")];
    let refused = browser.fill(&singbox, &singbox, &broken).await;
    assert_eq!(refused.status, 422);
    refused.has(&["{broken", "id=\"template-error\""]);
    let mail = to("mail-templates/verify");
    let text = [
        ("subject", "Hello"),
        ("content", "<p>{{code}} <script>x</script></p>"),
    ];
    let preview = browser.fill(&mail, &format!("{mail}/preview"), &text).await;
    preview.has(&["<p>123456"]);
    let lacking = [("subject", "Hello"), ("content", "no code")];
    let refused = browser.fill(&mail, &mail, &lacking).await;
    assert_eq!(refused.status, 422);
    refused.has(&["no code"]);
    browser.fill(&mail, &mail, &text).await.leads_to();
    browser
        .press(&mail, &format!("{mail}/reset"), &[])
        .await
        .leads_to();
}
