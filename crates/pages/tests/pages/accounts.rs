//! In, out, and what people decide about themselves: whole ways of a browser without scripts.

use actix_web::http::StatusCode;
use ferroboard_kernel::UserId;
use ferroboard_mail::NoticeChannel;
use ferroboard_telegram::ChatId;

use crate::browser::Site;

const ALICE: &str = "alice@demo.test";
const PASSWORD: &str = "correct-horse-7";

#[actix_web::test]
async fn a_person_registers_logs_out_and_in_again() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    browser.register(ALICE).await;
    let home = browser.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(
        home.text.contains("Welcome!") && home.text.contains(ALICE),
        "{}",
        home.text
    );
    // What is said once is said once.
    assert!(!browser.get("/").await.text.contains("Welcome!"));

    let out = browser.fill("/", "/my/logout", &[]).await;
    assert_eq!(out.leads_to(), "/my/login");
    assert_eq!(browser.cookie("session"), None);
    assert_eq!(browser.get("/").await.leads_to(), "/my/login");

    let wrong = [("email", ALICE), ("password", "wrong-horse-7")];
    let refused = browser.fill("/my/login", "/my/login", &wrong).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("role=\"alert\""), "{}", refused.text);
    // What was typed is kept, but no password.
    assert!(refused.text.contains(&format!("value=\"{ALICE}\"")));
    assert!(!refused.text.contains("wrong-horse-7"));

    let right = [
        ("email", ALICE),
        ("password", PASSWORD),
        ("back", "/my/profile"),
    ];
    let inside = browser.fill("/my/login", "/my/login", &right).await;
    assert_eq!(inside.leads_to(), "/my/profile");
    assert_eq!(browser.get("/my/profile").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn the_session_of_a_page_is_an_ordinary_one_and_the_api_reads_no_cookie() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    browser.register(ALICE).await;
    let by_cookie = browser.get("/api/v1/user/info").await;
    assert_eq!(by_cookie.status, StatusCode::FORBIDDEN);
    let token = browser.cookie("session").unwrap();
    let api = site
        .browser()
        .with("authorization", &format!("Bearer {token}"));
    assert_eq!(api.get("/api/v1/user/info").await.status, StatusCode::OK);
    browser.fill("/", "/my/logout", &[]).await;
    assert_eq!(
        api.get("/api/v1/user/info").await.status,
        StatusCode::FORBIDDEN
    );
}

#[actix_web::test]
async fn whoever_is_not_logged_in_comes_back_after_the_login() {
    let site = Site::open(&[]).await;
    site.browser().register(ALICE).await;
    let browser = site.browser();
    let asked = browser.get("/my/profile/sessions?x=1").await;
    let login = asked.leads_to().to_owned();
    assert_eq!(login, "/my/login?back=%2Fmy%2Fprofile%2Fsessions%3Fx%3D1");
    let page = browser.get(&login).await;
    assert!(
        page.text
            .contains("name=\"back\" value=\"/my/profile/sessions?x=1\"")
    );
    let fields = [
        ("email", ALICE),
        ("password", PASSWORD),
        ("back", "/my/profile/sessions?x=1"),
    ];
    let inside = browser.fill(&login, "/my/login", &fields).await;
    assert_eq!(inside.leads_to(), "/my/profile/sessions?x=1");
}

#[actix_web::test]
async fn errors_stand_beside_their_fields() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    let fields = [("email", "no address"), ("password", "short")];
    let refused = browser.fill("/my/register", "/my/register", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for wanted in [
        "id=\"email-error\"",
        "id=\"password-error\"",
        "aria-invalid=\"true\" aria-describedby=\"email-error\"",
        "value=\"no address\"",
    ] {
        assert!(refused.text.contains(wanted), "{wanted}: {}", refused.text);
    }
}

#[actix_web::test]
async fn a_mailed_code_is_asked_for_and_used_without_scripts() {
    let site = Site::open(&[("email_verify", "1")]).await;
    let browser = site.browser();
    let asked = [("email", ALICE)];
    let sent = browser
        .fill("/my/register", "/my/register/code", &asked)
        .await;
    assert_eq!(sent.status, StatusCode::OK);
    assert!(sent.text.contains(&format!("value=\"{ALICE}\"")));
    let (_, rest) = sent.text.split_once("mailbox. (").unwrap();
    let code = rest.split(')').next().unwrap();
    let fields = [
        ("email", ALICE),
        ("email_code", code),
        ("password", PASSWORD),
    ];
    let made = browser.fill("/my/register", "/my/register", &fields).await;
    assert_eq!(made.leads_to(), "/", "{}", made.text);
}

#[actix_web::test]
async fn enter_sends_the_form_and_asks_for_no_other_code() {
    let site = Site::open(&[("email_verify", "1")]).await;
    let browser = site.browser();
    for path in ["/my/register", "/my/recover"] {
        let page = browser.get(path).await;
        let form = format!("action=\"{path}\"");
        let (_, form) = page.text.split_once(&form).unwrap();
        // Browsers press the first button, seen or not.
        let (_, button) = form.split_once("<button").unwrap();
        let (button, rest) = button.split_once('>').unwrap();
        assert!(!button.contains("formaction"), "{path}: {button}");
        assert!(button.contains("hidden"), "{path}: {button}");
        assert!(rest.contains(&format!("formaction=\"{path}/code\"")));
    }
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced() {
    let site = Site::open(&[]).await;
    site.browser().register(ALICE).await;
    let browser = site.browser();
    let sent = browser
        .fill("/my/recover", "/my/recover/code", &[("email", ALICE)])
        .await;
    let (_, rest) = sent.text.split_once("mailbox. (").unwrap();
    let code = rest.split(')').next().unwrap();
    let fields = [
        ("email", ALICE),
        ("email_code", code),
        ("password", "another-horse-8"),
    ];
    let done = browser.fill("/my/recover", "/my/recover", &fields).await;
    assert_eq!(done.leads_to(), "/my/login");
    let fields = [("email", ALICE), ("password", "another-horse-8")];
    let inside = browser.fill("/my/login", "/my/login", &fields).await;
    assert_eq!(inside.leads_to(), "/");
}

#[actix_web::test]
async fn nobody_registers_while_registration_is_closed() {
    let site = Site::open(&[("stop_register", "1")]).await;
    let browser = site.browser();
    let page = browser.get("/my/register").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("Registration is closed"));
    assert!(!browser.get("/my/login").await.text.contains("/my/register"));
    let fields = [("email", ALICE), ("password", PASSWORD)];
    let refused = browser.fill("/my/login", "/my/register", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.cookie("session"), None);
}

#[actix_web::test]
async fn a_link_logs_in_once_and_only_by_its_button() {
    let site = Site::open(&[]).await;
    let owner = site.browser();
    owner.register(ALICE).await;
    let token = owner.cookie("session").unwrap();
    let api = site
        .browser()
        .with("authorization", &format!("Bearer {token}"));
    let link = api.post("/api/v1/user/getQuickLoginUrl", &[]).await;
    let (_, rest) = link.text.split_once("verify=").unwrap();
    let verify = rest.split('&').next().unwrap();

    let browser = site.browser();
    let page = format!("/my/enter?verify={verify}&redirect=order%2F2026");
    let looked = browser.get(&page).await;
    assert!(
        looked
            .text
            .contains("name=\"back\" value=\"/my/orders/2026\""),
        "{}",
        looked.text
    );
    // Looking again, as programs that scan mails do, uses nothing up.
    assert_eq!(site.browser().get(&page).await.status, StatusCode::OK);
    let fields = [("verify", verify), ("back", "/my/profile")];
    let inside = browser.fill(&page, "/my/enter", &fields).await;
    assert_eq!(inside.leads_to(), "/my/profile");
    assert_eq!(browser.get("/my/profile").await.status, StatusCode::OK);
    let again = site.browser();
    let refused = again.fill(&page, "/my/enter", &fields).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    assert_eq!(again.cookie("session"), None);
}

#[actix_web::test]
async fn what_people_decide_about_themselves_is_kept() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    browser.register(ALICE).await;
    let off = [("remind_expire", "0"), ("remind_traffic", "1")];
    let saved = browser
        .fill("/my/profile", "/my/profile/reminders", &off)
        .await;
    assert_eq!(saved.leads_to(), "/my/profile");
    let page = browser.get("/my/profile").await;
    assert!(page.text.contains("Saved."));
    let ticked = page.text.matches(" checked").count();
    assert_eq!(ticked, 3, "{}", page.text);
    // Beside the switches of renewals and tickets, which are on and were not sent.
    assert!(page.text.contains("Bind Telegram to get them there."));
    assert!(!page.text.contains("name=\"channel\""));

    let user = UserId::new(1);
    site.fakes.store.write(|tables| {
        tables.user(user).chat = Some(ChatId::new(7));
    });
    let told = [
        ("remind_expire", "1"),
        ("remind_traffic", "0"),
        ("renewal", "0"),
        ("payment", "1"),
        ("ticket", "0"),
        ("login", "1"),
        ("channel", "both"),
    ];
    let saved = browser
        .fill("/my/profile", "/my/profile/reminders", &told)
        .await;
    assert_eq!(saved.leads_to(), "/my/profile");
    let page = browser.get("/my/profile").await;
    assert!(
        page.text.contains("value=\"both\" selected"),
        "{}",
        page.text
    );
    site.fakes.store.read(|tables| {
        let choice = tables.mail.choices[&user];
        assert_eq!(choice.channel, Some(NoticeChannel::Both));
        assert!(choice.payment && choice.login && !choice.renewal && !choice.ticket);
        let account = &tables.users[&user].auth;
        assert!(account.remind_expire && !account.remind_traffic);
    });

    let old = site.fakes.store.read(|tables| {
        tables.users[&UserId::new(1)]
            .auth
            .account
            .subscribe_token
            .clone()
    });
    let reset = browser.fill("/my/profile", "/my/profile/reset", &[]).await;
    assert_eq!(reset.leads_to(), "/");
    let new = site.fakes.store.read(|tables| {
        tables.users[&UserId::new(1)]
            .auth
            .account
            .subscribe_token
            .clone()
    });
    assert_ne!(old, new);
}

#[actix_web::test]
async fn a_new_password_ends_the_other_sessions() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    browser.register(ALICE).await;
    let other = site.browser();
    let fields = [("email", ALICE), ("password", PASSWORD)];
    other.fill("/my/login", "/my/login", &fields).await;
    assert_eq!(other.get("/").await.status, StatusCode::OK);
    let page = browser.get("/my/profile/sessions").await;
    assert_eq!(
        page.text.matches("name=\"session\"").count(),
        1,
        "{}",
        page.text
    );
    let fields = [
        ("old_password", PASSWORD),
        ("new_password", "another-horse-8"),
    ];
    let done = browser
        .fill("/my/profile/password", "/my/profile/password", &fields)
        .await;
    assert_eq!(done.leads_to(), "/my/profile");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    assert_eq!(other.get("/").await.leads_to(), "/my/login");
}

#[actix_web::test]
async fn language_and_appearance_follow_the_switch() {
    let site = Site::open(&[]).await;
    let browser = site.browser();
    let english = browser.get("/my/login").await;
    assert!(
        english
            .text
            .contains("<html lang=\"en-US\" dir=\"ltr\" data-theme=\"auto\"")
    );
    let fields = [("lang", "fa-IR"), ("theme", "dark"), ("back", "/my/login")];
    let set = browser.fill("/my/login", "/my/preferences", &fields).await;
    assert_eq!(set.leads_to(), "/my/login");
    let persian = browser.get("/my/login").await;
    assert!(
        persian
            .text
            .contains("<html lang=\"fa-IR\" dir=\"rtl\" data-theme=\"dark\"")
    );
    assert!(persian.text.contains("گذرواژه"));
    for (tag, word) in [("zh-TW", "電子郵件"), ("ru", "Пароль"), ("vi", "Mật khẩu")] {
        let browser = site.browser().with("accept-language", tag);
        assert!(browser.get("/my/login").await.text.contains(word), "{tag}");
    }
}

#[actix_web::test]
async fn a_refusal_stands_in_the_language_of_its_page() {
    let site = Site::open(&[]).await;
    for (tag, wrong, missing) in [
        (
            "fa-IR",
            "ایمیل یا گذرواژه نادرست است",
            "گذرواژه نمی‌تواند خالی باشد",
        ),
        (
            "vi-VN",
            "Email hoặc mật khẩu không đúng",
            "Mật khẩu không được để trống",
        ),
    ] {
        let browser = site.browser().with("accept-language", tag);
        // Above the form, and beside a field of it.
        for (password, refusal) in [(PASSWORD, wrong), ("", missing)] {
            let fields = [("email", ALICE), ("password", password)];
            let refused = browser.fill("/my/login", "/my/login", &fields).await;
            assert!(refused.status.is_client_error(), "{refused:?}");
            assert!(refused.text.contains(refusal), "{}", refused.text);
        }
        // The API speaks the languages of the reference, and English to any other.
        let client = site.browser().with("content-language", tag);
        let fields = [("email", ALICE), ("password", PASSWORD)];
        let answer = client.post("/api/v1/passport/auth/login", &fields).await;
        let english = "Incorrect email or password";
        assert!(answer.text.contains(english), "{}", answer.text);
    }
}
