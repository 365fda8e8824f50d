//! Events on their way out.

use ferroboard_events::testing::an_endpoint;
use ferroboard_events::{DeliveryStatus, EventKind, EventsError, WebhookCall, signature};
use ferroboard_kernel::{Clock as _, Seconds, UserId, WebhookId};
use serde_json::Value;

use crate::Panel;

/// A panel with one endpoint that wants everything.
async fn listening() -> Panel {
    let panel = Panel::new().await;
    panel.listen();
    panel
}

impl Panel {
    /// Lets an endpoint want everything from now on.
    pub(crate) fn listen(&self) {
        self.fakes.store.write(|tables| {
            let mut endpoint = an_endpoint();
            endpoint.id = WebhookId::new(1);
            tables.events.endpoints.insert(endpoint.id, endpoint);
        });
    }
}

/// What the endpoint gets until nothing is due; how often it was asked.
pub(crate) async fn received(panel: &Panel) -> Vec<WebhookCall> {
    while panel.app.webhook_deliveries.deliver_due().await.unwrap() > 0 {}
    panel.fakes.webhooks.take()
}

fn kinds(calls: &[WebhookCall]) -> Vec<&'static str> {
    calls.iter().map(|call| call.kind.as_str()).collect()
}

/// What is told of one family, which is told in order.
pub(crate) fn of_family(calls: &[WebhookCall], family: &str) -> Vec<&'static str> {
    let kinds = kinds(calls).into_iter();
    kinds.filter(|kind| kind.starts_with(family)).collect()
}

#[tokio::test]
async fn what_happens_is_told_signed_and_in_order() {
    let panel = listening().await;
    panel.register("ann@demo.test").await.unwrap();
    panel
        .login("ann@demo.test", ferroboard_testing::Panel::PASSWORD)
        .await
        .unwrap();
    let calls = received(&panel).await;
    let expected = ["user.created", "session.opened", "session.opened"];
    assert_eq!(kinds(&calls), expected);
    let secret = an_endpoint().secret;
    let now = panel.fakes.clock.now();
    for call in &calls {
        assert_eq!(call.signature, signature(&secret, now, &call.body));
        assert_eq!(call.url, an_endpoint().terms.url);
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body["id"], call.event.get());
        assert_eq!(body["type"], call.kind.as_str());
        assert_eq!(body["subject"], "user:1");
        assert_eq!(body["data"]["user_id"], 1);
        assert!(!call.body.contains("ann@"), "{}", call.body);
    }
    assert_eq!(received(&panel).await, []);
}

#[tokio::test]
async fn what_is_refused_is_not_told() {
    let panel = listening().await;
    panel.register("ann@demo.test").await.unwrap();
    received(&panel).await;
    panel.register("ann@demo.test").await.unwrap_err();
    panel
        .login("ann@demo.test", "wrong-horse")
        .await
        .unwrap_err();
    assert_eq!(received(&panel).await, []);
}

#[tokio::test]
async fn nobody_is_told_where_nobody_listens() {
    let panel = Panel::new().await;
    panel.register("ann@demo.test").await.unwrap();
    assert_eq!(panel.app.webhook_deliveries.deliver_due().await, Ok(0));
    panel
        .fakes
        .store
        .read(|tables| assert!(tables.events.events.is_empty()));
}

#[tokio::test]
async fn an_endpoint_that_refuses_is_asked_again_and_the_order_is_kept() {
    let panel = listening().await;
    panel.fakes.webhooks.refuse_with(Some(503));
    panel.register("ann@demo.test").await.unwrap();
    assert_eq!(kinds(&received(&panel).await), ["user.created"]);
    panel.fakes.clock.advance(Seconds::new(59));
    assert_eq!(received(&panel).await, []);
    panel.fakes.clock.advance(Seconds::new(1));
    let again = received(&panel).await;
    assert_eq!(kinds(&again), ["user.created"]);
    panel.fakes.webhooks.refuse_with(None);
    panel.fakes.clock.advance(Seconds::minutes(5));
    let calls = received(&panel).await;
    assert_eq!(kinds(&calls), ["user.created", "session.opened"]);
    assert_eq!(calls[0].event, again[0].event);
    assert_eq!(calls[0].body, again[0].body);
}

#[tokio::test]
async fn an_endpoint_that_fails_for_three_days_is_off_until_it_is_saved_again() {
    let panel = listening().await;
    panel.fakes.webhooks.refuse_with(Some(500));
    panel.register("ann@demo.test").await.unwrap();
    panel.fakes.store.write(|tables| {
        tables.user(UserId::new(1)).auth.account.is_admin = true;
    });
    for _ in 0..(4 * 24) {
        received(&panel).await;
        panel.fakes.clock.advance(Seconds::hours(1));
        // Something new every hour keeps the endpoint asked.
        panel
            .login("ann@demo.test", ferroboard_testing::Panel::PASSWORD)
            .await
            .unwrap();
    }
    panel.fakes.store.read(|tables| {
        let endpoint = &tables.events.endpoints[&WebhookId::new(1)];
        assert!(!endpoint.terms.active && endpoint.switched_off_at.is_some());
        let mut rows = tables.events.deliveries.values();
        assert!(rows.any(|row| row.status == DeliveryStatus::Failed));
    });
    received(&panel).await;
    panel.fakes.clock.advance(Seconds::days(1));
    assert_eq!(received(&panel).await, []);
    panel.fakes.store.read(|tables| {
        let mails = tables.mail.outbox.values().map(|row| &row.mail);
        let mut told = mails.filter(|mail| mail.subject.contains("was switched off"));
        let told_to = |mail: &ferroboard_mail::NewMail| mail.to.to_string();
        assert_eq!(told.next().map(told_to).as_deref(), Some("ann@demo.test"));
        assert!(told.next().is_none(), "staff was mailed twice");
    });
}

#[tokio::test]
async fn changes_of_administrators_are_told_by_their_record() {
    let panel = listening().await;
    panel.register("ann@demo.test").await.unwrap();
    received(&panel).await;
    let admin = UserId::new(1);
    let form = ferroboard_application::UserForm {
        balance: Some(ferroboard_kernel::Cents::new(500)),
        remarks: Some(Some("A good customer".to_owned())),
        ..Default::default()
    };
    let change = panel.change(admin, "user/update").await;
    let changed = panel.app.administration.users.change(admin, form, change);
    changed.await.unwrap();
    let mut calls = received(&panel).await;
    calls.sort_by_key(|call| call.event);
    assert_eq!(
        kinds(&calls),
        ["user.updated", "admin.action", "balance.changed"]
    );
    let body: Value = serde_json::from_str(&calls[2].body).unwrap();
    assert_eq!(body["data"]["amount"], 500);
    assert_eq!(body["data"]["kind"], "admin");
    assert_eq!(calls[2].kind, EventKind::BalanceChanged);
    assert!(
        calls
            .iter()
            .all(|call| !call.body.contains("good customer"))
    );
}

#[tokio::test]
async fn an_endpoint_is_switched_off_and_on_and_what_waited_is_sent() {
    let panel = listening().await;
    let hook = WebhookId::new(1);
    let switch = async |id, active| {
        let change = panel.change(UserId::new(1), "webhooks/1").await;
        let endpoints = &panel.app.administration.endpoints;
        endpoints.switch(id, active, change).await
    };
    panel.fakes.webhooks.refuse_with(Some(503));
    panel.register("ann@demo.test").await.unwrap();
    assert_eq!(kinds(&received(&panel).await), ["user.created"]);
    assert_eq!(switch(hook, false).await, Ok(()));
    panel.fakes.webhooks.refuse_with(None);
    panel.fakes.clock.advance(Seconds::minutes(1));
    assert_eq!(received(&panel).await, []);
    // All else that was said about it stands.
    let stored = |panel: &Panel| {
        let store = &panel.fakes.store;
        store.read(|tables| tables.events.endpoints[&hook].clone())
    };
    let off = stored(&panel);
    assert_eq!(off.secret, an_endpoint().secret);
    assert_eq!(off.terms.kinds, an_endpoint().terms.kinds);
    assert!(!off.terms.active && off.failing_since.is_none());
    assert_eq!(switch(hook, true).await, Ok(()));
    assert!(stored(&panel).terms.active);
    let mut calls = received(&panel).await;
    calls.sort_by_key(|call| call.event);
    let expected = ["user.created", "session.opened", "admin.action"];
    assert_eq!(kinds(&calls), expected);
    let missing = Err(EventsError::EndpointMissing.into());
    assert_eq!(switch(WebhookId::new(9), true).await, missing);
}
