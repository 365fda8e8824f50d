//! A site with an administrator, for tests of what administrators change.

use ferroboard_kernel::UserId;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";

/// What a change that was carried out is answered.
pub(super) const DONE: &str =
    r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;

/// A site, and the token of its administrator, who is user 1.
pub(super) struct Office {
    pub(super) site: Site,
    token: String,
}

impl Office {
    pub(super) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With these settings besides.
    pub(super) async fn with(settings: &[(&str, &str)]) -> Self {
        let settings: Vec<_> = [("secure_path", PATH)]
            .iter()
            .chain(settings)
            .copied()
            .collect();
        let site = Site::with_settings(&settings).await;
        let token = site.alice().await;
        site.promote(UserId::new(1));
        Self { site, token }
    }

    pub(super) async fn get(&self, route: &str) -> Answer {
        let path = format!("/api/v2/{PATH}/{route}");
        self.site.get_as(&self.token, &path).await
    }

    pub(super) async fn post(&self, route: &str, body: Value) -> Answer {
        let path = format!("/api/v2/{PATH}/{route}");
        self.site.post_as(&self.token, &path, body).await
    }

    /// Carries something out.
    pub(super) async fn done(&self, route: &str, body: Value) {
        let answer = self.post(route, body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (200, DONE),
            "{route} {body}"
        );
    }

    /// Is refused with this status and message.
    pub(super) async fn refused(&self, route: &str, body: Value, status: u16, message: &str) {
        let answer = self.post(route, body.clone()).await;
        let got = (answer.status.as_u16(), answer.message());
        assert_eq!(got, (status, message.to_owned()), "{route} {body}");
    }

    /// Is refused as these fields are odd.
    pub(super) async fn complains(&self, route: &str, body: Value, fields: &[&str]) {
        let answer = self.post(route, body.clone()).await;
        assert_eq!(answer.status, 422, "{route} {body}: {}", answer.text);
        let told = answer.body();
        let told = told["errors"].as_object().unwrap();
        let mut told: Vec<&str> = told.keys().map(String::as_str).collect();
        told.sort_by_key(|name| answer.text.find(&format!("\"{name}\":[")));
        assert_eq!(told, fields, "{route} {body}");
    }

    /// What is recorded beside the requests that changed something.
    pub(super) fn changes(&self) -> Vec<Value> {
        self.site.fakes.store.read(|tables| {
            let changes = tables.audit.changes.values();
            let both = changes.map(|change| json!([change.before, change.after]));
            both.collect()
        })
    }
}
