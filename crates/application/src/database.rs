//! The database, whose transactions end with what must follow them.

use std::ops::Deref;
use std::sync::Arc;

use ferroboard_kernel::{Clock, StoreError};

use crate::accounts::user_changes::announce;
use crate::transaction::Ending;
use crate::{Error, Queries, SiteReader, Store, UnitOfWork};

/// The database as use cases know it. What they read they ask of its [`Queries`], which is all that it lends
/// of the store: a transaction is begun here, and committed with the news of whom it changed.
pub(crate) struct Database {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    site: Arc<SiteReader>,
}

impl Database {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        site: Arc<SiteReader>,
    ) -> Arc<Self> {
        Arc::new(Self { store, clock, site })
    }

    /// The database for those who only read.
    pub(crate) fn queries(&self) -> Arc<dyn Queries> {
        self.store.clone()
    }

    /// Opens a transaction; see [`Store::begin`].
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            tx: self.store.begin().await?,
            database: Arc::clone(self),
        })
    }

    /// Opens a transaction that only reads; see [`Store::begin_reading`].
    pub(crate) async fn begin_reading(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.store.begin_reading().await
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }
}

impl Deref for Database {
    type Target = dyn Queries;

    fn deref(&self) -> &Self::Target {
        self.store.as_ref()
    }
}

/// An open transaction.
pub(crate) struct Transaction {
    tx: Box<dyn UnitOfWork>,
    database: Arc<Database>,
}

impl Transaction {
    /// What can be done in it.
    pub(crate) fn as_mut(&mut self) -> &mut dyn UnitOfWork {
        self.tx.as_mut()
    }
}

impl Ending for Transaction {
    async fn commit(mut self) -> Result<(), Error> {
        let plugins = self.database.site.plugins();
        let now = self.database.clock.now();
        if let Err(error) = announce(self.tx.as_mut(), &plugins, now).await {
            self.rollback().await;
            return Err(error);
        }
        Ok(self.tx.commit().await?)
    }

    async fn rollback(self) {
        Ending::rollback(self.tx).await;
    }
}
