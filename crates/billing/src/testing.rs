//! The in-memory tables of this domain, and builders for its rows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::{Cents, GroupId, PlanId, StoreError, UnixSeconds, UserId};

use crate::{
    BalanceRepository, Gigabytes, Plan, PlanRepository, ResetMethod, Subscription,
    SubscriptionRepository,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryBilling {
    /// `v2_plan`.
    pub plans: BTreeMap<PlanId, Plan>,
    /// This domain's columns of `v2_user`, for every user that has more than the defaults.
    pub users: BTreeMap<UserId, BillingRow>,
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
    /// The columns that an opened plan sets; `None` before the first one.
    pub subscription: Option<Subscription>,
}

/// A transaction that holds this domain's tables.
pub trait HasBilling: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn billing(&mut self) -> Result<&mut MemoryBilling, StoreError>;

    /// Whether `v2_user` has this row; an error once the transaction is over.
    fn has_billed_user(&mut self, user: UserId) -> Result<bool, StoreError>;
}

/// The largest amount that the columns of `v2_user` hold.
const LARGEST_AMOUNT: i64 = 2_147_483_647;

#[async_trait]
impl<T: HasBilling> PlanRepository for T {
    async fn find_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        Ok(self.billing()?.plans.get(&id).cloned())
    }
}

#[async_trait]
impl<T: HasBilling> SubscriptionRepository for T {
    async fn update_subscription(
        &mut self,
        user: UserId,
        subscription: &Subscription,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        if !self.has_billed_user(user)? {
            return Ok(false);
        }
        let row = self.billing()?.users.entry(user).or_default();
        row.subscription = Some(subscription.clone());
        Ok(true)
    }
}

#[async_trait]
impl<T: HasBilling> BalanceRepository for T {
    async fn move_balance(
        &mut self,
        user: UserId,
        amount: Cents,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        if !self.has_billed_user(user)? {
            return Ok(false);
        }
        let row = self.billing()?.users.entry(user).or_default();
        let moved = row.balance.checked_add(amount).ok();
        let fits = moved.filter(|sum| (0..=LARGEST_AMOUNT).contains(&sum.get()));
        if let Some(sum) = fits {
            row.balance = sum;
        }
        Ok(fits.is_some())
    }
}

/// A plan of 100 GB on sale for group 1, without limits.
pub fn a_plan(id: i64) -> Plan {
    Plan {
        id: PlanId::new(id),
        group_id: Some(GroupId::new(1)),
        traffic: Gigabytes::new(100),
        name: format!("Plan {id}"),
        prices: Some(r#"{"monthly": 9.9}"#.to_owned()),
        sell: true,
        speed_limit: None,
        device_limit: None,
        show: true,
        sort: None,
        renew: true,
        content: None,
        tags: None,
        reset_method: None,
        capacity_limit: None,
        created_at: UnixSeconds::new(1_700_000_000),
        updated_at: UnixSeconds::new(1_700_000_000),
    }
}

/// A subscription to plan 1 that ends at `expired_at`.
pub fn a_subscription(expired_at: UnixSeconds) -> Subscription {
    Subscription {
        plan_id: PlanId::new(1),
        group_id: Some(GroupId::new(1)),
        transfer_enable: Gigabytes::new(100).bytes(),
        speed_limit: None,
        device_limit: None,
        expired_at: Some(expired_at),
        next_reset_at: ResetMethod::Monthly.next_reset(
            Some(expired_at),
            expired_at,
            ferroboard_kernel::Zone::default(),
        ),
    }
}
