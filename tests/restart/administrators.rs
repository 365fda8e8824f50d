//! The way back in for whoever lost the admin path or a password.

use std::process::Output;

use ferroboard_testing::databases::Database;

use crate::support::{PASSWORD, Panel, on_every_database, run, run_with_input};

on_every_database!(the_admin_path_is_shown, a_password_is_set_and_sessions_end);

fn told(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}

async fn the_admin_path_is_shown(database: Database) {
    assert!(run(&database, &[], &["migrate"]).status.success());
    let none = run(&database, &[], &["admin", "path"]);
    assert!(
        !none.status.success() && told(&none).contains("serve"),
        "{}",
        told(&none)
    );
    let panel = Panel::start(&database).await;
    let shown = run(&database, &[], &["admin", "path"]);
    let path = String::from_utf8(shown.stdout).unwrap();
    let path = path.trim();
    assert!(
        panel.log().contains(&format!("admin path  {path}\n")),
        "{path}"
    );
    // The right path tells that a login is missing, a wrong one that there is nothing.
    let answer = panel.get(&format!("/api/v2{path}/config/fetch"), "").await;
    assert_eq!(answer.status, 403);
    drop(panel);
    let again = Panel::start(&database).await;
    assert!(again.log().contains("ferroboard admin path"));
    assert!(!again.log().contains(path));
}

async fn a_password_is_set_and_sessions_end(database: Database) {
    let panel = Panel::start(&database).await;
    let session = panel.register("ann@demo.test").await;
    assert_eq!(panel.info(&session).await.status, 200);

    let command = ["admin", "password", "--email", "Ann@demo.test"];
    let drawn = run(&database, &[], &command);
    assert!(drawn.status.success(), "{}", told(&drawn));
    let drawn = told(&drawn);
    let password = drawn.split_whitespace().nth(1).unwrap();
    assert_eq!(panel.info(&session).await.status, 403);
    assert_eq!(panel.login("ann@demo.test", PASSWORD).await.status, 400);
    assert_eq!(panel.login("ann@demo.test", password).await.status, 200);

    let from_input = [&command[..], &["--stdin"]].concat();
    for refused in ["", "short\n"] {
        let output = run_with_input(&database, &from_input, refused);
        assert!(!output.status.success(), "{refused:?} was accepted");
    }
    assert_eq!(panel.login("ann@demo.test", password).await.status, 200);
    let given = run_with_input(&database, &from_input, "correct horse $battery\r\nmore\n");
    assert!(given.status.success(), "{}", told(&given));
    assert!(!told(&given).contains("horse"));
    let right = panel.login("ann@demo.test", "correct horse $battery").await;
    assert_eq!(right.status, 200);

    let unknown = ["admin", "password", "--email", "nobody@demo.test"];
    assert!(!run(&database, &[], &unknown).status.success());
}
