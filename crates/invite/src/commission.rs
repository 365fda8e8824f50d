//! How the commission of an order is shared among inviters.

use ferroboard_kernel::{
    Cents, CommissionDue, MoneyOverflow, Percent, TradeNo, UnixSeconds, UserId,
};

/// What the inviters at each level get, nearest first: at most three levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionPolicy {
    /// The share of each level. One level with everything where commission is not distributed.
    pub shares: Vec<Percent>,
    /// `withdraw_close_enable`: commission goes to the balance, which buys orders, instead of to the
    /// commission balance, which can be withdrawn.
    pub to_balance: bool,
}

impl CommissionPolicy {
    /// The number of levels that there are.
    pub const LEVELS: usize = 3;
}

/// What one inviter gets of an order's commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommissionShare {
    /// Who.
    pub inviter: UserId,
    /// How much: more than nothing.
    pub amount: Cents,
    /// How much of it is kept back for commission that was to be taken back before.
    pub withheld: Cents,
}

/// A row of `ferro_commission_debt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionDebt {
    /// Who owes.
    pub user: UserId,
    /// What is owed more, or negative: less. Never zero.
    pub amount: Cents,
    /// What caused it: the number of an order.
    pub reference: String,
    /// When.
    pub at: UnixSeconds,
}

/// A row of `v2_commission_log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionLog {
    /// Who got it.
    pub inviter: UserId,
    /// Who bought.
    pub buyer: UserId,
    /// The order.
    pub trade_no: TradeNo,
    /// What was left to pay of the order after everything else.
    pub order_amount: Cents,
    /// How much it was.
    pub amount: Cents,
    /// When.
    pub at: UnixSeconds,
}

/// Shares the commission among the inviters, the buyer's own first, each the inviter of the one
/// before. Every share is rounded down and all of them together are never more than the commission.
/// A level without share gets nothing, and the next inviter still gets the next level's. Nobody is
/// paid twice, and nobody for an order of their own: where the chain comes back to somebody, it
/// ends.
pub(crate) fn shares(
    due: &CommissionDue,
    chain: &[UserId],
    levels: &[Percent],
) -> Result<Vec<CommissionShare>, MoneyOverflow> {
    let mut left = due.amount.max(Cents::ZERO);
    let mut paid = Vec::new();
    let levels = levels.iter().take(CommissionPolicy::LEVELS);
    for (inviter, share) in until_known(due.buyer, chain).iter().zip(levels) {
        let amount = due.amount.percent_floor(*share)?.min(left);
        if amount > Cents::ZERO {
            left = left.checked_sub(amount)?;
            paid.push(CommissionShare {
                inviter: *inviter,
                amount,
                withheld: Cents::ZERO,
            });
        }
    }
    Ok(paid)
}

/// The part of the chain before somebody appears again.
fn until_known(buyer: UserId, chain: &[UserId]) -> Vec<UserId> {
    let mut distinct = Vec::new();
    for inviter in chain {
        if *inviter == buyer || distinct.contains(inviter) {
            break;
        }
        distinct.push(*inviter);
    }
    distinct
}

/// What became of commission that was to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenBack {
    /// Taken out of the commission balance.
    pub taken: Cents,
    /// Not there: kept back from what is earned next.
    pub owed: Cents,
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{OrderId, TradeNo};
    use proptest::prelude::*;

    use super::*;

    const BUYER: i64 = 9;

    fn due(amount: i64) -> CommissionDue {
        CommissionDue {
            order: OrderId::new(1),
            trade_no: TradeNo::stored("T1".into()),
            buyer: UserId::new(BUYER),
            inviter: UserId::new(3),
            amount: Cents::new(amount),
            order_amount: Cents::new(amount * 10),
        }
    }

    fn shared(amount: i64, chain: &[i64], levels: &[i64]) -> Vec<(i64, i64)> {
        let chain: Vec<_> = chain.iter().copied().map(UserId::new).collect();
        let levels: Vec<_> = levels
            .iter()
            .map(|l| Percent::hundredths(l * 100))
            .collect();
        let shares = shares(&due(amount), &chain, &levels).unwrap();
        let plain = |share: CommissionShare| (share.inviter.get(), share.amount.get());
        shares.into_iter().map(plain).collect()
    }

    #[test]
    fn commission_climbs_three_levels() {
        for (amount, chain, levels, expected) in [
            (
                1_000,
                &[3, 2, 1][..],
                &[50, 30, 20][..],
                &[(3, 500), (2, 300), (1, 200)][..],
            ),
            (1_000, &[3, 2], &[50, 30, 20], &[(3, 500), (2, 300)]),
            (1_000, &[3, 2, 1], &[100], &[(3, 1_000)]),
            // A level without share is climbed over.
            (1_000, &[3, 2], &[0, 30], &[(2, 300)]),
            // Rounded down.
            (99, &[3, 2, 1], &[50, 30, 20], &[(3, 49), (2, 29), (1, 19)]),
            (1, &[3, 2, 1], &[50, 30, 20], &[]),
            // Shares of more than everything are cut.
            (1_000, &[3, 2, 1], &[80, 50, 20], &[(3, 800), (2, 200)]),
            (1_000, &[3], &[250], &[(3, 1_000)]),
            (1_000, &[3, 2], &[-10, 50], &[(2, 500)]),
            // Chains that come back end there.
            (1_000, &[3, 3, 1], &[50, 30, 20], &[(3, 500)]),
            (1_000, &[3, 2, 3], &[50, 30, 20], &[(3, 500), (2, 300)]),
            (1_000, &[BUYER, 2], &[50, 30], &[]),
            (1_000, &[3, BUYER, 1], &[50, 30, 20], &[(3, 500)]),
            // A fourth level does not exist.
            (
                1_000,
                &[3, 2, 1, 4],
                &[10, 10, 10, 10],
                &[(3, 100), (2, 100), (1, 100)],
            ),
            (0, &[3], &[100], &[]),
            (-5, &[3], &[100], &[]),
        ] {
            assert_eq!(
                shared(amount, chain, levels),
                expected,
                "{chain:?} {levels:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn shares_never_exceed_the_commission(
            amount in -100_i64..1_000_000,
            chain in prop::collection::vec(1_i64..12, 0..5),
            levels in prop::collection::vec(-50_i64..200, 0..5),
        ) {
            let shared = shared(amount, &chain, &levels);
            let sum: i64 = shared.iter().map(|(_, amount)| amount).sum();
            prop_assert!(sum <= amount.max(0));
            prop_assert!(shared.iter().all(|(inviter, amount)| *amount > 0 && *inviter != BUYER));
            prop_assert!(shared.len() <= CommissionPolicy::LEVELS);
        }
    }
}
