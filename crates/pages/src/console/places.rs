//! The order that operators give rows, one step at a time.

/// The rows with this one a place nearer to the first.
pub(crate) fn moved_up<Id: PartialEq>(mut ids: Vec<Id>, id: Id) -> Vec<Id> {
    let place = ids.iter().position(|known| *known == id);
    if let Some(place) = place.filter(|place| *place > 0) {
        ids.swap(place, place - 1);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::moved_up;

    #[test]
    fn a_row_changes_places_with_the_one_before_it() {
        assert_eq!(moved_up(vec![1, 2, 3], 3), [1, 3, 2]);
        assert_eq!(moved_up(vec![1, 2, 3], 1), [1, 2, 3]);
        assert_eq!(moved_up(vec![1, 2, 3], 9), [1, 2, 3]);
    }
}
