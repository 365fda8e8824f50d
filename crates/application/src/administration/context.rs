//! What use cases of administrators work with.

use std::ops::Deref;
use std::sync::Arc;

use ferroboard_auth::{AuthService, ClientInfo, NewSession};
use ferroboard_billing::{LockedRefund, RefundResult};
use ferroboard_kernel::{PaymentId, RefundId, TradeNo, UnixSeconds, UserId};

use crate::billing::refunding::RefundReport;
use crate::context::Context;
use crate::process::Core;
use crate::{Error, Queries, UnitOfWork};

/// The context of those who may only read: they write through a [`Change`](crate::Change), which ends
/// with its record. There is no way to the store of [`Core`] from here.
pub(crate) struct AdminContext {
    context: Context<dyn Queries>,
    core: Arc<Core>,
}

impl AdminContext {
    pub(crate) fn of(core: &Arc<Core>) -> Self {
        Self {
            context: core.context.with_store(core.ports.store.queries()),
            core: Arc::clone(core),
        }
    }

    /// To be called when a change that queued mail has committed.
    pub(crate) fn mail_is_queued(&self) {
        self.core.mail_queued.notify_one();
    }

    /// To be called when a change of nodes, rules or machines has committed: agents that are connected to
    /// this process hear of it at the next look. Other processes read again within a second.
    pub(crate) fn nodes_changed(&self) {
        self.core.nodes.directory.forget();
    }

    /// The rules of accounts.
    pub(crate) fn auth(&self) -> AuthService {
        self.core.auth
    }

    /// Draws a session and signs its token.
    pub(crate) fn new_session(&self, user: UserId, client: &ClientInfo) -> (String, NewSession) {
        self.core.new_session(user, client)
    }

    /// Gives the user's shadow another identity, in the transaction that gives the user one.
    pub(crate) async fn shadow_rotates(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
    ) -> Result<(), Error> {
        self.core.shadow_rotates(tx, user).await
    }

    /// Does what follows a password that the user got in this transaction.
    pub(crate) async fn follow_password(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
    ) -> Result<(), Error> {
        self.core.follow_password(tx, user).await
    }

    /// Asks the gateway for a refund that was just requested.
    pub(crate) async fn ask_for_refund(
        &self,
        refund: RefundId,
    ) -> Result<Option<RefundReport>, Error> {
        self.core.ask_for_refund(refund).await
    }

    /// Refuses a refund by a gateway that gives no money back.
    pub(crate) async fn may_refund(
        &self,
        tx: &mut dyn UnitOfWork,
        locked: &LockedRefund,
    ) -> Result<(), Error> {
        self.core.may_refund(tx, locked).await
    }

    /// Ends a refund that needs no gateway, in the transaction that requests it.
    pub(crate) async fn pay_refund(
        &self,
        tx: &mut dyn UnitOfWork,
        locked: &LockedRefund,
    ) -> Result<RefundResult, Error> {
        self.core
            .pay_refund(tx, locked, RefundResult::default())
            .await
    }

    /// Tells that a payment under review has paid an order in this transaction.
    pub(crate) async fn tell_received(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
        payment: PaymentId,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        self.core.tell_received(tx, trade_no, payment, now).await
    }

    /// Issues the receipt of an order that was paid by hand in this transaction.
    pub(crate) async fn issue_receipt(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
    ) -> Result<(), Error> {
        self.core.issue_receipt(tx, trade_no, None).await
    }

    /// Opens an order whose payment was received.
    pub(crate) async fn open_order(&self, trade_no: &TradeNo) -> Result<(), Error> {
        self.core.open_order(trade_no).await.map(drop)
    }

    /// Brings every shadow into step with new settings, beside the request that saved them.
    pub(crate) fn shadows_follow_settings(&self) {
        self.core.shadows_follow_settings();
    }
}

impl Deref for AdminContext {
    type Target = Context<dyn Queries>;

    fn deref(&self) -> &Self::Target {
        &self.context
    }
}
