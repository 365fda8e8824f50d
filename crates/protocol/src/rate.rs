//! By what a node's traffic is multiplied.

use ferroboard_kernel::{Decimal, UnixSeconds, Zone};
use serde_json::Value;

/// A rate for some hours of each day (`v2_server.rate_time_ranges`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRange {
    /// `HH:MM`, included.
    pub start: String,
    /// `HH:MM`, included.
    pub end: String,
    /// The rate between the two.
    pub rate: Decimal,
}

impl RateRange {
    /// The ranges of a column's text; what is no range is passed over.
    pub fn list_from_json(stored: Option<&str>) -> Vec<Self> {
        let parsed = stored.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let items = match parsed {
            Some(Value::Array(items)) => items,
            // How PHP writes a list with gaps.
            Some(Value::Object(members)) => members.into_iter().map(|(_, item)| item).collect(),
            _ => Vec::new(),
        };
        items.iter().filter_map(Self::from_value).collect()
    }

    /// As it stands in a list.
    pub fn to_json(&self) -> Value {
        let rate = serde_json::from_str::<Value>(&self.rate.to_string());
        serde_json::json!({"start": self.start, "end": self.end, "rate": rate.unwrap_or_default()})
    }

    fn from_value(given: &Value) -> Option<Self> {
        let text = |name: &str| given.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            start: text("start")?,
            end: text("end")?,
            rate: number(given.get("rate")?)?,
        })
    }

    fn holds(&self, clock: &str) -> bool {
        self.start.as_str() <= clock && clock <= self.end.as_str()
    }
}

/// The rate at this instant: that of the first range that the wall clock lies in, or else `base`.
/// A range that crosses midnight holds never: its start is behind its end.
pub fn current_rate(base: Decimal, ranges: &[RateRange], at: UnixSeconds, zone: Zone) -> Decimal {
    if ranges.is_empty() {
        return base;
    }
    let clock = zone.wall_clock(at).format("%H:%M").to_string();
    let range = ranges.iter().find(|range| range.holds(&clock));
    range.map_or(base, |range| range.rate)
}

fn number(given: &Value) -> Option<Decimal> {
    match given {
        Value::Number(number) => Decimal::parse(&number.to_string()),
        Value::String(text) => Decimal::parse(text.trim()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: &str = r#"[
        {"start":"06:00","end":"08:00","rate":"0.5"},
        {"start":"08:00","end":"12:30","rate":2},
        {"start":"22:00","end":"02:00","rate":9},
        {"start":"x"}, 5, {"start":"00:00","end":"23:59","rate":"much"}
    ]"#;

    #[test]
    fn the_first_range_that_holds_counts() {
        let ranges = RateRange::list_from_json(Some(STORED));
        assert_eq!(ranges.len(), 3);
        let base = Decimal::new(10_000);
        let zone = Zone::default();
        // 2024-01-01 00:00 in Shanghai.
        let midnight = 1_704_038_400;
        for (minutes, rate) in [
            (0, 10_000),
            (6 * 60 - 1, 10_000),
            (6 * 60, 5_000),
            (8 * 60, 5_000),
            (8 * 60 + 1, 20_000),
            (12 * 60 + 30, 20_000),
            (12 * 60 + 31, 10_000),
            (23 * 60, 10_000),
            (60, 10_000),
        ] {
            let at = UnixSeconds::new(midnight + minutes * 60 + 59);
            let found = current_rate(base, &ranges, at, zone);
            assert_eq!(found.ten_thousandths(), rate, "minute {minutes}");
        }
    }

    #[test]
    fn lists_of_other_shapes_hold_no_range() {
        for stored in [None, Some(""), Some("null"), Some("[]"), Some("{broken")] {
            assert!(RateRange::list_from_json(stored).is_empty());
        }
        let gapped = r#"{"1":{"start":"00:00","end":"23:59","rate":1.25}}"#;
        let ranges = RateRange::list_from_json(Some(gapped));
        assert_eq!(ranges.first().unwrap().rate, Decimal::new(12_500));
    }
}
