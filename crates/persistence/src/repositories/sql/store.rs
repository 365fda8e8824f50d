//! The store and its transactions.

use async_trait::async_trait;
use diesel::ExpressionMethods as _;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{
    AsyncConnection, RunQueryDsl as _, SimpleAsyncConnection as _, TransactionManager,
};
use ferroboard_application::{AdminQueries, Queries, Store, Touched, UnitOfWork};
use ferroboard_billing::PlanChange;
use ferroboard_events::{EventSink, NewEvent};
use ferroboard_kernel::{
    LedgerAccount, LedgerEntry, Seconds, StoreError, UnixSeconds, UserId, Zone,
};

use super::super::super::{Conn, dialect};
use super::super::events::told;
use super::turns::{Turn, Turns};
use super::values::reported;
use crate::failure::{Failure, ROW_MISSING};
use crate::list_memory::ListMemory;
use crate::pool::{self, Pools, Room, checkout};
use crate::refund_column::RefundColumn;
use crate::schema::ferro_lock;

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// The database behind the pools of one backend.
pub(in super::super::super) struct SqlStore {
    pub(in super::super) pools: Pools<AsyncDieselConnectionManager<Conn>>,
    pub(in super::super) zone: Zone,
    pub(in super::super) refund: RefundColumn,
    /// What is remembered of lists of very many rows.
    pub(in super::super) lists: ListMemory,
}

impl SqlStore {
    /// A store whose `TIMESTAMP` columns hold wall-clock times of `zone`.
    pub(in super::super::super) fn new(
        pools: Pools<AsyncDieselConnectionManager<Conn>>,
        zone: Zone,
        refund: RefundColumn,
    ) -> Self {
        Self {
            pools,
            zone,
            refund,
            lists: ListMemory::default(),
        }
    }

    /// A connection for a query.
    pub(in super::super) async fn reader(&self) -> Result<Object<Conn>, StoreError> {
        checkout(&self.pools.readers).await
    }

    /// A connection for a single statement that changes something.
    pub(in super::super) async fn writer(&self) -> Result<Object<Conn>, StoreError> {
        checkout(&self.pools.writers).await
    }
}

impl Queries for SqlStore {
    fn admin(&self) -> Result<&dyn AdminQueries, StoreError> {
        Ok(self)
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let mut tx = SqlTx {
            connection: Some(self.writer().await?),
            over: false,
            zone: self.zone,
            turns: Turns::of(&self.pools.cluster),
            refund: self.refund,
            touched: Touched::default(),
            told: Vec::new(),
            entries: Vec::new(),
            plans: Vec::new(),
        };
        tx.begin().await?;
        Ok(Box::new(tx))
    }

    async fn begin_reading(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let mut tx = SqlTx {
            connection: Some(self.reader().await?),
            over: false,
            zone: self.zone,
            // What decides nothing takes no turn.
            turns: Turns::Alone,
            refund: self.refund,
            touched: Touched::default(),
            told: Vec::new(),
            entries: Vec::new(),
            plans: Vec::new(),
        };
        let begun = dialect::begin_reading(tx.open()?).await;
        tx.settle(begun)?;
        Ok(Box::new(tx))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let mut connection = self.reader().await?;
        // From a table: a node that is cut off from its cluster still answers what needs none.
        diesel::sql_query("SELECT 1 FROM ferro_migration WHERE version = 1")
            .execute(&mut *connection)
            .await
            .map_err(reported)?;
        drop(connection);
        match pool::room() {
            Room::Enough => Ok(()),
            Room::None => Err(StoreError::Full("a moment ago".to_owned())),
            Room::Doubtful => self.look_for_room().await,
        }
    }
}

impl SqlStore {
    /// Writes something small. The row has expired as soon as it is there.
    async fn look_for_room(&self) -> Result<(), StoreError> {
        let mut connection = self.writer().await?;
        let (window, long_ago) = (Seconds::new(0), UnixSeconds::new(0));
        let written = dialect::count_event(&mut connection, "room", 1, window, long_ago).await;
        written.map_err(reported)?;
        pool::note_room();
        Ok(())
    }
}

/// One open transaction. Dropped unfinished it takes its connection out of the pool, which closes it:
/// the locks end at once, and not when the pool looks at the connection again.
pub(in super::super::super) struct SqlTx {
    pub(in super::super) connection: Option<Object<Conn>>,
    /// Set while a call is under way, and for good once one failed or was dropped half-way.
    over: bool,
    pub(in super::super) zone: Zone,
    turns: Turns,
    pub(in super::super) refund: RefundColumn,
    /// Whom it changed in a way that nodes see.
    pub(in super::super) touched: Touched,
    /// What happened in it, which is written with its commit.
    pub(in super::super) told: Vec<NewEvent>,
    /// What it wrote into the ledger.
    pub(in super::super) entries: Vec<(LedgerAccount, LedgerEntry)>,
    /// The plans of users that it wrote.
    pub(in super::super) plans: Vec<PlanChange>,
}

impl SqlTx {
    /// Notes a user if something was written.
    pub(in super::super) fn touched_if(
        &mut self,
        written: Result<bool, StoreError>,
        user: UserId,
    ) -> Result<bool, StoreError> {
        if matches!(written, Ok(true)) {
            self.touched.users.insert(user);
        }
        written
    }

    /// Notes an entry of the ledger if it was written.
    pub(in super::super) fn entered_if(
        &mut self,
        written: Result<bool, StoreError>,
        account: LedgerAccount,
        entry: &LedgerEntry,
    ) -> Result<bool, StoreError> {
        if matches!(written, Ok(true)) {
            self.entries.push((account, entry.clone()));
        }
        written
    }

    /// Writes what was told.
    async fn write_told(&mut self) -> Result<(), StoreError> {
        let events = std::mem::take(&mut self.told);
        if events.is_empty() {
            return Ok(());
        }
        let written = told::write(self.open()?, &events).await;
        self.settle(written)
    }

    /// The connection, for one call, which ends with [`Self::settle`].
    pub(in super::super) fn open(&mut self) -> Result<&mut Conn, StoreError> {
        match &mut self.connection {
            Some(connection) if !self.over => {
                self.over = true;
                Ok(connection)
            }
            _ => Err(already_over()),
        }
    }

    /// Begins, and in a cluster leaves a mark: a server undoes a transaction whose rows another server
    /// has changed, and MariaDB may forget to say so when the next thing it is asked is to prepare a
    /// statement. What follows would then be no part of the transaction, and be committed by itself.
    async fn begin(&mut self) -> Result<(), StoreError> {
        let leaves_mark = self.turns.are_needed();
        let connection = self.open()?;
        let begun: Result<(), Failure> = async {
            if leaves_mark {
                connection.batch_execute("SET autocommit = 0").await?;
            }
            dialect::begin(connection).await?;
            if leaves_mark {
                connection.batch_execute("SAVEPOINT begun").await?;
            }
            Ok(())
        }
        .await;
        self.settle(begun)
    }

    /// Whether the mark of the beginning is still there.
    async fn is_whole(&mut self) -> Result<bool, StoreError> {
        if !self.turns.are_needed() {
            return Ok(true);
        }
        let released = self.open()?.batch_execute("RELEASE SAVEPOINT begun").await;
        self.over = released.is_err();
        Ok(released.is_ok())
    }

    /// Gives the connection back, as others expect it.
    async fn give_back(&mut self) {
        if self.turns.are_needed()
            && let Some(connection) = &mut self.connection
            && connection
                .batch_execute("SET autocommit = 1")
                .await
                .is_err()
        {
            // Dropped with this, it is closed.
            return;
        }
        drop(self.connection.take());
    }

    /// Whether a connection whose commit was refused has no transaction left. Where clusters refuse
    /// many, each would otherwise cost a connection.
    async fn is_closed(&mut self) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        connection.batch_execute("ROLLBACK").await.is_ok()
    }

    /// Ends a call: after a failure the transaction can only be rolled back.
    pub(in super::super) fn settle<T, E: Into<Failure>>(
        &mut self,
        outcome: Result<T, E>,
    ) -> Result<T, StoreError> {
        self.over = outcome.is_err();
        outcome.map_err(|error| match reported(error) {
            // A server that undoes the transaction of a cluster meanwhile may answer nothing at all.
            StoreError::Backend(text) if text == ROW_MISSING && self.turns.are_needed() => {
                StoreError::Conflict(text)
            }
            error => error,
        })
    }

    /// Takes the turn at a row. To be called before anything is read that the decision rests on: what
    /// another server commits later is then refused, or refuses this.
    pub(in super::super) async fn take_turn(
        &mut self,
        at: impl Into<Turn>,
    ) -> Result<(), StoreError> {
        let at = at.into();
        let Turns::Taken(taken) = &mut self.turns else {
            return Ok(());
        };
        if taken.contains(&at) {
            return Ok(());
        }
        taken.push(at.clone());
        self.lock_turn(at).await
    }

    /// Keeps others from changing or deleting a row until the transaction ends; they may hold it so as well.
    pub(in super::super) async fn hold_row(
        &mut self,
        table: &str,
        id: i64,
    ) -> Result<(), StoreError> {
        let Some(words) = dialect::HOLDS_ROW else {
            return Ok(());
        };
        let hold = format!("SELECT id FROM {table} WHERE id = {id} {words}");
        let held = diesel::sql_query(hold).execute(self.open()?).await;
        self.settle(held).map(drop)
    }

    /// Takes the turn wherever this runs: what is locked has no row, so the one that is counted on is
    /// the lock.
    pub(in super::super) async fn lock_turn(&mut self, at: Turn) -> Result<(), StoreError> {
        let counted: Result<(), Failure> = async {
            let first = diesel::insert_into(ferro_lock::table)
                .values((ferro_lock::name.eq(at.0), ferro_lock::turn.eq(1_i64)));
            on_duplicate!(first, ferro_lock::name)
                .do_update()
                .set(ferro_lock::turn.eq(ferro_lock::turn + 1_i64))
                .execute(self.open()?)
                .await?;
            Ok(())
        }
        .await;
        self.settle(counted)
    }
}

impl EventSink for SqlTx {
    fn tell(&mut self, event: NewEvent) {
        self.told.push(event);
    }
}

#[async_trait]
impl UnitOfWork for SqlTx {
    fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    fn touch(&mut self, users: &[UserId]) {
        self.touched.users.extend(users);
    }

    fn take_entries(&mut self) -> Vec<(LedgerAccount, LedgerEntry)> {
        std::mem::take(&mut self.entries)
    }

    fn take_plan_changes(&mut self) -> Vec<PlanChange> {
        std::mem::take(&mut self.plans)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        if !self.over
            && let Err(error) = self.write_told().await
        {
            self.rollback().await?;
            return Err(error);
        }
        if self.over {
            self.rollback().await?;
            return Err(already_over());
        }
        if !self.is_whole().await? {
            return Err(undone());
        }
        let committed = Transactions::commit_transaction(self.open()?).await;
        let committed = self.settle(committed);
        if committed.is_ok() || is_undone(&committed) && self.is_closed().await {
            self.give_back().await;
        }
        committed
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), StoreError> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        self.over = true;
        let connection: &mut Conn = connection;
        Transactions::rollback_transaction(connection)
            .await
            .map_err(reported)?;
        self.give_back().await;
        Ok(())
    }
}

impl Drop for SqlTx {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

/// Whether the server has undone the transaction that was to be committed.
fn is_undone(committed: &Result<(), StoreError>) -> bool {
    matches!(committed, Err(StoreError::Conflict(_)))
}

fn undone() -> StoreError {
    StoreError::Conflict("the server had undone the transaction without a word".to_owned())
}

fn already_over() -> StoreError {
    StoreError::Backend("the transaction had already failed".to_owned())
}
