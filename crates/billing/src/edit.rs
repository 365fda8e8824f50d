/// What becomes of something that may be nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// Nothing is said of it.
    #[default]
    Keep,
    /// It is nothing from now on.
    Clear,
    /// It is this.
    Set(T),
}

impl<T: Clone> Edit<T> {
    /// What it is afterwards, when it was `old`.
    pub fn over(&self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_speaks_of_stays() {
        assert_eq!(Edit::Keep.over(Some(1)), Some(1));
        assert_eq!(Edit::Clear.over(Some(1)), None);
        assert_eq!(Edit::Set(2).over(None), Some(2));
    }
}
