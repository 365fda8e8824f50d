use chrono::NaiveDate;
use zeroize::Zeroizing;

use crate::{IdentityNumber, PersonName, Plain, RealNamePolicy, Refused};

/// A name and a number as somebody typed them. They are overwritten when they are dropped, and the
/// `Debug` form hides them.
#[derive(Clone)]
pub struct Typed {
    name: Zeroizing<String>,
    number: Zeroizing<String>,
}

impl Typed {
    /// Takes the texts as they are.
    pub fn new(name: String, number: String) -> Self {
        Self {
            name: Zeroizing::new(name),
            number: Zeroizing::new(number),
        }
    }

    /// Judges both texts; `today` is the day in the panel's zone.
    pub fn judged(&self, today: NaiveDate, policy: &RealNamePolicy) -> Result<Plain, Refused> {
        let name = PersonName::parse(&self.name);
        let number = IdentityNumber::parse(&self.number, today).and_then(|number| {
            policy.admits(&number, today)?;
            Ok(number)
        });
        match (name, number) {
            (Ok(name), Ok(number)) => Ok(Plain { name, number }),
            (name, number) => Err(Refused {
                name: name.err(),
                number: number.err(),
            }),
        }
    }
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InvalidName, NumberRefused};

    #[test]
    fn each_field_is_refused_for_its_own_reason() {
        let today = NaiveDate::from_ymd_opt(2026, 5, 3).unwrap();
        let policy = RealNamePolicy {
            strict_checksum: true,
            ..RealNamePolicy::default()
        };
        let judged = |name: &str, number: &str| {
            Typed::new(name.to_owned(), number.to_owned()).judged(today, &policy)
        };
        let right = judged("张 三", "11010519491231002x").unwrap();
        assert_eq!(right.name.expose(), "张三");
        assert_eq!(right.number.expose(), "11010519491231002X");
        for (name, number, expected_name, expected_number) in [
            ("三", "11010519491231002X", Some(InvalidName), None),
            ("张三", "1", None, Some(NumberRefused::Malformed)),
            (
                "张三",
                "110101199001011234",
                None,
                Some(NumberRefused::ChecksumWrong),
            ),
            ("x", "", Some(InvalidName), Some(NumberRefused::Malformed)),
        ] {
            let refused = judged(name, number).unwrap_err();
            assert_eq!(
                (refused.name, refused.number),
                (expected_name, expected_number)
            );
        }
        let shown = format!("{:?}", Typed::new("张三".into(), "110101".into()));
        assert!(
            !shown.contains('张') && !shown.contains("110101"),
            "{shown}"
        );
    }
}
