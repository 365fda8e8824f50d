//! The editor of nodes: every protocol, keys, and what is refused.

use super::super::{Office, to};

const PROTOCOLS: [&str; 11] = [
    "shadowsocks",
    "vmess",
    "trojan",
    "vless",
    "hysteria",
    "tuic",
    "anytls",
    "socks",
    "naive",
    "http",
    "mieru",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_node_of_each_protocol_is_made_copied_and_deleted() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let group = to("groups/new");
    browser
        .fill(&group, &group, &[("name", "All")])
        .await
        .leads_to();
    browser.open(&to("nodes/new")).await.has(&PROTOCOLS);
    for protocol in PROTOCOLS {
        let path = to(&format!("nodes/new/{protocol}"));
        let fields = [("name", protocol), ("host", "n.test"), ("group_ids[]", "1")];
        browser.fill(&path, &path, &fields).await.leads_to();
    }
    let rows = office.rows();
    assert_eq!(
        rows.count("v2_server", "`show` = 1 AND group_ids = '[\"1\"]'")
            .await,
        11
    );
    let list = browser.open(&to("nodes")).await;
    list.has(&PROTOCOLS);
    let one = browser.open(&to("nodes?f.protocol=vless&sort=-name")).await;
    one.has(&["1 in all"]);
    let csv = browser.open(&to("nodes?format=csv")).await;
    assert!(csv.kind.starts_with("text/csv"), "{}", csv.kind);
    csv.has(&[",shadowsocks,n.test:", ",Yes\r\n"]);
    // The form of a node holds what is stored, and saves it as it is.
    let stored = || {
        office
            .database
            .sql()
            .text("SELECT protocol_settings FROM v2_server WHERE id = 2")
    };
    let before = stored().await;
    browser
        .fill(&to("nodes/2"), &to("nodes/2"), &[("rate", "1.5")])
        .await
        .leads_to();
    assert_eq!(stored().await, before);
    assert_eq!(rows.count("v2_server", "id = 2 AND rate = 1.5").await, 1);
    browser
        .press(&to("nodes"), &to("nodes/1/copy"), &[])
        .await
        .leads_to();
    assert_eq!(rows.count("v2_server", "name = 'shadowsocks'").await, 2);
    browser
        .press(&to("nodes"), &to("nodes/3/up"), &[])
        .await
        .leads_to();
    let many = [("ids[]", "1"), ("ids[]", "2"), ("show", "0")];
    browser
        .press(&to("nodes"), &to("nodes/many/switch"), &many)
        .await
        .leads_to();
    assert_eq!(
        rows.count("v2_server", "id IN (1, 2) AND `show` = 0").await,
        2
    );
    let edit = browser
        .press(&to("nodes"), &to("nodes/many/edit"), &many[..2])
        .await;
    edit.has(&["name=\"ids[]\" value=\"1\"", "name=\"ids[]\" value=\"2\""]);
    browser
        .press(&to("nodes"), &to("nodes/many/drop"), &many[..2])
        .await
        .leads_to();
    assert_eq!(rows.count("v2_server", "1 = 1").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_shows_what_the_choice_has_and_draws_keys() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let path = to("nodes/new/vless");
    let plain = browser.open(&path).await;
    plain.lacks(&["short_id", "serviceName", "[cipher]"]);
    let chosen = [
        ("name", "Typed"),
        ("host", "n.test"),
        ("protocol_settings[network]", "grpc"),
    ];
    let again = browser
        .send_back(&plain, &format!("{path}/fields"), &chosen)
        .await;
    assert_eq!(again.status, 200);
    again.has(&["value=\"Typed\"", "[network_settings][serviceName]"]);
    let keys = browser
        .send_back(&again, &format!("{path}/reality-keys"), &[])
        .await;
    keys.has(&[
        "value=\"Typed\"",
        "[reality_settings][private_key]",
        "Keys were generated",
    ]);
    let name = [(
        "protocol_settings[reality_settings][server_name]",
        "www.test",
    )];
    browser.send_back(&keys, &path, &name).await.leads_to();
    let rows = office.rows();
    assert_eq!(
        rows.count("v2_server", "protocol_settings LIKE '%www.test%'")
            .await,
        1
    );
    // The record has no key.
    let settings = office
        .database
        .sql()
        .text("SELECT protocol_settings FROM v2_server")
        .await;
    let settings: serde_json::Value = serde_json::from_str(&settings.unwrap()).unwrap();
    let key = settings["reality_settings"]["private_key"]
        .as_str()
        .unwrap();
    assert_eq!(key.len(), 43);
    let recorded = format!("request_data LIKE '%{key}%'");
    assert_eq!(rows.count("v2_admin_audit_log", &recorded).await, 0);
    let ech = browser
        .fill(&to("nodes/1"), &to("nodes/1/ech-keys"), &[])
        .await;
    ech.has(&["BEGIN ECH CONFIGS", "BEGIN ECH KEYS"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_nobody_could_use_is_refused_with_its_field() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let path = to("nodes/new/vless");
    let shown = browser.open(&path).await;
    let choice = [("protocol_settings[tls]", "2")];
    let shown = browser
        .send_back(&shown, &format!("{path}/fields"), &choice)
        .await;
    let fields = [
        ("name", "Useless"),
        ("host", "n.test"),
        ("protocol_settings[reality_settings][public_key]", "no-key"),
        ("protocol_settings[reality_settings][short_id]", "abc"),
    ];
    let refused = browser.send_back(&shown, &path, &fields).await;
    assert_eq!(refused.status, 422);
    refused.has(&[
        "value=\"Useless\"",
        "value=\"no-key\"",
        "protocol_settings-reality_settings-public_key-error",
        "protocol_settings-reality_settings-short_id-error",
    ]);
    assert_eq!(office.rows().count("v2_server", "1 = 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_wrong_stays_with_what_is_wrong_beside_it() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let path = to("nodes/new/trojan");
    let fields = [
        ("name", "Kept <name>"),
        ("host", "no host/"),
        ("port", "70000"),
        ("rate", "fast"),
        ("transfer_enable", "much"),
        ("rate_time_ranges", "at night 2"),
        ("private[cert_config]", "{broken"),
    ];
    let refused = browser.fill(&path, &path, &fields).await;
    assert_eq!(refused.status, 422);
    refused.has(&[
        "value=\"Kept &#60;name&#62;\"",
        "value=\"no host/\"",
        "value=\"fast\"",
        "at night 2",
        "{broken",
        "id=\"host-error\"",
        "id=\"port-error\"",
        "id=\"rate-error\"",
        "id=\"transfer_enable-error\"",
        "id=\"rate_time_ranges-error\"",
        "id=\"private-cert_config-error\"",
    ]);
    let plan = to("plans/new");
    let fields = [
        ("name", ""),
        ("transfer_enable", "0"),
        ("prices[monthly]", "cheap"),
        ("prices[yearly]", "-1"),
        ("content", "Kept text"),
    ];
    let refused = browser.fill(&plan, &plan, &fields).await;
    assert_eq!(refused.status, 422);
    refused.has(&[
        "id=\"name-error\"",
        "id=\"transfer_enable-error\"",
        "id=\"prices-monthly-error\"",
        "id=\"prices-yearly-error\"",
        "value=\"cheap\"",
        "Kept text",
    ]);
    let rows = office.rows();
    assert_eq!(rows.count("v2_server", "1 = 1").await, 0);
    assert_eq!(rows.count("v2_plan", "1 = 1").await, 0);
}
