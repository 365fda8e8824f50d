//! Requests that are sent once each, over so many connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A request: a POST, or a GET where there is no body.
pub(crate) struct Request {
    path: String,
    token: String,
    body: Value,
}

impl Request {
    pub(crate) fn post(path: &str, token: &str, body: Value) -> Self {
        let (path, token) = (path.to_owned(), token.to_owned());
        Self { path, token, body }
    }

    /// Its answer; one that is not 200 ends the measurement.
    async fn send(&self, client: &reqwest::Client, root: &str) -> String {
        let url = format!("{root}{}", self.path);
        let request = match &self.body {
            Value::Null => client.get(url),
            body => client.post(url).json(body),
        };
        let request = match self.token.as_str() {
            "" => request,
            token => request.bearer_auth(token),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{}: {text}", self.path);
        text
    }
}

/// The answers in the order of their requests, and how long they took.
pub(crate) struct Measured {
    pub(crate) answers: Vec<String>,
    /// The shortest first.
    pub(crate) times: Vec<Duration>,
    pub(crate) elapsed: Duration,
}

impl Measured {
    pub(crate) fn say(&self, step: &str) {
        let count = self.answers.len();
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap().max(1);
        let rate = u64::try_from(count).unwrap() * 1_000 / millis;
        let below = |percent: usize| self.times[(count - 1) * percent / 100].as_micros();
        let (half, most) = (below(50), below(99));
        println!("{step:<18}{count:>8}{rate:>12}{half:>12}{most:>12}");
    }

    /// `data` of each answer.
    pub(crate) fn data(&self) -> Vec<Value> {
        let body = |text: &String| serde_json::from_str::<Value>(text).unwrap()["data"].take();
        self.answers.iter().map(body).collect()
    }
}

/// Sends every request once over so many connections, each of which sends the next one as soon as
/// it has an answer.
pub(crate) async fn measure(root: &str, connections: usize, requests: Vec<Request>) -> Measured {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut tasks = Vec::with_capacity(connections);
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        let root = root.to_owned();
        // A client of its own, and so a connection of its own.
        let client = reqwest::Client::new();
        tasks.push(tokio::spawn(async move {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(place) else {
                    return done;
                };
                let sent = Instant::now();
                let text = request.send(&client, &root).await;
                done.push((place, text, sent.elapsed()));
            }
        }));
    }
    let mut done = Vec::with_capacity(requests.len());
    for task in tasks {
        done.extend(task.await.unwrap());
    }
    let elapsed = started.elapsed();
    done.sort_by_key(|(place, ..)| *place);
    let mut times: Vec<Duration> = done.iter().map(|(.., time)| *time).collect();
    times.sort();
    let answers = done.into_iter().map(|(_, text, _)| text).collect();
    Measured {
        answers,
        times,
        elapsed,
    }
}
