//! A customer, and the gateway that reports the payments.

use ferroboard_kernel::Random;
use ferroboard_testing::SeededRandom;
use serde_json::{Value, json};

use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::{CANCEL, CHECKOUT, SAVE, month_of};
use crate::support::{Customer, Notice};

/// Buys one month after the other, and remembers what the panel said was done.
pub(crate) struct Buyer {
    pub(crate) customer: Customer,
    /// The orders whose notice was acknowledged.
    pub(crate) paid: Vec<String>,
    /// The orders that were paid, or may have been: no others may be opened.
    pub(crate) attempted: Vec<String>,
    /// The orders whose cancellation was acknowledged.
    pub(crate) cancelled: Vec<String>,
    /// The notice that was sent and not answered.
    pub(crate) under_way: Option<Sent>,
    chance: SeededRandom,
}

/// A notice on its way.
pub(crate) struct Sent {
    pub(crate) trade_no: String,
    pub(crate) report: Notice,
}

/// How to reach the panel: a client and the address.
pub(crate) type Caller = (reqwest::Client, String);

impl Buyer {
    pub(crate) fn new(customer: Customer, seed: u64) -> Self {
        let chance = SeededRandom::new(seed);
        let (paid, attempted, cancelled) = (vec![], vec![], vec![]);
        Self {
            customer,
            paid,
            attempted,
            cancelled,
            under_way: None,
            chance,
        }
    }

    /// Buys until the panel no longer answers.
    pub(crate) async fn buy_until_the_end(mut self, panel: Caller) -> Self {
        while self.buy(&panel).await.is_some() {}
        self
    }

    /// The status and body of an answer that arrived in full; `None` when the panel is gone.
    async fn ask(&self, panel: &Caller, path: &str, body: Value) -> Option<(u16, String)> {
        let (client, root) = panel;
        let url = format!("{root}{path}");
        let request = if body.is_null() {
            client.get(url)
        } else {
            client.post(url).json(&body)
        };
        let request = request.bearer_auth(&self.customer.token);
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.text().await.ok()?))
    }

    /// The order that a kill left unfinished, or a new one.
    async fn order(&self, panel: &Caller) -> Option<String> {
        let (status, text) = self.ask(panel, SAVE, month_of(1, None)).await?;
        let data =
            |text: &str| -> Value { serde_json::from_str::<Value>(text).unwrap()["data"].take() };
        if status == 200 {
            return Some(data(&text).as_str().unwrap().to_owned());
        }
        let unfinished = "/api/v1/user/order/fetch?status=0";
        let (_, listed) = self.ask(panel, unfinished, Value::Null).await?;
        match data(&listed)[0]["trade_no"].as_str() {
            Some(trade_no) => Some(trade_no.to_owned()),
            None => panic!("refused, and there is no unfinished order: {text} {listed}"),
        }
    }

    async fn buy(&mut self, panel: &Caller) -> Option<()> {
        let trade_no = self.order(panel).await?;
        let chance: &dyn Random = &self.chance;
        if chance.below(6) == 0 {
            let body = json!({"trade_no": trade_no});
            let (status, text) = self.ask(panel, CANCEL, body).await?;
            assert_eq!(status, 200, "{text}");
            self.cancelled.push(trade_no);
            return Some(());
        }
        // Noted first: what is not answered may have been done. An order that the balance pays is
        // opened by its checkout.
        self.attempted.push(trade_no.clone());
        let body = json!({"trade_no": trade_no, "method": 1});
        let (status, text) = self.ask(panel, CHECKOUT, body).await?;
        assert_eq!(status, 200, "{text}");
        let started: Value = serde_json::from_str(&text).unwrap();
        if started["type"] == -1 {
            self.paid.push(trade_no);
            return Some(());
        }
        let cents = asked_cents(started["data"].as_str().unwrap());
        let report = Notice::of(&trade_no, cents, &format!("P{trade_no}"));
        let address = format!("{}?{}", notify(EPAY, UUID), report.signed(KEY));
        self.under_way = Some(Sent {
            trade_no: trade_no.clone(),
            report,
        });
        let (status, text) = self.ask(panel, &address, Value::Null).await?;
        assert_eq!((status, text.as_str()), (200, "success"));
        self.under_way = None;
        self.paid.push(trade_no);
        Some(())
    }
}

/// How much the address of the gateway's page asks for.
fn asked_cents(address: &str) -> i64 {
    let money = address
        .split("money=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    money.replace('.', "").parse().unwrap()
}
