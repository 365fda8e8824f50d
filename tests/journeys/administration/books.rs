//! From a top-up to the receipt and the books, from the outside.

use std::collections::BTreeMap;

use ferroboard_testing::databases::{Backend, Database};
use serde_json::{Value, json};

use crate::support::shop::{CHECKOUT, PRICE, SAVE};
use crate::support::{Answer, Customer, Notice, Panel, Rows, Shop};

/// A shop that takes top-ups with a fee and names its seller, an administrator and a customer.
struct Office<'a> {
    shop: Shop<'a>,
    path: String,
    chief: Customer,
    ann: Customer,
}

impl<'a> Office<'a> {
    async fn open(database: &'a Database) -> Self {
        let site = [
            ("deposit_enable", "1"),
            ("deposit_bounus", r#"["50:5"]"#),
            ("receipt_seller_name", "=Seller"),
            ("tax_name", "VAT"),
        ];
        // Migrated and served once, so that the settings have a table.
        let shop = Shop::open(database).await;
        let rows = Rows(database.sql());
        for (name, value) in site {
            let insert = format!(
                "INSERT INTO v2_settings (name, value) VALUES ('{name}', {})",
                database.sql().quoted(value)
            );
            database.sql().execute(&insert).await;
        }
        let fee = "UPDATE v2_payment SET handling_fee_percent = 10, name = '=Pay'";
        database.sql().execute(fee).await;
        let chief = shop.customer("chief@demo.test").await;
        rows.set_user(chief.id, "is_admin = 1").await;
        let path = rows.admin_path().await;
        let ann = shop.customer("ann@demo.test").await;
        drop(shop);
        let shop = Shop::reopen(database).await;
        Self {
            shop,
            path,
            chief,
            ann,
        }
    }

    fn panel(&self) -> &Panel {
        &self.shop.panel
    }

    async fn ask(&self, route: &str) -> Answer {
        let path = format!("{}/{route}", self.path);
        self.panel().get(&path, &self.chief.token).await
    }

    async fn tell(&self, route: &str, body: Value) -> Answer {
        let path = format!("{}/{route}", self.path);
        self.panel().post(&path, &self.chief.token, body).await
    }

    /// Ann pays an amount in, and her gateway reports it; the order's number.
    async fn top_up(&self, cents: i64, number: &str) -> String {
        let body = json!({"plan_id": 0, "period": "deposit", "deposit_amount": cents});
        let placed = self.panel().post(SAVE, &self.ann.token, body).await.data();
        let trade_no = placed.as_str().unwrap().to_owned();
        self.shop.check_out(&self.ann, &trade_no).await;
        let paid = cents + cents / 10;
        let notice = Notice::of(&trade_no, paid, number);
        assert_eq!(self.shop.notify(&notice).await.status, 200);
        trade_no
    }

    async fn export(&self, from: &str, to: &str) -> Answer {
        self.ask(&format!("accounting/export?from={from}&to={to}"))
            .await
    }
}

/// What a table says, line by line, behind its first.
fn cells(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let lines = text.strip_suffix("\r\n").unwrap().split("\r\n").skip(1);
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

/// An amount of a table in cents.
fn cents(cell: &str) -> i64 {
    cell.replace('.', "").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_top_up_leads_to_a_receipt_a_statement_and_the_books() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let office = Office::open(&database).await;
    let saved = office
        .tell("config/save", json!({"tax_rate_percent": "19"}))
        .await;
    assert_eq!(saved.status, 200, "{}", saved.body());
    let top_up = office.top_up(10_000, "P1").await;
    let order = office.shop.place(&office.ann).await;
    let body = json!({"trade_no": order});
    let free = office.panel().post(CHECKOUT, &office.ann.token, body).await;
    assert_eq!(free.status, 200, "{}", free.body());
    let refund = json!({
        "trade_no": order, "amount": 1_000, "to": "outside", "reason": "slow nodes", "take_back": 0,
    });
    assert_eq!(office.tell("order/refund", refund).await.status, 200);

    // Two receipts, in the order in which they were paid.
    for (number, place, expected) in [
        (
            &top_up,
            "000001",
            json!([
                10_000, 0, 10_000, 1_000, 500, 11_000, "gateway", "=Pay", 160
            ]),
        ),
        (
            &order,
            "000002",
            json!([PRICE, PRICE, 0, 0, 0, PRICE, "balance", null, 1_118]),
        ),
    ] {
        let path = format!("/api/v1/user/order/receipt?trade_no={number}");
        let own = office.panel().get(&path, &office.ann.token).await.data();
        let seen = office
            .ask(&format!("order/receipt?trade_no={number}"))
            .await;
        assert_eq!(own, seen.data());
        let told = own["number"].as_str().unwrap();
        assert!(told.starts_with("R20") && told.ends_with(place), "{told}");
        let members = [
            "price", "balance", "total", "fee", "bonus", "paid", "paid_by", "method",
        ];
        let mut amounts: Vec<Value> = members.iter().map(|name| own[name].clone()).collect();
        amounts.push(own["tax"]["amount"].clone());
        assert_eq!(Value::from(amounts), expected, "{own}");
        assert_eq!(own["seller"]["name"], "=Seller");
    }

    // The statement goes back from what is there.
    let statement = office
        .panel()
        .get("/api/v1/user/ledger/fetch?page_size=2", &office.ann.token)
        .await
        .body();
    let balance = office.shop.balance(&office.ann).await;
    assert_eq!(balance, 10_500 - PRICE);
    assert_eq!(statement["total"], 5, "{statement}");
    assert_eq!(statement["data"][0]["balance_after"], balance);
    let user = format!(
        "user/ledger?user_id={}&current=2&page_size=2",
        office.ann.id
    );
    let second = office.ask(&user).await.body();
    assert_eq!(second["data"][0]["kind"], "order_debit");
    assert_eq!(second["data"][0]["balance_after"], balance);
    assert_eq!(second["data"][1]["balance_after"], 10_500);

    // The books agree with the ledger, kind by kind.
    let books = office.export("2000-01-01", "2999-12-31").await;
    assert_eq!(books.status, 200);
    assert_eq!(books.header("content-type"), "text/csv; charset=UTF-8");
    let lines = cells(&books.text);
    let mut entries: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut sums = entries.clone();
    for line in &lines {
        assert_eq!(line.len(), 13, "{line:?}");
        let (kind, amount) = (line[3].clone(), cents(&line[7]));
        if line[0] == "day_sum" {
            let sum = sums.entry(kind).or_default();
            *sum = (sum.0 + amount, sum.1 + line[12].parse::<i64>().unwrap());
        } else {
            assert_eq!(line[0], "entry");
            let sum = entries.entry(kind).or_default();
            *sum = (sum.0 + amount, sum.1 + 1);
        }
    }
    assert_eq!(entries, sums, "{}", books.text);
    assert_eq!(entries["receipt"], (10_000 + PRICE, 2));
    for kind in ["deposit", "deposit_bonus", "refund", "refund_payout"] {
        let held = format!("SELECT SUM(amount) FROM ferro_ledger WHERE kind = '{kind}'");
        let held = database.sql().integer(&held).await;
        assert_eq!(entries[kind].0, held, "{kind}");
    }
    // What a gateway is called is shown, and not computed.
    assert!(books.text.contains(",'=Pay,"), "{}", books.text);
    office.shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_questions_about_the_books_are_refused() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let office = Office::open(&database).await;
    for (from, to, status) in [
        ("2026-01-01", "2026-01-01", 200),
        ("2026-01-02", "2026-01-01", 422),
        ("2026-02-30", "2026-03-01", 422),
        ("2026-1-1", "2026-01-02", 422),
        ("yesterday", "2026-01-02", 422),
        ("2026-01-01", "", 422),
        ("", "", 422),
        ("2026-01-01%2000:00:00", "2026-01-02", 422),
        ("99999-01-01", "99999-01-02", 422),
        ("0000-01-01", "9999-12-31", 200),
    ] {
        let answer = office.export(from, to).await;
        assert_eq!(answer.status, status, "{from} {to}: {}", answer.text);
    }
    assert_eq!(office.ask("accounting/export").await.status, 422);
    let empty = office.export("2026-01-01", "2026-01-01").await;
    assert_eq!(cells(&empty.text), Vec::<Vec<String>>::new());
    for (value, status) in [
        (json!("100"), 200),
        (json!(8.875), 200),
        (json!("100.1"), 422),
        (json!(-1), 422),
        (json!("much"), 422),
        (Value::Null, 422),
    ] {
        let body = json!({"tax_rate_percent": value});
        let answer = office.tell("config/save", body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    let group = office.ask("config/fetch?key=receipt").await.data();
    assert_eq!(group["receipt"]["receipt_seller_name"], "=Seller");
    // Orders without a receipt, and users without a ledger.
    for (route, status) in [
        ("order/receipt", 422),
        ("order/receipt?trade_no=20260101120000000000000000000", 404),
        ("user/ledger", 422),
        ("user/ledger?user_id=x", 422),
        ("user/ledger?user_id=1&account=gold", 422),
        ("user/ledger?user_id=987654", 200),
    ] {
        assert_eq!(office.ask(route).await.status, status, "{route}");
    }
    // Customers are no administrators.
    let path = format!(
        "{}/accounting/export?from=2026-01-01&to=2026-01-01",
        office.path
    );
    assert_eq!(
        office.panel().get(&path, &office.ann.token).await.status,
        403
    );
}
