use std::collections::BTreeMap;

use ferroboard_kernel::{Cents, CommissionReturn, OrderId, ReturnedShare, TradeNo, UserId};

use super::{OrderService, moved_behind_lock};
use crate::worth::value;
use crate::{BillingError, BillingTx, CommissionStatus, Order, OrderWorth, sources};

/// What becomes credit of what orders were worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCredit {
    /// Who gets it.
    pub buyer: UserId,
    /// How much.
    pub amount: Cents,
    /// The orders that were worth it.
    pub orders: Vec<OrderId>,
}

/// What is taken back of the commission that orders earned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommissionTaken {
    /// How much less is to be paid of what is not paid yet.
    pub lowered: Cents,
    /// What is to be taken back from whom it was paid to.
    pub returns: Vec<CommissionReturn>,
}

impl OrderService {
    /// What an order gives back, when it is opened, of what earlier ones were worth. `None` where that is
    /// nothing. Nothing is locked.
    pub async fn find_credit(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderCredit>, BillingError> {
        let order = tx.find_order(trade_no).await?;
        Ok(order.and_then(|order| {
            let amount = order.refund.filter(|refund| *refund > Cents::ZERO)?;
            Some(OrderCredit {
                buyer: order.user_id,
                amount,
                orders: order.surplus_orders?,
            })
        }))
    }

    /// The numbers of the orders whose commission was paid and will be taken back in part when this
    /// credit is given. Nothing is locked.
    pub async fn find_paid_sources(
        self,
        tx: &mut dyn BillingTx,
        credit: &OrderCredit,
    ) -> Result<Vec<TradeNo>, BillingError> {
        let sold = tx.list_sold_orders(credit.buyer).await?;
        let credited = sources(credit.amount, &credit.orders, &sold)?;
        let is_credited = |order: &&Order| credited.iter().any(|(id, _)| *id == order.id);
        let paid = sold
            .iter()
            .filter(is_credited)
            .filter(|order| is_paid(order));
        Ok(paid.map(|order| order.trade_no.clone()).collect())
    }

    /// Takes the commission back of what became credit of the worth of orders, be it that a change of
    /// plan left it over or that they were refunded: less is to be paid where it is not paid yet, and
    /// for the rest says what is to be taken back from whom it was paid to, in the same transaction.
    ///
    /// The caller holds the buyer's lock, and gives the credit in the same transaction, once.
    ///
    /// # Errors
    ///
    /// [`BillingError::AmountOutOfRange`].
    pub async fn take_commission_back(
        self,
        tx: &mut dyn BillingTx,
        credit: &OrderCredit,
    ) -> Result<CommissionTaken, BillingError> {
        let sold = tx.list_sold_orders(credit.buyer).await?;
        let credited = sources(credit.amount, &credit.orders, &sold)?;
        let orders: BTreeMap<OrderId, &Order> =
            sold.iter().map(|order| (order.id, order)).collect();
        let ids: Vec<OrderId> = credited.iter().map(|(id, _)| *id).collect();
        let worths: BTreeMap<OrderId, OrderWorth> =
            tx.list_order_worths(&ids).await?.into_iter().collect();
        let mut taken = CommissionTaken::default();
        for (id, amount) in credited {
            let Some(order) = orders.get(&id) else {
                continue;
            };
            let known = worths.get(&id).copied().unwrap_or_default();
            if order.commission > Cents::ZERO || known.commission.is_some() {
                match take_back(tx, order, known, amount).await? {
                    Taken::Lowered(by) => taken.lowered = taken.lowered.checked_add(by)?,
                    Taken::Returned(returned) => taken.returns.push(returned),
                }
            }
        }
        Ok(taken)
    }
}

fn is_paid(order: &Order) -> bool {
    order.commission_status == Some(CommissionStatus::Paid)
}

/// What is taken back of the commission of one order.
enum Taken {
    Lowered(Cents),
    Returned(CommissionReturn),
}

/// Takes back what the order earned with this much of its worth.
async fn take_back(
    tx: &mut dyn BillingTx,
    order: &Order,
    known: OrderWorth,
    amount: Cents,
) -> Result<Taken, BillingError> {
    let whole = value(order)?;
    let credited = known.credited.checked_add(amount)?.min(whole);
    let first = known.commission.unwrap_or(order.commission);
    let worth = OrderWorth {
        credited,
        commission: Some(first),
        ..known
    };
    if is_paid(order) {
        tx.update_order_credit(order.id, &worth).await?;
        return Ok(Taken::Returned(CommissionReturn {
            trade_no: order.trade_no.clone(),
            share: ReturnedShare {
                before: known.credited.checked_sub(known.settled)?,
                after: credited.checked_sub(known.settled)?,
                whole: whole.checked_sub(known.settled)?,
            },
        }));
    }
    let share = ReturnedShare {
        before: known.credited,
        after: credited,
        whole,
    };
    // An administrator may have written another commission since.
    let less = order
        .commission
        .checked_sub(share.of(first)?)?
        .max(Cents::ZERO);
    let is_moved = tx
        .move_commission_amount(order.id, order.commission, less)
        .await?;
    moved_behind_lock(
        is_moved,
        format_args!("the commission of order {}", order.id),
    )?;
    tx.update_order_credit(order.id, &worth).await?;
    Ok(Taken::Lowered(order.commission.checked_sub(less)?))
}
