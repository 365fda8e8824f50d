//! What is on sale, as everybody sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ferroboard_billing::{Plan, ResetMethod};
use ferroboard_kernel::PlanId;

use crate::PlanView;

/// All plans by their numbers, on sale or not.
pub type KnownPlans = HashMap<PlanId, Plan>;

/// The plans on sale that have a place left, and their lists as they were written from them.
#[derive(Debug)]
pub struct OnSale {
    plans: Vec<PlanView>,
    written: Mutex<Vec<(Wording, Arc<[u8]>)>>,
}

/// What a list depends on beside its plans: a language by its name, and the site's rule for plans without one of
/// their own. There are few of both.
pub type Wording = (&'static str, ResetMethod);

impl OnSale {
    pub(super) fn new(plans: Vec<PlanView>) -> Self {
        Self {
            plans,
            written: Mutex::default(),
        }
    }

    /// The plans in their order.
    pub fn plans(&self) -> &[PlanView] {
        &self.plans
    }

    /// The list in these words; it is written once for all who ask for it.
    pub fn written(
        &self,
        wording: Wording,
        write: impl FnOnce(&[PlanView]) -> Vec<u8>,
    ) -> Arc<[u8]> {
        let known = || self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known()
            .iter()
            .find(|(known, _)| *known == wording)
            .map(|(_, list)| Arc::clone(list));
        found.unwrap_or_else(|| {
            let list: Arc<[u8]> = write(&self.plans).into();
            // Perhaps somebody else has written it too: one of both is found.
            known().push((wording, Arc::clone(&list)));
            list
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_once_for_each_wording() {
        let on_sale = OnSale::new(Vec::new());
        let write = |wording, text: &str| on_sale.written(wording, |_| text.as_bytes().to_vec());
        let english = ("en", ResetMethod::Monthly);
        assert_eq!(*write(english, "a"), *b"a");
        assert_eq!(*write(english, "b"), *b"a");
        assert_eq!(*write(("zh", ResetMethod::Monthly), "c"), *b"c");
        assert_eq!(*write(("en", ResetMethod::Never), "d"), *b"d");
    }
}
