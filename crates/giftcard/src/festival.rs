use ferroboard_kernel::{Decimal, UnixSeconds};

use crate::GiftCardError;
use crate::stored::Object;

/// A time during which cards give more (the column `special_config`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Festival {
    /// When it begins.
    pub start: UnixSeconds,
    /// When it ends; at this moment it still is.
    pub end: UnixSeconds,
    /// How many times the usual amounts.
    pub bonus: Decimal,
}

impl Festival {
    /// The largest multiplier that the records hold.
    pub const LARGEST_BONUS: Decimal = Decimal::new(99_900);

    /// The festival, where begin, end and bonus are given.
    pub(crate) fn read(members: &Object) -> Result<Option<Self>, GiftCardError> {
        let start = members.integer("start_time")?;
        let end = members.integer("end_time")?;
        let bonus = members.decimal("festival_bonus")?;
        Ok(match (start, end, bonus) {
            (Some(start), Some(end), Some(bonus)) => Some(Self {
                start: UnixSeconds::new(start),
                end: UnixSeconds::new(end),
                bonus,
            }),
            _ => None,
        })
    }

    /// By how much amounts are multiplied at this moment: 1 outside, and never less.
    pub fn multiplier(festival: Option<Self>, now: UnixSeconds) -> Decimal {
        festival
            .filter(|festival| (festival.start..=festival.end).contains(&now))
            .map_or(Decimal::ONE, |festival| {
                festival.bonus.clamp(Decimal::ONE, Self::LARGEST_BONUS)
            })
    }

    /// The multiplier as it is recorded: with two decimals, rounded half up.
    pub fn recorded(multiplier: Decimal) -> Decimal {
        Decimal::new(multiplier.ten_thousandths().saturating_add(50) / 100 * 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn festival(json: &str) -> Option<Festival> {
        Festival::read(&Object::read(Some(json)).unwrap()).unwrap()
    }

    #[test]
    fn it_lasts_from_its_first_second_to_its_last() {
        let festival = festival(r#"{"start_time":100,"end_time":"200","festival_bonus":1.5}"#);
        for (now, multiplier) in [(99, "1"), (100, "1.5"), (200, "1.5"), (201, "1")] {
            let found = Festival::multiplier(festival, UnixSeconds::new(now));
            assert_eq!(found.to_string(), multiplier, "{now}");
        }
    }

    #[test]
    fn it_never_takes_away_and_never_exceeds_the_records() {
        for (bonus, multiplier) in [("0.5", "1"), ("1", "1"), ("9.99", "9.99"), ("50", "9.99")] {
            let json = format!(r#"{{"start_time":0,"end_time":9,"festival_bonus":{bonus}}}"#);
            let found = Festival::multiplier(festival(&json), UnixSeconds::new(5));
            assert_eq!(found.to_string(), multiplier, "{bonus}");
        }
        for (applied, recorded) in [("1.5", "1.5"), ("1.125", "1.13"), ("9.99", "9.99")] {
            let recorded_as = Festival::recorded(Decimal::parse(applied).unwrap());
            assert_eq!(recorded_as.to_string(), recorded);
        }
        for partial in [
            r#"{"festival_bonus":2}"#,
            r#"{"start_time":0,"end_time":9}"#,
            r#"{"start_time":0,"festival_bonus":2}"#,
            "{}",
        ] {
            assert_eq!(festival(partial), None, "{partial}");
        }
    }
}
