//! Language and appearance.

use crate::cookies::Kind;
use crate::failure::PageResult;
use crate::flash::go;
use crate::form::Form;
use crate::lang::Lang;
use crate::visitor::{Theme, Visitor};

/// A year, in seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// Keeps what the visitor likes, in cookies, and leads back. What is no language or theme changes nothing.
pub(super) async fn save(visitor: Visitor, form: Form) -> PageResult {
    let mut response = go(form.text("back"));
    if let Some(lang) = Lang::tagged(form.text("lang")) {
        Kind::Lang.set(&mut response, visitor.is_secure(), lang.tag(), Some(YEAR));
    }
    if let Some(theme) = Theme::named(form.text("theme")) {
        Kind::Theme.set(&mut response, visitor.is_secure(), theme.name(), Some(YEAR));
    }
    Ok(response)
}
