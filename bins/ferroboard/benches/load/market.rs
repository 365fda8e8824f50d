//! A panel as its customers know it: nodes of all protocols, plans, orders and sessions, written past the
//! panel.

use std::path::Path;

use ferroboard_adapters::{JwtSigner, SystemClock};
use ferroboard_auth::{Claims, SessionName, TokenDigest, TokenSigner as _};
use ferroboard_kernel::{Clock as _, Seconds, UserId};
use ferroboard_testing::databases::{Backend, Database};

use super::crowd::NODE_TOKEN;

/// With which sessions are signed.
pub(crate) const KEY: &str = "a-key-for-measurements-only-0123456789";
/// How many users one statement writes sessions for.
const BATCH: usize = 500;

/// Nodes, each with settings of its protocol; there are two of each, and then more of the first ones.
const NODES: u64 = 24;
const KINDS: [(&str, &str); 11] = [
    (
        "shadowsocks",
        r#"{"cipher":"aes-256-gcm","plugin":null,"plugin_opts":null}"#,
    ),
    (
        "vmess",
        r#"{"tls":1,"network":"ws","network_settings":{"path":"/ws","headers":{"Host":"a.example.com"}},"tls_settings":{"server_name":"a.example.com","allow_insecure":false}}"#,
    ),
    (
        "trojan",
        r#"{"tls":1,"network":"grpc","network_settings":{"serviceName":"svc"},"server_name":"a.example.com","allow_insecure":false}"#,
    ),
    (
        "vless",
        r#"{"tls":2,"flow":"xtls-rprx-vision","network":"tcp","network_settings":null,"reality_settings":{"server_name":"r.example.com","server_port":443,"public_key":"jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0","short_id":"0123abcd","allow_insecure":false},"utls":{"enabled":true,"fingerprint":"chrome"}}"#,
    ),
    (
        "hysteria",
        r#"{"version":2,"bandwidth":{"up":100,"down":200},"obfs":{"open":true,"type":"salamander","password":"p"},"tls":{"server_name":"a.example.com","allow_insecure":false}}"#,
    ),
    (
        "tuic",
        r#"{"version":5,"congestion_control":"bbr","alpn":["h3"],"udp_relay_mode":"native","tls":{"server_name":"a.example.com","allow_insecure":false}}"#,
    ),
    (
        "anytls",
        r#"{"padding_scheme":["stop=8"],"tls":{"server_name":"a.example.com","allow_insecure":false}}"#,
    ),
    ("socks", r#"{"tls":0}"#),
    (
        "naive",
        r#"{"tls":1,"tls_settings":{"server_name":"a.example.com","allow_insecure":false}}"#,
    ),
    (
        "http",
        r#"{"tls":1,"tls_settings":{"server_name":"a.example.com","allow_insecure":false}}"#,
    ),
    (
        "mieru",
        r#"{"transport":"TCP","multiplexing":"MULTIPLEXING_LOW"}"#,
    ),
];
const PLANS: u64 = 8;
const ORDERS: u64 = 20;
/// The users with sessions at most, who are the first ones.
pub(crate) const BUYERS: u64 = 10_000;

/// Somebody who is logged in.
pub(crate) struct Reader {
    /// What stands in the header `Authorization`.
    pub(crate) token: String,
    /// The plan.
    pub(crate) plan: u64,
}

/// Writes a panel of so many users into a database that is migrated and empty; those who are logged in.
pub(crate) async fn settle(database: &Database, users: u64) -> Vec<Reader> {
    let sql = database.sql();
    sql.execute(&format!(
        "INSERT INTO v2_settings (name, value) VALUES ('server_token', '{NODE_TOKEN}'); \
         INSERT INTO v2_server_group (id, name, created_at, updated_at) VALUES (1, 'Everybody', 1, 1)"
    ))
    .await;
    for plan in 1..=PLANS {
        let capacity = if plan > PLANS / 2 { "200000" } else { "NULL" };
        let content =
            sql.quoted(&"<p>{{transfer}} GB, {{speed}} Mbps, {{devices}} devices</p>".repeat(8));
        sql.execute(&format!(
            "INSERT INTO v2_plan (id, group_id, transfer_enable, name, prices, sell, `show`, renew, sort, \
             content, tags, speed_limit, capacity_limit, created_at, updated_at) VALUES ({plan}, 1, 100, \
             'Plan {plan}', '{{\"monthly\": 7.5, \"quarterly\": 20, \"yearly\": 70, \"onetime\": 150, \
             \"reset_traffic\": 3}}', 1, 1, 1, {plan}, {content}, '[\"fast\",\"games\"]', 500, {capacity}, 1, 1)"
        ))
        .await;
    }
    for node in 1..=NODES {
        let (kind, settings) = KINDS[usize::try_from(node - 1).unwrap() % KINDS.len()];
        let settings = sql.quoted(settings);
        sql.execute(&format!(
            "INSERT INTO v2_server (id, type, group_ids, route_ids, name, rate, tags, host, port, \
             server_port, protocol_settings, `show`, enabled, sort, created_at, updated_at) VALUES ({node}, \
             '{kind}', '[\"1\"]', '[]', 'Node {node}', 1, '[\"fast\"]', 'n{node}.example.com', '443', 443, \
             {settings}, 1, 1, {node}, '2025-01-01 00:00:00', '2025-01-01 00:00:00')"
        ))
        .await;
    }
    grow(database, 1, users).await;
    let buyers = users.min(BUYERS);
    // Which divides whole numbers into whole ones.
    let by = match database.backend() {
        Backend::Mysql => "DIV",
        Backend::Sqlite | Backend::Postgres => "/",
    };
    sql.execute(&format!(
        "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, balance_amount, \
         status, commission_status, commission_balance, paid_at, created_at, updated_at) {} \
         SELECT (i - 1) {by} {ORDERS} + 1, i % {PLANS} + 1, 1, 'monthly', concat('hot', 100000000 + i), 750, 0, \
         3, 0, 0, 1700000000 + i, 1700000000 + i, 1700000000 + i FROM number WHERE i <= {} ORDER BY i",
        numbers(),
        buyers * ORDERS
    ))
    .await;
    let readers = log_in(database, buyers).await;
    analyze(database).await;
    readers
}

/// Adds the users with these numbers; the first one is an administrator, so that the panel makes none of
/// its own.
pub(crate) async fn grow(database: &Database, first: u64, last: u64) {
    let digits = "substr(CAST(1000000000000 + i AS char(13)), 2)";
    let numbers = numbers();
    let sql = database.sql();
    sql.execute(&format!(
        "INSERT INTO v2_user (id, email, password, uuid, token, group_id, plan_id, transfer_enable, \
         expired_at, is_admin, created_at, updated_at) {numbers} \
         SELECT i, concat('user', i, '@market.test'), 'x', concat('00000000-0000-4000-8000-', {digits}), \
         concat('00000000000000000000', {digits}), 1, i % {PLANS} + 1, 1125899906842624, \
         CASE WHEN i % 3 = 0 THEN NULL ELSE 4000000000 END, CASE WHEN i = 1 THEN 1 ELSE 0 END, 1, 1 \
         FROM number WHERE i BETWEEN {first} AND {last} ORDER BY i"
    ))
    .await;
    if database.backend() == Backend::Postgres {
        sql.execute(
            "SELECT setval(pg_get_serial_sequence('v2_user', 'id'), (SELECT MAX(id) FROM v2_user))",
        )
        .await;
    }
    analyze(database).await;
}

/// What a server's own service would do within minutes.
async fn analyze(database: &Database) {
    if database.backend() == Backend::Postgres {
        database.sql().execute("VACUUM ANALYZE").await;
    }
}

/// Numbers from 1 to a million, in words that the databases share: one ends recursions at a thousand.
fn numbers() -> String {
    let digit: Vec<String> = (0..10).map(|n| format!("SELECT {n}")).collect();
    let number = "1 + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 100000 * f.n";
    format!(
        "WITH digit(n) AS ({}), number(i) AS (SELECT {number} FROM digit a, digit b, digit c, digit d, \
         digit e, digit f)",
        digit.join(" UNION ALL ")
    )
}

/// Sessions for the first users.
async fn log_in(database: &Database, users: u64) -> Vec<Reader> {
    let (sql, signer) = (database.sql(), JwtSigner::new(KEY));
    let now = SystemClock.now();
    let class = sql.quoted("App\\Models\\User");
    let mut readers = Vec::new();
    let numbers: Vec<u64> = (1..=users).collect();
    for batch in numbers.chunks(BATCH) {
        let mut rows = Vec::with_capacity(batch.len());
        for user in batch {
            let session = format!("00000000-0000-4000-9000-{user:012}");
            let token = signer.sign(&Claims {
                user_id: UserId::new(i64::try_from(*user).unwrap()),
                session: SessionName::new(session.clone()),
                issued_at: now.minus(Seconds::minutes(1)),
                expires_at: now.plus(Seconds::days(1)),
            });
            let digest = TokenDigest::of(&token);
            rows.push(format!(
                "({class}, {user}, '{session}', '{}', '[\"*\"]')",
                digest.as_str()
            ));
            readers.push(Reader {
                token: format!("Bearer {token}"),
                plan: user % PLANS + 1,
            });
        }
        sql.execute(&format!(
            "INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities) \
             VALUES {}",
            rows.join(", ")
        ))
        .await;
    }
    readers
}

/// Writes a script that lets each request come from another of these.
pub(crate) fn reader_script(folder: &Path, readers: &[Reader]) -> String {
    let (path, list) = (folder.join("readers.lua"), folder.join("readers.txt"));
    let tokens: Vec<&str> = readers.iter().map(|reader| reader.token.as_str()).collect();
    std::fs::write(&list, tokens.join("\n")).unwrap();
    let script = format!(
        "local tokens, asked = {{}}, 0\n\
         for line in io.lines('{}') do tokens[#tokens + 1] = line end\n\
         function request()\n\
           asked = asked + 1\n\
           wrk.headers['Authorization'] = tokens[(asked * 7919) % #tokens + 1]\n\
           return wrk.format('GET')\n\
         end\n",
        list.display()
    );
    std::fs::write(&path, script).unwrap();
    path.display().to_string()
}
