//! What administrators use, and who they are.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_kernel::UserId;
use ferroboard_testing::MemoryTables;
use serde_json::{Value, json};

use crate::harness::Site;

const PATH: &str = "hidden-door";
const ADMIN: UserId = UserId::new(1);

/// A site with an admin path, and an administrator's token.
async fn office(settings: &[(&str, &str)]) -> (Site, String) {
    let settings = [&[("secure_path", PATH)], settings].concat();
    let site = Site::with_settings(&settings).await;
    let token = site.alice().await;
    site.promote(ADMIN);
    (site, token)
}

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/{route}")
}

#[actix_web::test]
async fn the_admin_path_is_for_administrators_alone() {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    for route in ["config/fetch", "plan/fetch", "nothing/of/that/kind", "x"] {
        for answer in [
            site.get(&at(route)).await,
            site.get_as(&token, &at(route)).await,
        ] {
            assert_eq!(answer.status, 403, "{route}");
            assert_eq!(answer.message(), "Unauthorized");
        }
        let posted = site.post_as(&token, &at(route), json!({})).await;
        assert_eq!(posted.status, 403, "{route}");
    }
    assert!(
        site.fakes
            .store
            .read(|tables| tables.audit.entries.is_empty())
    );
}

#[actix_web::test]
async fn any_other_path_is_unknown_to_everybody() {
    let (site, token) = office(&[]).await;
    let unknown = site.get_as(&token, "/api/v2/nowhere/at/all").await;
    for path in [
        "/api/v2/hidden-doo/config/fetch",
        "/api/v2/hidden-doorx/config/fetch",
        "/api/v2/admin/config/fetch",
        "/api/v1/admin/config/fetch",
    ] {
        let answer = site.get_as(&token, path).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (unknown.status, unknown.text.as_str()),
            "{path}"
        );
        assert_eq!(answer.status, 404);
    }
    let lost = site.get_as(&token, &at("nothing/here")).await;
    assert_eq!(lost.status, 404);
    let wrong_method = site.post_as(&token, &at("config/fetch"), json!({})).await;
    assert_eq!(wrong_method.status, 405);
    assert_eq!(wrong_method.header("allow"), "GET, HEAD");
}

#[actix_web::test]
async fn a_suspended_administrator_is_nobody() {
    let (site, token) = office(&[]).await;
    assert_eq!(site.get_as(&token, &at("config/fetch")).await.status, 200);
    site.fakes.store.write(|tables| {
        tables.user(ADMIN).auth.account.banned = true;
    });
    let refused = site.get_as(&token, &at("config/fetch")).await;
    assert_eq!(
        (refused.status.as_u16(), refused.message().as_str()),
        (403, "Unauthorized")
    );
}

#[actix_web::test]
async fn settings_are_shown_by_group() {
    let (site, token) = office(&[("app_name", "Mine"), ("server_token", "0123456789012345")]).await;
    let one = site
        .get_as(&token, &at("config/fetch?key=site"))
        .await
        .body();
    assert_eq!(one["data"].as_object().unwrap().len(), 1);
    assert_eq!(one["data"]["site"]["app_name"], "Mine");
    assert_eq!(one["data"]["site"]["stop_register"], 0);
    let all = site
        .get_as(&token, &at("config/fetch?key=nope"))
        .await
        .body();
    let data = all["data"].as_object().unwrap();
    assert_eq!(data.len(), 12 + 5);
    assert_eq!(data["safe"]["secure_path"], PATH);
    assert_eq!(
        (&data["app_name"], &data["secure_path"]),
        (&json!("Mine"), &json!(PATH))
    );
    assert_eq!(data["server_pull_interval"], 60);
    assert_eq!(data["server"]["server_token"], "0123456789012345");
    assert_eq!(data["subscribe_template"]["subscribe_template_clash"], "");
}

#[actix_web::test]
async fn settings_are_saved_all_or_none() {
    let (site, token) = office(&[]).await;
    let bad = json!({"app_name": "New", "app_url": "nourl", "invite_commission": "x"});
    let refused = site.post_as(&token, &at("config/save"), bad).await;
    assert_eq!(refused.status, 422);
    let errors = refused.body()["errors"].clone();
    let fields: Vec<&String> = errors.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["app_url", "invite_commission"]);
    assert!(
        site.fakes
            .store
            .read(|tables| !tables.site.settings.contains_key("app_name"))
    );
    let good = json!({"app_name": "New", "stop_register": true, "hacker": 1, "logo": ""});
    let saved = site.post_as(&token, &at("config/save"), good).await;
    assert_eq!(saved.body()["data"], true);
    let stored = |key: &str| {
        site.fakes
            .store
            .read(|tables| tables.site.settings.get(key).cloned())
    };
    assert_eq!(stored("app_name"), Some(Some("New".into())));
    assert_eq!(stored("stop_register"), Some(Some("1".into())));
    assert_eq!(stored("logo"), Some(None));
    assert_eq!(stored("hacker"), None);
    // It counts at once.
    let register = site
        .post(
            "/api/v1/passport/auth/register",
            json!({"email": "b@b.test", "password": "12345678"}),
        )
        .await;
    assert_eq!(register.status, 400);
}

#[actix_web::test]
async fn a_new_admin_path_counts_at_once() {
    let (site, token) = office(&[]).await;
    let moved = json!({"secure_path": "another-door"});
    assert_eq!(
        site.post_as(&token, &at("config/save"), moved).await.status,
        200
    );
    assert_eq!(site.get_as(&token, &at("config/fetch")).await.status, 404);
    let there = site
        .get_as(&token, "/api/v2/another-door/config/fetch?key=safe")
        .await;
    assert_eq!(there.body()["data"]["safe"]["secure_path"], "another-door");
}

#[actix_web::test]
async fn a_template_must_be_what_its_client_reads() {
    let (site, token) = office(&[]).await;
    let broken = json!({"subscribe_template_singbox": "{\"a\":"});
    let refused = site.post_as(&token, &at("config/save"), broken).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body()["errors"]["subscribe_template_singbox"].is_array());
    for name in ["clash", "clashmeta", "stash"] {
        let field = format!("subscribe_template_{name}");
        for broken in ["proxies: [", "a: [", "plain text", "- a"] {
            let body = json!({field.as_str(): broken});
            let refused = site.post_as(&token, &at("config/save"), body).await;
            assert_eq!(refused.status, 422, "{name} {broken}");
            assert!(refused.body()["errors"][&field].is_array());
        }
        let none = json!({field.as_str(): " "});
        let saved = site.post_as(&token, &at("config/save"), none).await;
        assert_eq!(saved.status, 200, "{name}");
    }
    let good =
        json!({"subscribe_template_singbox": "{\"a\":1}", "subscribe_template_clash": "a: 1"});
    assert_eq!(
        site.post_as(&token, &at("config/save"), good).await.status,
        200
    );
    let shown = site
        .get_as(&token, &at("config/fetch?key=subscribe_template"))
        .await
        .body();
    assert_eq!(
        shown["data"]["subscribe_template"]["subscribe_template_clash"],
        "a: 1"
    );
}

#[actix_web::test]
async fn a_theme_that_there_is_not_is_not_chosen() {
    let (site, token) = office(&[("frontend_theme", "Gone")]).await;
    for (name, expected) in [
        ("missing", 422),
        ("Gone", 200),
        ("ferroboard", 200),
        ("Gone", 422),
        ("Xboard", 200),
    ] {
        let body = json!({"frontend_theme": name, "frontend_theme_color": "black"});
        let saved = site.post_as(&token, &at("config/save"), body).await;
        assert_eq!(saved.status.as_u16(), expected, "{name} {}", saved.text);
        if expected == 422 {
            let errors = saved.body()["errors"].clone();
            let fields: Vec<&String> = errors.as_object().unwrap().keys().collect();
            assert_eq!(fields, ["frontend_theme"], "{name}");
        }
    }
}

#[actix_web::test]
async fn what_administrators_do_is_recorded_without_secrets() {
    let (site, token) = office(&[("email_password", "old-secret")]).await;
    let body = json!({"app_name": "New", "email_password": "swordfish", "token": "t"});
    site.post_as(&token, &at("config/save?token=u"), body).await;
    site.post_as(&token, &at("config/save"), json!({"app_url": "nourl"}))
        .await;
    site.get_as(&token, &at("config/fetch")).await;
    let (entries, changes) = site.fakes.store.read(|tables| {
        let entries: Vec<_> = tables.audit.entries.values().cloned().collect();
        let changes: Vec<_> = tables.audit.changes.values().cloned().collect();
        (entries, changes)
    });
    assert_eq!((entries.len(), changes.len()), (2, 1));
    let entry = &entries[0];
    assert_eq!((entry.action.as_str(), entry.admin), ("config.save", ADMIN));
    assert_eq!(entry.method, "POST");
    assert_eq!(entry.uri, format!("/api/v2/{PATH}/config/save?token=***"));
    let input: Value = serde_json::from_str(&entry.input).unwrap();
    assert_eq!(input, json!({"app_name": "New", "email_password": "***"}));
    assert_eq!(
        Value::Object(changes[0].before.clone()),
        json!({"app_name": "XBoard", "email_password": "***"})
    );
    assert_eq!(
        Value::Object(changes[0].after.clone()),
        json!({"app_name": "New", "email_password": "***"})
    );
    let dump = site
        .fakes
        .store
        .read(|tables| format!("{:?}", tables.audit));
    assert!(
        !dump.contains("swordfish") && !dump.contains("old-secret"),
        "{dump}"
    );
}

#[actix_web::test]
async fn the_record_keeps_how_a_request_ended() {
    let (site, token) = office(&[]).await;
    let good = json!({"app_name": "New"});
    site.post_as(&token, &at("config/save/"), good).await;
    for body in [
        json!({"app_url": "nourl"}),
        json!({"commission_withdraw_limit": "x"}),
    ] {
        let answer = site.post_as(&token, &at("config/save"), body).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
    }
    let (first, outcomes) = site.fakes.store.read(|tables| {
        let first = tables.audit.entries.values().next().cloned();
        let outcomes: Vec<u16> = tables.audit.outcomes.values().copied().collect();
        (first.unwrap(), outcomes)
    });
    assert_eq!(outcomes, [200, 422, 422]);
    assert_eq!(first.uri, at("config/save"), "as the routes know it");
}

#[actix_web::test]
async fn what_cannot_change_anything_leaves_no_row() {
    let (site, token) = office(&[]).await;
    for (method, path, expected) in [
        (Method::POST, "user/nothing", 404),
        (Method::POST, "order/nothing/", 404),
        (Method::POST, "config/sendNothing", 404),
        (Method::GET, "nothing?reveal=1", 404),
        (Method::POST, "config/fetch", 405),
        (Method::PUT, "config/save", 405),
        (Method::DELETE, "plan/drop", 405),
        (Method::OPTIONS, "config/save", 204),
    ] {
        let request = TestRequest::default().method(method.clone()).uri(&at(path));
        let request = request.insert_header(("Authorization", token.clone()));
        assert_eq!(site.send(request).await.status, expected, "{method} {path}");
    }
    let is_empty =
        |tables: &MemoryTables| tables.audit.entries.is_empty() && tables.audit.outcomes.is_empty();
    assert!(site.fakes.store.read(is_empty));
}

#[actix_web::test]
async fn plans_are_switched_and_deleted() {
    let site = Site::shop(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(ADMIN);
    let hidden = site
        .post_as(&token, &at("plan/update"), json!({"id": 1, "show": 0}))
        .await;
    assert_eq!(hidden.body()["data"], true);
    let shown = || {
        let store = &site.fakes.store;
        store.read(|tables| {
            let plans = tables.billing.plans.values();
            plans.map(|plan| plan.show).collect::<Vec<bool>>()
        })
    };
    assert_eq!(shown(), [false]);
    for (body, status) in [
        (json!({"show": 1}), 400),
        (json!({"id": "x", "show": 1}), 400),
        (json!({"id": 1, "show": "maybe"}), 422),
        (json!({"id": 99, "show": 1}), 400),
    ] {
        assert_eq!(
            site.post_as(&token, &at("plan/update"), body).await.status,
            status
        );
    }
    assert_eq!(
        site.post_as(&token, &at("plan/drop"), json!({"id": 99}))
            .await
            .status,
        400
    );
    assert_eq!(
        site.post_as(&token, &at("plan/drop"), json!({"id": 1}))
            .await
            .status,
        200
    );
    assert!(shown().is_empty());
}
