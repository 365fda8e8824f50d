//! Decimals in answers.

use ferroboard_kernel::Decimal;
use serde_json::Number;

/// A JSON number with the decimal's own digits.
pub(crate) fn number(decimal: Decimal) -> Option<Number> {
    decimal.to_string().parse().ok()
}
