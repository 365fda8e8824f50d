//! What administrators do with nodes that there are: switches, copies, places, traffic.

use ferroboard_kernel::{MachineId, NodeId};
use ferroboard_nodes::Node;
use serde_json::json;

use super::nodes::{DONE, MISSING, at, changes, node, nodes, office, told};
use crate::harness::Site;

#[actix_web::test]
async fn switches_are_turned_one_by_one_and_together() {
    let (site, token) = office().await;
    for (body, show, enabled, machine) in [
        (
            json!({"id": 1, "type": "shadowsocks", "show": 0}),
            false,
            true,
            None,
        ),
        (
            json!({"id": "1", "enabled": "0", "machine_id": 1}),
            false,
            false,
            Some(MachineId::new(1)),
        ),
        (
            json!({"id": 1, "show": null}),
            false,
            false,
            Some(MachineId::new(1)),
        ),
        (
            json!({"id": 1, "show": true, "machine_id": 0}),
            true,
            false,
            None,
        ),
    ] {
        let turned = site.post_as(&token, &at("update"), body.clone()).await;
        assert_eq!(turned.text, DONE, "{body}");
        let node = node(&site, 1).unwrap();
        assert_eq!(
            (node.show, node.enabled, node.machine),
            (show, enabled, machine),
            "{body}"
        );
    }
    let together = json!({"ids": ["1", 2, 99], "show": 0, "enabled": true, "machine_id": 1});
    let turned = site.post_as(&token, &at("batchUpdate"), together).await;
    assert_eq!(turned.text, DONE);
    for node in nodes(&site) {
        assert!(!node.show && node.enabled && node.machine == Some(MachineId::new(1)));
    }
    let free = json!({"ids": [2], "machine_id": null});
    assert_eq!(
        site.post_as(&token, &at("batchUpdate"), free).await.text,
        DONE
    );
    assert_eq!(node(&site, 2).unwrap().machine, None);
    let before = (nodes(&site), changes(&site));
    for (route, body, status, fields) in [
        ("update", json!({}), 422, vec!["id"]),
        ("update", json!({"id": 1, "show": 2}), 422, vec!["show"]),
        (
            "update",
            json!({"id": 1, "machine_id": 9}),
            422,
            vec!["machine_id"],
        ),
        ("update", json!({"id": 99, "show": 1}), 400, vec![]),
        ("batchUpdate", json!({"ids": [2]}), 400, vec![]),
        (
            "batchUpdate",
            json!({"ids": [], "show": 1}),
            422,
            vec!["ids"],
        ),
        (
            "batchUpdate",
            json!({"ids": ["a"], "show": 5}),
            422,
            vec!["ids.0", "show"],
        ),
        (
            "batchUpdate",
            json!({"ids": [1], "machine_id": 9}),
            422,
            vec!["machine_id"],
        ),
    ] {
        let refused = site.post_as(&token, &at(route), body.clone()).await;
        assert_eq!(refused.status.as_u16(), status, "{body}: {}", refused.text);
        if status == 422 {
            let mut found = told(&refused);
            found.sort();
            assert_eq!(found, fields, "{body}");
        }
    }
    assert_eq!((nodes(&site), changes(&site)), before);
}

#[actix_web::test]
async fn a_copy_is_hidden_and_has_carried_nothing() {
    let (site, token) = office().await;
    let copied = site.post_as(&token, &at("copy"), json!({"id": 2})).await;
    assert_eq!(copied.text, DONE);
    let (old, new) = (node(&site, 2).unwrap(), node(&site, 3).unwrap());
    assert_ne!(new.created_at, old.created_at);
    let expected = Node {
        id: NodeId::new(3),
        code: None,
        show: false,
        upload: 0,
        download: 0,
        created_at: new.created_at,
        updated_at: new.created_at,
        ..old
    };
    assert_eq!(new, expected);
    let unknown = site.post_as(&token, &at("copy"), json!({"id": 99})).await;
    assert_eq!(unknown.text, MISSING);
}

#[actix_web::test]
async fn a_node_is_deleted_and_its_children_stay() {
    let (site, token) = office().await;
    let gone = site.post_as(&token, &at("drop"), json!({"id": 1})).await;
    assert_eq!(gone.text, DONE);
    let left = nodes(&site);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].parent, None);
    let again = site.post_as(&token, &at("drop"), json!({"id": 1})).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (400, MISSING));
    let all = json!({"ids": [2, 99]});
    assert_eq!(
        site.post_as(&token, &at("batchDelete"), all).await.text,
        DONE
    );
    assert_eq!(nodes(&site), []);
    let none = site
        .post_as(&token, &at("batchDelete"), json!({"ids": []}))
        .await;
    assert_eq!(told(&none), ["ids"]);
}

#[actix_web::test]
async fn what_nodes_carried_is_reset() {
    let (site, token) = office().await;
    let reset = site
        .post_as(&token, &at("resetTraffic"), json!({"id": 2}))
        .await;
    assert_eq!(reset.text, DONE);
    let node = node(&site, 2).unwrap();
    assert_eq!((node.upload, node.download), (0, 0));
    let unknown = site
        .post_as(&token, &at("resetTraffic"), json!({"id": 99}))
        .await;
    assert_eq!(unknown.text, MISSING);
    let all = json!({"ids": [1, 2, 99]});
    assert_eq!(
        site.post_as(&token, &at("batchResetTraffic"), all)
            .await
            .text,
        DONE
    );
    let none = site
        .post_as(&token, &at("batchResetTraffic"), json!({}))
        .await;
    assert_eq!(told(&none), ["ids"]);
}

#[actix_web::test]
async fn nodes_are_sorted_by_a_list_that_is_the_body() {
    let (site, token) = office().await;
    let places = json!([{"id": 2, "order": 1}]);
    assert_eq!(site.post_as(&token, &at("sort"), places).await.text, DONE);
    let places = |site: &Site| nodes(site).iter().map(|node| node.sort).collect::<Vec<_>>();
    assert_eq!(places(&site), [Some(2), Some(1)]);
    let odd = json!([{"id": "a", "order": "b"}, {"order": -1}, {"id": 1, "order": -1_000_000_001}]);
    let refused = site.post_as(&token, &at("sort"), odd).await;
    let mut fields = told(&refused);
    fields.sort();
    assert_eq!(fields, ["0.id", "0.order", "2.order"]);
    assert_eq!(places(&site), [Some(2), Some(1)]);
    // Rows without one of the two are passed over.
    let some =
        json!([{"id": 1}, {"order": 7}, {"id": null, "order": 3}, 5, {"id": 1, "order": -1}]);
    assert_eq!(site.post_as(&token, &at("sort"), some).await.text, DONE);
    assert_eq!(places(&site), [Some(0), Some(1)]);
}
