//! What a store promises on a cluster: that of many who decide at once one does, at whichever node.
#![cfg(feature = "mysql")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{Application, Error, Job, JobOutcome, Options, Store};
use ferroboard_auth::testing::an_account;
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds, Zone};
use ferroboard_persistence::{ConnectOptions, connect, migrate};
use ferroboard_testing::Fakes;
use ferroboard_testing::databases::{Backend, Database, Sql};
use tokio::sync::{Barrier, Mutex};

const T0: UnixSeconds = UnixSeconds::new(1_735_660_800);
/// How many act at once.
const CROWD: usize = 64;

/// One story has a node refuse everything, which the others must not meet.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A migrated database, and a store at each node of its cluster.
async fn fresh() -> Option<(Database, Vec<Arc<dyn Store>>)> {
    let database = Database::fresh_on_a_cluster().await?;
    let options = |url: &str| ConnectOptions {
        url: url.to_owned(),
        max_connections: 24,
        zone: Zone::default(),
    };
    migrate(&options(database.url()), T0).await.unwrap();
    let mut stores = vec![connect(&options(database.url())).await.unwrap()];
    for peer in database.peers() {
        stores.push(connect(&options(peer)).await.unwrap());
    }
    Some((database, stores))
}

/// Lets everybody act at one moment, each at the next node.
async fn crowd<T, F, Fut>(stores: &[Arc<dyn Store>], act: F) -> Vec<T>
where
    T: Send + 'static,
    F: Fn(usize, Arc<dyn Store>) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(CROWD));
    let mut tasks = Vec::with_capacity(CROWD);
    for number in 0..CROWD {
        let acting = act(number, stores[number % stores.len()].clone());
        let start = start.clone();
        tasks.push(tokio::spawn(async move {
            start.wait().await;
            acting.await
        }));
    }
    let mut said = Vec::with_capacity(CROWD);
    for task in tasks {
        said.push(task.await.unwrap());
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_processes_one_runs_a_job() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some((database, stores)) = fresh().await else {
        return;
    };
    let mut applications = Vec::with_capacity(CROWD);
    for number in 0..CROWD {
        let mut ports = Fakes::default().ports();
        ports.store = stores[number % stores.len()].clone();
        let options = Options::new(format!("process-{number}"));
        applications.push(Arc::new(Application::new(ports, options).await.unwrap()));
    }
    for job in [Job::CleanupExpired, Job::CleanupSessions, Job::CleanupMail] {
        let said = crowd(&stores, |number, _| {
            let application = applications[number].clone();
            async move { application.jobs.run_if_due(job).await }
        })
        .await;
        let failed: Vec<&Error> = said.iter().filter_map(|said| said.as_ref().err()).collect();
        assert!(failed.is_empty(), "{failed:?}");
        let ran = said
            .iter()
            .filter(|said| matches!(said, Ok(JobOutcome::Done(_))));
        assert_eq!(ran.count(), 1, "{}", job.name());
        println!("{}: of {CROWD} processes 1 ran it", job.name());
    }
    let since_then = "SELECT COUNT(*) FROM ferro_job WHERE last_started_at IS NOT NULL \
                      AND ABS(last_started_at - UNIX_TIMESTAMP()) < 60 AND holder IS NULL";
    assert_eq!(database.sql().integer(since_then).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_changes_nothing_keeps_others_out() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some((database, stores)) = fresh().await else {
        return;
    };
    let plan = "INSERT INTO v2_plan (id, group_id, transfer_enable, name, sell, `show`, renew, \
                capacity_limit, created_at, updated_at) VALUES (1, 1, 1, 'Plan', 1, 1, 1, 1, 1, 1)";
    database.sql().execute(plan).await;
    // Each takes a place where there is one, as an order does: behind the lock, in rows of its own.
    let take = |number: usize, store: Arc<dyn Store>| async move {
        loop {
            let taken = async {
                let mut tx = store.begin().await?;
                tx.lock_plan(PlanId::new(1)).await?;
                if tx
                    .find_account_by_email(&an_account("taken@demo.test", T0).email)
                    .await?
                    .is_some()
                {
                    tx.rollback().await?;
                    return Ok(false);
                }
                // What others insert has another address: no unique index keeps them apart.
                let other = an_account(&format!("taken+{number}@demo.test"), T0);
                let is_free = tx.count_admins().await? == 0;
                let admin = ferroboard_auth::NewAccount {
                    is_admin: true,
                    ..other
                };
                if is_free {
                    tx.insert_account(&admin).await?;
                }
                tx.commit().await?;
                Ok::<bool, StoreError>(is_free)
            };
            match taken.await {
                Ok(taken) => return taken,
                Err(StoreError::Conflict(_)) => tokio::time::sleep(Duration::from_millis(7)).await,
                Err(error) => panic!("{error}"),
            }
        }
    };
    let said = crowd(&stores, take).await;
    assert_eq!(said.iter().filter(|taken| **taken).count(), 1);
    let taken = "SELECT COUNT(*) FROM v2_user WHERE is_admin = 1";
    assert_eq!(database.sql().integer(taken).await, 1);
    let turns = "SELECT turn FROM ferro_lock WHERE name = 'plan:1'";
    let turns = database.sql().integer(turns).await;
    assert!(turns >= i64::try_from(CROWD).unwrap(), "{turns} turns");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_commits_the_next_one_reads() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some((_database, stores)) = fresh().await else {
        return;
    };
    for number in 0..100 {
        let account = an_account(&format!("user{number}@demo.test"), T0);
        let mut tx = stores[number % 3].begin().await.unwrap();
        let id = tx.insert_account(&account).await.unwrap();
        tx.commit().await.unwrap();
        let next = &stores[(number + 1) % 3];
        assert!(
            next.find_account_view(id).await.unwrap().is_some(),
            "{number}"
        );
        let mut tx = stores[(number + 2) % 3].begin().await.unwrap();
        let found = tx.find_account_by_email(&account.email).await.unwrap();
        assert!(found.is_some(), "{number}");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_not_ready_is_unavailable() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some((database, stores)) = fresh().await else {
        return;
    };
    // A node that is cut off says the same. It takes no new connection then, but settings.
    let last = Sql::new(Backend::Mysql, &database.peers()[1]);
    let cut_off = "SET GLOBAL wsrep_reject_queries = ALL; SET @rest = SLEEP(4); \
                   SET GLOBAL wsrep_reject_queries = NONE";
    let outage = tokio::spawn(async move { last.execute(cut_off).await });
    let mut pinged = Ok(());
    for _ in 0..100 {
        pinged = stores[2].ping().await;
        if pinged.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let begun = match stores[2].begin().await {
        Ok(mut tx) => tx.count_admins().await.map(drop),
        Err(error) => Err(error),
    };
    outage.await.unwrap();
    assert!(
        matches!(&pinged, Err(StoreError::Unavailable(_))),
        "{pinged:?}"
    );
    assert!(
        matches!(&begun, Err(StoreError::Unavailable(_))),
        "{begun:?}"
    );
    assert_eq!(stores[2].ping().await, Ok(()));
}
