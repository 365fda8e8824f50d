/// A decimal number held exactly, in ten-thousandths: 1.5 is `15000`. Digits behind the fourth are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Decimal(i64);

/// Ten-thousandths in one.
const SCALE: i64 = 10_000;
/// Digits behind the point.
const PLACES: usize = 4;

impl Decimal {
    /// 1.
    pub const ONE: Self = Self(SCALE);

    /// This many ten-thousandths.
    pub const fn new(ten_thousandths: i64) -> Self {
        Self(ten_thousandths)
    }

    /// Reads `12`, `-12.5`, `.5` or `12.`; `None` for any other text and for what does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let kept = fraction.get(..PLACES).unwrap_or(fraction);
        let magnitude: i64 = format!("{whole}{kept:0<PLACES$}").parse().ok()?;
        Some(Self(if negative { -magnitude } else { magnitude }))
    }

    /// The number times ten thousand.
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// The number, when it has no fraction.
    pub const fn whole(self) -> Option<i64> {
        if self.0 % SCALE == 0 {
            Some(self.0 / SCALE)
        } else {
            None
        }
    }

    /// The number times a hundred, halves rounded away from zero.
    pub const fn hundredths(self) -> i64 {
        const STEP: i64 = SCALE / 100;
        let rounding = if self.0 < 0 { -STEP / 2 } else { STEP / 2 };
        self.0.saturating_add(rounding) / STEP
    }

    /// The number without its fraction, towards zero.
    pub const fn truncated(self) -> i64 {
        self.0 / SCALE
    }

    /// So many times the amount, without its fraction, towards zero; `None` where that does not fit.
    pub fn times(self, amount: i64) -> Option<i64> {
        let product = i128::from(self.0) * i128::from(amount);
        i64::try_from(product / i128::from(SCALE)).ok()
    }
}

impl std::fmt::Display for Decimal {
    /// As short as it can be written: `10`, `12.5`, `-0.0001`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let scale = SCALE.unsigned_abs();
        let (whole, fraction) = (self.0.unsigned_abs() / scale, self.0.unsigned_abs() % scale);
        if fraction == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let digits = format!("{fraction:0>PLACES$}");
            write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_and_written_shortly() {
        for (text, ten_thousandths, shown) in [
            ("0", 0, "0"),
            ("10", 100_000, "10"),
            ("+10.0", 100_000, "10"),
            ("1.5", 15_000, "1.5"),
            (".5", 5_000, "0.5"),
            ("12.", 120_000, "12"),
            ("-0.0001", -1, "-0.0001"),
            ("0.123456", 1_234, "0.1234"),
        ] {
            let decimal = Decimal::parse(text).unwrap();
            assert_eq!(decimal.ten_thousandths(), ten_thousandths, "{text}");
            assert_eq!(decimal.to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in [
            "",
            ".",
            "-",
            "1e3",
            "1,5",
            " 1",
            "１",
            "0x1",
            "--1",
            "1.-5",
            "9999999999999999",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn products_are_exact_and_cut_towards_zero() {
        for (factor, amount, product) in [
            ("1.1", 100, Some(110)),
            ("1.5", 999, Some(1_498)),
            ("0.2", 4, Some(0)),
            ("0.2", 999, Some(199)),
            ("1.5", -3, Some(-4)),
            ("0", i64::MAX, Some(0)),
            ("1", i64::MIN, Some(i64::MIN)),
            ("1.0001", i64::MAX, None),
        ] {
            let factor = Decimal::parse(factor).unwrap();
            assert_eq!(factor.times(amount), product, "{factor} times {amount}");
        }
    }

    #[test]
    fn a_fraction_is_noticed() {
        assert_eq!(Decimal::new(20_000).whole(), Some(2));
        assert_eq!(Decimal::new(20_001).whole(), None);
        assert_eq!(Decimal::new(-15_000).truncated(), -1);
        for (ten_thousandths, hundredths) in
            [(15_000, 150), (1_250, 13), (1_249, 12), (-1_250, -13)]
        {
            let decimal = Decimal::new(ten_thousandths);
            assert_eq!(decimal.hundredths(), hundredths);
        }
    }
}
