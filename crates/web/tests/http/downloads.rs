//! What proxy clients and client programs download.

use actix_web::test::TestRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{Clock as _, GroupId, Seconds, UnixSeconds, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use ferroboard_protocol::{Protocol, Settings};
use ferroboard_web::{RateLimits, WebOptions};
use serde_json::json;

use crate::harness::{Answer, Site};

const ALICE: UserId = UserId::new(1);
const GROUP: GroupId = GroupId::new(1);
const PATH: &str = "/api/v1/client/subscribe";

/// The token of Alice's link, who has a plan and two nodes.
async fn subscribed(site: &Site) -> String {
    site.alice().await;
    let node = |number, name: &str, protocol, tags: &[&str]| Node {
        protocol,
        name: name.into(),
        host: "n.test".into(),
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        settings: Settings::normalised(protocol, &json!({"network": "tcp"})),
        ..a_node(number)
    };
    site.fakes.store.write(|tables| {
        let plan = a_plan(1);
        tables.billing.plans.insert(plan.id, plan);
        let row = &mut tables.user(ALICE).billing;
        row.subscribe(&ferroboard_billing::Subscription {
            group_id: Some(GROUP),
            transfer_enable: 10 << 30,
            expired_at: None,
            ..a_subscription(UnixSeconds::new(4_070_880_000))
        });
        let nodes = [
            node(1, "HK 1", Protocol::Trojan, &["fast"]),
            node(2, "JP 2", Protocol::Anytls, &[]),
        ];
        tables.nodes.nodes.extend(nodes.map(|node| (node.id, node)));
        let alice = &tables.users[&ALICE];
        alice.auth.account.subscribe_token.as_str().to_owned()
    })
}

fn nodes(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = String::from_utf8(STANDARD.decode(&answer.text).unwrap()).unwrap();
    let names = text
        .lines()
        .map(|line| line.rsplit('#').next().unwrap().to_owned());
    names.collect()
}

#[actix_web::test]
async fn a_link_gives_the_nodes_of_the_group_in_the_clients_format() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    for path in [format!("{PATH}?token={token}"), format!("/s/{token}")] {
        let answer = site.get(&path).await;
        assert_eq!(nodes(&answer), ["HK%201", "JP%202"]);
        assert_eq!(answer.header("content-type"), "text/plain");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let account = "upload=0; download=0; total=10737418240; expire=";
        assert_eq!(answer.header("subscription-userinfo"), account);
    }
    let loon = TestRequest::get().uri(&format!("/s/{token}"));
    let loon = site
        .send(loon.insert_header(("User-Agent", "Loon/734")))
        .await;
    assert!(
        loon.text.starts_with("HK 1=trojan,n.test,443,"),
        "{}",
        loon.text
    );
    // The flag comes before the user agent.
    let surge = TestRequest::get().uri(&format!("/s/{token}?flag=surge"));
    let surge = surge.insert_header(("User-Agent", "Loon/734"));
    let surge = site
        .send(surge.insert_header(("Host", "panel.test:8443")))
        .await;
    assert_eq!(surge.header("content-type"), "application/octet-stream");
    assert_eq!(
        surge.header("content-disposition"),
        "attachment;filename*=UTF-8''XBoard.conf"
    );
    let link = format!("#!MANAGED-CONFIG https://panel.test:8443/s/{token} ");
    assert!(surge.text.starts_with(&link), "{}", surge.text);
}

#[actix_web::test]
async fn a_flag_chooses_the_format_and_tells_the_core() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    let shipped = async |flag: &str, agent: &'static str| {
        let link = TestRequest::get().uri(&format!("/s/{token}?flag={flag}"));
        let answer = site.send(link.insert_header(("User-Agent", agent))).await;
        assert_eq!(answer.header("content-type"), "application/json");
        answer.body()
    };
    let old = shipped("sing-box%201.9.3", "curl/8.0").await;
    assert_eq!(old["inbounds"][0]["inet4_address"], "172.19.0.1/30");
    let new = shipped("sing-box", "SFA/1.9.3 (sing-box 1.9.3)").await;
    assert_eq!(new["inbounds"][0]["address"][0], "172.19.0.1/30");
    let clash = site.get(&format!("/s/{token}?flag=clash")).await;
    assert_eq!(clash.header("content-type"), "text/yaml");
    assert_eq!(clash.header("profile-update-interval"), "24");
    assert!(clash.text.contains("\nproxies:\n"), "{}", clash.text);
}

#[actix_web::test]
async fn nodes_are_chosen_by_protocol_and_by_word() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    for (query, expected) in [
        ("types=trojan", "HK%201"),
        ("types=anytls%7Cvmess", "JP%202"),
        ("filter=fast", "HK%201"),
        ("filter=jp", "JP%202"),
    ] {
        let shown = nodes(&site.get(&format!("{PATH}?token={token}&{query}")).await);
        // Above them stands how many were left out.
        assert_eq!(shown.len(), 2, "{query} {shown:?}");
        assert_eq!(shown[1], expected, "{query}");
    }
    let none = site
        .get(&format!("{PATH}?token={token}&filter=nothing"))
        .await;
    assert_eq!((none.status.as_u16(), none.text.as_str()), (200, ""));
    for query in ["types[]=trojan", "filter[]=x", "flag[a]=x"] {
        let refused = site.get(&format!("{PATH}?token={token}&{query}")).await;
        assert_eq!(refused.status, 422, "{query}");
        assert!(refused.body()["errors"].is_object());
    }
}

#[actix_web::test]
async fn settings_put_the_account_above_the_nodes() {
    let site = Site::with_settings(&[
        ("show_info_to_server_enable", "1"),
        ("show_protocol_to_server_enable", "1"),
    ])
    .await;
    let token = subscribed(&site).await;
    let shown = nodes(&site.get(&format!("/s/{token}")).await);
    let shown: Vec<_> = shown
        .iter()
        .map(|name| &name[..name.len().min(14)])
        .collect();
    assert_eq!(
        shown,
        [
            "%5Btrojan%5D%E",
            "%5Btrojan%5D%E",
            "%5Btrojan%5DHK",
            "%5Banytls%5DJP"
        ]
    );
}

#[actix_web::test]
async fn tokens_that_nobody_has_are_refused() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    for (path, message) in [
        (PATH.to_owned(), "token is null"),
        (format!("{PATH}?token="), "token is null"),
        (format!("{PATH}?token=nope"), "token is error"),
        (format!("{PATH}?token[]={token}"), "token is error"),
        ("/s/nope".to_owned(), "token is error"),
        (format!("/s/{token}?token=nope"), "token is error"),
    ] {
        let refused = site.get(&path).await;
        assert_eq!(refused.status, 403, "{path}");
        assert_eq!(refused.message(), message, "{path}");
        assert_eq!(refused.body()["status"], "fail");
    }
    assert_eq!(site.get("/s/").await.status, 404);
    assert_eq!(site.get(&format!("/x/{token}")).await.status, 404);
    let posted = TestRequest::post().uri(&format!("/s/{token}"));
    assert_eq!(site.send(posted).await.status, 405);
}

#[actix_web::test]
async fn who_tries_many_tokens_waits_and_the_others_do_not() {
    let limits = RateLimits {
        unknown_tokens_per_address_per_minute: 3,
        ..RateLimits::default()
    };
    let options = WebOptions {
        limits,
        ..WebOptions::default()
    };
    let site = Site::with(&[], options).await;
    let token = subscribed(&site).await;
    for _ in 0..3 {
        assert_eq!(site.get("/s/nope").await.status, 403);
    }
    let throttled = site.get(&format!("{PATH}?token=other")).await;
    assert_eq!(throttled.status, 429);
    assert!(!throttled.header("retry-after").is_empty());
    assert_eq!(site.get(&format!("/s/{token}")).await.status, 200);
}

#[actix_web::test]
async fn a_subscription_that_cannot_be_used_gets_a_refusal_without_words() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    site.fakes.store.write(|tables| {
        tables.user(ALICE).auth.account.banned = true;
    });
    let refused = site.get(&format!("/s/{token}")).await;
    assert_eq!((refused.status.as_u16(), refused.text.as_str()), (403, ""));
    assert!(refused.header("content-type").starts_with("text/plain"));
    let program = site
        .get(&format!("/api/v1/client/app/getConfig?token={token}"))
        .await;
    assert_eq!(program.status, 200);
    assert!(!program.text.contains("HK 1"), "{}", program.text);
}

#[actix_web::test]
async fn the_path_of_links_follows_its_setting() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    for (setting, path) in [
        ("sub/x", "sub/x"),
        ("/mine/", "mine"),
        ("订阅", "%E8%AE%A2%E9%98%85"),
    ] {
        site.fakes.store.write(|tables| {
            let row = ("subscribe_path".to_owned(), Some(setting.to_owned()));
            tables.site.settings.extend([row]);
        });
        site.refresh().await;
        assert_eq!(
            site.get(&format!("/s/{token}")).await.status,
            404,
            "{setting}"
        );
        assert_eq!(
            site.get(&format!("/{path}/{token}")).await.status,
            200,
            "{setting}"
        );
        let joined = format!("/{path}/{token}/&t=1&types=anytls//");
        assert_eq!(nodes(&site.get(&joined).await).len(), 2, "{setting}");
    }
}

#[actix_web::test]
async fn what_is_joined_to_a_link_by_an_ampersand_is_read_as_its_query() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    let proper = site.get(&format!("/s/{token}?flag=clash")).await;
    assert!(proper.text.contains("proxies:"), "{}", proper.text);
    for link in [
        format!("/s/{token}&flag=clash"),
        format!("/s/{token}&flag=clash/"),
        format!("/s/{token}/&flag=clash"),
        format!("/s/{token}//&&t=1&flag=clash"),
        format!("/s/{token}&flag=surge?flag=clash"),
        format!("/s/{token}/?flag=clash"),
        format!("{PATH}/?token={token}&flag=clash"),
    ] {
        let answer = site.get(&link).await;
        assert_eq!(
            (answer.status, &answer.text),
            (proper.status, &proper.text),
            "{link}"
        );
    }
    let stranger = site.get("/s/nobody&flag=clash").await;
    assert_eq!(stranger.status, 403);
    let elsewhere = site.get(&format!("/x/{token}&flag=clash")).await;
    assert_eq!(elsewhere.status, 404);
}

#[actix_web::test]
async fn a_template_is_in_force_at_once() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    site.fakes.store.write(|tables| {
        let content = Some("own: $proxy_group".to_owned());
        tables.site.templates.insert("surge".to_owned(), content);
    });
    let answer = site.get(&format!("/s/{token}?flag=surge")).await;
    assert_eq!(answer.text, "own: HK 1, JP 2");
}

#[actix_web::test]
async fn programs_learn_their_versions() {
    let site = Site::with_settings(&[
        ("windows_version", "1.0"),
        ("macos_download_url", "https://d.test/m"),
    ])
    .await;
    let token = subscribed(&site).await;
    for version in ["v1", "v2"] {
        let path = format!("/api/{version}/client/app/getVersion?token={token}");
        let all = site.get(&path).await.body()["data"].clone();
        assert_eq!(all["windows_version"], "1.0");
        assert_eq!(all.as_object().unwrap().len(), 6);
        assert!(all["android_version"].is_null());
        for (agent, expected) in [
            (
                "tidalab/4.0.0 Win64",
                json!({"version": "1.0", "download_url": null}),
            ),
            (
                "tunnelab/4.0.0",
                json!({"version": null, "download_url": "https://d.test/m"}),
            ),
        ] {
            let request = TestRequest::get().uri(&path);
            let own = site
                .send(request.insert_header(("User-Agent", agent)))
                .await;
            assert_eq!(own.body()["data"], expected, "{agent}");
        }
    }
    let refused = site.get("/api/v1/client/app/getVersion?token=nope").await;
    assert_eq!(refused.status, 403);
}

#[actix_web::test]
async fn programs_learn_what_they_show() {
    let site = Site::with_settings(&[
        ("app_name", "Mine"),
        ("app_enable_speed_test", "0"),
        ("app_traffic_warning_threshold", "0.95"),
        ("app_subscription_reminder_days", "[14,2]"),
    ])
    .await;
    let token = subscribed(&site).await;
    let path = format!("/api/v2/client/app/getConfig?token={token}");
    let config = site.get(&path).await.body()["data"].clone();
    assert_eq!(config["app_info"]["app_name"], "Mine");
    assert_eq!(config["features"]["enable_speed_test"], false);
    assert_eq!(config["features"]["enable_server_ping"], true);
    assert_eq!(config["business_rules"]["traffic_warning_threshold"], 0.95);
    assert_eq!(
        config["business_rules"]["subscription_reminder_days"],
        json!([14, 2])
    );
    assert_eq!(config["payment_config"]["withdraw_fee_rate"], 0.01);
    assert_eq!(config["security_config"]["is_invite_force"], 0);
    assert!(config["last_updated"].is_i64());
    let hash = config["config_hash"].as_str().unwrap();
    assert_eq!(hash.len(), 32);
    // The hash changes with the settings, not with the time.
    assert_eq!(site.get(&path).await.body()["data"]["config_hash"], hash);
    assert_eq!(site.get("/api/v2/client/app/getConfig").await.status, 403);
}

#[actix_web::test]
async fn traffic_is_counted_anew_when_its_time_has_come() {
    let site = Site::open().await;
    let token = subscribed(&site).await;
    let now = site.fakes.clock.now();
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        (row.upload, row.download) = (5, 7);
        row.expired_at = Some(now.plus(Seconds::days(40)));
        row.next_reset_at = Some(now);
    });
    let shown = async || {
        let answer = site.get(&format!("/s/{token}")).await;
        let shown = answer.header("subscription-userinfo");
        shown.split("; total").next().unwrap().to_owned()
    };
    assert_eq!(shown().await, "upload=0; download=0");
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.upload = 9;
        assert!(row.subscription().unwrap().next_reset_at > Some(now));
    });
    assert_eq!(shown().await, "upload=9; download=0");
}
