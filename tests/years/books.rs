//! What the database says of everybody, and what it must say after a run.

use std::collections::BTreeMap;

use ferroboard_testing::databases::Sql;

use crate::people::Person;
use crate::support::shop::months_after;

/// A subscription is renewed from two days before its end.
const WINDOW: i64 = 2 * 86_400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) balance: i64,
    pub(crate) end: i64,
    is_on: bool,
}

impl Account {
    /// Whether the subscription is to be renewed if there is money.
    pub(crate) fn is_due(&self, now: i64) -> bool {
        self.is_on && (now..=now + WINDOW).contains(&self.end)
    }
}

pub(crate) async fn accounts(sql: &Sql) -> BTreeMap<i64, Account> {
    let query = "SELECT u.id, u.balance, u.expired_at, r.user_id FROM v2_user u \
                 LEFT JOIN ferro_auto_renewal r ON r.user_id = u.id WHERE u.plan_id IS NOT NULL";
    let number = |cell: &Option<String>| cell.as_ref().unwrap().parse().unwrap();
    let rows = sql.rows(query).await.into_iter();
    rows.map(|row| {
        let account = Account {
            balance: number(&row[1]),
            end: number(&row[2]),
            is_on: row[3].is_some(),
        };
        (number(&row[0]), account)
    })
    .collect()
}

/// Asserts that a run renewed each due subscription once whose owner had the money, and touched no other; how many.
pub(crate) fn assert_renewed(
    people: &mut [Person],
    before: &BTreeMap<i64, Account>,
    after: &BTreeMap<i64, Account>,
    now: i64,
    price: impl Fn(u32) -> i64,
) -> u64 {
    let mut renewed = 0;
    for person in people {
        let was = before[&person.customer.id];
        let price = price(person.months);
        let is_renewed = was.is_due(now) && was.balance >= price;
        let mut expected = was;
        if is_renewed {
            person.paid_months += person.months;
            expected.balance -= price;
            // Counted from the day of the first purchase: a short month shortens no later one.
            expected.end = months_after(person.bought_at, person.paid_months);
        }
        let email = &person.email;
        assert_eq!(
            after[&person.customer.id], expected,
            "{email} at {now}, {was:?}"
        );
        renewed += u64::from(is_renewed);
    }
    renewed
}
