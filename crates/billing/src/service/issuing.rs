use ferroboard_kernel::{Cents, PaymentId, TradeNo, UnixSeconds};

use crate::{
    BillingError, BillingPolicy, BillingTx, OrderKind, OrderReceipt, PaidBy, ReceiptAmounts,
    ReceiptNumber,
};

/// What may be done with receipts.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReceiptService;

/// An order that was paid in this transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueReceipt<'a> {
    /// Its number.
    pub trade_no: &'a TradeNo,
    /// The method that its payment came through, where the order names none.
    pub payment: Option<PaymentId>,
    /// When it was paid.
    pub now: UnixSeconds,
}

impl ReceiptService {
    /// Issues the receipt of an order in the transaction in which it was paid, with the next number of the
    /// year. To be called when everything else is done: from here on whoever pays waits for the commit.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`].
    pub async fn issue(
        self,
        tx: &mut dyn BillingTx,
        asked: &IssueReceipt<'_>,
        policy: &BillingPolicy,
    ) -> Result<OrderReceipt, BillingError> {
        let found = tx.find_order(asked.trade_no).await?;
        let order = found.ok_or(BillingError::OrderMissing)?;
        let paid_by = PaidBy::of(&order);
        let payment = match paid_by {
            PaidBy::Gateway => order.payment_id.or(asked.payment),
            PaidBy::Hand | PaidBy::Balance | PaidBy::Nothing => None,
        };
        let bonus = match order.kind {
            OrderKind::TopUp => tx.find_top_up(order.id).await?.unwrap_or_default(),
            _ => Cents::ZERO,
        };
        let mut names = tx
            .find_receipt_names(order.user_id, order.plan_id, payment)
            .await?;
        if order.kind == OrderKind::TrafficPackage
            && let Some(bought) = tx.find_package_order(order.id).await?
        {
            names.item = bought.name;
        }
        let (year, rules) = (
            ReceiptNumber::year_of(asked.now, policy.zone),
            &policy.receipts,
        );
        let mut receipt = OrderReceipt {
            number: ReceiptNumber { year, place: 0 },
            order: order.id,
            user: order.user_id,
            kind: order.kind,
            period: order.period,
            names,
            seller: rules.seller.clone(),
            currency: policy.currency.clone(),
            amounts: ReceiptAmounts::of(&order, bonus, rules)?,
            tax_name: rules.tax_name.clone(),
            tax_rate: rules.tax_rate,
            paid_by,
            ordered_at: order.created_at,
            issued_at: asked.now,
            trade_no: order.trade_no,
        };
        receipt.number.place = tx.move_receipt_place(year).await?;
        tx.insert_receipt(&receipt).await?;
        Ok(receipt)
    }
}
