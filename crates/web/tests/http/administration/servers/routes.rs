use ferroboard_kernel::RouteId;
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use serde_json::{Value, json};

use super::{DONE, at, changes, office, told};
use crate::harness::Site;

const MISSING: &str = r#"{"status":"fail","message":"路由不存在","data":null,"error":null}"#;

/// Every rule as (number, remarks, texts, action, value).
fn rules(site: &Site) -> Value {
    site.fakes.store.read(|tables| {
        let rules = tables.nodes.routes.values();
        let rules = rules.map(|route| {
            let (id, remarks) = (route.id.get(), &tables.nodes.remarks[&route.id]);
            json!([id, remarks, route.matches, route.action, route.action_value])
        });
        Value::Array(rules.collect())
    })
}

fn body(members: Value) -> Value {
    let mut body = json!({"remarks": "No mail", "match": ["port:25"], "action": "block"});
    if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
        body.extend(members);
    }
    body
}

#[actix_web::test]
async fn a_rule_is_made_changed_and_deleted() {
    let (site, token) = office().await;
    let odd =
        json!({"match": ["a", "", null, " ", "b", 25], "action": "dns", "action_value": "1.1.1.1"});
    for members in [json!({}), odd] {
        let made = site.post_as(&token, &at("route/save"), body(members)).await;
        assert_eq!((made.status.as_u16(), made.text.as_str()), (200, DONE));
    }
    let expected = json!([
        [1, "No mail", ["port:25"], "block", null],
        [2, "No mail", ["a", "b", "25"], "dns", "1.1.1.1"],
    ]);
    assert_eq!(rules(&site), expected);
    // A list with gaps, as PHP writes it.
    let changed = json!({"id": "2", "remarks": "r", "match": {"0": "x", "2": "y"}, "action": "proxy", "action_value": " "});
    let saved = site.post_as(&token, &at("route/save"), body(changed)).await;
    assert_eq!(saved.text, DONE);
    assert_eq!(rules(&site)[1], json!([2, "r", ["x", "y"], "proxy", null]));
    let dropped = site
        .post_as(&token, &at("route/drop"), json!({"id": "1"}))
        .await;
    assert_eq!(dropped.text, r#"{"data":true}"#);
    assert_eq!(rules(&site).as_array().unwrap().len(), 1);
    let changes = changes(&site);
    assert_eq!(changes.len(), 4);
    assert_eq!(changes[2][0]["match"], json!(["a", "b", "25"]));
    assert_eq!(changes[3][1]["action"], Value::Null);
}

#[actix_web::test]
async fn what_is_no_rule_changes_nothing() {
    let (site, token) = office().await;
    site.post_as(&token, &at("route/save"), body(json!({})))
        .await;
    let before = (rules(&site), changes(&site).len());
    let all = site.post_as(&token, &at("route/save"), json!({})).await;
    assert_eq!(told(&all), ["action", "match", "remarks"]);
    assert!(
        all.message().starts_with("备注不能为空"),
        "{}",
        all.message()
    );
    let many: Vec<String> = (0..5_001).map(|number| number.to_string()).collect();
    for (members, field) in [
        (json!({"remarks": "x".repeat(256)}), "remarks"),
        (json!({"remarks": ["x"]}), "remarks"),
        (json!({"match": []}), "match"),
        (json!({"match": "port:25"}), "match"),
        (json!({"match": many}), "match"),
        (json!({"match": ["x".repeat(16_000)]}), "match"),
        (json!({"match": [["x"]]}), "match.0"),
        (json!({"match": ["x", true]}), "match.1"),
        (json!({"action": "Block"}), "action"),
        (json!({"action": ["block"]}), "action"),
        (json!({"action_value": "x".repeat(256)}), "action_value"),
        (json!({"action_value": {}}), "action_value"),
    ] {
        let refused = site.post_as(&token, &at("route/save"), body(members)).await;
        assert_eq!(told(&refused), [field]);
    }
    for id in [json!(99), json!("x"), json!([1]), json!(true)] {
        let members = json!({"id": id});
        let refused = site.post_as(&token, &at("route/save"), body(members)).await;
        assert_eq!(
            (refused.status.as_u16(), refused.text.as_str()),
            (400, MISSING)
        );
        let refused = site
            .post_as(&token, &at("route/drop"), json!({"id": id}))
            .await;
        assert_eq!(
            (refused.status.as_u16(), refused.text.as_str()),
            (400, MISSING)
        );
    }
    let unnamed = site.post_as(&token, &at("route/drop"), json!({})).await;
    assert_eq!(unnamed.text, MISSING);
    assert_eq!((rules(&site), changes(&site).len()), before);
}

#[actix_web::test]
async fn nodes_read_their_rules_in_their_order_and_anew_at_once() {
    let (site, token) = office().await;
    site.fakes.store.write(|tables| {
        let row = (
            "server_token".to_owned(),
            Some("secret-of-all-nodes".to_owned()),
        );
        tables.site.settings.extend([row]);
        let node = Node {
            routes: [2, 1].map(RouteId::new).to_vec(),
            ..a_node(1)
        };
        tables.nodes.nodes.insert(node.id, node);
    });
    site.refresh().await;
    for remarks in ["one", "two"] {
        let made = body(json!({"remarks": remarks, "match": [remarks]}));
        site.post_as(&token, &at("route/save"), made).await;
    }
    let path = "/api/v1/server/UniProxy/config?token=secret-of-all-nodes&node_id=1";
    let told = async || site.get(path).await.body()["routes"].clone();
    let rule = |id: i64, matches: &str| json!({"id": id, "match": [matches], "action": "block", "action_value": null});
    assert_eq!(told().await, json!([rule(2, "two"), rule(1, "one")]));
    let changed = body(json!({"id": 2, "match": ["new"]}));
    site.post_as(&token, &at("route/save"), changed).await;
    assert_eq!(told().await, json!([rule(2, "new"), rule(1, "one")]));
    site.post_as(&token, &at("route/drop"), json!({"id": 2}))
        .await;
    assert_eq!(told().await, json!([rule(1, "one")]));
}
