use ferroboard_testing::databases::Database;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::notice::{EPAY, KEY, UUID, notify};
use super::seeds::{Administrator, Seeds, epay};
use super::{Answer, Notice, Panel, Rows, run};

pub(crate) const SAVE: &str = "/api/v1/user/order/save";
pub(crate) const CHECKOUT: &str = "/api/v1/user/order/checkout";
pub(crate) const CANCEL: &str = "/api/v1/user/order/cancel";
pub(crate) const TRANSFER: &str = "/api/v1/user/transfer";
pub(crate) const WITHDRAW: &str = "/api/v1/user/ticket/withdraw";
pub(crate) const CLOSE_TICKET: &str = "/api/v1/user/ticket/close";

/// What a month of each plan costs, in cents.
pub(crate) const PRICE: i64 = 7_000;

/// A panel that sells plans and is paid through an EPay gateway: the tests are the gateway.
pub(crate) struct Shop<'a> {
    pub(crate) panel: Panel,
    pub(crate) database: &'a Database,
    /// Who stocks it, from the first thing on that is put on sale.
    administrator: OnceCell<Administrator>,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) token: String,
}

impl<'a> Shop<'a> {
    /// Migrates the database, serves it, and sells plan 1 with payment method 1.
    pub(crate) async fn open(database: &'a Database) -> Self {
        let shop = Self::reopen(database).await;
        shop.stock().await;
        shop
    }

    /// Serves the database as it is.
    pub(crate) async fn reopen(database: &'a Database) -> Self {
        Self::around(Panel::start(database).await, database)
    }

    /// With a panel that serves the database.
    pub(crate) fn around(panel: Panel, database: &'a Database) -> Self {
        Self {
            panel,
            database,
            administrator: OnceCell::new(),
        }
    }

    /// Puts plan 1 on sale, to be paid by method 1.
    pub(crate) async fn stock(&self) {
        let seeds = self.seeds().await;
        seeds.add_plan(1, None).await;
        seeds.add_method(1, EPAY, UUID, epay()).await;
    }

    /// What administrators put into it.
    pub(crate) async fn seeds(&self) -> Seeds<'_> {
        let (panel, database) = (&self.panel, self.database);
        let entering = || Administrator::of(panel, database);
        let administrator = self.administrator.get_or_init(entering).await;
        Seeds::by(panel, database, administrator.clone())
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows(self.database.sql())
    }

    /// See [`Seeds::add_plan`].
    pub(crate) async fn add_plan(&self, id: i64, capacity: Option<i64>) {
        self.seeds().await.add_plan(id, capacity).await;
    }

    /// See [`Seeds::add_coupon`].
    pub(crate) async fn add_coupon(&self, code: &str, kind: i64, value: i64, uses: i64) {
        self.seeds().await.add_coupon(code, kind, value, uses).await;
    }

    /// How many uses the coupon has left.
    pub(crate) async fn uses_left(&self, code: &str) -> i64 {
        let query = format!("SELECT limit_use FROM v2_coupon WHERE code = '{code}'");
        self.database.sql().integer(&query).await
    }

    /// Registers an account.
    pub(crate) async fn customer(&self, email: &str) -> Customer {
        let token = self.panel.register(email).await;
        let id = self.rows().user(email).await;
        Customer { id, token }
    }

    /// Registers so many accounts.
    pub(crate) async fn customers(&self, count: usize) -> Vec<Customer> {
        let mut customers = Vec::with_capacity(count);
        for number in 0..count {
            customers.push(self.customer(&format!("customer{number}@demo.test")).await);
        }
        customers
    }

    /// Adds so many cents to the balance and the commission balance.
    pub(crate) async fn give(&self, to: &Customer, balance: i64, commission: i64) {
        self.seeds().await.give(to.id, balance, commission).await;
    }

    pub(crate) async fn balance(&self, of: &Customer) -> i64 {
        self.rows().of_user("balance", of.id).await
    }

    /// Tries to order a month of the plan.
    pub(crate) async fn save(&self, by: &Customer, plan: i64, coupon: Option<&str>) -> Answer {
        self.panel
            .post(SAVE, &by.token, month_of(plan, coupon))
            .await
    }

    /// Orders a month of plan 1; the number of the order.
    pub(crate) async fn place(&self, by: &Customer) -> String {
        let saved = self.save(by, 1, None).await.data();
        saved.as_str().unwrap().to_owned()
    }

    /// Sends the order to payment method 1.
    pub(crate) async fn check_out(&self, by: &Customer, trade_no: &str) -> Answer {
        let body = json!({"trade_no": trade_no, "method": 1});
        self.panel.post(CHECKOUT, &by.token, body).await
    }

    pub(crate) async fn cancel(&self, by: &Customer, trade_no: &str) -> Answer {
        let body = json!({"trade_no": trade_no});
        self.panel.post(CANCEL, &by.token, body).await
    }

    /// Delivers a notice as the gateway does.
    pub(crate) async fn notify(&self, notice: &Notice) -> Answer {
        let address = format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY));
        self.panel.get(&address, "").await
    }

    /// A numeric column of an order.
    pub(crate) async fn of_order(&self, column: &str, trade_no: &str) -> i64 {
        let query = format!("SELECT {column} FROM v2_order WHERE trade_no = '{trade_no}'");
        self.database.sql().integer(&query).await
    }

    /// How many payments wait for review for this reason.
    pub(crate) async fn reviews(&self, reason: &str) -> i64 {
        let condition = format!("reason = '{reason}'");
        self.rows().count("ferro_payment_review", &condition).await
    }

    /// Asserts what holds at every moment when nothing is under way: the ledger explains every
    /// balance, none is negative or less than withdrawals reserve, nobody has two unfinished orders, no paid one is unopened,
    /// and receipts have no gaps.
    pub(crate) async fn assert_sound(&self) {
        let checked = run(self.database, &[], &["ledger", "check"]);
        let said = String::from_utf8_lossy(&checked.stdout);
        assert!(checked.status.success(), "{said}");
        let rows = self.rows();
        let overdrawn = "balance < 0 OR commission_balance < 0";
        assert_eq!(rows.count("v2_user", overdrawn).await, 0);
        let uncovered = "commission_balance < (SELECT COALESCE(SUM(w.amount), 0) \
                         FROM ferro_withdrawal w JOIN v2_ticket t ON t.id = w.ticket_id \
                         WHERE w.user_id = v2_user.id AND w.state = 0 AND t.status = 0)";
        assert_eq!(rows.count("v2_user", uncovered).await, 0, "reserved twice");
        let twice = "SELECT COUNT(*) FROM (SELECT user_id FROM v2_order WHERE status IN (0, 1) \
                     GROUP BY user_id HAVING COUNT(*) > 1) twice";
        assert_eq!(self.database.sql().integer(twice).await, 0);
        let pending = rows.count("v2_order", "status = 0").await;
        assert_eq!(rows.count("ferro_open_order", "1 = 1").await, pending);
        assert_eq!(
            rows.count("v2_order", "status = 1").await,
            0,
            "paid, not opened"
        );
        assert_eq!(rows.count("v2_coupon", "limit_use < 0").await, 0);
        let unjudged = rows.count("ferro_raw_notice", "outcome IS NULL").await;
        assert_eq!(unjudged, 0, "notices without outcome");
        let gaps = "SELECT COUNT(*) FROM ferro_receipt_year WHERE place <> (SELECT COUNT(*) \
                    FROM ferro_receipt WHERE ferro_receipt.year = ferro_receipt_year.year \
                    AND ferro_receipt.place BETWEEN 1 AND ferro_receipt_year.place)";
        assert_eq!(self.database.sql().integer(gaps).await, 0, "gaps");
    }
}

/// The body of an order for a month of the plan.
pub(crate) fn month_of(plan: i64, coupon: Option<&str>) -> Value {
    json!({"plan_id": plan, "period": "month_price", "coupon_code": coupon})
}

/// So many calendar months after an instant, in Shanghai; the last day of a month that does not have
/// the day.
pub(crate) fn months_after(instant: i64, months: u32) -> i64 {
    use chrono::{DateTime, FixedOffset, Months};
    let shanghai = FixedOffset::east_opt(8 * 3_600).unwrap();
    let from = DateTime::from_timestamp(instant, 0).unwrap();
    (from.with_timezone(&shanghai) + Months::new(months)).timestamp()
}
