//! The shop: what happens in it, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ferroboard_kernel::Random;
use ferroboard_testing::SeededRandom;
use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::WAVES;
use crate::books::{Account, accounts, assert_renewed};
use crate::people::{Means, Person, place};
use crate::support::clock::now;
use crate::support::shop::{SAVE, months_after};
use crate::support::{Clock, Customer, Notice, PASSWORD, Panel, Shop, run, run_killed};

const DAY: i64 = 86_400;
/// 2028-01-31 12:00 in Shanghai: the first months are a leap year's February.
const BEGINNING: i64 = 1_832_904_000;
const SITE: [(&str, &str); 2] = [("deposit_enable", "1"), ("deposit_bounus", r#"["500:20"]"#)];

pub(crate) struct Years<'a> {
    shop: Shop<'a>,
    clock: Clock,
    random: SeededRandom,
    people: Vec<Person>,
    /// How far the clock is ahead.
    ahead: i64,
    /// What a month costs; a quarter costs three.
    month: i64,
    refunded: BTreeSet<String>,
    kills: u64,
}

impl<'a> Years<'a> {
    /// Opens the shop; `None` where the clock cannot be set.
    pub(crate) async fn begin(database: &'a Database) -> Option<Self> {
        let clock = Clock::right()?;
        let ahead = BEGINNING - now();
        clock.set(&format!("{ahead:+}"));
        let panel = Panel::start_on_site_with(database, &SITE, &clock.environment()).await;
        let shop = Shop::around(panel, database);
        let chief = shop.customer("chief@demo.test").await;
        shop.rows().set_user(chief.id, "is_admin = 1").await;
        shop.stock().await;
        let mut years = Self {
            shop,
            clock,
            random: SeededRandom::new(730),
            people: vec![],
            ahead,
            month: 0,
            refunded: BTreeSet::new(),
            kills: 0,
        };
        years.set_price(1_000).await;
        Some(years)
    }

    fn now(&self) -> i64 {
        now() + self.ahead
    }

    fn set_clock(&mut self, at: i64) {
        self.ahead = at - now();
        self.clock.set(&format!("{:+}", self.ahead));
    }

    fn below(&self, limit: u64) -> u64 {
        let random: &dyn Random = &self.random;
        random.below(limit)
    }

    fn price(&self, months: u32) -> i64 {
        self.month * i64::from(months)
    }

    /// As the administrator.
    async fn office(&self, route: &str, body: Value) -> Value {
        let path = format!("{}/{route}", self.shop.rows().admin_path().await);
        let token = self.log_in("chief@demo.test").await;
        self.shop.panel.post(&path, &token, body).await.data()
    }

    async fn log_in(&self, email: &str) -> String {
        let answer = self.shop.panel.login(email, PASSWORD).await;
        answer.text_of("auth_data")
    }

    async fn set_price(&mut self, cents: i64) {
        self.month = cents;
        let money = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let prices = json!({"monthly": money(cents), "quarterly": money(3 * cents)});
        let plan = json!({"id": 1, "name": "Plan 1", "group_id": 1, "transfer_enable": 100, "prices": prices,
            "sell": true, "show": true, "renew": true});
        self.office("plan/save", plan).await;
    }

    /// The customers of a wave register, buy, get what they have, and switch renewals on.
    pub(crate) async fn let_in(&mut self, wave: usize) {
        self.set_clock(came(wave));
        let customers = how_many();
        for number in (0..customers).filter(|number| place(*number).0 == wave) {
            let months = place(number).1;
            let email = format!("customer{number}@demo.test");
            let customer = self.shop.customer(&email).await;
            let means = Means::of(number / WAVES);
            let period = if months == 3 {
                "quarter_price"
            } else {
                "month_price"
            };
            let body = json!({"plan_id": 1, "period": period});
            self.pay(&customer, body, self.price(months)).await;
            let end = self.shop.rows().of_user("expired_at", customer.id).await;
            let mut moments = (0..600).map(|ago| self.now() - ago);
            let bought_at = moments.find(|at| months_after(*at, months) == end).unwrap();
            let balance = means.to_begin_with(self.price(months));
            self.shop.give(&customer, balance, 0).await;
            if means != Means::Off {
                let on = json!({"auto_renewal": 1});
                let path = "/api/v1/user/update";
                self.shop
                    .panel
                    .post(path, &customer.token, on)
                    .await
                    .assert_true();
            }
            self.people.push(Person {
                customer,
                email,
                means,
                months,
                bought_at,
                paid_months: months,
                wave,
            });
        }
    }

    /// Orders something and pays for it through the gateway. At times the panel is killed before it hears of the
    /// payment, which the gateway reports again.
    async fn pay(&mut self, by: &Customer, body: Value, cents: i64) {
        let saved = self.shop.panel.post(SAVE, &by.token, body).await.data();
        let trade_no = saved.as_str().unwrap().to_owned();
        assert_eq!(self.shop.check_out(by, &trade_no).await.status, 200);
        let notice = Notice::of(&trade_no, cents, &format!("P{trade_no}"));
        if self.below(40) == 0 {
            let _ = tokio::time::timeout(
                Duration::from_millis(self.below(15)),
                self.shop.notify(&notice),
            )
            .await;
            self.restart().await;
        }
        let answer = self.shop.notify(&notice).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "success"));
    }

    async fn restart(&mut self) {
        self.shop.panel.signal("KILL");
        let settings = self.clock.environment();
        self.shop.panel = Panel::start_with(self.shop.database, &settings).await;
        self.kills += 1;
    }

    /// A day before the subscriptions of a wave end that were bought so many months ago.
    pub(crate) fn come_to_the_end_of(&mut self, month: u32, wave: usize) {
        self.set_clock(months_after(came(wave), month) - DAY);
    }

    /// Twice in the two years, between waves.
    pub(crate) async fn raise_prices(&mut self, month: u32, wave: usize) {
        match (month, wave) {
            (7, 1) => self.set_price(1_150).await,
            (17, 2) => self.set_price(1_333).await,
            _ => {}
        }
    }

    /// A part of some orders goes back to the balance.
    pub(crate) async fn refund_some(&mut self, month: u32) {
        let query = "SELECT trade_no, total_amount + COALESCE(balance_amount, 0) FROM v2_order \
                     WHERE type <> 9 AND status = 3 ORDER BY id DESC LIMIT 20";
        let rows = self.shop.database.sql().rows(query).await;
        let chosen = usize::try_from(self.below(20)).unwrap();
        let Some(row) = rows.get(chosen) else { return };
        let trade_no = row[0].clone().unwrap();
        let paid: i64 = row[1].clone().unwrap().parse().unwrap();
        if self.refunded.insert(trade_no.clone()) {
            let body = json!({"trade_no": trade_no, "amount": paid / 3, "to": "balance",
                "reason": format!("month {month}"), "take_back": false});
            self.office("order/refund", body).await;
        }
    }

    pub(crate) async fn top_up_in_time(&mut self, wave: usize) {
        self.top_up(wave, Means::InTime).await;
    }

    pub(crate) async fn top_up_late(&mut self, wave: usize) {
        self.top_up(wave, Means::Late).await;
    }

    /// Those of a wave with these means whose subscription is to be renewed top up what is missing.
    async fn top_up(&mut self, wave: usize, means: Means) {
        let accounts = accounts(self.shop.database.sql()).await;
        let now = self.now();
        let mut missing = Vec::new();
        for person in &self.people {
            let account = accounts[&person.customer.id];
            let lacks = self.price(person.months) - account.balance;
            if (person.wave, person.means) == (wave, means) && account.is_due(now) && lacks > 0 {
                missing.push((person.customer.id, person.email.clone(), lacks));
            }
        }
        for (id, email, cents) in missing {
            let token = self.log_in(&email).await;
            let body = json!({"plan_id": 0, "period": "deposit", "deposit_amount": cents});
            self.pay(&Customer { id, token }, body, cents).await;
        }
    }

    /// The hourly run, killed at some moment and run again.
    pub(crate) async fn renew(&mut self) -> u64 {
        let hourly = &["jobs", "run", "renew:subscription"];
        let database = self.shop.database;
        let (before, at) = (accounts(database.sql()).await, self.now());
        if self.below(3) > 0 {
            let after = Duration::from_millis(150 + self.below(500));
            run_killed(database, &self.clock.environment(), hourly, after);
            self.kills += 1;
            // A minute later nobody believes any more that it runs.
            let over = "UPDATE ferro_job SET holder = NULL, leased_until = 0";
            database.sql().execute(over).await;
        }
        self.run(hourly);
        let after = accounts(database.sql()).await;
        self.assert_renewed(&before, &after, at)
    }

    /// The run of every minute, for those who have the money by now.
    pub(crate) async fn renew_funded(&mut self) -> u64 {
        let database = self.shop.database;
        let (before, at) = (accounts(database.sql()).await, self.now());
        self.run(&["jobs", "run", "renew:subscription --funded"]);
        let after = accounts(database.sql()).await;
        self.assert_renewed(&before, &after, at)
    }

    fn assert_renewed(
        &mut self,
        before: &BTreeMap<i64, Account>,
        after: &BTreeMap<i64, Account>,
        at: i64,
    ) -> u64 {
        let month = self.month;
        let price = |months: u32| month * i64::from(months);
        assert_renewed(&mut self.people, before, after, at, price)
    }

    fn run(&self, arguments: &[&str]) {
        let ran = run(self.shop.database, &self.clock.environment(), arguments);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{said}");
    }

    /// Asserts that every renewal has its order, and the ledger explains every balance.
    pub(crate) async fn close(&self, renewed: u64) {
        let rows = self.shop.rows();
        let orders = rows.count("v2_order", "type = 2 AND status = 3").await;
        assert_eq!(u64::try_from(orders).unwrap(), renewed);
        // Of those that are kept.
        let twice = "SELECT COUNT(*) FROM (SELECT user_id FROM ferro_renewal_attempt WHERE outcome = 'renewed' \
                     GROUP BY user_id, ends_at HAVING COUNT(*) > 1) twice";
        assert_eq!(self.shop.database.sql().integer(twice).await, 0);
        // Those whose notice was cut off are reported again under the same number.
        let cut_off = "DELETE FROM ferro_raw_notice WHERE outcome IS NULL";
        self.shop.database.sql().execute(cut_off).await;
        self.shop.assert_sound().await;
        println!(
            "{renewed} renewals of {} customers, {} kills",
            self.people.len(),
            self.kills
        );
    }
}

/// When the customers of a wave come.
fn came(wave: usize) -> i64 {
    BEGINNING + 7 * DAY * i64::try_from(wave).unwrap()
}

/// How many customers there are.
#[allow(
    clippy::disallowed_methods,
    reason = "whoever runs it says how much there is time for"
)]
fn how_many() -> usize {
    let said = std::env::var("FERROBOARD_YEARS_CUSTOMERS");
    said.map_or(24, |number| number.parse().unwrap())
}
