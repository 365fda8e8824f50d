//! What nodes carried.

use std::collections::BTreeMap;

use ferroboard_kernel::{Decimal, UserId, lower_hex};
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256};

/// The most bytes that one entry of a report can mean: 64 TiB, what a link of 100 Gbit/s carries in
/// an hour and a half. More is a mistake.
const MOST: i64 = 1 << 46;

/// Bytes in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Bytes up.
    pub upload: i64,
    /// Bytes down.
    pub download: i64,
}

impl Traffic {
    /// Both sums; at the end of the range they stay there.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            upload: self.upload.saturating_add(other.upload),
            download: self.download.saturating_add(other.download),
        }
    }

    /// Up and down together.
    pub const fn total(self) -> i64 {
        self.upload.saturating_add(self.download)
    }

    /// Times the rate, halves rounded up: what the user pays with.
    #[must_use]
    pub fn charged(self, rate: Decimal) -> Self {
        self.times(rate, Self::HALF)
    }

    /// Times the rate, fractions cut: what statistics show.
    #[must_use]
    pub fn counted(self, rate: Decimal) -> Self {
        self.times(rate, 0)
    }

    const SCALE: i128 = 10_000;
    const HALF: i128 = Self::SCALE / 2;

    fn times(self, rate: Decimal, rounding: i128) -> Self {
        let rate = i128::from(rate.ten_thousandths().max(0));
        let times = |bytes: i64| {
            let exact = i128::from(bytes).saturating_mul(rate);
            let rounded = exact.saturating_add(rounding) / Self::SCALE;
            i64::try_from(rounded).unwrap_or(i64::MAX)
        };
        Self {
            upload: times(self.upload),
            download: times(self.download),
        }
    }
}

/// Pairs of accounts of one person: what either transfers counts against the quotas of both, and
/// appears in the statistics of the first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SharedQuotas {
    others: BTreeMap<UserId, UserId>,
    seconds: BTreeMap<UserId, UserId>,
}

impl SharedQuotas {
    /// The pairs, the account that has the statistics first.
    pub fn of(pairs: impl IntoIterator<Item = (UserId, UserId)>) -> Self {
        let mut shared = Self::default();
        for (first, second) in pairs {
            shared.others.extend([(first, second), (second, first)]);
            shared.seconds.insert(second, first);
        }
        shared
    }

    /// Pairs whose quotas are each one's own: only the statistics are those of the first.
    pub fn named_after(pairs: impl IntoIterator<Item = (UserId, UserId)>) -> Self {
        let seconds = pairs.into_iter().map(|(first, second)| (second, first));
        Self {
            others: BTreeMap::new(),
            seconds: seconds.collect(),
        }
    }

    /// What each quota is charged: the charges given, and those of the other account.
    pub fn charged(&self, charges: &[(UserId, Traffic)]) -> Vec<(UserId, Traffic)> {
        let both = charges.iter().flat_map(|(user, traffic)| {
            let other = self.others.get(user).map(|other| (*other, *traffic));
            std::iter::once((*user, *traffic)).chain(other)
        });
        summed(both)
    }

    /// In whose statistics each count appears.
    pub fn counted(&self, counts: &[(UserId, Traffic)]) -> Vec<(UserId, Traffic)> {
        let named = counts.iter().map(|(user, traffic)| {
            let first = self.seconds.get(user).unwrap_or(user);
            (*first, *traffic)
        });
        summed(named)
    }
}

/// One sum for each user, by number.
fn summed(entries: impl Iterator<Item = (UserId, Traffic)>) -> Vec<(UserId, Traffic)> {
    let mut sums: BTreeMap<UserId, Traffic> = BTreeMap::new();
    for (user, traffic) in entries {
        let sum = sums.entry(user).or_default();
        *sum = sum.plus(traffic);
    }
    sums.into_iter().collect()
}

/// What a node carried for each of its users since its last report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrafficReport(BTreeMap<UserId, Traffic>);

impl TrafficReport {
    /// Reads `{"<user>": [up, down], …}`, or a list, whose places are the numbers of users. Entries
    /// that are no two numbers from 0 to 64 TiB are passed over; numbers may be texts, and lose
    /// their fraction. `None` when the whole is neither object nor list.
    pub fn parse(given: &Value) -> Option<Self> {
        let entries = by_user(given)?.into_iter().filter_map(|(user, entry)| {
            let [upload, download] = entry.as_array()?.as_slice() else {
                return None;
            };
            Some((user, traffic(upload, download)?))
        });
        Some(Self::from_entries(entries))
    }

    /// Reads `[{"user_id": …, "u": …, "d": …}, …]`, by the same rules.
    pub fn parse_rows(given: &Value) -> Option<Self> {
        let rows = given.as_array()?.iter().filter_map(|row| {
            let user = UserId::new(bytes(row.get("user_id")?)?);
            Some((user, traffic(row.get("u")?, row.get("d")?)?))
        });
        Some(Self::from_entries(rows))
    }

    fn from_entries(entries: impl Iterator<Item = (UserId, Traffic)>) -> Self {
        let mut users: BTreeMap<UserId, Traffic> = BTreeMap::new();
        for (user, traffic) in entries {
            let sum = users.entry(user).or_default();
            *sum = sum.plus(traffic);
        }
        Self(users)
    }

    /// Each user once, by number.
    pub fn users(&self) -> Vec<(UserId, Traffic)> {
        self.0
            .iter()
            .map(|(user, traffic)| (*user, *traffic))
            .collect()
    }

    /// How many users it names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What makes a report the same report when it arrives again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportIdentity {
    digest: String,
    is_given: bool,
}

impl ReportIdentity {
    /// The name that the agent gave to the report.
    pub fn given(name: &str) -> Self {
        let hash = Sha256::new().chain_update("name\n").chain_update(name);
        Self {
            digest: lower_hex(hash.finalize()),
            is_given: true,
        }
    }

    /// The report's content, for agents that give no names.
    pub fn of(report: &TrafficReport) -> Self {
        let mut hash = Sha256::new().chain_update("content\n");
        for (user, traffic) in &report.0 {
            hash.update(user.get().to_le_bytes());
            hash.update(traffic.upload.to_le_bytes());
            hash.update(traffic.download.to_le_bytes());
        }
        Self {
            digest: lower_hex(hash.finalize()),
            is_given: false,
        }
    }

    /// 64 hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether the agent named the report. Otherwise one of the same content is another report after
    /// a while.
    pub const fn is_given(&self) -> bool {
        self.is_given
    }
}

/// The members of an object whose names are numbers, or the items of a list with their places.
pub(crate) fn by_user(given: &Value) -> Option<Vec<(UserId, &Value)>> {
    match given {
        Value::Object(members) => {
            let named = members
                .iter()
                .filter_map(|(name, value)| Some((UserId::new(name.parse().ok()?), value)));
            Some(named.collect())
        }
        Value::Array(items) => {
            let placed = (0_i64..).map(UserId::new).zip(items);
            Some(placed.collect())
        }
        _ => None,
    }
}

fn traffic(upload: &Value, download: &Value) -> Option<Traffic> {
    Some(Traffic {
        upload: bytes(upload)?,
        download: bytes(download)?,
    })
}

/// A number from 0 to [`MOST`], without its fraction.
fn bytes(given: &Value) -> Option<i64> {
    let whole = match given {
        Value::Number(number) => from_number(number)?,
        Value::String(text) => from_text(text.trim())?,
        _ => return None,
    };
    (0..=MOST).contains(&whole).then_some(whole)
}

fn from_number(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| from_text(&number.to_string()))
}

/// Digits, perhaps with a fraction.
fn from_text(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    (is_whole && is_fraction).then(|| whole.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parsed(given: &Value) -> Option<Vec<(i64, i64, i64)>> {
        let users = TrafficReport::parse(given)?.users().into_iter();
        Some(
            users
                .map(|(user, traffic)| (user.get(), traffic.upload, traffic.download))
                .collect(),
        )
    }

    #[test]
    fn shared_quotas_are_charged_twice_and_counted_once() {
        let user = UserId::new;
        let bytes = |upload, download| Traffic { upload, download };
        let shared = SharedQuotas::of([(user(1), user(9))]);
        let carried = [
            (user(1), bytes(1, 2)),
            (user(2), bytes(5, 5)),
            (user(9), bytes(10, 20)),
        ];
        let both = bytes(11, 22);
        let charged = [(user(1), both), (user(2), bytes(5, 5)), (user(9), both)];
        assert_eq!(shared.charged(&carried), charged);
        let counted = [(user(1), both), (user(2), bytes(5, 5))];
        assert_eq!(shared.counted(&carried), counted);
        let named = SharedQuotas::named_after([(user(1), user(9))]);
        assert_eq!(named.charged(&carried), carried);
        assert_eq!(named.counted(&carried), counted);
        let alone = SharedQuotas::default();
        assert_eq!(alone.charged(&carried), carried);
        assert_eq!(alone.counted(&carried), carried);
        let second = [(user(9), bytes(1, 0))];
        assert_eq!(
            shared.charged(&second),
            [(user(1), bytes(1, 0)), (user(9), bytes(1, 0))]
        );
    }

    #[test]
    fn entries_that_are_no_two_amounts_are_passed_over() {
        for (entry, expected) in [
            (json!([10, 20]), Some((10, 20))),
            (json!(["10", "20"]), Some((10, 20))),
            (json!([1.7, 2.2]), Some((1, 2))),
            (json!(["1.7", "2."]), None),
            (json!([0, 0]), Some((0, 0))),
            (json!([MOST, 0]), Some((MOST, 0))),
            (json!([MOST + 1, 0]), None),
            (json!([-1, 5]), None),
            (json!([-0.5, 5]), None),
            (json!([1e30, 5]), None),
            (json!([u64::MAX, 5]), None),
            (json!([1]), None),
            (json!([1, 2, 3]), None),
            (json!(["a", "b"]), None),
            (json!(["", ""]), None),
            (json!([null, 1]), None),
            (json!([true, 1]), None),
            (json!({"0": 1, "1": 2}), None),
            (json!("x"), None),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(upload, download)| (2, upload, download))
                .collect();
            let given = json!({"2": entry});
            assert_eq!(parsed(&given), Some(expected), "{given}");
        }
    }

    #[test]
    fn a_list_counts_its_places() {
        let given = json!([[1, 2], "x", [5, 6]]);
        assert_eq!(parsed(&given), Some(vec![(0, 1, 2), (2, 5, 6)]));
    }

    #[test]
    fn names_that_are_no_numbers_are_passed_over() {
        let given = json!({"x": [1, 2], "": [1, 2], "3.5": [1, 2], "9": [3, 4]});
        assert_eq!(parsed(&given), Some(vec![(9, 3, 4)]));
        for neither in [json!(null), json!(5), json!("x")] {
            assert_eq!(parsed(&neither), None);
        }
    }

    #[test]
    fn rows_of_one_user_are_added() {
        let given = json!([
            {"user_id": 2, "u": 100, "d": 200}, {"user_id": "2", "u": "1", "d": 2.9},
            {"user_id": 3, "u": -1, "d": 2}, {"u": 1, "d": 2}, 7,
        ]);
        let report = TrafficReport::parse_rows(&given).unwrap();
        let expected = Traffic {
            upload: 101,
            download: 202,
        };
        assert_eq!(report.users(), [(UserId::new(2), expected)]);
        assert_eq!(TrafficReport::parse_rows(&json!({})), None);
    }

    #[test]
    fn users_pay_rounded_and_statistics_are_cut() {
        for (bytes, rate, charged, counted) in [
            (7, 15_000, 11, 10),
            (9, 15_000, 14, 13),
            (1, 5_000, 1, 0),
            (1, 4_999, 0, 0),
            (100, 0, 0, 0),
            (100, -10_000, 0, 0),
            // 64 TiB a million times is more than there are numbers.
            (MOST, 10_000_000_000, i64::MAX, i64::MAX),
        ] {
            let traffic = Traffic {
                upload: bytes,
                download: 0,
            };
            let rate = Decimal::new(rate);
            assert_eq!(traffic.charged(rate).upload, charged);
            assert_eq!(traffic.counted(rate).upload, counted);
        }
    }

    #[test]
    fn an_identity_follows_content_and_not_spelling() {
        let report = |given: Value| TrafficReport::parse(&given).unwrap();
        let one = ReportIdentity::of(&report(json!({"2": [1, 2], "10": ["3", 4]})));
        let same = ReportIdentity::of(&report(json!({"10": [3, 4.0], "2": [1, 2]})));
        let other = ReportIdentity::of(&report(json!({"2": [1, 2], "10": [4, 3]})));
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert_eq!(one.digest().len(), 64);
        assert!(!one.is_given() && ReportIdentity::given("a").is_given());
        assert_ne!(ReportIdentity::given("a"), ReportIdentity::given("b"));
    }

    proptest! {
        #[test]
        fn charges_are_never_less_than_statistics(
            upload in 0..=MOST, download in 0..=MOST, rate in 0_i64..1_000_000,
        ) {
            let traffic = Traffic { upload, download };
            let rate = Decimal::new(rate);
            let (charged, counted) = (traffic.charged(rate), traffic.counted(rate));
            prop_assert!((0..=1).contains(&(charged.upload - counted.upload)));
            prop_assert!((0..=1).contains(&(charged.download - counted.download)));
            prop_assert!(counted.upload >= 0);
        }
    }
}
