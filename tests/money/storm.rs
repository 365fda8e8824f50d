//! Many requests at one moment, in an order that a seed chooses.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::Random;
use ferroboard_testing::SeededRandom;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::support::shop::{CANCEL, CHECKOUT, CLOSE_TICKET, SAVE, TRANSFER, WITHDRAW, month_of};
use crate::support::{Answer, Customer, Panel};

/// How many clients act at once.
pub(crate) const CROWD: usize = 64;

/// A request that is still to be sent: a POST, or a GET where there is no body.
pub(crate) struct Call {
    path: String,
    token: String,
    body: Value,
}

impl Call {
    pub(crate) fn post(path: &str, by: &Customer, body: Value) -> Self {
        let (path, token) = (path.to_owned(), by.token.clone());
        Self { path, token, body }
    }

    pub(crate) fn save(by: &Customer, plan: i64, coupon: Option<&str>) -> Self {
        Self::post(SAVE, by, month_of(plan, coupon))
    }

    pub(crate) fn check_out(by: &Customer, trade_no: &str) -> Self {
        Self::post(CHECKOUT, by, json!({"trade_no": trade_no, "method": 1}))
    }

    pub(crate) fn cancel(by: &Customer, trade_no: &str) -> Self {
        Self::post(CANCEL, by, json!({"trade_no": trade_no}))
    }

    pub(crate) fn transfer(by: &Customer, cents: i64) -> Self {
        Self::post(TRANSFER, by, json!({"transfer_amount": cents}))
    }

    pub(crate) fn withdraw(by: &Customer) -> Self {
        let body = json!({"withdraw_method": "USDT", "withdraw_account": "addr"});
        Self::post(WITHDRAW, by, body)
    }

    pub(crate) fn close(by: &Customer, ticket: i64) -> Self {
        Self::post(CLOSE_TICKET, by, json!({"id": ticket}))
    }

    pub(crate) fn notify(address: String) -> Self {
        Self {
            path: address,
            token: String::new(),
            body: Value::Null,
        }
    }
}

/// Sends all calls at once. The seed shuffles them and lets some wait up to three milliseconds, so
/// that every round is another race. The answers come in the order of the calls.
pub(crate) async fn storm(panel: &Panel, seed: u64, calls: Vec<Call>) -> Vec<Answer> {
    let random: &dyn Random = &SeededRandom::new(seed);
    let start = Arc::new(Barrier::new(calls.len()));
    let mut waiting: Vec<(usize, Call)> = calls.into_iter().enumerate().collect();
    let mut tasks = Vec::with_capacity(waiting.len());
    while let Ok(left) = u64::try_from(waiting.len())
        && left > 0
    {
        let (place, call) = waiting.swap_remove(usize::try_from(random.below(left)).unwrap());
        let url = panel.url(&call.path);
        let (client, start) = (panel.client(), start.clone());
        let pause = Duration::from_millis(random.below(4));
        tasks.push(tokio::spawn(async move {
            let request = match call.body {
                Value::Null => client.get(url),
                body => client.post(url).json(&body),
            };
            let request = match call.token.as_str() {
                "" => request,
                token => request.bearer_auth(token),
            };
            start.wait().await;
            tokio::time::sleep(pause).await;
            (place, Answer::of(request.send().await.unwrap()).await)
        }));
    }
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// How many answers have this status.
pub(crate) fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

/// Asserts that exactly so many succeeded and that all others were refused with 400.
pub(crate) fn assert_winners(answers: &[Answer], winners: usize) {
    let other = answers
        .iter()
        .find(|answer| ![200, 400].contains(&answer.status));
    assert!(other.is_none(), "{other:?}");
    assert_eq!(count(answers, 200), winners, "{:?}", answers.first());
}

/// Asserts that the gateway was told each time that all is well.
pub(crate) fn assert_acknowledged(answers: &[Answer]) {
    for answer in answers {
        assert_eq!((answer.status, answer.text.as_str()), (200, "success"));
    }
}
