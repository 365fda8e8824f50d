//! Groups, rules and machines of nodes, and how the program is updated.

mod agents;
mod groups;
mod machines;
mod routes;

use serde_json::{Value, json};

use crate::harness::{Answer, Site};
use ferroboard_kernel::UserId;

const PATH: &str = "hidden-door";
const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/server/{route}")
}

/// A site, and an administrator's token.
async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

/// What is recorded beside the requests that changed something.
fn changes(site: &Site) -> Vec<Value> {
    site.fakes.store.read(|tables| {
        let changes = tables.audit.changes.values();
        changes
            .map(|change| json!([change.before, change.after]))
            .collect()
    })
}

/// The fields that are complained of.
fn told(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body = answer.body();
    body["errors"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[actix_web::test]
async fn the_program_is_updated_by_its_operator() {
    let (site, token) = office().await;
    let state = format!("/api/v2/{PATH}/update/check");
    let state = site.get_as(&token, &state).await.body();
    let version = &state["data"]["current_version"];
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert_eq!(&state["data"]["latest_version"], version);
    assert_eq!(state["data"]["has_update"], false);
    let execute = format!("/api/v2/{PATH}/update/execute");
    let refused = site.post_as(&token, &execute, json!({})).await;
    assert_eq!((refused.status.as_u16(), changes(&site).len()), (400, 0));
}
