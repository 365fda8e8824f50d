//! What can happen.

use ferroboard_application::Job;
use ferroboard_billing::{Period, RefundDestination};
use proptest::prelude::*;

/// One thing that somebody does. Numbers of users and orders wrap around those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Somebody registers, invited by a user or by nobody.
    Register { inviter: Option<usize> },
    /// An administrator adds to a balance.
    Give { user: usize, cents: i64 },
    /// An administrator adds to a commission balance.
    GiveCommission { user: usize, cents: i64 },
    /// A user turns commission into balance.
    Transfer { user: usize, cents: i64 },
    /// A user orders.
    Place {
        user: usize,
        plan: i64,
        period: Period,
        with_coupon: bool,
    },
    /// A user orders a traffic package.
    BuyPackage { user: usize, package: i64 },
    /// Nodes report what a user carried, in megabytes.
    Use { user: usize, megabytes: i64 },
    /// An administrator counts a user's traffic anew.
    Reset { user: usize },
    /// A user tops up.
    TopUp { user: usize, cents: i64 },
    /// The owner of an order goes to pay it.
    CheckOut { order: usize, method: i64 },
    /// The owner of an order cancels it.
    Cancel { order: usize },
    /// Somebody else tries to cancel and to pay it.
    Meddle { order: usize, user: usize },
    /// A gateway reports a payment, of the full price or of a cent less.
    Notice {
        order: usize,
        method: i64,
        number: u8,
        short: bool,
    },
    /// A notice of the full price is received, and the panel dies before it opens the order.
    NoticeCutOff {
        order: usize,
        method: i64,
        number: u8,
    },
    /// The customer pays, and the notice is lost.
    PaySilently { order: usize, number: u8 },
    /// An administrator refunds a part of an order, to the balance, by its gateway, or by another way.
    Refund {
        order: usize,
        percent: i64,
        to: RefundDestination,
        takes_back: bool,
    },
    /// Time passes.
    Wait { hours: i64 },
    /// A job runs.
    Run(Job),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let user = || 0_usize..8;
    // Half of what is done to orders is done to the newest.
    let order = || prop_oneof![Just(0_usize), 0_usize..12];
    let method = || 1_i64..3;
    let period = prop::sample::select(Period::ALL.to_vec());
    prop_oneof![
        1 => prop::option::of(user()).prop_map(|inviter| Step::Register { inviter }),
        1 => (user(), 1_i64..9_000).prop_map(|(user, cents)| Step::Give { user, cents }),
        1 => (user(), 1_i64..5_000).prop_map(|(user, cents)| Step::GiveCommission { user, cents }),
        2 => (user(), 1_i64..3_000).prop_map(|(user, cents)| Step::Transfer { user, cents }),
        6 => (user(), 1_i64..4, period, any::<bool>()).prop_map(
            |(user, plan, period, with_coupon)| Step::Place { user, plan, period, with_coupon }
        ),
        4 => (user(), 1_i64..5).prop_map(|(user, package)| Step::BuyPackage { user, package }),
        2 => (user(), 1_i64..150_000).prop_map(|(user, megabytes)| Step::Use { user, megabytes }),
        1 => user().prop_map(|user| Step::Reset { user }),
        3 => (user(), 0_i64..9_000).prop_map(|(user, cents)| Step::TopUp { user, cents }),
        3 => (order(), method()).prop_map(|(order, method)| Step::CheckOut { order, method }),
        2 => order().prop_map(|order| Step::Cancel { order }),
        1 => (order(), user()).prop_map(|(order, user)| Step::Meddle { order, user }),
        6 => (order(), method(), 0_u8..6, prop::bool::weighted(0.2)).prop_map(
            |(order, method, number, short)| Step::Notice { order, method, number, short }
        ),
        2 => (order(), method(), 0_u8..6)
            .prop_map(|(order, method, number)| Step::NoticeCutOff { order, method, number }),
        1 => (order(), 0_u8..6).prop_map(|(order, number)| Step::PaySilently { order, number }),
        3 => (order(), 1_i64..130, prop::sample::select(RefundDestination::ALL.to_vec()), any::<bool>())
            .prop_map(|(order, percent, to, takes_back)| {
                Step::Refund { order, percent, to, takes_back }
            }),
        2 => prop_oneof![1_i64..4, Just(73), Just(800)].prop_map(|hours| Step::Wait { hours }),
        3 => prop::sample::select(vec![
            Job::CheckOrder,
            Job::CheckCommission,
            Job::ReconcilePayments,
            Job::CheckRefund,
        ])
        .prop_map(Step::Run),
    ]
}
