/// What becomes of a column that may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It becomes empty.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T: Clone> Edit<T> {
    /// Writes it into the column.
    pub fn apply(&self, column: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *column = None,
            Self::Set(value) => *column = Some(value.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_kept_emptied_or_filled() {
        for (edit, expected) in [
            (Edit::Keep, Some(1)),
            (Edit::Clear, None),
            (Edit::Set(2), Some(2)),
        ] {
            let mut column = Some(1);
            edit.apply(&mut column);
            assert_eq!(column, expected);
        }
    }
}
