use ferroboard_kernel::{NodeId, RouteId};
use serde_json::{Value, json};

use super::{PATH, at};
use crate::harness::Site;
use crate::nodes::ALICE;
use crate::sockets::{Agent, MACHINE, node, site};

/// A site with agents, whose administrator is Alice; her token.
async fn office() -> (Site, String) {
    let site = site().await;
    site.set("secure_path", PATH).await;
    site.promote(ALICE);
    let login = json!({"email": "alice@demo.test", "password": "password-alice"});
    let login = site.post("/api/v1/passport/auth/login", login).await.body();
    let token = login["data"]["auth_data"].as_str().unwrap().to_owned();
    (site, token)
}

#[actix_web::test]
async fn agents_hear_of_changed_rules() {
    let (site, token) = office().await;
    site.fakes.store.write(|tables| {
        let node = tables.nodes.nodes.get_mut(&NodeId::new(1)).unwrap();
        node.routes = vec![RouteId::new(1)];
    });
    let mut agent = Agent::introduced(&site, &node(1)).await;
    let rule = |text: &str| json!({"remarks": "r", "match": [text], "action": "block", "id": null});
    let saved = site.post_as(&token, &at("route/save"), rule("a")).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let matches = |told: &Value| told["config"]["routes"][0]["match"].clone();
    assert_eq!(matches(&agent.until("sync.config").await), json!(["a"]));
    let mut changed = rule("b");
    changed["id"] = json!(1);
    site.post_as(&token, &at("route/save"), changed).await;
    assert_eq!(matches(&agent.until("sync.config").await), json!(["b"]));
    site.post_as(&token, &at("route/drop"), json!({"id": 1}))
        .await;
    let told = agent.until("sync.config").await;
    assert_eq!(told["config"]["routes"], json!([]));
}

#[actix_web::test]
async fn a_machine_that_is_deleted_is_to_run_nothing() {
    let (site, token) = office().await;
    let mut machine = Agent::introduced(&site, MACHINE).await;
    let dropped = site
        .post_as(&token, &at("machine/drop"), json!({"id": 1}))
        .await;
    assert_eq!(dropped.status, 200, "{}", dropped.text);
    assert_eq!(machine.until("sync.nodes").await["nodes"], json!([]));
}

#[actix_web::test]
async fn a_machine_with_an_old_token_is_let_in_no_longer() {
    let (site, token) = office().await;
    let mut machine = Agent::introduced(&site, MACHINE).await;
    let reset = site
        .post_as(&token, &at("machine/resetToken"), json!({"id": 1}))
        .await;
    assert_eq!(reset.status, 200, "{}", reset.text);
    let refused = machine.next().await.unwrap();
    assert_eq!(refused["data"]["message"], "invalid machine credentials");
}
