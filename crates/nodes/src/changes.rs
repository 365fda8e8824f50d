use std::cmp::Ordering;

use ferroboard_kernel::UserId;

use crate::NodeUser;

/// What makes one list of users into another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserChanges {
    /// Who is new, or is another than before.
    pub added: Vec<NodeUser>,
    /// Who is gone.
    pub removed: Vec<UserId>,
}

impl UserChanges {
    /// From one list to the other, both by number.
    pub fn between(before: &[NodeUser], after: &[NodeUser]) -> Self {
        let mut changes = Self::default();
        let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return changes,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(before), Some(after)) => before.id.cmp(&after.id),
            };
            let gone = if order.is_le() { old.next() } else { None };
            let come = if order.is_ge() { new.next() } else { None };
            match (gone, come) {
                (Some(gone), None) => changes.removed.push(gone.id),
                (gone, Some(come)) if gone != Some(come) => changes.added.push(come.clone()),
                _ => {}
            }
        }
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
            let changes = UserChanges::between(&list(&before), &list(&after));
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
            let changes = UserChanges::between(&old, &new);
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
