//! What a part of an address names; anything that cannot name something is an unknown page.

use ferroboard_kernel::TradeNo;

use crate::failure::Failure;

/// The number of a row.
pub(super) fn row(part: &str) -> Result<i64, Failure> {
    let number = part.parse().ok().filter(|number| *number >= 1);
    number.ok_or(Failure::Unknown)
}

/// The number of an order.
pub(super) fn order(part: &str) -> Result<TradeNo, Failure> {
    TradeNo::parse(part).map_err(|_| Failure::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_nothing_is_unknown() {
        assert!(matches!(row("7"), Ok(7)));
        for part in ["", "0", "-1", "7x", "99999999999999999999"] {
            assert!(matches!(row(part), Err(Failure::Unknown)), "{part}");
        }
        assert!(order("2026112206165512345678901").is_ok());
        assert!(matches!(order("a b"), Err(Failure::Unknown)));
    }
}
