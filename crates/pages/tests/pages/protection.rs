//! What protects people from others: cookies, forms that are not ours, headers, ways back.

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use ferroboard_kernel::UserId;

use crate::browser::Site;

const ALICE: &str = "alice@demo.test";
const LOGIN: [(&str, &str); 2] = [("email", ALICE), ("password", "correct-horse-7")];

#[actix_web::test]
async fn cookies_have_their_flags_and_behind_tls_their_host() {
    let site = Site::open(&[]).await;
    site.browser().register(ALICE).await;
    let plain = site.browser();
    let inside = plain.fill("/my/login", "/my/login", &LOGIN).await;
    let cookies = inside.cookies();
    let session = cookies
        .iter()
        .find(|line| line.starts_with("session="))
        .unwrap();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(session.contains(flag), "{session}");
    }
    assert!(!session.contains("Secure") && !session.contains("Domain"));

    // The peer is loopback, whose word about TLS is believed.
    let tls = site.browser().with("x-forwarded-proto", "https");
    let inside = tls.fill("/my/login", "/my/login", &LOGIN).await;
    for line in inside.cookies() {
        let (name, _) = line.split_once('=').unwrap();
        assert!(
            name.starts_with("__Host-") && line.contains("Secure"),
            "{line}"
        );
    }
    assert!(tls.cookie("__Host-form").is_some());
    assert_eq!(tls.get("/").await.status, StatusCode::OK);
    // What came in plain HTTP is no login behind TLS.
    let token = plain.cookie("session").unwrap();
    let forged = site.browser().with("x-forwarded-proto", "https");
    forged.keep("session", &token);
    assert_eq!(forged.get("/").await.leads_to(), "/my/login");
}

#[actix_web::test]
async fn a_form_that_is_not_ours_does_nothing() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    browser.register(ALICE).await;
    let token = browser.get("/my/profile").await.token();
    let other = site.browser();
    other.register("bob@demo.test").await;
    let theirs = other.get("/my/profile").await.token();

    let is_logged_in = async || browser.get("/my/profile").await.status == StatusCode::OK;
    for wrong in ["", "0", &"0".repeat(128), theirs.as_str()] {
        let refused = browser.post("/my/logout", &[("_csrf", wrong)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{wrong}");
        assert!(
            refused.text.contains("expired") && is_logged_in().await,
            "{wrong}"
        );
    }
    assert_eq!(
        browser.post("/my/logout", &[]).await.status,
        StatusCode::FORBIDDEN
    );
    // The right token from another site's page.
    for (name, value) in [
        ("origin", "https://evil.test"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let request = TestRequest::post()
            .uri("/my/logout")
            .insert_header((name, value))
            .insert_header(("host", "panel.test"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(format!("_csrf={token}"));
        let refused = browser.send(request).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(is_logged_in().await);
    }
    // What browsers say of a page of ours, also behind a proxy that has another name for the panel.
    for (host, forwarded, origin, expected) in [
        (
            "panel.test",
            "",
            "https://panel.test",
            StatusCode::SEE_OTHER,
        ),
        (
            "inner:7001",
            "panel.test",
            "https://panel.test",
            StatusCode::SEE_OTHER,
        ),
        (
            "inner:7001",
            "",
            "https://panel.test",
            StatusCode::FORBIDDEN,
        ),
        ("panel.test", "", "null", StatusCode::FORBIDDEN),
    ] {
        let mut request = TestRequest::post()
            .uri("/my/preferences")
            .insert_header(("host", host))
            .insert_header(("origin", origin))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(format!("_csrf={token}"));
        if !forwarded.is_empty() {
            request = request.insert_header(("x-forwarded-host", forwarded));
        }
        let answer = browser.send(request).await;
        assert_eq!(answer.status, expected, "{host} {forwarded} {origin}");
    }
    // A token is worth nothing without its cookie, nor in another session.
    let secret = browser.cookie("form").unwrap();
    browser.forget("form");
    let refused = browser.post("/my/logout", &[("_csrf", &token)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    browser.keep("form", &secret);
    let fine = browser.post("/my/logout", &[("_csrf", &token)]).await;
    assert_eq!(fine.leads_to(), "/my/login");
}

#[actix_web::test]
async fn a_login_by_a_strangers_form_is_refused() {
    let site = Site::open(&[]).await;
    site.browser().register(ALICE).await;
    let victim = site.browser();
    let refused = victim.post("/my/login", &LOGIN).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(victim.cookie("session"), None);
}

#[actix_web::test]
async fn a_dead_session_in_the_browser_spoils_no_form() {
    let site = Site::open(&[]).await;
    site.browser().register(ALICE).await;
    let browser = site.browser();
    browser.keep("session", "no.session.atall");
    let inside = browser.fill("/my/login", "/my/login", &LOGIN).await;
    assert_eq!(inside.leads_to(), "/");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn pages_say_what_they_may_load() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    browser.register(ALICE).await;
    for path in ["/", "/my/profile", "/my/nowhere", "/my/profile/password"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert!(!answer.header("x-request-id").is_empty());
        for trace in [" style=\"", " onclick=", "<style", "javascript:"] {
            assert!(!answer.text.contains(trace), "{path}: {trace}");
        }
    }
}

#[actix_web::test]
async fn a_captcha_is_loaded_where_one_is_asked_for_and_nowhere_else() {
    let settings = [
        ("captcha_enable", "1"),
        ("captcha_type", "turnstile"),
        ("turnstile_site_key", "site-key"),
    ];
    let site = Site::open(&settings).await;
    let browser = site.browser();
    let page = browser.get("/my/register").await;
    assert!(page.text.contains("data-sitekey=\"site-key\""));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-src https://challenges.cloudflare.com"),
        "{policy}"
    );
    let login = browser.get("/my/login").await;
    assert!(
        !login
            .header("content-security-policy")
            .contains("cloudflare")
    );
}

#[actix_web::test]
async fn nobody_is_led_to_a_strangers_page() {
    let site = Site::open(&[]).await;
    site.browser().register(ALICE).await;
    for back in [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "/\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
    ] {
        let browser = site.browser();
        let fields = [LOGIN[0], LOGIN[1], ("back", back)];
        let inside = browser.fill("/my/login", "/my/login", &fields).await;
        assert_eq!(inside.leads_to(), "/", "{back}");
        let set = browser
            .fill("/", "/my/preferences", &[("back", back)])
            .await;
        assert_eq!(set.leads_to(), "/", "{back}");
    }
    // Whatever host is asked, the ways are ours.
    let browser = site.browser().with("host", "evil.test");
    let answer = browser.get("/my/profile").await;
    assert!(answer.leads_to().starts_with("/my/login"));
    assert!(!browser.get("/my/login").await.text.contains("evil.test"));
}

#[actix_web::test]
async fn what_people_type_is_escaped_where_it_comes_back() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    for payload in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</textarea><svg onload=alert(1)>",
        "{{7*7}}",
    ] {
        let fields = [
            ("email", payload),
            ("invite_code", payload),
            ("password", "x"),
        ];
        let page = browser.fill("/my/register", "/my/register", &fields).await;
        assert!(page.status.is_client_error());
        for trace in [
            "<script>alert",
            "<img src=x",
            "' onmouseover='",
            "<svg onload",
            "49",
        ] {
            let found = page.text.contains(trace) && payload.contains(trace);
            assert!(!found, "{payload}: {}", page.text);
        }
        let query = form_query("back", payload);
        let page = browser.get(&format!("/my/login?{query}")).await;
        assert!(page.text.contains("name=\"back\" value=\"/\""), "{payload}");
    }
}

fn form_query(name: &str, value: &str) -> String {
    let encoded = value.bytes().fold(String::new(), |encoded, byte| {
        format!("{encoded}%{byte:02X}")
    });
    format!("{name}={encoded}")
}

#[actix_web::test]
async fn addresses_that_are_none_get_a_page_below_ours_and_json_elsewhere() {
    let site = Site::open(&[("secure_path", "console-path")]).await;
    let browser = site.browser();
    let page = browser.get("/my/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text.contains("No such page"));
    for path in ["/nowhere", "/api/v1/nowhere", "/other-path"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json"),
            "{path}"
        );
    }
    // Where forms alone are sent there is a page that leads on.
    for path in ["/my/logout", "/my/register/code"] {
        let wrong = browser.get(path).await;
        assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(wrong.text.contains("cannot be opened like this"), "{path}");
        assert!(wrong.text.contains("<a class=\"button\" href=\"/\">"));
    }
}

#[actix_web::test]
async fn a_page_that_answers_a_form_leads_back_to_the_page_of_the_form() {
    let site = Site::open(&[("email_verify", "1")]).await;
    for (referer, back) in [
        (
            "https://panel.test/my/register?code=A1",
            "/my/register?code=A1",
        ),
        ("https://evil.test/my/orders", "/my/register/code"),
        ("https://panel.test//evil.test", "/my/register/code"),
        ("https://panel.test", "/my/register/code"),
        ("no address", "/my/register/code"),
    ] {
        let browser = site.browser().with("host", "panel.test");
        let browser = browser.with("referer", referer);
        let fields = [("email", "no address")];
        let page = browser
            .fill("/my/register", "/my/register/code", &fields)
            .await;
        let wanted = format!("name=\"back\" value=\"{back}\"");
        assert!(page.text.contains(&wanted), "{referer}: {}", page.text);
        // What was asked for by itself is a way back, whatever page led there.
        let page = browser.get("/my/login").await;
        assert!(page.text.contains("name=\"back\" value=\"/my/login\""));
    }
}

#[actix_web::test]
async fn the_console_is_for_administrators_alone() {
    let site = Site::open(&[("secure_path", "console-path")]).await;
    let browser = site.browser();
    assert_eq!(
        browser.get("/console-path/nowhere").await.leads_to(),
        "/console-path/login?back=%2Fconsole-path%2Fnowhere"
    );
    browser.register(ALICE).await;
    let refused = browser.get("/console-path/nowhere").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    site.promote(UserId::new(1));
    site.refresh().await;
    let page = browser.get("/console-path/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text.contains("No such page"));
}

#[actix_web::test]
async fn assets_are_kept_for_ever_under_names_that_change() {
    let site = Site::open(&[]).await;
    let browser = site.browser().with("accept-encoding", "gzip");
    let page = site.browser().get("/my/login").await.text;
    let mut seen = 0;
    for rest in page.split("=\"/assets/pages/").skip(1) {
        let path = format!("/assets/pages/{}", rest.split('"').next().unwrap());
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.header("cache-control").contains("immutable"));
        seen += 1;
    }
    assert_eq!(seen, 2);
    // The icon is in the page.
    assert!(page.contains("rel=\"icon\" href=\"data:image/svg+xml;base64,"));
    assert_eq!(
        browser.get("/assets/pages/pages-0.css").await.status,
        StatusCode::NOT_FOUND
    );
}
