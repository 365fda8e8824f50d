//! The plugins of the program, as administrators manage them.

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use ferroboard_billing::testing::an_order;
use ferroboard_kernel::{TradeNo, UserId};
use ferroboard_site::{PluginRow, Plugins};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";
const ADMIN: UserId = UserId::new(1);
const CODES: [&str; 10] = [
    "alipay_f2f",
    "btcpay",
    "coin_payments",
    "coinbase",
    "epay",
    "mgate",
    "telegram",
    "real_name_verification",
    "user_online_devices",
    "user_add_ipv6_subscription",
];

async fn office(plugins: Vec<PluginRow>) -> (Site, String) {
    let site = Site::with_plugins(&[("secure_path", PATH)], plugins).await;
    let token = site.alice().await;
    site.promote(ADMIN);
    (site, token)
}

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/plugin/{route}")
}

async fn act(site: &Site, token: &str, route: &str, code: &str) -> Answer {
    site.post_as(token, &at(route), json!({"code": code})).await
}

async fn listed(site: &Site, token: &str, code: &str) -> Value {
    let all = site.get_as(token, &at("getPlugins")).await.body();
    let all = all["data"].as_array().unwrap().clone();
    all.into_iter()
        .find(|plugin| plugin["code"] == code)
        .unwrap()
}

#[actix_web::test]
async fn every_plugin_is_listed_with_how_it_stands() {
    let (site, token) = office(Vec::new()).await;
    let all = site.get_as(&token, &at("getPlugins")).await.body();
    let codes: Vec<&str> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plugin| plugin["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, CODES);
    let epay = &all["data"][4];
    assert_eq!(
        *epay,
        json!({
            "id": null, "code": "epay", "name": "EPay", "version": "1.0.0",
            "description": "通过 EPay 收款", "author": "Ferroboard", "type": "payment",
            "is_installed": true, "is_enabled": true, "is_protected": true,
            "can_be_deleted": false, "config": [], "raw_config": null, "readme": "",
            "need_upgrade": false, "admin_menus": null, "admin_crud": null,
            "installed_at": null, "created_at": null, "updated_at": null,
        })
    );
    let own = &all["data"][7];
    assert_eq!(
        (
            &own["is_installed"],
            &own["is_enabled"],
            &own["is_protected"]
        ),
        (&json!(false), &json!(false), &json!(false))
    );
    assert_eq!(
        own["config"]["enforce"],
        json!({
            "type": "select", "label": "未认证时禁止的操作", "placeholder": "",
            "description": "", "value": "none", "options": [
                {"label": "不限制", "value": "none"}, {"label": "下单", "value": "order"},
                {"label": "订阅", "value": "subscribe"}, {"label": "全部", "value": "all"},
            ],
        })
    );
    for (kind, count) in [("payment", 6), ("feature", 4), ("nope", 0)] {
        let some = site
            .get_as(&token, &at(&format!("getPlugins?type={kind}")))
            .await;
        assert_eq!(some.body()["data"].as_array().unwrap().len(), count);
    }
}

#[actix_web::test]
async fn texts_are_in_the_language_of_the_request() {
    let (site, token) = office(Vec::new()).await;
    for (language, label, title) in [
        (
            "en-US",
            "Feature",
            "First line of the welcome (empty for ours)",
        ),
        ("zh-TW", "功能", "歡迎標題（留空用預設文字）"),
    ] {
        let ask = |route: &str| {
            TestRequest::get()
                .uri(&at(route))
                .insert_header(("Authorization", format!("Bearer {token}")))
                .insert_header(("Content-Language", language))
        };
        let types = site.send(ask("types")).await.body();
        assert_eq!(
            (&types["data"][0]["value"], &types["data"][0]["label"]),
            (&json!("feature"), &json!(label))
        );
        assert_eq!(types["data"][1]["value"], "payment");
        let config = site.send(ask("config?code=telegram")).await.body();
        assert_eq!(config["data"]["start_welcome_title"]["label"], title);
    }
}

#[actix_web::test]
async fn a_plugin_is_installed_switched_and_uninstalled() {
    let (site, token) = office(Vec::new()).await;
    let code = Plugins::ONLINE_DEVICES;
    let status = |route: &'static str| {
        let (site, token) = (&site, &token);
        async move { act(site, token, route, code).await.status.as_u16() }
    };
    let enabled = || async {
        let all = site.get_as(&token, &at("integration-status")).await.body();
        assert_eq!(all["data"].as_object().unwrap().len(), 3);
        all["data"][code]["enabled"].as_bool().unwrap()
    };
    for (route, expected, on) in [
        ("enable", 400, false),
        ("disable", 400, false),
        ("uninstall", 400, false),
        ("upgrade", 400, false),
        ("install", 200, false),
        ("install", 400, false),
        ("enable", 200, true),
        ("enable", 200, true),
        ("uninstall", 400, true),
        ("upgrade", 400, true),
        ("disable", 200, false),
        ("disable", 200, false),
        ("uninstall", 200, false),
        ("enable", 400, false),
        ("install", 200, false),
    ] {
        assert_eq!((status(route).await, route), (expected, route));
        // It counts at once.
        assert_eq!(enabled().await, on, "{route}");
    }
    let plugin = listed(&site, &token, code).await;
    assert_eq!(
        (
            &plugin["id"],
            &plugin["is_installed"],
            &plugin["is_enabled"]
        ),
        (&json!(1), &json!(true), &json!(false))
    );
    assert!(plugin["installed_at"].is_i64() && plugin["created_at"].is_i64());
    for (route, text) in [("enable", "插件启用成功"), ("disable", "插件禁用成功")] {
        let done = act(&site, &token, route, code).await;
        assert_eq!(done.body(), json!({"message": text, "data": true}));
    }
}

#[actix_web::test]
async fn what_the_integrations_are_is_told() {
    let (site, token) = office(vec![PluginRow {
        code: Plugins::REAL_NAME.to_owned(),
        enabled: true,
        config: None,
    }])
    .await;
    let told = site.get_as(&token, &at("integration-status")).await.body();
    assert_eq!(
        told["data"],
        json!({
            "real_name_verification": {"enabled": true, "status": "complete"},
            "user_online_devices": {"enabled": false, "status": "complete"},
            "user_add_ipv6_subscription":
                {"enabled": false, "status": "integrated_with_runtime_sync"},
        })
    );
}

#[actix_web::test]
async fn settings_replace_each_other_whole() {
    let (site, token) = office(Vec::new()).await;
    let code = Plugins::REAL_NAME;
    let save = |config: Value| {
        let body = json!({"code": code, "config": config});
        let (site, token) = (&site, &token);
        async move { site.post_as(token, &at("config"), body).await }
    };
    let value = |key: &'static str| {
        let (site, token) = (&site, &token);
        async move {
            let path = at(&format!("config?code={code}"));
            site.get_as(token, &path).await.body()["data"][key]["value"].clone()
        }
    };
    assert_eq!(save(json!({"min_age": 18})).await.status, 400);
    assert_eq!(act(&site, &token, "install", code).await.status, 200);
    let first = json!({"min_age": "18", "enforce": "all", "auto_approve": 1, "hacker": 1});
    let saved = save(first).await;
    assert_eq!(
        saved.body(),
        json!({"message": "配置更新成功", "data": true}),
        "{}",
        saved.text
    );
    assert_eq!(value("min_age").await, 18);
    assert_eq!(value("enforce").await, "all");
    let plugin = listed(&site, &token, code).await;
    assert_eq!(
        plugin["raw_config"],
        json!({"min_age": 18, "enforce": "all", "auto_approve": true})
    );
    // One bad value refuses all.
    let bad = json!({"min_age": 20, "enforce": "some", "grace_days": -1});
    let refused = save(bad).await;
    assert_eq!(refused.status, 422);
    let errors = refused.body()["errors"].clone();
    let fields: Vec<&String> = errors.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["enforce", "grace_days"]);
    assert_eq!(value("min_age").await, 18);
    // What is not sent has its default again.
    assert_eq!(save(json!({"grace_days": 3})).await.status, 200);
    assert_eq!(value("min_age").await, 0);
    assert_eq!(value("grace_days").await, 3);
    // A gateway has none to be saved.
    let body = json!({"code": "epay", "config": {"key": "x"}});
    let refused = site.post_as(&token, &at("config"), body).await;
    let text = "配置更新失败：插件配置结构不存在";
    assert_eq!(
        (refused.status.as_u16(), refused.message().as_str()),
        (400, text)
    );
    let rows = site.fakes.store.read(|tables| tables.site.plugins.len());
    assert_eq!(rows, 1);
    for none in [json!({}), json!([])] {
        let refused = save(none).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.body()["errors"]["config"].is_array());
    }
    assert_eq!(value("grace_days").await, 3);
}

#[actix_web::test]
async fn odd_input_changes_nothing() {
    let (site, token) = office(Vec::new()).await;
    for route in [
        "install",
        "uninstall",
        "enable",
        "disable",
        "upgrade",
        "delete",
    ] {
        for (code, expected) in [
            (json!(null), 422),
            (json!(""), 422),
            (json!(["epay"]), 422),
            (json!({"a": 1}), 422),
            (json!(true), 422),
            (json!("nope"), 400),
            (json!("EPAY"), 400),
            (json!("epay\u{0}"), 422),
            (json!("x".repeat(10_000)), 400),
        ] {
            let body = json!({"code": code});
            let answer = site.post_as(&token, &at(route), body).await;
            assert_eq!(answer.status.as_u16(), expected, "{route} {code}");
        }
        assert_eq!(
            site.post_as(&token, &at(route), json!({})).await.status,
            422
        );
    }
    for (body, expected, fields) in [
        (json!({}), 422, vec!["code", "config"]),
        (json!({"code": "telegram"}), 422, vec!["config"]),
        (
            json!({"code": "telegram", "config": "x"}),
            422,
            vec!["config"],
        ),
        (
            json!({"code": "telegram", "config": [1]}),
            422,
            vec!["config"],
        ),
        (
            json!({"code": ["telegram"], "config": {}}),
            422,
            vec!["code", "config"],
        ),
        (json!({"code": "nope", "config": {"a": 1}}), 400, vec![]),
    ] {
        let answer = site.post_as(&token, &at("config"), body.clone()).await;
        assert_eq!(answer.status.as_u16(), expected, "{body}");
        let errors = answer.body()["errors"].clone();
        let named: Vec<&String> = errors
            .as_object()
            .map(|errors| errors.keys().collect())
            .unwrap_or_default();
        assert_eq!(named, fields, "{body}");
    }
    assert_eq!(site.get_as(&token, &at("config")).await.status, 422);
    let unknown = site.get_as(&token, &at("config?code=nope")).await;
    assert_eq!(unknown.body()["data"], json!({}));
    let rows = site.fakes.store.read(|tables| tables.site.plugins.len());
    assert_eq!(rows, 0);
}

#[actix_web::test]
async fn packages_and_deletions_are_refused() {
    let (site, token) = office(Vec::new()).await;
    let upload = site.post_as(&token, &at("upload"), json!({})).await;
    assert_eq!(upload.status, 400);
    assert!(upload.message().contains("PHP"));
    let archive = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.zip\"\r\n\
        Content-Type: application/zip\r\n\r\nPK\r\n--x--\r\n";
    let request = TestRequest::post()
        .uri(&at("upload"))
        .insert_header(("Authorization", format!("Bearer {token}")))
        .insert_header(("Content-Type", "multipart/form-data; boundary=x"))
        .set_payload(archive);
    assert_eq!(site.send(request).await.status, 400);
    for code in CODES {
        let deleted = act(&site, &token, "delete", code).await;
        assert_eq!(deleted.status, 403, "{code}");
    }
}

#[actix_web::test]
async fn an_older_version_is_upgraded() {
    let row = PluginRow {
        code: "telegram".into(),
        enabled: true,
        config: Some(r#"{"help_text":"?"}"#.into()),
    };
    let (site, token) = office(vec![row]).await;
    assert_eq!(
        listed(&site, &token, "telegram").await["need_upgrade"],
        true
    );
    let upgraded = act(&site, &token, "upgrade", "telegram").await;
    assert_eq!(upgraded.status, 200);
    let plugin = listed(&site, &token, "telegram").await;
    assert_eq!(plugin["need_upgrade"], false);
    assert_eq!(plugin["config"]["help_text"]["value"], "?");
    let again = act(&site, &token, "upgrade", "telegram").await;
    assert_eq!(again.status, 400);
}

#[actix_web::test]
async fn of_64_installations_at_once_one_wins() {
    let (site, token) = office(Vec::new()).await;
    let all = (0..64).map(|_| act(&site, &token, "install", Plugins::REAL_NAME));
    let answers = join_all(all).await;
    let count = |status: u16| {
        let same = answers.iter().filter(|answer| answer.status == status);
        same.count()
    };
    assert_eq!((count(200), count(400)), (1, 63));
    let (rows, changes) = site
        .fakes
        .store
        .read(|tables| (tables.site.plugins.len(), tables.audit.changes.len()));
    assert_eq!((rows, changes), (1, 1));
}

#[actix_web::test]
async fn what_is_done_is_recorded_without_secrets() {
    let (site, token) = office(Vec::new()).await;
    act(&site, &token, "disable", "epay").await;
    let config = json!({"help_text": "swordfish", "start_footer": "new"});
    let body = json!({"code": "telegram", "config": config});
    site.post_as(&token, &at("config"), body).await;
    let (entries, changes) = site.fakes.store.read(|tables| {
        let entries: Vec<_> = tables.audit.entries.values().cloned().collect();
        let changes = tables.audit.changes.values();
        let changes = changes.map(|change| {
            let values = [&change.before, &change.after];
            values.map(|values| Value::Object(values.clone()))
        });
        (entries, changes.collect::<Vec<_>>())
    });
    let (disabled, configured) = (&entries[0], &entries[1]);
    assert_eq!(disabled.action, "plugin.disable");
    assert_eq!(disabled.input, r#"{"code":"epay"}"#);
    assert_eq!(
        changes[0],
        [json!({"is_enabled": true}), json!({"is_enabled": false})]
    );
    assert_eq!(configured.action, "plugin.config");
    let input: Value = serde_json::from_str(&configured.input).unwrap();
    assert_eq!(input, json!({"code": "telegram", "config": "***"}));
    assert_eq!(
        changes[1],
        [
            json!({"help_text": null, "start_footer": null}),
            json!({"help_text": "swordfish", "start_footer": "new"}),
        ]
    );
}

#[actix_web::test]
async fn a_gateway_that_is_off_takes_no_payment() {
    let (site, token) = office(Vec::new()).await;
    site.sell();
    let mut order = an_order(1, ADMIN);
    order.trade_no = TradeNo::stored("T1".into());
    site.fakes.store.write(|tables| {
        let number = order.trade_no.clone();
        tables.billing.open_orders.insert(order.user_id, number);
        tables.billing.orders.insert(order.id, order);
    });
    let check_out = || {
        let body = json!({"trade_no": "T1", "method": 1});
        site.post_as(&token, "/api/v1/user/order/checkout", body)
    };
    assert_eq!(act(&site, &token, "disable", "epay").await.status, 200);
    let before = site
        .fakes
        .store
        .read(|tables| tables.billing.orders.clone());
    let refused = check_out().await;
    assert_eq!(
        (refused.status, refused.message().as_str()),
        (StatusCode::BAD_REQUEST, "支付方式不可用")
    );
    let after = site
        .fakes
        .store
        .read(|tables| tables.billing.orders.clone());
    assert_eq!(before, after);
    let notice = "/api/v1/guest/payment/notify/EPay/payuuid1?trade_no=1&sign=x";
    assert_eq!(site.get(notice).await.status, 400);
    assert_eq!(act(&site, &token, "enable", "epay").await.status, 200);
    assert_eq!(check_out().await.status, 200);
    // Of the standard plugins none needs its row to be there, but each can be uninstalled.
    act(&site, &token, "disable", "epay").await;
    let gone = act(&site, &token, "uninstall", "epay").await;
    assert_eq!(gone.status, 200);
    assert_eq!(check_out().await.status, 400);
    let epay = listed(&site, &token, "epay").await;
    assert_eq!(
        (&epay["is_installed"], &epay["is_enabled"]),
        (&json!(false), &json!(false))
    );
}
