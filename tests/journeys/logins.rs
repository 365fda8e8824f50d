//! Logins while others try passwords.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ferroboard_testing::databases::{Backend, Database};
use serde_json::json;

use crate::LOGIN;
use crate::support::{Answer, PASSWORD, Panel};

/// Where the owner lives, and where nobody has logged in from.
const HOME: &str = "192.0.2.7";

async fn login(panel: &Panel, ip: &str, email: &str, password: &str) -> Answer {
    let request = panel.client().post(panel.url(LOGIN));
    let request = request
        .header("X-Forwarded-For", ip)
        .header("Content-Language", "en-US")
        .json(&json!({"email": email, "password": password}));
    Answer::of(request.send().await.unwrap()).await
}

/// Registers an account whose session is opened from home.
async fn an_owner(panel: &Panel) -> &'static str {
    let email = "owner@demo.test";
    let request = panel.client().post(panel.url(crate::REGISTER));
    let request = request
        .header("X-Forwarded-For", HOME)
        .json(&json!({"email": email, "password": PASSWORD}));
    assert_eq!(request.send().await.unwrap().status(), 200);
    email
}

/// Sixty networks try wrong passwords without a pause, each try for another account.
struct Wave {
    is_over: Arc<AtomicBool>,
    tried: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
    networks: Vec<tokio::task::JoinHandle<()>>,
}

impl Wave {
    const NETWORKS: usize = 60;

    fn begin(panel: &Arc<Panel>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let [tried, answered] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let networks = (0..Self::NETWORKS).map(|network| {
            let (panel, is_over) = (Arc::clone(panel), Arc::clone(&is_over));
            let (tried, answered) = (Arc::clone(&tried), Arc::clone(&answered));
            tokio::spawn(async move {
                let ip = format!("198.51.100.{network}");
                while !is_over.load(Ordering::Relaxed) {
                    let number = tried.fetch_add(1, Ordering::Relaxed);
                    let email = format!("victim{number}@demo.test");
                    let answer = login(&panel, &ip, &email, "not the password").await;
                    // Who waits for too long is told to come again.
                    assert!([400, 503].contains(&answer.status), "{answer:?}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        let networks = networks.collect();
        Self {
            is_over,
            tried,
            answered,
            networks,
        }
    }

    /// Until every network waits for an answer, and some for their second one.
    async fn is_high(&self) {
        while self.tried.load(Ordering::Relaxed) < Self::NETWORKS + 10 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many tries of the wave are answered while this login is: its turn, whatever the machine's speed.
    async fn answered_during(&self, login: impl Future<Output = Answer>) -> (Answer, usize) {
        let before = self.answered.load(Ordering::Relaxed);
        let answer = login.await;
        let after = self.answered.load(Ordering::Relaxed);
        (answer, after - before)
    }

    async fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        for network in self.networks {
            network.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wave_of_wrong_passwords_does_not_delay_a_known_client() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let settings = [("FERROBOARD__HASHING__COST", "10")];
    let panel = Arc::new(Panel::start_with(&database, &settings).await);
    let email = an_owner(&panel).await;
    let wave = Wave::begin(&panel);
    wave.is_high().await;
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for number in 0..3 {
        let known = login(&panel, HOME, email, PASSWORD);
        let (answer, turns) = wave.answered_during(known).await;
        assert_eq!(answer.status, 200);
        own.push(turns);
        let ip = format!("203.0.113.{number}");
        let stranger = format!("stranger{number}@demo.test");
        let stranger = login(&panel, &ip, &stranger, "not the password");
        let (answer, turns) = wave.answered_during(stranger).await;
        assert!([400, 503].contains(&answer.status), "{answer:?}");
        others.push(turns);
    }
    wave.end().await;
    own.sort_unstable();
    others.sort_unstable();
    assert!(own[1] * 3 < others[1], "{own:?} {others:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_503_for_the_wave_and_not_for_a_known_client() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let settings = [
        ("FERROBOARD__HASHING__COST", "10"),
        ("FERROBOARD__HASHING__THREADS", "1"),
        ("FERROBOARD__HASHING__QUEUE", "4"),
    ];
    let panel = Panel::start_with(&database, &settings).await;
    let email = an_owner(&panel).await;
    let flood = (0..40).map(|number| {
        let victim = format!("victim{number}@demo.test");
        let panel = &panel;
        async move { login(panel, "198.51.100.1", &victim, "not the password").await }
    });
    let owner = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        login(&panel, HOME, email, PASSWORD).await
    };
    let (answers, owner) =
        futures_util::future::join(futures_util::future::join_all(flood), owner).await;
    assert_eq!(owner.status, 200, "{}", owner.text);
    let (full, judged): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 503);
    assert!(full.len() >= 10, "{} of 40", full.len());
    for answer in full {
        answer.assert_refused(503);
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
        assert_eq!(
            answer.body()["message"],
            "Too many people are logging in, please try again shortly"
        );
    }
    for answer in judged {
        answer.assert_refused(400);
    }
}
