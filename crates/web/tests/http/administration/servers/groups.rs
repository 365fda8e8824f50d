use ferroboard_kernel::{GroupId, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use serde_json::{Value, json};

use super::{DONE, PATH, at, changes, office, told};
use crate::harness::Site;

const MISSING: &str = r#"{"status":"fail","message":"组不存在","data":null,"error":null}"#;

fn names(site: &Site) -> Vec<(i64, String)> {
    site.fakes.store.read(|tables| {
        let groups = tables.nodes.groups.values();
        groups
            .map(|group| (group.id.get(), group.name.clone()))
            .collect()
    })
}

#[actix_web::test]
async fn a_group_is_made_and_renamed() {
    let (site, token) = office().await;
    for body in [
        json!({"name": "VIP1"}),
        json!({"name": 2, "id": null}),
        json!({"name": "x", "id": "0"}),
    ] {
        let made = site.post_as(&token, &at("group/save"), body).await;
        assert_eq!((made.status.as_u16(), made.text.as_str()), (200, DONE));
    }
    let rename = json!({"id": "1", "name": " VIP's \"1\" "});
    let renamed = site.post_as(&token, &at("group/save"), rename).await;
    assert_eq!(renamed.text, DONE);
    let expected = [(1, "VIP's \"1\""), (2, "2"), (3, "x")];
    let expected = expected.map(|(id, name)| (id, name.to_owned()));
    assert_eq!(names(&site), expected);
    let changes = changes(&site);
    assert_eq!(
        changes[0],
        json!([{"id": null, "name": null}, {"id": 1, "name": "VIP1"}])
    );
    assert_eq!(
        changes[3],
        json!([{"name": "VIP1"}, {"name": "VIP's \"1\""}])
    );
}

#[actix_web::test]
async fn older_pages_ask_under_the_older_version() {
    let (site, token) = office().await;
    let path = format!("/api/v1/{PATH}/server/group/save");
    let made = site.post_as(&token, &path, json!({"name": "VIP1"})).await;
    assert_eq!((made.text.as_str(), names(&site).len()), (DONE, 1));
}

#[actix_web::test]
async fn what_names_no_group_or_is_no_name_changes_nothing() {
    let (site, token) = office().await;
    site.post_as(&token, &at("group/save"), json!({"name": "VIP1"}))
        .await;
    let before = (names(&site), changes(&site).len());
    for name in [
        json!(null),
        json!(" "),
        json!([]),
        json!({}),
        json!([1]),
        json!(true),
        json!("x".repeat(256)),
    ] {
        let body = json!({"name": name});
        let refused = site.post_as(&token, &at("group/save"), body).await;
        assert_eq!(told(&refused), ["name"], "{name}");
    }
    let unnamed = site.post_as(&token, &at("group/save"), json!({})).await;
    assert_eq!(unnamed.message(), "组名不能为空");
    for id in [
        json!(99),
        json!("x"),
        json!([1]),
        json!({"a": 1}),
        json!(true),
        json!(1.5),
        json!(-1),
    ] {
        for (route, body) in [
            ("group/save", json!({"id": id, "name": "x"})),
            ("group/drop", json!({"id": id})),
        ] {
            let refused = site.post_as(&token, &at(route), body).await;
            assert_eq!(
                (refused.status.as_u16(), refused.text.as_str()),
                (400, MISSING),
                "{route} {id}"
            );
        }
    }
    for body in [json!({}), json!({"id": null}), json!([])] {
        let refused = site.post_as(&token, &at("group/drop"), body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.text.as_str()),
            (400, MISSING)
        );
    }
    assert_eq!((names(&site), changes(&site).len()), before);
}

#[actix_web::test]
async fn a_group_in_use_stays() {
    let (site, token) = office().await;
    for name in ["nodes", "plans", "users", "nobody's"] {
        site.post_as(&token, &at("group/save"), json!({"name": name}))
            .await;
    }
    let group = GroupId::new;
    site.fakes.store.write(|tables| {
        let node = Node {
            groups: vec![group(1)],
            ..a_node(1)
        };
        tables.nodes.nodes.insert(node.id, node);
        let mut plan = ferroboard_billing::testing::a_plan(1);
        plan.group_id = Some(group(2));
        tables.billing.plans.insert(plan.id, plan);
        tables.user(UserId::new(1)).billing.group_id = Some(group(3));
    });
    for (id, message) in [
        (1, "该组已被节点所使用，无法删除"),
        (2, "该组已被订阅所使用，无法删除"),
        (3, "该组已被用户所使用，无法删除"),
    ] {
        for id in [json!(id), json!(id.to_string())] {
            let refused = site
                .post_as(&token, &at("group/drop"), json!({"id": id}))
                .await;
            assert_eq!(
                (refused.status.as_u16(), refused.message().as_str()),
                (400, message)
            );
        }
    }
    assert_eq!(names(&site).len(), 4);
    let dropped = site
        .post_as(&token, &at("group/drop"), json!({"id": "4"}))
        .await;
    assert_eq!((dropped.text.as_str(), names(&site).len()), (DONE, 3));
    let recorded: Vec<Value> = changes(&site);
    assert_eq!(
        recorded[4],
        json!([{"id": 4, "name": "nobody's"}, {"id": null, "name": null}])
    );
}
