//! Amounts of traffic as people read them.

const UNITS: [(i64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];

/// In the greatest unit of which it is more than one: `1.5 GB`, `1024 MB`; nothing below zero.
pub(crate) fn shown(bytes: i64) -> String {
    if bytes < 0 {
        return "0".to_owned();
    }
    let unit = UNITS.iter().find(|(size, _)| bytes > *size);
    let (size, name) = unit.copied().unwrap_or((1, "B"));
    format!("{} {name}", Hundredths::of(bytes, size))
}

/// A number with at most two digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hundredths(i128);

impl Hundredths {
    /// GB, rounded half away from zero.
    pub(crate) fn gigabytes(bytes: i64) -> Self {
        Self::of(bytes, 1 << 30)
    }

    fn of(bytes: i64, unit: i64) -> Self {
        let (scaled, unit) = (i128::from(bytes) * 100, i128::from(unit));
        let rounded = (scaled.abs() + unit / 2) / unit;
        Self(if scaled < 0 { -rounded } else { rounded })
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::fmt::Display for Hundredths {
    /// Without zeros at the end: `10`, `1.5`, `-0.25`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            rest if rest % 10 == 0 => write!(f, "{sign}{whole}.{}", rest / 10),
            rest => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_take_the_unit_of_which_they_are_more_than_one() {
        for (bytes, expected) in [
            (-1, "0"),
            (0, "0 B"),
            (1, "1 B"),
            (1024, "1024 B"),
            (1025, "1 KB"),
            (1536, "1.5 KB"),
            (1 << 20, "1024 KB"),
            ((1 << 20) + 1, "1 MB"),
            (1 << 30, "1024 MB"),
            (3 << 29, "1.5 GB"),
            (1_342_177_280, "1.25 GB"),
            (1_084_479_243, "1.01 GB"),
            (90 << 30, "90 GB"),
            (i64::MAX, "8589934592 GB"),
        ] {
            assert_eq!(shown(bytes), expected, "{bytes}");
        }
    }

    #[test]
    fn gigabytes_are_rounded_half_away_from_zero() {
        for (bytes, expected) in [
            (0, "0"),
            (5_368_709, "0"),
            (5_368_710, "0.01"),
            (107_374_182, "0.1"),
            (-1_610_612_736, "-1.5"),
            (-107_374_182, "-0.1"),
        ] {
            assert_eq!(
                Hundredths::gigabytes(bytes).to_string(),
                expected,
                "{bytes}"
            );
        }
        let less = Hundredths::gigabytes(1 << 30).minus(Hundredths::gigabytes(3 << 29));
        assert_eq!(less.to_string(), "-0.5");
    }
}
