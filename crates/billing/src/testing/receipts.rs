use async_trait::async_trait;
use ferroboard_kernel::{Cents, Decimal, PaymentId, PlanId, StoreError, UserId};

use super::tables::HasBilling;
use crate::{
    Order, OrderReceipt, PaidBy, ReceiptAmounts, ReceiptNames, ReceiptNumber, ReceiptRepository,
    ReceiptSeller,
};

/// The receipt of an order for plan 1 that a gateway paid, the first of 2023.
pub fn a_receipt(order: &Order) -> OrderReceipt {
    OrderReceipt {
        number: ReceiptNumber {
            year: 2023,
            place: 1,
        },
        order: order.id,
        trade_no: order.trade_no.clone(),
        user: order.user_id,
        kind: order.kind,
        period: order.period,
        names: ReceiptNames {
            buyer: "ann@example.test".to_owned(),
            item: "Plan 1".to_owned(),
            method: Some("EPay".to_owned()),
        },
        seller: ReceiptSeller::default(),
        currency: "CNY".to_owned(),
        amounts: ReceiptAmounts {
            price: order.total,
            total: order.total,
            tax: Cents::new(158),
            ..ReceiptAmounts::default()
        },
        tax_name: "VAT".to_owned(),
        tax_rate: Decimal::new(190_000),
        paid_by: PaidBy::Gateway,
        ordered_at: order.created_at,
        issued_at: order.created_at,
    }
}

#[async_trait]
impl<T: HasBilling> ReceiptRepository for T {
    async fn find_receipt_names(
        &mut self,
        user: UserId,
        plan: PlanId,
        payment: Option<PaymentId>,
    ) -> Result<ReceiptNames, StoreError> {
        let buyer = self.address_of(user)?.unwrap_or_default();
        let tables = self.billing()?;
        let plan = tables.plans.get(&plan);
        let method = payment.and_then(|id| tables.payments.get(&id));
        Ok(ReceiptNames {
            buyer,
            item: plan.map(|plan| plan.name.clone()).unwrap_or_default(),
            method: method.map(|method| method.name.clone()),
        })
    }

    async fn move_receipt_place(&mut self, year: i64) -> Result<i64, StoreError> {
        let place = self.billing()?.receipt_years.entry(year).or_default();
        *place += 1;
        Ok(*place)
    }

    async fn insert_receipt(&mut self, receipt: &OrderReceipt) -> Result<(), StoreError> {
        let receipts = &mut self.billing()?.receipts;
        let mut kept = receipts.values();
        let constraint = if receipts.contains_key(&receipt.order) {
            Some("ferro_receipt.order_id")
        } else if kept.any(|kept| kept.number == receipt.number) {
            Some("ferro_receipt_number")
        } else {
            None
        };
        if let Some(constraint) = constraint {
            let constraint = constraint.to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        receipts.insert(receipt.order, receipt.clone());
        Ok(())
    }
}
