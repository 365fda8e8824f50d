//! What guards say when they refuse, and what the log says when they fail.

use ferroboard_testing::databases::{Backend, Database};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Panel, Rows};

const PATH: &str = "a-hidden-door";
const NODE_TOKEN: &str = "a-token-of-the-nodes";

/// A panel with an administrator; the tokens of a customer and of the administrator.
async fn panel() -> (Database, Panel, [String; 2]) {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let site = [("secure_path", PATH), ("server_token", NODE_TOKEN)];
    let panel = Panel::start_on_site(&database, &site).await;
    let tokens = [
        panel.register("ann@demo.test").await,
        panel.register("chief@demo.test").await,
    ];
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "is_admin = 1").await;
    (database, panel, tokens)
}

async fn ask(panel: &Panel, method: Method, path: &str, token: &str, language: &str) -> Answer {
    let request = panel
        .client()
        .request(method.clone(), panel.url(path))
        .header("Content-Language", language)
        .header("Authorization", token);
    let request = if method == Method::POST {
        request.json(&json!({"machine_id": 1, "token": "x", "node_id": 1}))
    } else {
        request
    };
    Answer::of(request.send().await.unwrap()).await
}

fn message(answer: &Answer) -> String {
    answer.body()["message"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_guard_refuses_in_the_language_of_the_request() {
    let (_database, panel, [customer, _]) = panel().await;
    let admin = format!("/api/v2/{PATH}/system/getSystemStatus");
    let record = format!("/api/v2/{PATH}/plan/update");
    let elsewhere = format!("/api/v2/{PATH}/nothing");
    for (method, path, token, status) in [
        (Method::GET, "/api/v1/user/info", "", 403),
        (Method::GET, "/api/v1/user/info", "nonsense", 403),
        (Method::GET, admin.as_str(), "", 403),
        (Method::GET, admin.as_str(), customer.as_str(), 403),
        (Method::POST, record.as_str(), customer.as_str(), 403),
        (Method::GET, elsewhere.as_str(), customer.as_str(), 403),
        (
            Method::POST,
            "/api/v1/passport/auth/getQuickLoginUrl",
            "nonsense",
            401,
        ),
        (
            Method::GET,
            "/api/v1/server/UniProxy/config?token=wrong&node_id=1",
            "",
            422,
        ),
        (
            Method::GET,
            "/api/v1/server/ShadowsocksTidalab/user?token=wrong&node_id=1",
            "",
            422,
        ),
        (
            Method::GET,
            "/api/v1/server/TrojanTidalab/user?token=wrong&node_id=1",
            "",
            422,
        ),
        (
            Method::GET,
            "/api/v2/server/config?token=wrong&node_id=1",
            "",
            422,
        ),
        (Method::POST, "/api/v2/server/handshake", "", 401),
        (Method::POST, "/api/v2/server/machine/nodes", "", 403),
        (Method::GET, "/api/v1/user/nothing", "", 404),
        (Method::PUT, "/api/v1/user/info", "", 405),
        (Method::TRACE, "/api/v1/user/info", "", 405),
        (Method::GET, "/api/v1/user/info?a=%00", "", 400),
    ] {
        let english = ask(&panel, method.clone(), path, token, "en-US").await;
        assert_eq!(english.status, status, "{method} {path}: {}", english.text);
        let english = message(&english);
        assert!(english.is_ascii(), "{method} {path}: {english}");
        if english == "Unauthorized" {
            // The word of the reference in every language, which its pages look for.
            continue;
        }
        let russian = message(&ask(&panel, method.clone(), path, token, "ru-RU").await);
        assert!(
            russian.chars().any(|letter| ('а'..='я').contains(&letter)),
            "{method} {path}: {russian}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_fails_leaves_one_line_with_the_cause() {
    let (database, panel, [customer, admin]) = panel().await;
    let sql = database.sql();
    let status = format!("/api/v2/{PATH}/system/getSystemStatus");
    let record = format!("/api/v2/{PATH}/plan/update");
    let known = format!("token={NODE_TOKEN}&node_id=1");
    let paths = [
        format!("/api/v1/server/UniProxy/config?{known}&node_type=vmess"),
        format!("/api/v1/server/ShadowsocksTidalab/user?{known}"),
        format!("/api/v1/server/TrojanTidalab/user?{known}"),
        format!("/api/v2/server/config?{known}"),
    ];
    let nodes = paths.iter().map(|path| (Method::GET, path.as_str(), ""));
    let admins = admin.as_str();
    let by_table = [
        (
            "v2_user",
            vec![
                (Method::GET, "/api/v1/user/info", customer.as_str()),
                (Method::GET, status.as_str(), admins),
                (
                    Method::POST,
                    "/api/v1/passport/auth/getQuickLoginUrl",
                    admins,
                ),
                (Method::GET, "/s/a-token", ""),
            ],
        ),
        (
            "v2_admin_audit_log",
            vec![(Method::POST, record.as_str(), admins)],
        ),
        ("v2_server", nodes.collect()),
        (
            "v2_server_machine",
            vec![
                (Method::POST, "/api/v2/server/machine/nodes", ""),
                (Method::POST, "/api/v2/server/handshake", ""),
            ],
        ),
    ];
    for (table, requests) in by_table {
        sql.execute(&format!("ALTER TABLE {table} RENAME TO {table}_away"))
            .await;
        for (method, path, token) in requests {
            let answer = ask(&panel, method.clone(), path, token, "en-US").await;
            assert_eq!(answer.status, 500, "{method} {path}: {}", answer.text);
            assert!(message(&answer).is_ascii(), "{method} {path}");
            let id = answer.header("x-request-id").to_owned();
            let said = || {
                let log = panel.log();
                let lines = log.lines().filter(|line| line.contains(&id));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            assert!(crate::support::within(30, || async { said().len() > 1 }).await);
            let said = said();
            let causes = said.iter().filter(|line| line.contains("ERROR"));
            let causes: Vec<_> = causes.collect();
            assert_eq!(causes.len(), 1, "{method} {path}: {said:?}");
            assert!(causes[0].contains(table), "{method} {path}: {said:?}");
        }
        sql.execute(&format!("ALTER TABLE {table}_away RENAME TO {table}"))
            .await;
    }
    assert_eq!(panel.info(&customer).await.status, 200);
}
