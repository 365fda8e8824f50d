use ferroboard_kernel::MachineId;
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use serde_json::{Value, json};

use super::{DONE, at, changes, office, told};
use crate::harness::Site;

/// Every machine as (number, name, notes, whether it is let in).
fn machines(site: &Site) -> Value {
    site.fakes.store.read(|tables| {
        let machines = tables.nodes.machines.iter();
        let machines = machines.map(|(id, row)| {
            let terms = &tables.nodes.machine_terms[id];
            json!([id.get(), terms.name, terms.notes, row.machine.active])
        });
        Value::Array(machines.collect())
    })
}

fn secret(site: &Site, id: i64) -> String {
    let machine = MachineId::new(id);
    let store = &site.fakes.store;
    store.read(|tables| tables.nodes.machines[&machine].machine.token.clone())
}

#[actix_web::test]
async fn a_machine_is_made_with_a_secret() {
    let (site, token) = office().await;
    let body = json!({"name": "m1", "notes": "rack 4"});
    let made = site.post_as(&token, &at("machine/save"), body).await.body();
    let data = &made["data"];
    let drawn = data["token"].as_str().unwrap();
    assert_eq!((&data["id"], drawn.len()), (&json!(1), 32));
    assert!(
        drawn
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
    );
    assert_eq!(secret(&site, 1), drawn);
    let command = data["install_command"].as_str().unwrap();
    let start = "curl -fsSL https://raw.githubusercontent.com/cedar2025/xboard-node/dev/install.sh | sudo bash -s -- --mode machine --panel 'http://localhost' --token '";
    assert_eq!(command, format!("{start}{drawn}' --machine-id 1"));
    let off = json!({"name": "m2", "is_active": "0", "notes": ""});
    site.post_as(&token, &at("machine/save"), off).await;
    assert_eq!(
        machines(&site),
        json!([[1, "m1", "rack 4", true], [2, "m2", null, false]])
    );
    assert_ne!(secret(&site, 2), drawn);
    let recorded = serde_json::to_string(&changes(&site)).unwrap();
    assert!(!recorded.contains(drawn), "{recorded}");
}

#[actix_web::test]
async fn the_install_command_names_the_sites_own_address() {
    let (site, token) = office().await;
    site.post_as(&token, &at("machine/save"), json!({"name": "m1"}))
        .await;
    site.fakes.store.write(|tables| {
        let row = ("app_url".to_owned(), Some("https://panel.test/".to_owned()));
        tables.site.settings.extend([row]);
        let id = MachineId::new(1);
        let row = tables.nodes.machines.get_mut(&id).unwrap();
        row.machine.token = "it's $(odd)".to_owned();
    });
    site.refresh().await;
    let shown = site
        .get_as(&token, &at("machine/installCommand?id=1"))
        .await
        .body();
    let command = shown["data"]["command"].as_str().unwrap();
    let expected = r"--panel 'https://panel.test' --token 'it'\''s $(odd)' --machine-id 1";
    assert!(command.ends_with(expected), "{command}");
    let shown = site
        .get_as(&token, &at("machine/getToken?id=1"))
        .await
        .body();
    assert_eq!(shown["data"], json!({"token": "it's $(odd)"}));
}

#[actix_web::test]
async fn a_machine_is_changed_where_something_is_said() {
    let (site, token) = office().await;
    let body = json!({"name": "m1", "notes": "rack 4"});
    site.post_as(&token, &at("machine/save"), body).await;
    for (body, expected) in [
        (
            json!({"id": 1, "name": "a"}),
            json!([1, "a", "rack 4", true]),
        ),
        (
            json!({"id": "1", "name": "b", "is_active": null}),
            json!([1, "b", "rack 4", true]),
        ),
        (
            json!({"id": 1, "name": "c", "is_active": false}),
            json!([1, "c", "rack 4", false]),
        ),
        (
            json!({"id": 1, "name": "c", "notes": null}),
            json!([1, "c", null, false]),
        ),
    ] {
        let saved = site.post_as(&token, &at("machine/save"), body).await;
        assert_eq!(saved.text, DONE);
        assert_eq!(machines(&site)[0], expected);
    }
    let last = changes(&site).pop().unwrap();
    assert_eq!(last, json!([{"notes": "rack 4"}, {"notes": null}]));
}

#[actix_web::test]
async fn a_secret_is_replaced() {
    let (site, token) = office().await;
    site.post_as(&token, &at("machine/save"), json!({"name": "m1"}))
        .await;
    let old = secret(&site, 1);
    let nodes = async |token: &str| {
        let body = json!({"machine_id": 1, "token": token});
        site.post("/api/v2/server/machine/nodes", body)
            .await
            .status
            .as_u16()
    };
    assert_eq!(nodes(&old).await, 200);
    let reset = site
        .post_as(&token, &at("machine/resetToken"), json!({"id": 1}))
        .await;
    let new = secret(&site, 1);
    assert_eq!(reset.body()["data"], json!({"token": new}));
    assert_ne!(new, old);
    assert_eq!((nodes(&old).await, nodes(&new).await), (403, 200));
    let last = changes(&site).pop().unwrap();
    assert_eq!(last, json!([{"token": "***"}, {"token": "***"}]));
}

#[actix_web::test]
async fn a_deleted_machine_leaves_its_nodes() {
    let (site, token) = office().await;
    site.post_as(&token, &at("machine/save"), json!({"name": "m1"}))
        .await;
    site.fakes.store.write(|tables| {
        let node = Node {
            machine: Some(MachineId::new(1)),
            ..a_node(1)
        };
        tables.nodes.nodes.insert(node.id, node);
    });
    let dropped = site
        .post_as(&token, &at("machine/drop"), json!({"id": "1"}))
        .await;
    assert_eq!(dropped.text, DONE);
    assert_eq!(machines(&site), json!([]));
    let nodes = site
        .fakes
        .store
        .read(|tables| tables.nodes.nodes.values().cloned().collect::<Vec<_>>());
    assert_eq!(nodes[0].machine, None);
    let again = site
        .post_as(&token, &at("machine/drop"), json!({"id": 1}))
        .await;
    assert_eq!(told(&again), ["id"]);
}

#[actix_web::test]
async fn what_names_no_machine_or_is_odd_changes_nothing() {
    let (site, token) = office().await;
    site.post_as(&token, &at("machine/save"), json!({"name": "m1"}))
        .await;
    let before = (machines(&site), secret(&site, 1), changes(&site).len());
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": null}), "name"),
        (json!({"name": ["x"]}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": "x", "id": 99}), "id"),
        (json!({"name": "x", "id": 0}), "id"),
        (json!({"name": "x", "id": "x"}), "id"),
        (json!({"name": "x", "id": [1]}), "id"),
        (json!({"name": "x", "notes": {}}), "notes"),
        (json!({"name": "x", "notes": "x".repeat(16_001)}), "notes"),
        (json!({"name": "x", "is_active": "yes"}), "is_active"),
    ] {
        let refused = site
            .post_as(&token, &at("machine/save"), body.clone())
            .await;
        assert_eq!(told(&refused), [field], "{body}");
    }
    for id in [json!(99), json!(null), json!("x"), json!([1])] {
        for route in ["machine/drop", "machine/resetToken"] {
            let refused = site.post_as(&token, &at(route), json!({"id": id})).await;
            assert_eq!(told(&refused), ["id"], "{route} {id}");
        }
    }
    for (query, field) in [
        ("getToken", "id"),
        ("getToken?id=99", "id"),
        ("installCommand?id=x", "id"),
        ("nodes", "machine_id"),
        ("nodes?machine_id=99", "machine_id"),
        ("history?machine_id=99", "machine_id"),
        ("history?machine_id=1&limit=9", "limit"),
        ("history?machine_id=1&limit=1441", "limit"),
        ("history?machine_id=1&range_hours=25", "range_hours"),
        ("history?machine_id=1&range_hours=x", "range_hours"),
    ] {
        let refused = site.get_as(&token, &at(&format!("machine/{query}"))).await;
        assert_eq!(told(&refused), [field], "{query}");
    }
    assert_eq!(
        (machines(&site), secret(&site, 1), changes(&site).len()),
        before
    );
}
