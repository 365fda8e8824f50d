//! The `.env` of an Xboard installation, on a real server: its password must be the one that PHP would send.

use std::process::{Command, Output, Stdio};

use ferroboard_testing::databases::{Backend, Database};
use tempfile::TempDir;

const USER: &str = "env_file_user";
const HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "%"];

fn migrate(env: &str) -> Output {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(".env"), env).unwrap();
    Command::new(env!("CARGO_BIN_EXE_ferroboard"))
        .env_clear()
        .env("FERROBOARD__XBOARD__ENV_FILE", ".env")
        .arg("migrate")
        .stdin(Stdio::null())
        .current_dir(folder.path())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_with_any_character_are_accepted() {
    let Some(database) = Database::fresh(Backend::Mysql).await else {
        return;
    };
    let sql = database.sql();
    let (server, name) = database.url().rsplit_once('/').unwrap();
    let port = server.rsplit_once(':').unwrap().1;
    let socket = sql.text("SELECT @@socket").await.unwrap();
    for (written, meant) in [
        ("pa$word", "pa$word"),
        ("\"pa$word\"", "pa$word"),
        ("a%41b", "a%41b"),
        ("'p@:/?#[]'", "p@:/?#[]"),
        ("\"say \\\"${NONE}\\\" 100%\"", "say \"${NONE}\" 100%"),
        ("it's", "it's"),
        ("密码", "密码"),
        ("true", "1"),
    ] {
        // Where there are anonymous users, they go before a user of any host.
        for host in HOSTS {
            let user = format!("{USER}@'{host}'");
            let password = sql.quoted(meant);
            sql.execute(&format!(
                "CREATE OR REPLACE USER {user} IDENTIFIED BY {password}"
            ))
            .await;
            sql.execute(&format!("GRANT ALL ON {name}.* TO {user}"))
                .await;
        }
        let entries = format!("DB_DATABASE={name}\nDB_USERNAME={USER}\nDB_PASSWORD={written}\n");
        for place in [
            format!("DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_PORT={port}\n"),
            format!("DB_HOST=localhost\nDB_SOCKET={socket}\n"),
        ] {
            let migrated = migrate(&format!("{place}{entries}"));
            let told = String::from_utf8_lossy(&migrated.stderr);
            assert!(migrated.status.success(), "{written}: {told}");
        }
    }
    // What the server says of a wrong one stays whole, and names no part of it.
    let wrong = migrate(&format!(
        "DB_HOST=127.0.0.1\nDB_PORT={port}\nDB_DATABASE={name}\nDB_USERNAME={USER}\nDB_PASSWORD='pa wrong'\n"
    ));
    let told = String::from_utf8_lossy(&wrong.stderr);
    assert!(!wrong.status.success());
    assert!(told.contains("(using password: YES)"), "{told}");
    assert!(!told.contains("***") && !told.contains("wrong"), "{told}");
    for host in HOSTS {
        sql.execute(&format!("DROP USER {USER}@'{host}'")).await;
    }
}
