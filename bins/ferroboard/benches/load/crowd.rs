//! A panel with many users and some nodes, written past the panel.

use ferroboard_testing::databases::{Backend, Database};

use crate::support::run;

/// What nodes show.
pub(crate) const NODE_TOKEN: &str = "a-token-of-nodes-for-measurements";

/// Kinds of nodes, each with settings that every format knows.
const KINDS: [(&str, &str); 3] = [
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
        r#"{"tls":1,"network":"tcp","server_name":"a.example.com","allow_insecure":false}"#,
    ),
];

/// The users of a database, who are numbered from 1, and its nodes, which let all of them in.
pub(crate) struct Crowd<'a> {
    database: &'a Database,
    users: u64,
}

impl<'a> Crowd<'a> {
    /// Migrates an empty database and writes so many nodes.
    pub(crate) async fn settle(database: &'a Database, nodes: u64) -> Self {
        let migrated = run(database, &[], &["migrate"]);
        assert!(migrated.status.success(), "{migrated:?}");
        let sql = database.sql();
        sql.execute(&format!(
            "INSERT INTO v2_settings (name, value) VALUES ('server_token', '{NODE_TOKEN}'); \
             INSERT INTO v2_server_group (id, name, created_at, updated_at) \
             VALUES (1, 'Everybody', 1, 1); \
             INSERT INTO v2_plan (id, group_id, transfer_enable, name, created_at, updated_at) \
             VALUES (1, 1, 1000, 'Measured', 1, 1)"
        ))
        .await;
        for node in 1..=nodes {
            let (kind, settings) = KINDS[usize::try_from(node - 1).unwrap() % KINDS.len()];
            sql.execute(&format!(
                "INSERT INTO v2_server (id, type, group_ids, route_ids, name, rate, tags, host, \
                 port, server_port, protocol_settings, `show`, sort, created_at, updated_at) \
                 VALUES ({node}, '{kind}', '[\"1\"]', '[]', 'Node {node}', 1, '[]', \
                 'n{node}.example.com', '443', 443, '{settings}', 1, {node}, \
                 '2025-01-01 00:00:00', '2025-01-01 00:00:00')"
            ))
            .await;
        }
        Self { database, users: 0 }
    }

    /// Users and nodes that are there already, numbered alike.
    pub(crate) fn of(database: &'a Database, users: u64) -> Self {
        Self { database, users }
    }

    /// Adds users until there are so many. The first one is an administrator, so that the panel makes
    /// none of its own.
    pub(crate) async fn grow(&mut self, users: u64) {
        let (first, last) = (self.users + 1, users);
        // Twelve digits with leading zeros, in words that the databases share.
        let digits = "substr(CAST(1000000000000 + i AS char(13)), 2)";
        // What counts to a million in all of them: one ends recursions at a thousand.
        let digit: Vec<String> = (0..10).map(|n| format!("SELECT {n}")).collect();
        let digit = digit.join(" UNION ALL ");
        let sql = self.database.sql();
        sql.execute(&format!(
            "INSERT INTO v2_user (id, email, password, uuid, token, group_id, plan_id, \
             transfer_enable, expired_at, is_admin, created_at, updated_at) \
             WITH digit(n) AS ({digit}), number(i) AS (SELECT \
             1 + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 100000 * f.n FROM \
             digit a, digit b, digit c, digit d, digit e, digit f) \
             SELECT i, concat('user', i, '@crowd.test'), 'x', \
             concat('00000000-0000-4000-8000-', {digits}), concat('00000000000000000000', {digits}), \
             1, 1, 1125899906842624, NULL, CASE WHEN i = 1 THEN 1 ELSE 0 END, 1, 1 \
             FROM number WHERE i BETWEEN {first} AND {last} ORDER BY i"
        ))
        .await;
        if self.database.backend() == Backend::Postgres {
            // What its own service would do within minutes.
            sql.execute("ANALYZE v2_user").await;
        }
        self.users = users;
    }

    /// How many there are.
    pub(crate) fn users(&self) -> u64 {
        self.users
    }

    /// All traffic that the database has, of users and of nodes, each as it is counted now and by day.
    pub(crate) async fn traffic(&self) -> [i64; 4] {
        let sum = async |table: &str| {
            let query = format!("SELECT SUM(u) + SUM(d) FROM {table}");
            self.database.sql().integer(&query).await
        };
        [
            sum("v2_user").await,
            sum("v2_stat_user").await,
            sum("v2_server").await,
            sum("v2_stat_server").await,
        ]
    }
}

/// The address of this node's route.
pub(crate) fn node_path(route: &str, node: u64) -> String {
    format!("/api/v1/server/UniProxy/{route}?token={NODE_TOKEN}&node_id={node}")
}

/// The address of this user's subscription.
pub(crate) fn link(user: u64, query: &str) -> String {
    format!("/s/{user:032}{query}")
}
