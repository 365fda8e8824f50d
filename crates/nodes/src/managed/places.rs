//! The order of nodes.

use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::NodeId;

/// Numbers of places are no higher, so that one can always be added on every database.
const HIGHEST: i64 = 1_000_000_000;

/// The numbers that nodes get when some of them are given places; only those that are new. Every node has
/// one afterwards, and no two have the same: those that were not named keep their order, and make room. Of
/// several places for one node the last counts.
pub fn placed(nodes: &[(NodeId, Option<i64>)], wanted: &[(NodeId, i64)]) -> Vec<(NodeId, i64)> {
    let before: BTreeMap<NodeId, Option<i64>> = nodes.iter().copied().collect();
    let named: BTreeMap<NodeId, (i64, usize)> = wanted
        .iter()
        .enumerate()
        .filter(|(_, (node, _))| before.contains_key(node))
        .map(|(index, (node, place))| (*node, ((*place).clamp(0, HIGHEST), index)))
        .collect();
    let mut in_order: Vec<((i64, usize), NodeId)> =
        named.iter().map(|(node, place)| (*place, *node)).collect();
    in_order.sort_unstable();
    let mut after: Vec<(NodeId, i64)> = Vec::new();
    let mut taken: BTreeSet<i64> = BTreeSet::new();
    let mut last = -1;
    for ((place, _), node) in in_order {
        last = place.max(last + 1);
        taken.insert(last);
        after.push((node, last));
    }
    let mut others: Vec<(bool, Option<i64>, NodeId)> = before
        .iter()
        .filter(|(node, _)| !named.contains_key(node))
        .map(|(node, place)| (place.is_none(), *place, *node))
        .collect();
    others.sort_unstable();
    let end = taken.last().copied().unwrap_or(-1);
    let mut last = -1;
    for (_, place, node) in others {
        let own = place.map_or(end.max(last) + 1, |place| place.clamp(0, HIGHEST));
        last = own.max(last + 1);
        while taken.contains(&last) {
            last += 1;
        }
        after.push((node, last));
    }
    after.retain(|(node, place)| before.get(node).copied().flatten() != Some(*place));
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(nodes: &[(i64, Option<i64>)], wanted: &[(i64, i64)]) -> Vec<(i64, i64)> {
        let nodes = nodes
            .iter()
            .map(|(node, place)| (NodeId::new(*node), *place));
        let nodes: Vec<_> = nodes.collect();
        let wanted = wanted
            .iter()
            .map(|(node, place)| (NodeId::new(*node), *place));
        let wanted: Vec<_> = wanted.collect();
        let mut places: BTreeMap<i64, Option<i64>> = nodes
            .iter()
            .map(|(node, place)| (node.get(), *place))
            .collect();
        for (node, place) in placed(&nodes, &wanted) {
            let before = places.insert(node.get(), Some(place));
            assert_ne!(before.flatten(), Some(place), "it is told what is new");
        }
        let places = places.into_iter();
        places.map(|(node, place)| (node, place.unwrap())).collect()
    }

    #[test]
    fn every_node_has_a_place_of_its_own() {
        let three = [(1, Some(1)), (2, Some(2)), (3, Some(3))];
        for (nodes, wanted, expected) in [
            (
                &three[..],
                &[(1, 9), (2, 8)][..],
                vec![(1, 9), (2, 8), (3, 3)],
            ),
            (
                &three,
                &[(3, 1), (1, 2), (2, 3)],
                vec![(1, 2), (2, 3), (3, 1)],
            ),
            // Those that are not named make room, and keep their order.
            (&three, &[(3, 1)], vec![(1, 2), (2, 3), (3, 1)]),
            (
                &three,
                &[(1, 5), (2, 5), (3, 5)],
                vec![(1, 5), (2, 6), (3, 7)],
            ),
            (
                &three,
                &[(1, 5), (1, 6), (99, 1)],
                vec![(1, 6), (2, 2), (3, 3)],
            ),
            (
                &[(1, None), (2, Some(4)), (3, Some(4)), (4, None)],
                &[(3, 1)],
                vec![(1, 5), (2, 4), (3, 1), (4, 6)],
            ),
            (&[(1, None), (2, None)], &[], vec![(1, 0), (2, 1)]),
            (
                &[(1, Some(-3)), (2, Some(i64::MAX))],
                &[],
                vec![(1, 0), (2, HIGHEST)],
            ),
        ] {
            assert_eq!(after(nodes, wanted), expected, "{wanted:?}");
        }
        assert_eq!(after(&[], &[(1, 1)]), vec![]);
    }
}
