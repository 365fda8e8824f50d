//! A buyer and those above, who send the same money round and round.

use ferroboard_application::Job;
use ferroboard_billing::Period;
use proptest::prelude::*;

use crate::step::Step;

/// One turn. Whoever buys is user 1, 2 or 3, each invited by the one before.
#[derive(Debug, Clone)]
enum Turn {
    /// A plan is bought, and paid with what the balance does not cover.
    Buy {
        user: usize,
        plan: i64,
        period: Period,
        with_coupon: bool,
    },
    /// An administrator tops a balance up.
    TopUp { user: usize, cents: i64 },
    /// Commission becomes balance.
    Transfer { user: usize, cents: i64 },
    /// Commission is confirmed and paid.
    Settle,
}

impl Turn {
    fn steps(self, number: u8) -> Vec<Step> {
        match self {
            Self::Buy {
                user,
                plan,
                period,
                with_coupon,
            } => {
                let placed = Step::Place {
                    user,
                    plan,
                    period,
                    with_coupon,
                };
                let (order, method) = (0, 1);
                let notice = Step::Notice {
                    order,
                    method,
                    number,
                    short: false,
                };
                vec![placed, Step::CheckOut { order, method }, notice]
            }
            Self::TopUp { user, cents } => vec![Step::Give { user, cents }],
            Self::Transfer { user, cents } => vec![Step::Transfer { user, cents }],
            Self::Settle => vec![Step::Wait { hours: 73 }, Step::Run(Job::CheckCommission)],
        }
    }
}

fn turn() -> impl Strategy<Value = Turn> {
    let user = || 1_usize..4;
    let period = prop::sample::select(vec![Period::Monthly, Period::Yearly, Period::OneTime]);
    prop_oneof![
        6 => (user(), 1_i64..3, period, prop::bool::weighted(0.2)).prop_map(
            |(user, plan, period, with_coupon)| Turn::Buy { user, plan, period, with_coupon }
        ),
        1 => (user(), 1_i64..9_000).prop_map(|(user, cents)| Turn::TopUp { user, cents }),
        1 => (0_usize..4, 1_i64..900).prop_map(|(user, cents)| Turn::Transfer { user, cents }),
        2 => Just(Turn::Settle),
    ]
}

pub(crate) fn cycles() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(turn(), 1..40).prop_map(|turns| {
        let turns = (0..).zip(turns);
        turns
            .flat_map(|(number, turn)| turn.steps(number))
            .collect()
    })
}
