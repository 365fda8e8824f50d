//! Lists that are read whole, because they are short: which rows of them the address asks for.

use std::cmp::Ordering;

use ferroboard_listing::Found;

use crate::list::{ListQuery, Row};

/// By what rows are sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

/// A row with what it is found and sorted by.
pub(crate) struct Item {
    /// The row.
    pub(crate) row: Row,
    /// What it is sorted by, for each column.
    pub(crate) keys: Vec<(&'static str, Key)>,
    /// In which words one looks for it.
    pub(crate) words: String,
    /// What it is in columns with choices.
    pub(crate) marks: Vec<(&'static str, String)>,
}

/// The column in which one looks for words.
pub(crate) const WORDS: &str = "words";

impl Item {
    fn key(&self, column: &str) -> Option<&Key> {
        let found = self.keys.iter().find(|(known, _)| *known == column);
        found.map(|(_, key)| key)
    }

    /// Whether it is what the address asks for.
    fn matches(&self, list: &ListQuery) -> bool {
        let words = list.filter(WORDS).to_lowercase();
        let has_words = words.is_empty() || self.words.to_lowercase().contains(&words);
        let mut marks = self.marks.iter();
        has_words
            && marks.all(|(column, mark)| {
                let wanted = list.filter(column);
                wanted.is_empty() || wanted == mark
            })
    }
}

/// The page that the address asks for. Without an order of its own it has that of the items.
pub(crate) fn found(list: &ListQuery, items: Vec<Item>) -> Found<Row> {
    let matching = items.into_iter().filter(|item| item.matches(list));
    let mut items: Vec<Item> = matching.collect();
    if let Some(column) = sorted_by(list, &items) {
        let is_descending = list.order_of(column) == Some("descending");
        items.sort_by(|left, right| {
            let order = left.key(column).cmp(&right.key(column));
            if is_descending {
                order.reverse()
            } else {
                order
            }
        });
    }
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let rows = if list.is_csv() {
        i64::MAX
    } else {
        list.asked().rows.unwrap_or(1).clamp(1, 1_000)
    };
    let before = (list.number() - 1).saturating_mul(rows);
    let skipped = usize::try_from(before).unwrap_or(usize::MAX);
    let taken = usize::try_from(rows).unwrap_or(usize::MAX);
    let page = items.into_iter().skip(skipped).take(taken);
    Found {
        rows: page.map(|item| item.row).collect(),
        total,
    }
}

fn sorted_by(list: &ListQuery, items: &[Item]) -> Option<&'static str> {
    let columns = items.first()?.keys.iter().map(|(column, _)| *column);
    let mut columns = columns.filter(|column| list.order_of(column).is_some());
    columns.next()
}

/// Where the neighbour of the thing with this number is, one place up or down.
pub(crate) fn moved<T: PartialEq>(mut order: Vec<T>, what: &T, way: Ordering) -> Option<Vec<T>> {
    let place = order.iter().position(|known| known == what)?;
    let other = match way {
        Ordering::Less => place.checked_sub(1)?,
        Ordering::Equal => place,
        Ordering::Greater => place.checked_add(1)?,
    };
    if other >= order.len() {
        return None;
    }
    order.swap(place, other);
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Item> {
        [(1, "beta", "a"), (2, "Alpha", "b"), (3, "gamma", "a")]
            .map(|(id, name, kind)| Item {
                row: Row {
                    key: id.to_string(),
                    cells: Vec::new(),
                },
                keys: vec![
                    ("id", Key::Number(id)),
                    ("name", Key::Text(name.to_lowercase())),
                ],
                words: name.to_owned(),
                marks: vec![("kind", kind.to_owned())],
            })
            .into()
    }

    fn keys(query: &str) -> Vec<String> {
        let list = ListQuery::read("/x", query);
        let rows = found(&list, items()).rows.into_iter();
        rows.map(|row| row.key).collect()
    }

    #[test]
    fn the_address_says_which_rows_are_shown() {
        for (query, expected) in [
            ("", vec!["1", "2", "3"]),
            ("sort=name", vec!["2", "1", "3"]),
            ("sort=-id", vec!["3", "2", "1"]),
            ("sort=odd", vec!["1", "2", "3"]),
            ("f.words=ALPH", vec!["2"]),
            ("f.kind=a&sort=-name", vec!["3", "1"]),
            ("rows=2&page=2", vec!["3"]),
            ("rows=2&page=9", vec![]),
        ] {
            assert_eq!(keys(query), expected, "{query}");
        }
        let list = ListQuery::read("/x", "f.kind=a&rows=1");
        assert_eq!(found(&list, items()).total, 2);
    }

    #[test]
    fn a_table_for_spreadsheets_has_every_row() {
        let items = (1..=1_200).map(|id| Item {
            row: Row {
                key: id.to_string(),
                cells: Vec::new(),
            },
            keys: vec![("id", Key::Number(id))],
            words: String::new(),
            marks: Vec::new(),
        });
        let list = ListQuery::read("/x", "format=csv&page=2&rows=20");
        assert_eq!(found(&list, items.collect()).rows.len(), 1_200);
    }

    #[test]
    fn neighbours_change_places() {
        let moved = |what, way| moved(vec![1, 2, 3], &what, way);
        assert_eq!(moved(2, Ordering::Less), Some(vec![2, 1, 3]));
        assert_eq!(moved(2, Ordering::Greater), Some(vec![1, 3, 2]));
        assert_eq!(moved(1, Ordering::Less), None);
        assert_eq!(moved(3, Ordering::Greater), None);
        assert_eq!(moved(4, Ordering::Less), None);
    }
}
