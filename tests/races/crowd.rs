//! Many clients at one moment.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Barrier;

use crate::support::{Answer, Panel};

/// How many clients act at once.
pub(crate) const CROWD: usize = 64;

/// Sends `CROWD` requests of one session at one moment; `request` makes the path and body of each.
pub(crate) async fn crowd(
    panel: &Panel,
    token: &str,
    request: impl Fn(usize) -> (String, Value),
) -> Vec<Answer> {
    crowd_of(panel, |_| token.to_owned(), request).await
}

/// The same with a session for each; an empty one is none.
pub(crate) async fn crowd_of(
    panel: &Panel,
    session: impl Fn(usize) -> String,
    request: impl Fn(usize) -> (String, Value),
) -> Vec<Answer> {
    let start = Arc::new(Barrier::new(CROWD));
    let mut tasks = Vec::with_capacity(CROWD);
    for number in 0..CROWD {
        let (path, body) = request(number);
        let url = panel.url(&path);
        let (client, start, token) = (panel.client(), start.clone(), session(number));
        tasks.push(tokio::spawn(async move {
            let request = if body.is_null() {
                client.get(url)
            } else {
                client.post(url).json(&body)
            };
            let request = if token.is_empty() {
                request
            } else {
                request.bearer_auth(token)
            };
            start.wait().await;
            Answer::of(request.send().await.unwrap()).await
        }));
    }
    let mut answers = Vec::with_capacity(CROWD);
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// How many answers have this status.
pub(crate) fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

/// Asserts how many answers there are of each status, and that there are no others.
pub(crate) fn assert_statuses(answers: &[Answer], expected: &[(u16, usize)]) {
    let others = answers
        .iter()
        .find(|answer| expected.iter().all(|(status, _)| answer.status != *status));
    assert!(others.is_none(), "{others:?}");
    for (status, times) in expected {
        assert_eq!(
            count(answers, *status),
            *times,
            "answers with status {status}"
        );
    }
}

pub(crate) fn post(path: &str, body: Value) -> (String, Value) {
    (path.to_owned(), body)
}
