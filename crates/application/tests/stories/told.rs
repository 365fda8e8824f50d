//! What is told of each kind: once, with its data, and not when nothing changed.

use ferroboard_application::{
    Application, Error, Job, JobOutcome, NodeQueries as _, NodeReport, Options, TryGiftCard,
    UserForm,
};
use ferroboard_auth::testing::a_client;
use ferroboard_billing::testing::{a_completed_order, a_plan, a_subscription, an_order};
use ferroboard_billing::{Order, OrderStatus, Period, Subscription};
use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_giftcard::{GiftCode, GiftTemplate, TemplateKind};
use ferroboard_kernel::{Cents, Clock as _, NodeId, PlanId, Seconds, UnixSeconds, UserId};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{DeviceReport, Load, NodeLoad};
use ferroboard_tickets::testing::{a_message, a_withdrawal_request};
use ferroboard_tickets::{Level, Subject};
use serde_json::{Value, json};

use crate::Panel;
use crate::webhooks::received;

const ANN: UserId = UserId::new(1);
const BEA: UserId = UserId::new(2);

/// Users 1 and 2, plans 1 and 2, and an endpoint that wants everything.
async fn panel() -> Panel {
    let panel = Panel::new().await;
    for email in ["ann@demo.test", "bea@demo.test"] {
        panel.register(email).await.unwrap();
    }
    panel.fakes.store.write(|tables| {
        for plan in [a_plan(1), a_plan(2)] {
            tables.billing.plans.insert(plan.id, plan);
        }
    });
    panel.listen();
    panel
}

async fn look(app: &Application) -> Result<JobOutcome, Error> {
    Box::pin(app.jobs.run(Job::WatchNodes)).await
}

/// Another process on the same database.
async fn another(panel: &Panel) -> Application {
    let options = Options::new("another".to_owned());
    Application::new(panel.fakes.ports(), options)
        .await
        .unwrap()
}

impl Panel {
    /// The data of what was told of this kind since this was last asked.
    async fn heard(&self, kind: &str) -> Vec<Value> {
        let calls = received(self).await;
        let of_kind = calls.iter().filter(|call| call.kind.as_str() == kind);
        let body = |call: &ferroboard_events::WebhookCall| {
            let body: Value = serde_json::from_str(&call.body).unwrap();
            body["data"].clone()
        };
        of_kind.map(body).collect()
    }

    /// Lets somebody have paid for an order.
    fn paid(&self, order: Order) {
        self.fakes.store.write(|tables| {
            let order = Order {
                status: OrderStatus::Processing,
                ..order
            };
            tables.billing.orders.insert(order.id, order);
        });
    }

    async fn outcome(&self, job: Job) -> JobOutcome {
        self.app.jobs.run(job).await.unwrap()
    }

    fn now(&self) -> UnixSeconds {
        self.fakes.clock.now()
    }

    async fn edit(&self, form: UserForm) {
        let change = self.change(BEA, "user/update").await;
        let users = &self.app.administration.users;
        users.change(ANN, form, change).await.unwrap();
    }
}

/// With what was fixed when it was placed; two processes open it once.
#[tokio::test]
async fn commission_is_earned_when_the_order_is_opened() {
    let panel = panel().await;
    let earning = |id, inviter, cents| Order {
        inviter,
        commission: Cents::new(cents),
        ..an_order(id, ANN)
    };
    panel.paid(earning(1, Some(BEA), 99));
    let other = another(&panel).await;
    let (one, two) = tokio::join!(
        panel.app.jobs.run(Job::CheckOrder),
        other.jobs.run(Job::CheckOrder)
    );
    assert!(one.is_ok() && two.is_ok());
    let number = format!("{:025}", 1);
    let expected = json!({"trade_no": number, "user_id": 2, "amount": 99});
    assert_eq!(panel.heard("commission.earned").await, [expected]);
    // Nobody earns anything of these.
    panel.paid(earning(2, None, 99));
    panel.paid(earning(3, Some(BEA), 0));
    assert_eq!(panel.outcome(Job::CheckOrder).await, JobOutcome::Done(2));
    assert!(panel.heard("commission.earned").await.is_empty());
}

#[tokio::test]
async fn another_plan_is_told_however_it_came() {
    let panel = panel().await;
    let changed = async || {
        let data = panel.heard("subscription.plan_changed").await;
        let plans = |data: &Value| {
            assert_eq!(data["user_id"], 1);
            [&data["from_plan_id"], &data["plan_id"]].map(Value::as_i64)
        };
        data.iter().map(plans).collect::<Vec<_>>()
    };
    // Bought, which is the first one, and bought again.
    for (id, expected) in [(1, vec![[None, Some(1)]]), (2, vec![])] {
        panel.paid(an_order(id, ANN));
        assert_eq!(panel.outcome(Job::CheckOrder).await, JobOutcome::Done(1));
        assert_eq!(changed().await, expected, "order {id}");
        assert_eq!(panel.outcome(Job::CheckOrder).await, JobOutcome::Done(0));
        assert!(changed().await.is_empty());
    }
    // By an administrator: to another, to the same, to something else, and to none.
    let plan = |plan: Option<i64>| UserForm {
        plan: Some(plan.map(PlanId::new)),
        ..UserForm::default()
    };
    let note = UserForm {
        remarks: Some(Some("Moved".to_owned())),
        ..UserForm::default()
    };
    for (form, expected) in [
        (plan(Some(2)), vec![[Some(1), Some(2)]]),
        (plan(Some(2)), vec![]),
        (note, vec![]),
        (plan(None), vec![[Some(2), None]]),
    ] {
        panel.edit(form).await;
        assert_eq!(changed().await, expected);
    }
    // By a gift card.
    panel.fakes.store.write(|tables| {
        let template = GiftTemplate {
            kind: TemplateKind::Plan,
            rewards: Some(r#"{"plan_id":2,"plan_validity_days":10}"#.to_owned()),
            ..a_template(1)
        };
        tables.gift_cards.templates.insert(template.id, template);
        tables.gift_cards.push_card(a_card(1, 1, "GCTEST0001"));
    });
    let tried = TryGiftCard {
        user: ANN,
        code: GiftCode::parse("GCTEST0001").unwrap(),
        client: a_client(),
    };
    panel.app.gift_cards.redeem(&tried).await.unwrap();
    assert_eq!(changed().await, [[None, Some(2)]]);
    panel.app.gift_cards.redeem(&tried).await.unwrap_err();
    assert!(changed().await.is_empty());
}

/// Behind the account itself.
#[tokio::test]
async fn the_plan_that_a_new_account_tries_is_told() {
    let settings = [("try_out_plan_id", "1"), ("try_out_hour", "1")];
    let panel = Panel::with_settings(&settings).await;
    panel.fakes.store.write(|tables| {
        let plan = a_plan(1);
        tables.billing.plans.insert(plan.id, plan);
    });
    panel.listen();
    panel.register("ann@demo.test").await.unwrap();
    let calls = received(&panel).await;
    let kinds: Vec<_> = calls.iter().map(|call| call.kind.as_str()).collect();
    let expected = [
        "user.created",
        "session.opened",
        "subscription.plan_changed",
    ];
    assert_eq!(kinds, expected);
}

/// It is of the same plan, and paid from the balance, of which nobody earns anything.
#[tokio::test]
async fn a_renewal_changes_no_plan_and_earns_no_commission() {
    let panel = panel().await;
    let now = panel.now();
    panel.fakes.store.write(|tables| {
        let month = Period::Monthly;
        let bought = a_completed_order(1_000, ANN, month, 990, now.minus(Seconds::hours(1)));
        tables.billing.orders.insert(bought.id, bought);
        let ends = now.plus(Seconds::hours(40));
        let row = tables.user(ANN);
        row.billing.subscribe(&a_subscription(ends));
        row.billing.balance = Cents::new(5_000);
        row.invite.inviter = Some(BEA);
    });
    panel.app.auto_renewals.switch(ANN, true).await.unwrap();
    assert_eq!(
        panel.outcome(Job::RenewSubscriptions).await,
        JobOutcome::Done(1)
    );
    let calls = received(&panel).await;
    let kinds: Vec<_> = calls.iter().map(|call| call.kind.as_str()).collect();
    assert!(kinds.contains(&"subscription.renewed"), "{kinds:?}");
    for other in ["subscription.plan_changed", "commission.earned"] {
        assert!(!kinds.contains(&other), "{kinds:?}");
    }
}

#[tokio::test]
async fn a_closed_withdrawal_is_told_and_no_other_ticket() {
    let panel = panel().await;
    let tickets = &panel.app.tickets;
    let ask = async || {
        panel.fakes.store.write(|tables| {
            tables.user(ANN).invite.commission_balance = Cents::new(20_000);
        });
        let request = a_withdrawal_request(ANN);
        let asked = tickets.withdraw(ANN, request.method, request.account, request.words);
        asked.await.unwrap();
        tickets.list(ANN).await.unwrap()[0].id
    };
    let closed = async || panel.heard("commission.withdrawal_closed").await;
    let first = ask().await;
    let data = |ticket: i64, state: &str| json!({"user_id": 1, "ticket_id": ticket, "amount": 20_000, "state": state});
    let requested = panel.heard("commission.withdrawal_requested").await;
    assert_eq!(requested, [data(first.get(), "requested")]);
    // By the user, twice.
    for _ in 0..2 {
        tickets.close(ANN, first).await.unwrap();
    }
    assert_eq!(closed().await, [data(first.get(), "released")]);
    // By an administrator.
    let second = ask().await;
    for _ in 0..2 {
        let change = panel.change(BEA, "ticket/close").await;
        let tickets = &panel.app.administration.tickets;
        tickets.close(second, change).await.unwrap();
    }
    assert_eq!(closed().await, [data(second.get(), "released")]);
    // Paid, by whoever is first.
    let third = ask().await;
    tickets.pay_withdrawal(third).await.unwrap();
    tickets.pay_withdrawal(third).await.unwrap_err();
    assert_eq!(closed().await, [data(third.get(), "paid")]);
    // An ordinary one, which is told to be closed once.
    let subject = Subject::parse("Help").unwrap();
    let text = a_message("It does not work");
    tickets.open(ANN, subject, Level::Low, text).await.unwrap();
    let plain = tickets.list(ANN).await.unwrap()[0].id;
    for _ in 0..2 {
        tickets.close(ANN, plain).await.unwrap();
    }
    let calls = received(&panel).await;
    let kinds: Vec<_> = calls.iter().map(|call| call.kind.as_str()).collect();
    assert_eq!(kinds, ["ticket.opened", "ticket.closed"]);
}

impl Panel {
    fn has_node(&self) {
        self.fakes.store.write(|tables| {
            let node = a_node(1);
            tables.nodes.nodes.insert(node.id, node);
        });
    }

    async fn hears_of_node(&self) {
        let nodes = [NodeId::new(1)];
        let heard = self.fakes.store.update_nodes_checked(&nodes, self.now());
        heard.await.unwrap();
    }

    /// A minute passes, two processes look, and what was told.
    async fn looks(&self, other: &Application) -> Vec<&'static str> {
        self.fakes.clock.advance(Seconds::minutes(1));
        let (one, two) = tokio::join!(look(&self.app), look(other));
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        look(&self.app).await.unwrap();
        let calls = received(self).await;
        for call in &calls {
            let body: Value = serde_json::from_str(&call.body).unwrap();
            assert_eq!(body["data"], json!({"node_id": 1}));
        }
        calls.iter().map(|call| call.kind.as_str()).collect()
    }
}

/// Also where nobody can be told by Telegram; the job that does that has a mark of its own.
#[tokio::test]
async fn a_node_that_falls_silent_and_comes_back_is_told_once_each_time() {
    let panel = panel().await;
    let other = another(&panel).await;
    panel.has_node();
    assert!(panel.looks(&other).await.is_empty(), "never heard of");
    panel.hears_of_node().await;
    assert!(panel.looks(&other).await.is_empty(), "for the first time");
    for _ in 0..2 {
        panel.fakes.clock.advance(Seconds::minutes(28));
        assert!(panel.looks(&other).await.is_empty(), "half an hour");
        assert_eq!(panel.outcome(Job::CheckServer).await, JobOutcome::Done(0));
        assert_eq!(panel.looks(&other).await, ["node.offline"]);
        panel.fakes.clock.advance(Seconds::hours(3));
        assert!(panel.looks(&other).await.is_empty());
        panel.hears_of_node().await;
        assert_eq!(panel.looks(&other).await, ["node.online"]);
    }
}

#[tokio::test]
async fn an_overloaded_node_is_told_once_until_it_copes() {
    let panel = panel().await;
    let other = another(&panel).await;
    panel.has_node();
    let node = a_node(1);
    let report = async |cpu: f64| {
        let load = NodeLoad {
            load: Load {
                cpu,
                ..Load::default()
            },
            ..NodeLoad::default()
        };
        panel.hears_of_node().await;
        panel.app.node_reports.load(&node, &load).await.unwrap();
    };
    for (cpu, expected) in [
        (95.0, vec![]),
        (95.0, vec![]),
        (20.0, vec![]),
        (95.0, vec![]),
        (91.0, vec![]),
        (90.0, vec!["node.overloaded"]),
        (99.0, vec![]),
        (71.0, vec![]),
        (95.0, vec![]),
        (60.0, vec![]),
        (95.0, vec![]),
        (95.0, vec![]),
        (95.0, vec!["node.overloaded"]),
    ] {
        report(cpu).await;
        assert_eq!(panel.looks(&other).await, expected, "{cpu}");
    }
}

/// However often the addresses come and go.
#[tokio::test]
async fn whoever_reaches_the_limit_of_devices_is_told_once_an_hour() {
    let panel = panel().await;
    let end = panel.now().plus(Seconds::days(30));
    panel.fakes.store.write(|tables| {
        for (user, limit) in [(ANN, Some(2)), (BEA, None)] {
            let subscription = Subscription {
                device_limit: limit,
                ..a_subscription(end)
            };
            tables.user(user).billing.subscribe(&subscription);
        }
    });
    let node = a_node(1);
    let other = another(&panel).await;
    let report = async |addresses: Value| {
        let given = json!({"1": addresses, "2": addresses});
        let devices = DeviceReport::parse(&given);
        let all = NodeReport {
            devices: devices.clone(),
            ..NodeReport::default()
        };
        let devices = devices.unwrap();
        let (one, two) = tokio::join!(
            panel.app.node_reports.devices(&node, &devices),
            other.node_reports.all(&node, &all, None)
        );
        one.unwrap();
        two.unwrap();
        panel.heard("device.limit_reached").await
    };
    let nobody: [Value; 0] = [];
    assert_eq!(report(json!(["1.1.1.1"])).await, nobody);
    let two = || json!(["1.1.1.1", "2.2.2.2"]);
    assert_eq!(report(two()).await, [json!({"user_id": 1})]);
    assert_eq!(
        report(json!(["1.1.1.1", "2.2.2.2", "3.3.3.3"])).await,
        nobody
    );
    for (minutes, told) in [(1, 0), (58, 0), (2, 1)] {
        panel.fakes.clock.advance(Seconds::minutes(minutes));
        assert_eq!(report(json!([])).await, nobody);
        assert_eq!(report(two()).await.len(), told, "{minutes}");
    }
    assert_eq!(
        panel
            .fakes
            .store
            .read(|tables| tables.users[&BEA].nodes.online_count),
        Some(2)
    );
}
