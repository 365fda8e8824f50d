//! Money as a person types it.

use ferroboard_kernel::{Cents, Decimal};

/// Reads an amount above zero in units of the currency, such as `12.50`; with at most two digits behind the
/// point.
pub(crate) fn typed_amount(text: &str) -> Option<Cents> {
    let typed = Decimal::parse(text.trim())?;
    // Four digits are kept of a fraction: more would be cut unseen.
    let fraction = text.trim().split_once('.').map_or("", |(_, digits)| digits);
    let cents = typed.ten_thousandths() / 100;
    (fraction.len() <= 2 && cents > 0).then(|| Cents::new(cents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_at_most_two_digits_behind_the_point() {
        for (text, cents) in [
            ("12.50", Some(1_250)),
            (" 12.5 ", Some(1_250)),
            ("12", Some(1_200)),
            (".5", Some(50)),
            ("0.01", Some(1)),
            ("28.99", Some(2_899)),
            ("0", None),
            ("0.00", None),
            ("0.001", None),
            ("12.505", None),
            ("12.50001", None),
            ("-1", None),
            ("1e3", None),
            ("1,50", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(typed_amount(text), cents.map(Cents::new), "{text:?}");
        }
    }
}
