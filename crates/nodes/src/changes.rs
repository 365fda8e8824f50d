use ferroboard_kernel::UserId;

use crate::user_set::differences;
use crate::{NodeUser, UserSet};

/// What makes one list of users into another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserChanges {
    /// Who is new, or is another than before.
    pub added: Vec<NodeUser>,
    /// Who is gone.
    pub removed: Vec<UserId>,
}

impl UserChanges {
    /// From these sets to those.
    pub fn between(before: &[UserSet], after: &[UserSet]) -> Self {
        let mut changes = Self::default();
        for (gone, come) in differences(before, after) {
            match (gone, come) {
                (_, Some(come)) => changes.added.push(come.into()),
                (Some(gone), None) => changes.removed.push(gone.id),
                (None, None) => {}
            }
        }
        changes
    }

    /// Whether there are any from these sets to those.
    pub fn exist_between(before: &[UserSet], after: &[UserSet]) -> bool {
        differences(before, after).next().is_some()
    }

    /// Whether the lists are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user((id, uuid): (&i64, &u8)) -> NodeUser {
        NodeUser {
            id: UserId::new(*id),
            uuid: uuid.to_string().into(),
            speed_limit: None,
            device_limit: None,
        }
    }

    fn set(users: &[NodeUser]) -> [UserSet; 1] {
        let mut set = UserSet::default();
        for user in users {
            set.insert(user, None);
        }
        [set]
    }

    fn between(before: &[NodeUser], after: &[NodeUser]) -> UserChanges {
        let (before, after) = (set(before), set(after));
        let changes = UserChanges::between(&before, &after);
        let exist = UserChanges::exist_between(&before, &after);
        assert_eq!(exist, !changes.is_empty());
        changes
    }

    fn numbers(changes: &UserChanges) -> (Vec<i64>, Vec<i64>) {
        let added = changes.added.iter().map(|user| user.id.get());
        let removed = changes.removed.iter().map(|id| id.get());
        (added.collect(), removed.collect())
    }

    #[test]
    fn who_came_changed_or_went() {
        let list = |users: &[(i64, u8)]| -> Vec<NodeUser> {
            users.iter().map(|(id, uuid)| user((id, uuid))).collect()
        };
        for (before, after, added, removed) in [
            (vec![], vec![], vec![], vec![]),
            (vec![(1, 1)], vec![(1, 1)], vec![], vec![]),
            (vec![(1, 1)], vec![(1, 2)], vec![1], vec![]),
            (vec![(1, 1), (3, 1)], vec![(2, 1), (3, 1)], vec![2], vec![1]),
            (vec![], vec![(1, 1), (2, 1)], vec![1, 2], vec![]),
            (vec![(1, 1), (2, 1)], vec![], vec![], vec![1, 2]),
        ] {
            let changes = between(&list(&before), &list(&after));
            assert_eq!(numbers(&changes), (added, removed), "{before:?} {after:?}");
            assert_eq!(changes.is_empty(), before == after);
        }
    }

    proptest! {
        #[test]
        fn changes_make_the_one_into_the_other(
            before in prop::collection::btree_map(0_i64..20, 0_u8..3, 0..12),
            after in prop::collection::btree_map(0_i64..20, 0_u8..3, 0..12),
        ) {
            let [old, new]: [Vec<_>; 2] = [&before, &after].map(|map| map.iter().map(user).collect());
            let changes = between(&old, &new);
            let mut known: std::collections::BTreeMap<_, _> =
                old.into_iter().map(|user| (user.id, user)).collect();
            for id in &changes.removed {
                prop_assert!(known.remove(id).is_some());
            }
            for user in changes.added {
                prop_assert!(known.insert(user.id, user.clone()) != Some(user));
            }
            prop_assert_eq!(known.into_values().collect::<Vec<_>>(), new);
        }
    }
}
