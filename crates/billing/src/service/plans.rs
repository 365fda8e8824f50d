use std::collections::BTreeMap;

use ferroboard_kernel::{PlanId, UnixSeconds};

use crate::{BillingError, BillingTx, Plan, PlanTerms};

/// What administrators do with plans.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanService;

impl PlanService {
    /// Makes a plan, which nobody sees and nobody may buy yet.
    pub async fn create(
        self,
        tx: &mut dyn BillingTx,
        terms: &PlanTerms,
        at: UnixSeconds,
    ) -> Result<Plan, BillingError> {
        let plan = terms.plan(at);
        let id = tx.insert_plan(&plan).await?;
        Ok(Plan { id, ..plan })
    }

    /// Changes what is said about a plan; with `to_members` all who have it get its group, traffic and
    /// limits. The plan before and after, and how many users changed.
    ///
    /// # Errors
    ///
    /// [`BillingError::PlanMissing`].
    pub async fn change(
        self,
        tx: &mut dyn BillingTx,
        id: PlanId,
        terms: &PlanTerms,
        to_members: bool,
        at: UnixSeconds,
    ) -> Result<(Plan, Plan, u64), BillingError> {
        let mut members = 0;
        if to_members {
            // Users are locked before plans.
            let seen = tx.find_plan(id).await?;
            let seen = seen.ok_or(BillingError::PlanMissing)?;
            members += tx
                .update_plan_members(&terms.written_to(&seen, at), at)
                .await?;
        }
        let plan = tx.lock_plan(id).await?.ok_or(BillingError::PlanMissing)?;
        let changed = terms.written_to(&plan, at);
        if !tx.update_plan(&changed).await? {
            return Err(BillingError::PlanMissing);
        }
        if to_members {
            // Those who came while the plan was waited for; whoever comes later reads what is written now.
            members += tx.update_plan_members(&changed, at).await?;
        }
        Ok((plan, changed, members))
    }

    /// Gives plans the places in which they are named. The places before.
    ///
    /// # Errors
    ///
    /// [`BillingError::PlanMissing`] when one of them is.
    pub async fn sort(
        self,
        tx: &mut dyn BillingTx,
        plans: &[PlanId],
        at: UnixSeconds,
    ) -> Result<Vec<(PlanId, Option<i64>)>, BillingError> {
        let places = places(plans);
        let ids: Vec<PlanId> = places.iter().map(|(id, _)| *id).collect();
        let before = tx.list_plan_places(&ids).await?;
        if before.len() != ids.len() {
            return Err(BillingError::PlanMissing);
        }
        tx.update_plan_places(&places, at).await?;
        Ok(before)
    }
}

/// The place of each, from 1; of one that is named twice the last.
pub(super) fn places<T: Copy + Ord>(named: &[T]) -> Vec<(T, i64)> {
    let places: BTreeMap<T, i64> = named.iter().copied().zip(1..).collect();
    places.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_counts() {
        assert_eq!(places(&[3, 2, 1]), [(1, 3), (2, 2), (3, 1)]);
        assert_eq!(places(&[3, 3, 1, 3]), [(1, 3), (3, 4)]);
        assert_eq!(places::<i64>(&[]), []);
    }
}
