use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{
    Cents, CouponId, GroupId, LedgerEntry, NoticeId, OrderId, PackageId, PaymentId, PlanId,
    RefundId, StoreError, TradeNo, UnixSeconds, UserId,
};

use crate::{
    Buyer, ClaimedNotice, Coupon, NewNotice, NewRefund, NoticeOutcome, Order, OrderReceipt,
    OrderRefunds, OrderWorth, PackageEnd, PackageOrder, PaymentMethod, PaymentReview, Plan,
    PlanChange, RefundResult, RefundStatus, Renewal, RenewalAttempt, ReviewStatus, Settlement,
    Subscription, TrafficPackage, TrafficReset,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryBilling {
    /// `v2_plan`.
    pub plans: BTreeMap<PlanId, Plan>,
    /// This domain's columns of `v2_user`, where these tables stand alone.
    pub users: BTreeMap<UserId, BillingRow>,
    /// `v2_order`.
    pub orders: BTreeMap<OrderId, Order>,
    /// `ferro_open_order`: each user's unfinished order.
    pub open_orders: BTreeMap<UserId, TradeNo>,
    /// `ferro_order_failure`.
    pub failures: BTreeMap<OrderId, OpeningFailure>,
    /// `v2_coupon`.
    pub coupons: BTreeMap<CouponId, Coupon>,
    /// `v2_payment`.
    pub payments: BTreeMap<PaymentId, PaymentMethod>,
    /// `ferro_raw_notice`.
    pub raw_notices: BTreeMap<NoticeId, KeptNotice>,
    /// `ferro_payment_notice`, by method and callback number.
    pub notices: BTreeMap<(PaymentId, String), ClaimedNotice>,
    /// `ferro_payment_review`.
    pub reviews: Vec<ReviewRow>,
    /// `v2_traffic_reset_logs`.
    pub resets: Vec<TrafficResetRow>,
    /// `ferro_cleared_traffic`: bytes that resets cleared.
    pub cleared: BTreeMap<UserId, i64>,
    /// `ferro_order_worth`.
    pub worths: BTreeMap<OrderId, OrderWorth>,
    /// `ferro_refund`.
    pub refunds: BTreeMap<RefundId, RefundRow>,
    /// `ferro_order_refund`.
    pub order_refunds: BTreeMap<OrderId, OrderRefunds>,
    /// `ferro_traffic_package`.
    pub packages: BTreeMap<PackageId, TrafficPackage>,
    /// `ferro_package_order`.
    pub package_orders: BTreeMap<OrderId, PackageRow>,
    /// `ferro_top_up`: what comes on top of top-ups.
    pub top_ups: BTreeMap<OrderId, Cents>,
    /// `ferro_receipt`.
    pub receipts: BTreeMap<OrderId, OrderReceipt>,
    /// `ferro_receipt_year`: the last place of each year.
    pub receipt_years: BTreeMap<i64, i64>,
    /// `ferro_auto_renewal`: whose subscriptions renew themselves.
    pub auto_renewals: BTreeSet<UserId>,
    /// `ferro_renewal`.
    pub renewals: BTreeMap<(UserId, UnixSeconds), Renewal>,
    /// `ferro_renewal_attempt`.
    pub renewal_attempts: Vec<RenewalAttempt>,
    /// `ferro_reset_rule`.
    pub reset_rules: BTreeMap<PlanId, String>,
    /// Every plan of a user that was written, oldest first: no table, but what transactions note.
    pub plan_changes: Vec<PlanChange>,
    /// The entries of `ferro_ledger` about the balance.
    pub ledger: Vec<LedgerEntry>,
    /// Suspended users, where these tables stand alone; the accounts say it where there are some.
    pub banned: BTreeSet<UserId>,
}

/// This domain's columns of `v2_user`. A new account has all of them empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BillingRow {
    /// `balance`.
    pub balance: Cents,
    /// `discount`.
    pub discount: Option<i64>,
    /// `u`.
    pub upload: i64,
    /// `d`.
    pub download: i64,
    /// `last_reset_at`.
    pub last_reset_at: Option<UnixSeconds>,
    /// `reset_count`.
    pub reset_count: i64,
    /// How often a plan was opened: nodes hear of each time, also where every column stays as it is.
    pub openings: u64,
    /// Whether the user is a shadow account, which takes no place of a plan.
    pub is_shadow: bool,
    /// `plan_id`.
    pub plan_id: Option<PlanId>,
    /// `group_id`.
    pub group_id: Option<GroupId>,
    /// `transfer_enable`.
    pub transfer_enable: i64,
    /// `speed_limit`.
    pub speed_limit: Option<i64>,
    /// `device_limit`.
    pub device_limit: Option<i64>,
    /// `expired_at`.
    pub expired_at: Option<UnixSeconds>,
    /// `next_reset_at`.
    pub next_reset_at: Option<UnixSeconds>,
}

/// A row of `ferro_order_failure`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningFailure {
    /// Why the last attempt failed.
    pub reason: String,
    /// How many attempts failed.
    pub attempts: i64,
    /// When the last one did.
    pub at: UnixSeconds,
}

/// A row of `ferro_raw_notice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNotice {
    /// What arrived.
    pub notice: NewNotice,
    /// What became of it, once that is known.
    pub outcome: Option<NoticeOutcome>,
}

/// A row of `ferro_package_order`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRow {
    /// What was bought.
    pub bought: PackageOrder,
    /// Bytes that are left.
    pub left: i64,
    /// How long it gives them.
    pub until: PackageEnd,
    /// When it began; `None` where it has not.
    pub opened_at: Option<UnixSeconds>,
}

/// A row of `ferro_refund`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    /// What was asked for.
    pub asked: NewRefund,
    /// Where it stands.
    pub status: RefundStatus,
    /// How often the gateway was asked.
    pub attempts: i64,
    /// What came of it.
    pub result: RefundResult,
    /// When it ended.
    pub ended_at: Option<UnixSeconds>,
}

/// A row of `ferro_payment_review`; its place in the table is its number, from 1 on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// What it is about.
    pub about: PaymentReview,
    /// How it ended.
    pub settlement: Option<Settlement>,
}

impl ReviewRow {
    /// Where it stands.
    pub fn status(&self) -> ReviewStatus {
        let settlement = self.settlement.as_ref();
        settlement.map_or(ReviewStatus::Open, |settlement| settlement.status)
    }
}

/// A row of `v2_traffic_reset_logs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficResetRow {
    /// The reset.
    pub reset: TrafficReset,
    /// Bytes sent before it.
    pub old_upload: i64,
    /// Bytes received before it.
    pub old_download: i64,
}

/// A transaction that holds this domain's tables.
pub trait HasBilling: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn billing(&mut self) -> Result<&mut MemoryBilling, StoreError>;

    /// This domain's columns of a user; `None` where `v2_user` has no such row.
    fn billed_user(&mut self, user: UserId) -> Result<Option<&mut BillingRow>, StoreError>;

    /// Those of every user, by number.
    fn billed_users(&mut self) -> Result<Vec<(UserId, &BillingRow)>, StoreError>;

    /// Whether the user is banned; an error once the transaction is over.
    fn is_banned(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// The user's address; `None` where `v2_user` has no such row.
    fn address_of(&mut self, user: UserId) -> Result<Option<String>, StoreError>;

    /// Ends the transaction with this error and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasBilling for MemoryTransaction<'_, MemoryBilling> {
    fn billing(&mut self) -> Result<&mut MemoryBilling, StoreError> {
        self.open()
    }

    fn billed_user(&mut self, user: UserId) -> Result<Option<&mut BillingRow>, StoreError> {
        Ok(self.open()?.users.get_mut(&user))
    }

    fn billed_users(&mut self) -> Result<Vec<(UserId, &BillingRow)>, StoreError> {
        let rows = self.open()?.users.iter();
        Ok(rows.map(|(user, row)| (*user, row)).collect())
    }

    fn is_banned(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.open()?.banned.contains(&user))
    }

    fn address_of(&mut self, user: UserId) -> Result<Option<String>, StoreError> {
        let row = self.open()?.users.get(&user);
        Ok(row.map(|_| format!("{user}@example.test")))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

/// The largest amount that the columns of `v2_user` hold.
pub(super) const LARGEST_AMOUNT: i64 = 2_147_483_647;

impl BillingRow {
    /// The row as a buyer.
    pub(super) fn buyer(&self, id: UserId, banned: bool) -> Buyer {
        Buyer {
            id,
            banned,
            balance: self.balance,
            discount: self.discount,
            plan_id: self.plan_id,
            group_id: self.group_id,
            transfer_enable: self.transfer_enable,
            upload: self.upload,
            download: self.download,
            expired_at: self.expired_at,
        }
    }

    /// Whether the user takes a place of the plan.
    pub fn is_subscriber(&self, plan: PlanId, now: UnixSeconds) -> bool {
        !self.is_shadow
            && self.plan_id == Some(plan)
            && self.expired_at.is_none_or(|end| end >= now)
    }

    /// The columns that an opened plan sets, as long as there is a plan.
    pub fn subscription(&self) -> Option<Subscription> {
        Some(Subscription {
            plan_id: self.plan_id?,
            group_id: self.group_id,
            transfer_enable: self.transfer_enable,
            speed_limit: self.speed_limit,
            device_limit: self.device_limit,
            expired_at: self.expired_at,
            next_reset_at: self.next_reset_at,
        })
    }

    /// Sets these columns.
    pub fn subscribe(&mut self, subscription: &Subscription) {
        let Subscription {
            plan_id,
            group_id,
            transfer_enable,
            speed_limit,
            device_limit,
            expired_at,
            next_reset_at,
        } = *subscription;
        self.plan_id = Some(plan_id);
        self.group_id = group_id;
        self.transfer_enable = transfer_enable;
        (self.speed_limit, self.device_limit) = (speed_limit, device_limit);
        (self.expired_at, self.next_reset_at) = (expired_at, next_reset_at);
    }
}

impl MemoryBilling {
    /// The row of a user, made if there is none: where these tables stand alone, whoever has one is a
    /// user.
    pub fn user(&mut self, user: UserId) -> &mut BillingRow {
        self.users.entry(user).or_default()
    }

    /// The order with this number.
    pub fn order(&self, trade_no: &TradeNo) -> Option<&Order> {
        self.orders
            .values()
            .find(|order| order.trade_no == *trade_no)
    }

    /// The sum of the entries about a user's balance.
    pub fn recorded_balance(&self, user: UserId) -> Cents {
        let own = self.ledger.iter().filter(|entry| entry.user == user);
        Cents::new(own.map(|entry| entry.amount.get()).sum())
    }
}
