//! The panel in numbers.

use std::time::{SystemTime, UNIX_EPOCH};

use ferroboard_testing::databases::{Backend, Database, Sql};
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::Panel;

/// Shanghai is so far ahead of Greenwich, and has no other time in summer.
const ZONE: i64 = 8 * 3_600;
const DAY: i64 = 86_400;

#[allow(
    clippy::disallowed_methods,
    reason = "the panel under test goes by the same clock"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// 00:00 of this day in Shanghai.
fn midnight() -> i64 {
    let shown = now() + ZONE;
    shown - shown % DAY - ZONE
}

fn date(at: i64) -> String {
    let shown = chrono::DateTime::from_timestamp(at + ZONE, 0).unwrap();
    shown.format("%Y-%m-%d").to_string()
}

async fn order(sql: &Sql, id: i64, total: i64, status: i64, at: i64) {
    sql.execute(&format!(
        "INSERT INTO v2_order (id, user_id, plan_id, type, period, trade_no, total_amount, status, \
         commission_status, commission_balance, invite_user_id, paid_at, created_at, updated_at) \
         VALUES ({id}, 1, 1, 1, 'month_price', 'T{id}', {total}, {status}, 0, 5, 1, {at}, {at}, {at})"
    ))
    .await;
}

async fn node_traffic(sql: &Sql, node: i64, u: i64, d: i64, at: i64) {
    sql.execute(&format!(
        "INSERT INTO v2_stat_server (server_id, server_type, u, d, record_type, record_at, created_at, updated_at) \
         VALUES ({node}, 'vmess', {u}, {d}, 'd', {at}, {at}, {at})"
    ))
    .await;
}

async fn user_traffic(sql: &Sql, user: i64, rate: &str, u: i64, d: i64, at: i64) {
    sql.execute(&format!(
        "INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, created_at, updated_at) \
         VALUES ({user}, {rate}, {u}, {d}, 'd', {at}, {at}, {at})"
    ))
    .await;
}

async fn record(sql: &Sql, at: i64) {
    sql.execute(&format!(
        "INSERT INTO v2_stat (record_at, record_type, order_count, order_total, commission_count, commission_total, \
         paid_count, paid_total, register_count, invite_count, transfer_used_total, created_at, updated_at) \
         VALUES ({at}, 'd', 9, 9, 1, 270, 3, 2000, 4, 5, '6', 7, 8)"
    ))
    .await;
}

async fn all(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    let (panel, token) = office(&database).await;
    let sql = database.sql();
    let today = midnight();
    for (id, name, parent) in [(1, "HK 1", "NULL"), (2, "HK 2", "1")] {
        sql.execute(&format!(
            "INSERT INTO v2_server (id, type, name, rate, host, port, server_port, `show`, parent_id) \
             VALUES ({id}, 'vmess', '{name}', 1, 'h', '443', 443, 1, {parent})"
        ))
        .await;
    }
    order(sql, 1, 1_000, 3, today).await;
    order(sql, 2, 500, 3, today - 1).await;
    order(sql, 3, 300, 4, today).await;
    order(sql, 4, 999, 0, today).await;
    for (node, u, d, day) in [(1, 1, 2, 0), (2, 30, 40, 0), (9, 100, 0, 0), (1, 5, 5, 1)] {
        node_traffic(sql, node, u, d, today - day * DAY).await;
    }
    for (user, rate, u, d, day) in [
        (2, "1", 1, 2, 0),
        (2, "0.5", 3, 4, 0),
        (77, "1", 50, 0, 1),
        (2, "1", 1, 0, 8),
    ] {
        user_traffic(sql, user, rate, u, d, today - day * DAY).await;
    }
    record(sql, today - 2 * DAY).await;
    let office = Office(&panel, &token);
    dashboards(&office).await;
    days(&office, today).await;
    ranks(&office).await;
}

/// A panel, and its administrator's token.
struct Office<'a>(&'a Panel, &'a str);

impl Office<'_> {
    async fn get(&self, route: &str) -> Value {
        get(self.0, self.1, route).await
    }
}

async fn dashboards(office: &Office<'_>) {
    let shown = office.get("stat/getStats").await;
    let data = &shown["data"];
    let names = [
        "todayIncome",
        "dayIncomeGrowth",
        "commissionPendingTotal",
        "totalUsers",
        "activeUsers",
        "todayTraffic",
        "totalTraffic",
    ];
    let numbers: Vec<Value> = names.iter().map(|name| data[*name].clone()).collect();
    let traffic = |upload: i64, download: i64| json!({"upload": upload, "download": download, "total": upload + download});
    let expected = json!([1_300, 160, 3, 2, 0, traffic(131, 42), traffic(136, 47)]);
    let expected = expected.as_array().unwrap();
    assert_eq!(numbers[..4], expected[..4]);
    assert_eq!(numbers[5..], expected[5..]);
    let shown = office.get("stat/getOverride").await;
    let data = &shown["data"];
    assert_eq!(
        (&data["day_income"], &data["commission_pending_total"]),
        (&json!(1_300), &json!(3))
    );
    assert_eq!(data["today_traffic"], traffic(131, 42));
}

async fn days(office: &Office<'_>, today: i64) {
    let shown = office.get("stat/getOrder").await;
    assert_eq!(
        (&shown["code"], &shown["message"]),
        (&json!(0), &json!("success"))
    );
    let list = shown["data"]["list"].as_array().unwrap();
    let dates: Vec<Value> = list.iter().map(|day| day["date"].clone()).collect();
    let expected = [2, 1, 0].map(|ago| json!(date(today - ago * DAY)));
    assert_eq!(dates, expected);
    let recorded = json!({
        "date": date(today - 2 * DAY), "paid_total": 2_000, "paid_count": 3, "commission_total": 270,
        "commission_count": 1, "avg_order_amount": 666.67, "avg_commission_amount": 270,
    });
    assert_eq!(list[0], recorded);
    assert_eq!(
        (&list[2]["paid_total"], &list[2]["paid_count"]),
        (&json!(1_300), &json!(2))
    );
    let summary = json!({
        "paid_total": 3_800, "paid_count": 6, "commission_total": 270, "commission_count": 1,
        "start_date": date(today - 2 * DAY), "end_date": date(today), "avg_paid_amount": 633.33,
        "avg_commission_amount": 270, "commission_rate": 7.11,
    });
    assert_eq!(shown["data"]["summary"], summary);
    let day = date(today - 2 * DAY);
    let one = format!("stat/getOrder?start_date={day}&end_date={day}&type=paid_count");
    let one = office.get(&one).await["data"].clone();
    assert_eq!(
        one["list"],
        json!([{"date": day, "value": 3, "type": "收款笔数"}])
    );
    let none = office
        .get("stat/getOrder?start_date=2020-01-02&end_date=2020-01-01")
        .await;
    assert_eq!(none["data"]["list"], json!([]));
    assert_eq!(none["data"]["summary"]["start_date"], "2020-01-02");
    for (kind, paid, commission) in [
        ("paid_total", json!(20), json!(270)),
        ("commission_total", json!(2_000), json!(2.7)),
        ("register_count", json!(2_000), json!(270)),
    ] {
        let records = office.get(&format!("stat/getStatRecord?type={kind}")).await;
        let row = &records["data"][0];
        assert_eq!(
            (&row["paid_total"], &row["commission_total"]),
            (&paid, &commission),
            "{kind}"
        );
        assert_eq!(
            (&row["record_at"], &row["register_count"]),
            (&json!(today - 2 * DAY), &json!(4))
        );
    }
    let page = office.get("stat/getStatUser?user_id=2&pageSize=2").await;
    assert_eq!(page["total"], 3);
    let rows = page["data"].as_array().unwrap().iter();
    let rates: Vec<&Value> = rows.map(|row| &row["server_rate"]).collect();
    assert_eq!(rates, [&json!(1), &json!(0.5)]);
    let asked = json!({"user_id": "2", "pageSize": 2, "page": 2});
    let posted = office
        .0
        .post(&at("stat/getStatUser"), office.1, asked)
        .await
        .body();
    assert_eq!(
        (posted["data"].as_array().unwrap().len(), &posted["total"]),
        (1, &json!(3))
    );
}

async fn ranks(office: &Office<'_>) {
    let ranked = office.get("stat/getServerLastRank").await;
    let node = |name: &str, id: i64, u: i64, d: i64| json!({"server_name": name, "server_id": id, "server_type": "vmess", "u": u, "d": d, "total": u + d});
    assert_eq!(
        ranked["data"],
        json!([node("HK 1", 2, 30, 40), node("HK 1", 1, 1, 2)])
    );
    let ranked = office.get("stat/getServerYesterdayRank").await;
    assert_eq!(ranked["data"], json!([node("HK 1", 1, 5, 5)]));
    let shown = |ranked: &Value| {
        let rows = ranked["data"].as_array().unwrap().iter();
        rows.map(|row| {
            json!([
                row["id"],
                row["name"],
                row["value"],
                row["previousValue"],
                row["change"]
            ])
        })
        .collect::<Vec<_>>()
    };
    let ranked = office.get("stat/getTrafficRank?type=node").await;
    let expected = [
        json!(["9", "Node 9", 100, 0, 0]),
        json!(["2", "HK 2", 70, 0, 0]),
        json!(["1", "HK 1", 13, 0, 0]),
    ];
    assert_eq!(shown(&ranked), expected);
    assert!(ranked["timestamp"].as_str().unwrap().ends_with("+08:00"));
    let ranked = office.get("stat/getTrafficRank?type=user").await;
    let expected = [
        json!(["77", "User 77", 50, 0, 0]),
        json!(["2", "chief@demo.test", 10, 1, 900]),
    ];
    assert_eq!(shown(&ranked), expected);
    let odd = format!(
        "stat/getTrafficRank?type=user&start_time={}&end_time=1000000000",
        now()
    );
    assert_eq!(office.get(&odd).await["data"], json!([]));
    let widest = "stat/getTrafficRank?type=user&start_time=1000000000&end_time=9999999999";
    assert_eq!(
        shown(&office.get(widest).await)[1],
        json!(["2", "chief@demo.test", 11, 0, 0])
    );
    let ranked = office
        .get("stat/getRanking?type=user_consumption_rank")
        .await;
    let row = json!({"user_id": 77, "email": "User 77", "u": 50, "d": 0, "total": 50});
    assert_eq!(ranked["data"][0], row);
    let ranked = office.get("stat/getRanking?type=server_traffic_rank").await;
    assert_eq!(ranked["data"][0]["server_name"], "Node 9");
    let ranked = office.get("stat/getRanking?type=invite_rank").await;
    assert_eq!(ranked, json!({"data": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_told_on_sqlite() {
    all(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_told_on_mariadb() {
    all(Backend::Mysql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_told_on_postgres() {
    all(Backend::Postgres).await;
}

/// More rows than are read for every look: whoever is first of a day is found by what is remembered of it.
#[tokio::test(flavor = "multi_thread")]
async fn users_are_ranked_out_of_very_many() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    let (sql, today) = (database.sql(), midnight());
    for ago in [1, 2, 9] {
        let at = today - ago * DAY;
        sql.execute(&format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) \
             INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, created_at, updated_at) \
             SELECT i, 1, i, {ago}, 'd', {at}, {at}, {at} FROM n"
        ))
        .await;
    }
    user_traffic(sql, 2, "0.5", 1_000_000, 0, today).await;
    let office = Office(&panel, &token);
    // The second time everything is remembered.
    for _ in 0..2 {
        let ranked = office.get("stat/getTrafficRank?type=user").await;
        let rows = ranked["data"].as_array().unwrap();
        assert_eq!(rows.len(), 10);
        let values = |row: &Value| json!([row["id"], row["value"], row["previousValue"]]);
        assert_eq!(values(&rows[0]), json!(["2", 1_000_007, 11]));
        assert_eq!(values(&rows[1]), json!(["30000", 60_003, 30_009]));
        assert_eq!(values(&rows[9]), json!(["29992", 59_987, 30_001]));
    }
}
