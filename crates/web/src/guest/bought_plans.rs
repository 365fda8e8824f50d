//! The plans of orders, as they are written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ferroboard_application::{KnownPlans, Wording};
use ferroboard_kernel::PlanId;
use serde_json::value::{RawValue, to_raw_value};

use super::plans::{PlanItem, PlanTexts};

/// Plans by their numbers, each as JSON.
pub(crate) type WrittenPlans = HashMap<PlanId, Box<RawValue>>;

/// What was written of the plans known last: a list of orders repeats a plan for each of them, and everybody's
/// orders are of the same few.
#[derive(Default)]
pub(crate) struct BoughtPlans(Mutex<Option<Known>>);

struct Known {
    plans: Arc<KnownPlans>,
    written: Vec<(Wording, Arc<WrittenPlans>)>,
}

impl BoughtPlans {
    /// The plans in these words; they are written once for all who ask for the same ones.
    pub(crate) fn written(&self, plans: &Arc<KnownPlans>, texts: PlanTexts) -> Arc<WrittenPlans> {
        let wording = texts.wording();
        if let Some(written) = self.find(plans, wording) {
            return written;
        }
        let write = |(id, plan): (&PlanId, &_)| {
            let item = PlanItem::new(Clone::clone(plan), texts);
            Some((*id, to_raw_value(&item).ok()?))
        };
        let written: Arc<WrittenPlans> = Arc::new(plans.iter().filter_map(write).collect());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match &mut *known {
            Some(known) if Arc::ptr_eq(&known.plans, plans) => known,
            other => other.insert(Known {
                plans: Arc::clone(plans),
                written: Vec::new(),
            }),
        };
        // Perhaps somebody else has written them too: one of both is found.
        known.written.push((wording, Arc::clone(&written)));
        written
    }

    fn find(&self, plans: &Arc<KnownPlans>, wording: Wording) -> Option<Arc<WrittenPlans>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.as_ref();
        let known = known.filter(|known| Arc::ptr_eq(&known.plans, plans))?;
        let mut written = known.written.iter();
        let (_, found) = written.find(|(known, _)| *known == wording)?;
        Some(Arc::clone(found))
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_billing::testing::a_plan;
    use ferroboard_billing::{Plan, ResetMethod};

    use super::*;
    use crate::answer::messages::Locale;

    fn known(content: &str) -> Arc<KnownPlans> {
        let plan = Plan {
            content: Some(content.to_owned()),
            ..a_plan(1)
        };
        Arc::new([(plan.id, plan)].into())
    }

    const ENGLISH: PlanTexts = PlanTexts {
        locale: Locale::EnUs,
        reset_method: ResetMethod::Monthly,
    };

    #[test]
    fn plans_are_written_once_for_each_wording_until_they_change() {
        let bought = BoughtPlans::default();
        let text = |written: &WrittenPlans| written.values().next().unwrap().get().to_owned();
        let first = known("{{reset_method}}");
        let english = bought.written(&first, ENGLISH);
        assert!(text(&english).contains(r#""content":"Monthly""#));
        assert!(Arc::ptr_eq(&english, &bought.written(&first, ENGLISH)));
        let chinese = PlanTexts {
            locale: Locale::ZhCn,
            ..ENGLISH
        };
        assert_ne!(text(&english), text(&bought.written(&first, chinese)));
        assert!(Arc::ptr_eq(&english, &bought.written(&first, ENGLISH)));
        let changed = bought.written(&known("changed"), ENGLISH);
        assert!(text(&changed).contains(r#""content":"changed""#));
    }
}
