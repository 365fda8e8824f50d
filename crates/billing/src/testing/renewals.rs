use async_trait::async_trait;
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::tables::{BillingRow, HasBilling, MemoryBilling};
use crate::{
    Renewal, RenewalAttempt, RenewalRepository, RenewalScope, RenewalStatus, RenewalSubject,
    RenewalWindow,
};

impl RenewalScope {
    fn includes(
        self,
        user: UserId,
        row: &BillingRow,
        tables: &MemoryBilling,
        now: UnixSeconds,
    ) -> bool {
        let (Some(ends), true) = (row.expired_at, row.plan_id.is_some()) else {
            return false;
        };
        let renewal = tables.renewals.get(&(user, ends));
        let waits = renewal.is_none_or(|known| known.status == RenewalStatus::Waiting);
        let is_on = tables.auto_renewals.contains(&user) && !row.is_shadow;
        let (Self::Ending { grace } | Self::Funded { grace }) = self;
        let window = RenewalWindow::of(ends, grace, now);
        let is_meant = match self {
            Self::Ending { .. } => window != RenewalWindow::Closed,
            Self::Funded { .. } => {
                let price = renewal.and_then(|known| known.price);
                window == RenewalWindow::Open && price.is_some_and(|price| price <= row.balance)
            }
        };
        waits && is_on && is_meant
    }
}

#[async_trait]
impl<T: HasBilling> RenewalRepository for T {
    async fn find_auto_renewal(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.billing()?.auto_renewals.contains(&user))
    }

    async fn update_auto_renewal(
        &mut self,
        user: UserId,
        is_on: bool,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let switched = &mut self.billing()?.auto_renewals;
        if is_on {
            switched.insert(user);
        } else {
            switched.remove(&user);
        }
        Ok(())
    }

    /// These tables know no addresses: everybody has one of `example.test`.
    async fn list_renewal_subjects(
        &mut self,
        scope: RenewalScope,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<RenewalSubject>, StoreError> {
        let rows = self.billed_users()?.into_iter();
        let rows: Vec<(UserId, BillingRow)> = rows.map(|(user, row)| (user, row.clone())).collect();
        let mut found = Vec::new();
        for (user, row) in rows {
            let is_later = after.is_none_or(|after| user > after);
            let is_meant = scope.includes(user, &row, self.billing()?, now);
            if is_later && is_meant && !self.is_banned(user)? {
                found.push(RenewalSubject {
                    user,
                    email: Email::stored(&format!("{user}@example.test")),
                    chat: None,
                });
            }
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn find_renewal(
        &mut self,
        user: UserId,
        ends: UnixSeconds,
    ) -> Result<Option<Renewal>, StoreError> {
        Ok(self.billing()?.renewals.get(&(user, ends)).cloned())
    }

    async fn insert_renewal(
        &mut self,
        renewal: &Renewal,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let renewals = &mut self.billing()?.renewals;
        let key = (renewal.user, renewal.ends);
        let is_new = !renewals.contains_key(&key);
        renewals.entry(key).or_insert_with(|| renewal.clone());
        Ok(is_new)
    }

    async fn move_renewal(
        &mut self,
        from: RenewalStatus,
        renewal: &Renewal,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let known = self
            .billing()?
            .renewals
            .get_mut(&(renewal.user, renewal.ends));
        let Some(known) = known.filter(|known| known.status == from) else {
            return Ok(false);
        };
        known.clone_from(renewal);
        Ok(true)
    }

    async fn lapse_renewals(
        &mut self,
        before: UnixSeconds,
        _at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let renewals = self.billing()?.renewals.values_mut();
        let over =
            renewals.filter(|known| known.status == RenewalStatus::Waiting && known.ends < before);
        let mut lapsed = 0;
        for renewal in over {
            renewal.status = RenewalStatus::Lapsed;
            lapsed += 1;
        }
        Ok(lapsed)
    }

    async fn insert_renewal_attempt(&mut self, attempt: &RenewalAttempt) -> Result<(), StoreError> {
        self.billing()?.renewal_attempts.push(attempt.clone());
        Ok(())
    }

    async fn delete_renewal_attempts(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let tables = self.billing()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut deleted = 0;
        tables.renewal_attempts.retain(|attempt| {
            let is_kept = attempt.at >= before || deleted == limit;
            deleted += usize::from(!is_kept);
            is_kept
        });
        let before_all = tables.renewals.len();
        tables
            .renewals
            .retain(|_, known| known.status == RenewalStatus::Waiting || known.ends >= before);
        let done = before_all - tables.renewals.len();
        Ok(u64::try_from(deleted + done).unwrap_or(u64::MAX))
    }
}
