//! In which order rows are shown.

use std::collections::{BTreeMap, BTreeSet};

/// The order that somebody gives rows: each is named once, and at most so many are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order<Id>(Vec<Id>);

impl<Id: Copy + Ord> Order<Id> {
    /// The most rows.
    pub const MOST: usize = 1_000;

    /// The rows in this order; `None` for none at all, too many, or one that is named twice.
    pub fn new(ids: Vec<Id>) -> Option<Self> {
        let distinct: BTreeSet<Id> = ids.iter().copied().collect();
        let fits = !ids.is_empty() && ids.len() <= Self::MOST && distinct.len() == ids.len();
        fits.then_some(Self(ids))
    }

    /// The rows in their order.
    pub fn ids(&self) -> &[Id] {
        &self.0
    }

    /// Which rows get another place than `known` tells, counted from 1, with the place that they had;
    /// `None` where one of the rows is unknown.
    pub(crate) fn moves(&self, known: &[(Id, Option<i64>)]) -> Option<Vec<Move<Id>>> {
        let known: BTreeMap<Id, Option<i64>> = known.iter().copied().collect();
        let mut moves = Vec::new();
        for (id, to) in self.0.iter().zip(1..) {
            let from = *known.get(id)?;
            if from != Some(to) {
                moves.push(Move { id: *id, from, to });
            }
        }
        Some(moves)
    }
}

/// A row that gets another place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move<Id> {
    /// The row.
    pub id: Id,
    /// Its place until now, if it had one.
    pub from: Option<i64>,
    /// Its new place.
    pub to: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_each_row_once() {
        for (ids, fits) in [
            (vec![], false),
            (vec![3, 1, 2], true),
            (vec![3, 1, 3], false),
            ((0..1_000).collect(), true),
            ((0..1_001).collect(), false),
        ] {
            assert_eq!(Order::new(ids.clone()).is_some(), fits, "{}", ids.len());
        }
    }

    #[test]
    fn only_what_gets_another_place_moves() {
        let order = Order::new(vec![3, 1, 2]).unwrap();
        let known = [(1, Some(2)), (2, None), (3, Some(9))];
        let moves = order.moves(&known).unwrap();
        let moves: Vec<_> = moves.iter().map(|m| (m.id, m.from, m.to)).collect();
        assert_eq!(moves, [(3, Some(9), 1), (2, None, 3)]);
        assert_eq!(order.moves(&known[..2]), None);
    }
}
