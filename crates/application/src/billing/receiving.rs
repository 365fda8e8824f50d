//! Taking payments for what they pay.

use ferroboard_billing::{OrderService, PaidNotice, Receipt, ReceivedPayment};
use ferroboard_kernel::{NoticeId, PaymentId};

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork, policies};

impl Core {
    /// Receives a payment. Its order stays to be opened.
    pub(crate) async fn receive_payment(
        &self,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<Receipt, Error> {
        transact!(self.ports.store, |tx| {
            let receipt = self.receive_within(tx, payment, notice, paid).await?;
            self.issue_if_paid(tx, receipt, payment, paid).await?;
            receipt
        })
    }

    /// Receives a payment and opens its order with the same commit; whether it was opened. Where that fails,
    /// nothing is received. An order that takes commission back is not opened here: others are locked for
    /// that, before the order.
    pub(crate) async fn receive_and_open(
        &self,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<(Receipt, bool), Error> {
        transact!(self.ports.store, |tx| {
            let receipt = self.receive_within(tx, payment, notice, paid).await?;
            let is_open = receipt == Receipt::Paid && self.open_alone(tx, &paid.trade_no).await?;
            self.issue_if_paid(tx, receipt, payment, paid).await?;
            (receipt, is_open)
        })
    }

    /// Issues the receipt of an order that this payment has paid.
    async fn issue_if_paid(
        &self,
        tx: &mut dyn UnitOfWork,
        receipt: Receipt,
        payment: PaymentId,
        paid: &PaidNotice,
    ) -> Result<(), Error> {
        if receipt == Receipt::Paid {
            self.issue_receipt(tx, &paid.trade_no, Some(payment))
                .await?;
        }
        Ok(())
    }

    async fn receive_within(
        &self,
        tx: &mut dyn UnitOfWork,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<Receipt, Error> {
        let now = self.ports.clock.now();
        let policy = policies::billing(&self.site.current(), self.options.zone);
        let received = ReceivedPayment {
            payment,
            notice,
            paid,
            now,
        };
        Ok(OrderService.receive_payment(tx, received, &policy).await?)
    }
}
