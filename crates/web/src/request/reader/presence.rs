use super::complaints::Refused;

/// Whether a field must be there, and so whether its reader gets a value or perhaps one.
pub(crate) trait Presence {
    /// What is read of a field that holds a `T`.
    type Of<T>;

    /// The same once a rule has looked at the value, if there is one.
    fn turned<T, U>(
        of: Self::Of<T>,
        rule: impl FnOnce(T) -> Result<U, Refused>,
    ) -> Result<Self::Of<U>, Refused>;
}

/// The field must be there.
pub(crate) enum Needed {}

/// The field may be left out.
pub(crate) enum Optional {}

impl Presence for Needed {
    type Of<T> = T;

    fn turned<T, U>(of: T, rule: impl FnOnce(T) -> Result<U, Refused>) -> Result<U, Refused> {
        rule(of)
    }
}

impl Presence for Optional {
    type Of<T> = Option<T>;

    fn turned<T, U>(
        of: Option<T>,
        rule: impl FnOnce(T) -> Result<U, Refused>,
    ) -> Result<Option<U>, Refused> {
        of.map(rule).transpose()
    }
}
