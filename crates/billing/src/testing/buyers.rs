use async_trait::async_trait;
use ferroboard_kernel::{LedgerEntry, PlanId, StoreError, UnixSeconds, UserId};

use super::tables::{BillingRow, HasBilling, LARGEST_AMOUNT};
use crate::{
    BalanceRepository, Buyer, BuyerRepository, EarlyPeriod, Period, Plan, PlanChange, PlanOffer,
    PlanOfferRepository, PlanReference, PlanRepository, Subscription, SubscriptionRepository,
};

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

#[async_trait]
impl<T: HasBilling> PlanOfferRepository for T {
    async fn update_plan_offer(
        &mut self,
        plan: PlanId,
        offer: PlanOffer,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.billing()?.plans.get_mut(&plan) else {
            return Ok(false);
        };
        row.show = offer.show.unwrap_or(row.show);
        row.sell = offer.sell.unwrap_or(row.sell);
        row.renew = offer.renew.unwrap_or(row.renew);
        row.updated_at = at;
        Ok(true)
    }

    async fn insert_plan(&mut self, plan: &Plan) -> Result<PlanId, StoreError> {
        let plans = &mut self.billing()?.plans;
        let last = plans.last_key_value().map_or(0, |(id, _)| id.get());
        let id = PlanId::new(last + 1);
        let plan = Plan { id, ..plan.clone() };
        plans.insert(id, plan);
        Ok(id)
    }

    async fn update_plan(&mut self, plan: &Plan) -> Result<bool, StoreError> {
        let stored = self.billing()?.plans.get_mut(&plan.id);
        let found = stored.is_some();
        if let Some(stored) = stored {
            *stored = Plan {
                show: stored.show,
                sell: stored.sell,
                renew: stored.renew,
                sort: stored.sort,
                created_at: stored.created_at,
                ..plan.clone()
            };
        }
        Ok(found)
    }

    async fn update_plan_members(
        &mut self,
        plan: &Plan,
        _at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let given = self.billing()?.package_sums();
        let quota = |user: UserId| {
            let packages = given.get(&user).copied().unwrap_or(0);
            plan.traffic.bytes().saturating_add(packages)
        };
        let users = self.billed_users()?.into_iter();
        let differs = |user: UserId, row: &BillingRow| {
            (row.group_id, row.transfer_enable) != (plan.group_id, quota(user))
                || (row.speed_limit, row.device_limit) != (plan.speed_limit, plan.device_limit)
        };
        let members = users.filter(|(user, row)| {
            row.plan_id == Some(plan.id) && !row.is_shadow && differs(*user, row)
        });
        let members: Vec<UserId> = members.map(|(user, _)| user).collect();
        for user in &members {
            if let Some(row) = self.billed_user(*user)? {
                row.group_id = plan.group_id;
                row.transfer_enable = quota(*user);
                (row.speed_limit, row.device_limit) = (plan.speed_limit, plan.device_limit);
            }
        }
        Ok(u64::try_from(members.len()).unwrap_or(u64::MAX))
    }

    async fn list_plan_places(
        &mut self,
        plans: &[PlanId],
    ) -> Result<Vec<(PlanId, Option<i64>)>, StoreError> {
        let stored = self.billing()?.plans.values();
        let named = stored.filter(|plan| plans.contains(&plan.id));
        Ok(named.map(|plan| (plan.id, plan.sort)).collect())
    }

    async fn update_plan_places(
        &mut self,
        places: &[(PlanId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let plans = &mut self.billing()?.plans;
        for (id, place) in places {
            if let Some(plan) = plans.get_mut(id) {
                plan.sort = Some(*place);
                plan.updated_at = at;
            }
        }
        Ok(())
    }

    async fn find_plan_reference(
        &mut self,
        plan: PlanId,
    ) -> Result<Option<PlanReference>, StoreError> {
        let tables = self.billing()?;
        if tables.orders.values().any(|order| order.plan_id == plan) {
            return Ok(Some(PlanReference::Order));
        }
        let mut users = self.billed_users()?.into_iter();
        let found = users.any(|(_, row)| row.plan_id == Some(plan));
        Ok(found.then_some(PlanReference::User))
    }

    async fn delete_plan(&mut self, plan: PlanId) -> Result<bool, StoreError> {
        Ok(self.billing()?.plans.remove(&plan).is_some())
    }
}

#[async_trait]
impl<T: HasBilling> PlanRepository for T {
    async fn find_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        Ok(self.billing()?.plans.get(&id).cloned())
    }

    async fn find_standing_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        self.find_plan(id).await
    }

    async fn lock_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        self.find_plan(id).await
    }

    async fn count_plan_subscribers(
        &mut self,
        plan: PlanId,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let users = self.billed_users()?.into_iter();
        let subscribers = users.filter(|(_, row)| row.is_subscriber(plan, now));
        Ok(count(subscribers.count()))
    }

    async fn count_plan_reservations(
        &mut self,
        plan: PlanId,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let users = self.billed_users()?.into_iter();
        let subscribers = users.filter(|(_, row)| row.is_subscriber(plan, now));
        let subscribers: Vec<UserId> = subscribers.map(|(user, _)| user).collect();
        let reserving = self.billing()?.orders.values().filter(|order| {
            order.plan_id == plan
                && order.status.is_unfinished()
                && order.period != Period::ResetTraffic
                && !subscribers.contains(&order.user_id)
        });
        Ok(count(reserving.count()))
    }
}

#[async_trait]
impl<T: HasBilling> BuyerRepository for T {
    async fn lock_buyer(&mut self, user: UserId) -> Result<Option<Buyer>, StoreError> {
        let banned = self.is_banned(user)?;
        Ok(self.billed_user(user)?.map(|row| row.buyer(user, banned)))
    }

    async fn find_buyer(&mut self, user: UserId) -> Result<Option<Buyer>, StoreError> {
        self.lock_buyer(user).await
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
        let Some(row) = self.billed_user(user)? else {
            return Ok(false);
        };
        let change = PlanChange {
            user,
            from: row.plan_id,
            to: Some(subscription.plan_id),
            expired_at: subscription.expired_at,
        };
        row.subscribe(subscription);
        row.openings += 1;
        self.billing()?.plan_changes.push(change);
        Ok(true)
    }

    async fn update_subscription_end(
        &mut self,
        user: UserId,
        expired_at: Option<UnixSeconds>,
        next_reset_at: Option<UnixSeconds>,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.billed_user(user)? else {
            return Ok(false);
        };
        (row.expired_at, row.next_reset_at) = (expired_at, next_reset_at);
        Ok(true)
    }

    async fn move_subscription_end(
        &mut self,
        user: UserId,
        change: EarlyPeriod,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.billed_user(user)?;
        let Some(row) = row.filter(|row| {
            row.expired_at == Some(change.ends)
                && row.transfer_enable > 0
                && row.upload.saturating_add(row.download) >= row.transfer_enable
        }) else {
            return Ok(false);
        };
        row.expired_at = Some(change.ends_now);
        row.next_reset_at = change.next_reset_at;
        Ok(true)
    }

    async fn update_quota(
        &mut self,
        user: UserId,
        traffic: i64,
        devices: i64,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.billed_user(user)? else {
            return Ok(false);
        };
        let Some(sum) = row.transfer_enable.checked_add(traffic) else {
            return Ok(false);
        };
        let limit = row.device_limit;
        let raised = limit.map(|limit| limit.saturating_add(devices));
        if raised.is_some_and(|raised| raised > LARGEST_AMOUNT) {
            return Ok(false);
        }
        (row.transfer_enable, row.device_limit) = (sum, raised);
        Ok(true)
    }
}

#[async_trait]
impl<T: HasBilling> BalanceRepository for T {
    async fn move_balance(&mut self, entry: &LedgerEntry) -> Result<bool, StoreError> {
        let Some(row) = self.billed_user(entry.user)? else {
            return Ok(false);
        };
        let moved = row.balance.checked_add(entry.amount).ok();
        let fits = moved.filter(|sum| (0..=LARGEST_AMOUNT).contains(&sum.get()));
        let Some(sum) = fits else { return Ok(false) };
        row.balance = sum;
        let cause = |known: &LedgerEntry| (known.user, known.kind, known.reference.clone());
        let mut entries = self.billing()?.ledger.iter();
        if entries.any(|known| cause(known) == cause(entry)) {
            let constraint = "ferro_ledger.cause".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        self.billing()?.ledger.push(entry.clone());
        Ok(true)
    }
}
