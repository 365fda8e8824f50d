use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{AccountView, AdminQueries, Store, UnitOfWork};
use ferroboard_auth::testing::an_account;
use ferroboard_kernel::{StoreError, UserId};
use tokio::sync::Barrier;

use super::{Seed, T0};
use crate::MemoryStore;

/// An empty store, and a way to put rows into it that no port inserts.
#[derive(Clone)]
pub struct FreshStore {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its database, past the ports.
    pub seed: Arc<dyn Seed>,
}

impl FreshStore {
    /// The store in memory.
    pub fn memory() -> Self {
        let store = MemoryStore::default();
        Self {
            store: Arc::new(store.clone()),
            seed: Arc::new(store),
        }
    }

    /// Opens a transaction.
    pub async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.store.begin().await.unwrap()
    }

    /// What administrators read.
    pub(super) fn admin(&self) -> &dyn AdminQueries {
        self.store.admin().unwrap()
    }

    /// An account with this address, committed.
    pub(super) async fn user(&self, email: &str) -> UserId {
        let mut tx = self.begin().await;
        let id = tx.insert_account(&an_account(email, T0)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(super) async fn view(&self, user: UserId) -> AccountView {
        self.store.find_account_view(user).await.unwrap().unwrap()
    }

    /// Lets `runners` transactions act at the same moment and collects what they say. An action
    /// that meets a conflict is begun anew, as use cases do.
    pub(super) async fn race<T, F, Fut>(&self, runners: usize, act: F) -> Vec<T>
    where
        T: Send + 'static,
        F: Fn(usize, Box<dyn UnitOfWork>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        let (act, start) = (Arc::new(act), Arc::new(Barrier::new(runners)));
        let tasks: Vec<_> = (0..runners)
            .map(|runner| {
                let (store, act, start) = (self.store.clone(), act.clone(), start.clone());
                tokio::spawn(async move {
                    start.wait().await;
                    attempt(store.as_ref(), |tx| act(runner, tx)).await
                })
            })
            .collect();
        let mut said = Vec::with_capacity(runners);
        for task in tasks {
            said.push(task.await.unwrap());
        }
        said
    }
}

async fn attempt<T, Fut>(store: &dyn Store, act: impl Fn(Box<dyn UnitOfWork>) -> Fut) -> T
where
    Fut: Future<Output = Result<T, StoreError>>,
{
    for pause in (1..=40).map(|tries| Duration::from_millis(5 * tries)) {
        let outcome = match store.begin().await {
            Ok(tx) => act(tx).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(said) => return said,
            Err(StoreError::Conflict(_)) => tokio::time::sleep(pause).await,
            Err(error) => panic!("the store failed in a race: {error}"),
        }
    }
    panic!("conflicts without end");
}
