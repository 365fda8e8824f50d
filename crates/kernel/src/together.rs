//! Traits that are nothing but others.

/// Declares a trait that is nothing but others together: what has all of them has it, sized or not. So a
/// transaction hands out its repositories, each of them named once.
///
/// ```
/// use std::fmt::{Debug, Display};
///
/// ferroboard_kernel::together! {
///     /// What can be shown to everybody.
///     pub trait Shown: Debug + Display
/// }
///
/// fn both(shown: &impl Shown) -> String {
///     format!("{shown} {shown:?}")
/// }
/// assert_eq!(both(&"a"), "a \"a\"");
/// ```
#[macro_export]
macro_rules! together {
    ($(#[$about:meta])* $visible:vis trait $name:ident: $first:ident $(+ $more:ident)*) => {
        $(#[$about])*
        $visible trait $name: $first $(+ $more)* {}

        impl<T: $first $(+ $more)* + ?Sized> $name for T {}
    };
}
