//! The doors to the database: a transaction for every change, queries for every screen.

use async_trait::async_trait;
use ferroboard_attempts::AttemptsTx;
use ferroboard_audit::AuditTx;
use ferroboard_auth::AuthTx;
use ferroboard_billing::{BillingTx, LedgerRepository, PlanChange, ReminderRepository};
use ferroboard_events::{EventSink, EventsTx};
use ferroboard_giftcard::GiftCardTx;
use ferroboard_invite::InviteTx;
use ferroboard_kernel::{LedgerAccount, LedgerEntry, StoreError, UserId};
use ferroboard_knowledge::KnowledgeTx;
use ferroboard_mail::MailTx;
use ferroboard_nodes::NodesTx;
use ferroboard_realname::RealNameTx;
use ferroboard_shadow_account::ShadowTx;
use ferroboard_site::SiteTx;
use ferroboard_statistics::StatisticsTx;
use ferroboard_telegram::TelegramTx;
use ferroboard_tickets::TicketTx;

use crate::accounts::queries::{
    AccountQueries, SessionQueries, Touched, UserChangeQueries, UserChangeRepository,
};
use crate::administration::console::repository::SavedViewRepository;
use crate::administration::demo::obstacle::DemoRepository;
use crate::administration::mail::queries::MailTextQueries;
use crate::administration::queries::{AdminQueries, SecretRepository, SettingQueries};
use crate::administration::users::repository::ManagedUserRepository;
use crate::administration::users::tasks::UserTaskRepository;
use crate::billing::queries::{
    CouponQueries, GiftCardQueries, OrderQueries, PaymentQueries, PlanQueries, ReceiptQueries,
    RenewalQueries, StatementQueries, SubscriptionQueries,
};
use crate::invite::queries::InviteQueries;
use crate::jobs::operations::OperationRepository;
use crate::jobs::queries::{JobRepository, UpkeepRepository};
use crate::nodes::device_queries::DeviceQueries;
use crate::nodes::queries::{NodeQueries, TrafficQueries};
use crate::real_names::queries::RealNameQueries;
use crate::shadows::queries::ShadowQueries;
use crate::support::queries::{KnowledgeQueries, TelegramQueries, TicketQueries};

/// One open transaction: everything every domain may do inside it.
///
/// Dropped unfinished (cancelled, panicked) it is rolled back. After any [`StoreError`] it is over:
/// it can only be rolled back.
#[async_trait]
pub trait UnitOfWork:
    AttemptsTx
    + AuditTx
    + AuthTx
    + BillingTx
    + EventSink
    + EventsTx
    + GiftCardTx
    + InviteTx
    + KnowledgeTx
    + LedgerRepository
    + MailTx
    + NodesTx
    + RealNameTx
    + ReminderRepository
    + ShadowTx
    + SiteTx
    + StatisticsTx
    + TicketTx
    + PanelTx
    + TelegramTx
{
    /// Whom the transaction has changed since this was last asked. Every repository MUST note whom it
    /// changes in a way that nodes see.
    fn take_touched(&mut self) -> Touched;

    /// Notes users as changed whose rows another program wrote.
    fn touch(&mut self, users: &[UserId]);

    /// The entries that the transaction has written into the ledger since this was last asked. Every repository
    /// MUST note the entries that it writes for a change of money.
    fn take_entries(&mut self) -> Vec<(LedgerAccount, LedgerEntry)>;

    /// The plans of users that the transaction has written since this was last asked, in the order in which it did.
    /// Every repository MUST note a plan that it gives an account or takes from one, but for accounts that it makes
    /// and for second accounts, which follow their main ones.
    fn take_plan_changes(&mut self) -> Vec<PlanChange>;

    /// Makes all changes durable, with the events that were told. An error means that none, or (when the connection broke at this
    /// moment) an unknown all-or-nothing, was made.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Undoes all changes.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// All that is read without a transaction.
pub trait Queries:
    SessionQueries
    + AccountQueries
    + PlanQueries
    + OrderQueries
    + PaymentQueries
    + CouponQueries
    + GiftCardQueries
    + InviteQueries
    + KnowledgeQueries
    + MailTextQueries
    + NodeQueries
    + RealNameQueries
    + ReceiptQueries
    + RenewalQueries
    + DeviceQueries
    + ShadowQueries
    + SettingQueries
    + StatementQueries
    + TicketQueries
    + TelegramQueries
    + TrafficQueries
    + SubscriptionQueries
    + UserChangeQueries
    + Send
    + Sync
{
    /// What administrators read. A store in which only commands are tested has nothing of it.
    fn admin(&self) -> Result<&dyn AdminQueries, StoreError> {
        let reason = "this store reads nothing for administrators";
        Err(StoreError::Backend(reason.to_owned()))
    }
}

/// The database.
#[async_trait]
pub trait Store: Queries {
    /// Opens a transaction. MUST NOT be called while the caller holds another one: SQLite and the
    /// in-memory store have one writer.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;

    /// Opens a transaction that only reads: it waits for no writer, and can only be rolled back.
    async fn begin_reading(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;

    /// Whether the database answers.
    async fn ping(&self) -> Result<(), StoreError>;
}

ferroboard_kernel::together! {
    /// What belongs to the panel itself and to no domain.
    pub trait PanelTx:
        SecretRepository
        + JobRepository
        + OperationRepository
        + DemoRepository
        + ManagedUserRepository
        + SavedViewRepository
        + UpkeepRepository
        + UserChangeRepository
        + UserTaskRepository
}
