//! What this domain needs from outside. Everything but [`PaymentGateway`] happens inside one open
//! transaction.
//!
//! Two rules for every store:
//!
//! * A statement MUST see what other transactions committed before it began (READ COMMITTED, or a
//!   locking read where the database would answer from an older snapshot). Counts are made after
//!   the lock that guards them, and must see what the previous holder of the lock wrote.
//! * Services lock in this order: buyer, order, plan, coupon, package. Whoever locks otherwise risks
//!   deadlocks, which end as [`StoreError::Conflict`] and are tried again.

mod gateway;
mod groups;
mod ledger;
mod orders;
mod packages;
mod payments;
mod receipts;
mod refunds;
mod reminders;
mod renewals;
mod resets;
mod reviews;
mod top_ups;
mod worth;

use async_trait::async_trait;
use ferroboard_kernel::{CouponId, LedgerEntry, PlanId, StoreError, UnixSeconds, UserId};

pub use self::gateway::{PaymentGateway, PaymentGateways, RefundGateway};
pub use self::groups::GroupReferenceRepository;
pub use self::ledger::LedgerRepository;
pub use self::orders::{DueOrder, DueOrders, OpeningFailureRepository, OrderRepository};
pub use self::packages::{PackageOrderRepository, PackageRepository};
pub use self::payments::{NoticeRepository, PaymentOfferRepository, PaymentRepository};
pub use self::receipts::ReceiptRepository;
pub use self::refunds::RefundRepository;
pub use self::reminders::ReminderRepository;
pub use self::renewals::RenewalRepository;
pub use self::resets::ResetRepository;
pub use self::reviews::ReviewRepository;
pub use self::top_ups::TopUpRepository;
pub use self::worth::WorthRepository;
use crate::{
    Buyer, Coupon, CouponCode, CouponTerms, EarlyPeriod, NewCoupons, Plan, PlanOffer,
    PlanReference, Subscription,
};

/// Plans (`v2_plan`).
#[async_trait]
pub trait PlanRepository: Send {
    /// The plan, on sale or not.
    async fn find_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError>;

    /// The plan, which nobody deletes or changes before the transaction ends, although others may read it
    /// so as well (`FOR SHARE`). To be taken after the buyer's lock. Whoever is to lock the plan MUST NOT
    /// have read it so.
    async fn find_standing_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError>;

    /// The plan, locked: of two transactions that count its places the second MUST wait here.
    async fn lock_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError>;

    /// How many users have the plan and have not expired at `now` (`expired_at` is null or not
    /// before `now`), banned ones included, shadow accounts left out.
    async fn count_plan_subscribers(
        &mut self,
        plan: PlanId,
        now: UnixSeconds,
    ) -> Result<i64, StoreError>;

    /// How many unfinished orders (status 0 or 1) hold a place of the plan for somebody whom
    /// [`Self::count_plan_subscribers`] does not count. Orders for a traffic reset hold none.
    async fn count_plan_reservations(
        &mut self,
        plan: PlanId,
        now: UnixSeconds,
    ) -> Result<i64, StoreError>;
}

/// What administrators change about plans (`v2_plan`).
#[async_trait]
pub trait PlanOfferRepository: Send {
    /// Writes the switches of the plan that are given. `false` when it is gone.
    async fn update_plan_offer(
        &mut self,
        plan: PlanId,
        offer: PlanOffer,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Makes the plan; its own number is the table's to give.
    async fn insert_plan(&mut self, plan: &Plan) -> Result<PlanId, StoreError>;

    /// Writes what administrators say about the plan: all of it but its switches and its place. `false`
    /// when it is gone.
    async fn update_plan(&mut self, plan: &Plan) -> Result<bool, StoreError>;

    /// Gives the group, the traffic and the limits of the plan to all who have it and have others; how many
    /// those are. What is left of packages comes on top of the traffic. Shadow accounts follow whom they belong to. MUST take few statements for many, and MUST
    /// note whom it changes.
    async fn update_plan_members(
        &mut self,
        plan: &Plan,
        at: UnixSeconds,
    ) -> Result<u64, StoreError>;

    /// The places of those of the plans that there are, by number.
    async fn list_plan_places(
        &mut self,
        plans: &[PlanId],
    ) -> Result<Vec<(PlanId, Option<i64>)>, StoreError>;

    /// Writes the places of plans, in one statement.
    async fn update_plan_places(
        &mut self,
        places: &[(PlanId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Whether an order or a user has the plan.
    async fn find_plan_reference(
        &mut self,
        plan: PlanId,
    ) -> Result<Option<PlanReference>, StoreError>;

    /// Deletes the plan. `false` when it is gone.
    async fn delete_plan(&mut self, plan: PlanId) -> Result<bool, StoreError>;
}

/// Users as buyers (columns of `v2_user`).
#[async_trait]
pub trait BuyerRepository: Send {
    /// The user, locked for the rest of the transaction. Whatever is decided about a user's orders
    /// is decided behind this lock.
    async fn lock_buyer(&mut self, user: UserId) -> Result<Option<Buyer>, StoreError>;

    /// The user as it is at this moment. MUST lock nothing: it is for what is only shown.
    async fn find_buyer(&mut self, user: UserId) -> Result<Option<Buyer>, StoreError>;
}

/// The subscription columns of `v2_user`.
#[async_trait]
pub trait SubscriptionRepository: Send {
    /// Writes the subscription's columns. `false` when the user is gone.
    async fn update_subscription(
        &mut self,
        user: UserId,
        subscription: &Subscription,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes `expired_at` and `next_reset_at` alone. `false` when the user is gone.
    async fn update_subscription_end(
        &mut self,
        user: UserId,
        expired_at: Option<UnixSeconds>,
        next_reset_at: Option<UnixSeconds>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Ends the subscription earlier, and writes when its traffic is next counted anew, if it still ends as the
    /// change says and its traffic is used up (`u + d` is not less than `transfer_enable`, which is not 0).
    /// MUST be one conditional statement; `false`, and nothing written, otherwise.
    async fn move_subscription_end(
        &mut self,
        user: UserId,
        change: EarlyPeriod,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Adds bytes to `transfer_enable` and devices to `device_limit`, neither negative; a limit that
    /// is null stays null. MUST be one conditional statement; `false`, and nothing written, when a
    /// column would not hold its sum (at most 2,147,483,647 devices) or the user is gone.
    async fn update_quota(
        &mut self,
        user: UserId,
        traffic: i64,
        devices: i64,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;
}

/// The balance of `v2_user`.
#[async_trait]
pub trait BalanceRepository: Send {
    /// Adds the entry's amount (which may be negative) to the balance if the result is neither
    /// negative nor above 2,147,483,647 cents, and appends the entry to the ledger as one of
    /// [`LedgerAccount::Balance`](ferroboard_kernel::LedgerAccount). The change MUST be one
    /// conditional statement. `false`, and nothing written, when it was refused or the user is
    /// gone; [`StoreError::Duplicate`] when the ledger has an entry of the same account, user,
    /// kind and reference. There is no other way to change a balance.
    async fn move_balance(&mut self, entry: &LedgerEntry) -> Result<bool, StoreError>;
}

/// Coupons (`v2_coupon`).
#[async_trait]
pub trait CouponRepository: Send {
    /// The coupon with the code, matched exactly first and else without regard to ASCII case; of
    /// several the one with the lowest number.
    async fn find_coupon(&mut self, code: &CouponCode) -> Result<Option<Coupon>, StoreError>;

    /// The coupon, found as [`Self::find_coupon`] finds it, locked.
    async fn lock_coupon(&mut self, code: &CouponCode) -> Result<Option<Coupon>, StoreError>;

    /// Takes one of the coupon's uses if one is left. MUST be one conditional statement
    /// (`… WHERE limit_use > 0`); `false` when none is left. Only for coupons with a limit.
    async fn move_coupon_use(&mut self, id: CouponId, at: UnixSeconds) -> Result<bool, StoreError>;

    /// Gives one use back. MUST be one statement; a coupon that is gone, or has no limit by now, is
    /// nothing.
    async fn update_coupon_use(&mut self, id: CouponId, at: UnixSeconds) -> Result<(), StoreError>;

    /// How many orders of the user with this coupon are neither pending nor cancelled.
    async fn count_coupon_uses(
        &mut self,
        user: UserId,
        coupon: CouponId,
    ) -> Result<i64, StoreError>;
}

/// What administrators change about coupons (`v2_coupon`).
#[async_trait]
pub trait CouponOfferRepository: Send {
    /// The coupon, locked until the transaction ends.
    async fn lock_coupon_row(&mut self, id: CouponId) -> Result<Option<Coupon>, StoreError>;

    /// Keeps every other transaction waiting here until this one ends, as codes are unique by what is
    /// decided behind this lock alone. To be taken after the lock of a coupon.
    async fn lock_coupon_codes(&mut self) -> Result<(), StoreError>;

    /// Which of these codes coupons have, without regard to ASCII case, as they spell them. MUST be one
    /// statement. The codes are ASCII letters and digits.
    async fn list_coupon_codes(&mut self, codes: &[CouponCode]) -> Result<Vec<String>, StoreError>;

    /// Makes the coupons. MUST take few statements for many.
    async fn insert_coupons(&mut self, coupons: &NewCoupons) -> Result<(), StoreError>;

    /// Writes what is said about the coupon, and its code when there is one. `false` when it is gone.
    async fn update_coupon(
        &mut self,
        id: CouponId,
        code: Option<&CouponCode>,
        terms: &CouponTerms,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes whether the coupon may be used. `false` when it is gone.
    async fn update_coupon_show(
        &mut self,
        id: CouponId,
        show: bool,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Deletes the coupon. `false` when it is gone.
    async fn delete_coupon(&mut self, id: CouponId) -> Result<bool, StoreError>;
}

ferroboard_kernel::together! {
    /// All that this domain may touch inside one transaction.
    pub trait BillingTx:
        PlanRepository
        + PlanOfferRepository
        + BuyerRepository
        + SubscriptionRepository
        + ResetRepository
        + BalanceRepository
        + CouponRepository
        + CouponOfferRepository
        + GroupReferenceRepository
        + OrderRepository
        + OpeningFailureRepository
        + PackageRepository
        + PackageOrderRepository
        + PaymentRepository
        + PaymentOfferRepository
        + NoticeRepository
        + ReceiptRepository
        + RefundRepository
        + RenewalRepository
        + ReviewRepository
        + TopUpRepository
        + WorthRepository
}
