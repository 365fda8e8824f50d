use chrono::{Datelike as _, NaiveDate};
use zeroize::Zeroizing;

/// An identity number of 18 characters. It is overwritten when it is dropped, and its `Debug` form
/// hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber(Zeroizing<String>);

/// Why a text is no identity number that the panel accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberRefused {
    /// It is not made of 17 digits and a digit or X, its province is none, its birth date is none
    /// or impossible, or its sequence is 000.
    #[error("not an identity number")]
    Malformed,
    /// The check digit is wrong, and the policy is strict.
    #[error("the check digit is wrong")]
    ChecksumWrong,
    /// The person is younger than the policy asks for.
    #[error("the person is too young")]
    TooYoung,
}

/// What the sequence of a number tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// An even sequence.
    Female,
    /// An odd sequence.
    Male,
}

const LENGTH: usize = 18;
/// The first two digits of the provinces.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71",
    "81", "82",
];
/// A province of its own since 2018: residence permits of Taiwan.
const TAIWAN_PERMIT: &str = "83";
/// GB 11643-1999, which takes ISO 7064 MOD 11-2.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
const EARLIEST_YEAR: i32 = 1900;
const OLDEST_AGE: i32 = 130;

impl IdentityNumber {
    /// Takes a number as it was typed: blanks are removed, letters become large, full-width
    /// characters narrow. `today` is the day in the panel's zone. The check digit is not judged.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, NumberRefused> {
        let mut number = Zeroizing::new(String::with_capacity(text.len()));
        let typed = text.chars().filter(|character| !character.is_whitespace());
        number.extend(typed.map(narrowed));
        let number = Self(number);
        if number.is_well_formed(today) {
            Ok(number)
        } else {
            Err(NumberRefused::Malformed)
        }
    }

    /// Takes a number that was accepted once.
    pub fn stored(number: Zeroizing<String>) -> Self {
        Self(number)
    }

    fn is_well_formed(&self, today: NaiveDate) -> bool {
        let text = self.0.as_str();
        let has_shape = text.len() == LENGTH
            && text
                .bytes()
                .take(LENGTH - 1)
                .all(|byte| byte.is_ascii_digit())
            && text.ends_with(|last: char| last.is_ascii_digit() || last == 'X');
        let province = text.get(..2).unwrap_or_default();
        has_shape
            && (PROVINCES.contains(&province) || province == TAIWAN_PERMIT)
            && self.sequence() != Some(0)
            && self.birth_date().is_some_and(|born| {
                born.year() >= EARLIEST_YEAR && born <= today && years(born, today) <= OLDEST_AGE
            })
    }

    /// The number itself. Only a cipher, and the audited reveal, need it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the last character is the one that the others ask for.
    pub fn checksum_is_valid(&self) -> bool {
        let digits = self.0.chars().zip(WEIGHTS);
        let sum: Option<u32> = digits
            .map(|(digit, weight)| Some(digit.to_digit(10)? * weight))
            .sum();
        let place = sum.and_then(|sum| usize::try_from(sum % 11).ok());
        let expected = place.and_then(|place| CHECK_CHARACTERS.get(place).copied());
        self.0.chars().count() == LENGTH && expected == self.0.chars().last()
    }

    /// The birth date in the number; `None` if there is no such day.
    pub fn birth_date(&self) -> Option<NaiveDate> {
        let part = |from, to| self.0.get(from..to)?.parse::<u32>().ok();
        let year = i32::try_from(part(6, 10)?).ok()?;
        NaiveDate::from_ymd_opt(year, part(10, 12)?, part(12, 14)?)
    }

    /// Whole years between birth and `today`.
    pub fn age(&self, today: NaiveDate) -> Option<i32> {
        self.birth_date().map(|born| years(born, today))
    }

    /// What the sequence tells about the person.
    pub fn sex(&self) -> Option<Sex> {
        self.sequence().map(|sequence| {
            if sequence % 2 == 0 {
                Sex::Female
            } else {
                Sex::Male
            }
        })
    }

    fn sequence(&self) -> Option<u16> {
        self.0.get(14..17)?.parse().ok()
    }

    /// The first three and the last four characters, the rest hidden.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        let shown = |place: usize| place < 3 || place + 4 >= count;
        let characters = self.0.chars().enumerate();
        characters
            .map(|(place, character)| if shown(place) { character } else { '*' })
            .collect()
    }
}

impl std::fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityNumber(…)")
    }
}

/// The ASCII form of a full-width character, in upper case.
fn narrowed(character: char) -> char {
    let code = u32::from(character);
    let narrow = match code {
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0),
        _ => None,
    };
    narrow.unwrap_or(character).to_ascii_uppercase()
}

fn years(born: NaiveDate, today: NaiveDate) -> i32 {
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i32::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, 3).unwrap()
    }

    fn parse(text: &str) -> Result<IdentityNumber, NumberRefused> {
        IdentityNumber::parse(text, today())
    }

    #[test]
    fn the_check_digit_is_the_standards() {
        for (number, valid) in [
            ("11010519491231002X", true),
            ("110101199001011237", true),
            ("110101199001011234", false),
            ("110105194912310021", false),
        ] {
            assert_eq!(
                parse(number).unwrap().checksum_is_valid(),
                valid,
                "{number}"
            );
        }
        let broken = IdentityNumber::stored(Zeroizing::new("11".to_owned()));
        assert!(!broken.checksum_is_valid());
        assert_eq!(broken.birth_date(), None);
        assert_eq!(broken.sex(), None);
    }

    #[test]
    fn numbers_are_normalised() {
        for typed in [
            "11010519491231002x",
            " 110105 19491231 002X\u{3000}",
            "１１０１０５１９４９１２３１００２Ｘ",
            "１１０１０５１９４９１２３１００２ｘ",
        ] {
            assert_eq!(
                parse(typed).unwrap().expose(),
                "11010519491231002X",
                "{typed}"
            );
        }
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "",
            "1101051949123100",
            "110105491231002",
            "11010519491231002",
            "11010519491231002XX",
            "1101051949123100AX",
            "X10105194912310021",
            "110105194912310020\0",
            "110101199002301238",
            "110101199013011238",
            "991010199001011237",
            "101010199001011237",
            "110101189912311237",
            "110101202605041237",
            "110101199001010007",
            "١١٠١٠١١٩٩٠٠١٠١١٢٣٧",
            "11010119900101123字",
        ] {
            assert_eq!(parse(text), Err(NumberRefused::Malformed), "{text:?}");
        }
        assert!(parse("110101202605031237").is_ok(), "born today");
        assert!(parse("830101199001011237").is_ok());
        // 1900 was no leap year, and nobody is older than 130.
        assert!(parse("110101190002291237").is_err());
        assert!(parse("110101190002281237").is_ok());
        let later = NaiveDate::from_ymd_opt(2031, 3, 1).unwrap();
        assert!(IdentityNumber::parse("110101190002281237", later).is_err());
    }

    #[test]
    fn a_number_tells_age_and_sex() {
        let number = parse("110101199005031237").unwrap();
        assert_eq!(number.age(today()), Some(36));
        assert_eq!(number.age(today().pred_opt().unwrap()), Some(35));
        assert_eq!(number.sex(), Some(Sex::Male));
        assert_eq!(
            parse("110101199005031247").unwrap().sex(),
            Some(Sex::Female)
        );
    }

    #[test]
    fn masks_show_three_and_four() {
        let number = parse("110101199001011234").unwrap();
        assert_eq!(number.masked(), "110***********1234");
        assert!(!format!("{number:?}").contains("1990"));
    }

    proptest::proptest! {
        #[test]
        fn one_changed_digit_breaks_the_checksum(place in 0_usize..17, other in 0_u8..10) {
            let mut changed = String::from("110101199001011237").into_bytes();
            let digit = b'0' + other;
            proptest::prop_assume!(changed[place] != digit);
            changed[place] = digit;
            let text = Zeroizing::new(String::from_utf8(changed).unwrap());
            proptest::prop_assert!(!IdentityNumber::stored(text).checksum_is_valid());
        }

        #[test]
        fn whatever_is_typed_is_judged(text in ".{0,24}") {
            if let Ok(number) = parse(&text) {
                proptest::prop_assert_eq!(number.expose().len(), LENGTH);
            }
        }
    }
}
