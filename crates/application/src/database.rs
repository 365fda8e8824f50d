//! The database, whose transactions end with what must follow them.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ferroboard_billing::PlanChange;
use ferroboard_events::NewEvent;
use ferroboard_kernel::{Clock, StoreError, UnixSeconds};

use crate::accounts::user_changes::announce;
use crate::snapshot::Changes;
use crate::transaction::Ending;
use crate::{Error, Queries, SiteReader, Store, UnitOfWork};

/// The database as use cases know it. What they read they ask of its [`Queries`], which is all that it lends
/// of the store: a transaction is begun here, and committed with the news of whom it changed.
pub(crate) struct Database {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    site: Arc<SiteReader>,
    /// Transactions that changed users.
    of_users: AtomicU64,
    /// Transactions of administrators.
    of_administrators: AtomicU64,
}

impl Database {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        site: Arc<SiteReader>,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            site,
            of_users: AtomicU64::default(),
            of_administrators: AtomicU64::default(),
        })
    }

    /// How many transactions this process has ended in which an administrator may have changed something. It is
    /// counted before who asked for the change hears of its end.
    pub(crate) fn administered(&self) -> Changes {
        self.of_administrators.load(Ordering::SeqCst)
    }

    /// The same of these and of those that changed users otherwise than by what they transferred.
    pub(crate) fn users_changed(&self) -> Changes {
        self.administered()
            .wrapping_add(self.of_users.load(Ordering::SeqCst))
    }

    /// The database for those who only read.
    pub(crate) fn queries(&self) -> Arc<dyn Queries> {
        self.store.clone()
    }

    /// The time.
    pub(crate) fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// Opens a transaction; see [`Store::begin`].
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            tx: self.store.begin().await?,
            database: Arc::clone(self),
            is_administration: false,
        })
    }

    /// The same for an administrator.
    pub(crate) async fn begin_administration(self: &Arc<Self>) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            is_administration: true,
            ..self.begin().await?
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
    is_administration: bool,
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
        let has_changed = match announce(self.tx.as_mut(), &plugins, now).await {
            Ok(has_changed) => has_changed,
            Err(error) => {
                self.rollback().await;
                return Err(error);
            }
        };
        for (account, entry) in self.tx.take_entries() {
            self.tx.tell(NewEvent::about_money(account, &entry));
        }
        for change in PlanChange::net(&self.tx.take_plan_changes()) {
            let plans = [change.from, change.to];
            let (user, ends) = (change.user, change.expired_at);
            self.tx
                .tell(NewEvent::about_plan_change(user, plans, ends, now));
        }
        let committed = self.tx.commit().await;
        // Whatever came of it: a commit that failed may have taken place.
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::SeqCst);
        if self.is_administration {
            count(&self.database.of_administrators);
        } else if has_changed {
            count(&self.database.of_users);
        }
        Ok(committed?)
    }

    async fn rollback(self) {
        Ending::rollback(self.tx).await;
    }
}
