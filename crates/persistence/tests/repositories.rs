//! What no repository may forget. Every lock writes something (ADR 0017): on a cluster it would keep nobody
//! out otherwise. And what nodes see is changed with a note of whom it concerns (ADR 0037).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Locks that take no turn: whatever is decided behind them changes the locked row, and says where.
const WRITTEN_BY_THE_DECISION: [(&str, &str); 20] = [
    ("lock_announcement", "update_announcement"),
    ("lock_announcement_places", "update_announcement_places"),
    ("lock_article", "update_article"),
    ("lock_article_places", "update_article_places"),
    ("lock_coupon", "move_coupon_use"),
    ("lock_coupon_row", "update_coupon_show"),
    ("lock_due_chat_messages", "lock_due_chat_messages"),
    ("lock_due_deliveries", "move_delivery_to_delivered"),
    ("lock_due_mails", "lock_due_mails"),
    ("lock_email_code", "update_email_code_tries"),
    ("lock_gift_card", "move_gift_card_use"),
    ("lock_gift_card_row", "update_gift_card"),
    ("lock_order", "move_order"),
    ("lock_package", "update_package"),
    ("lock_payment", "update_payment"),
    ("lock_plugin", "update_plugin"),
    ("lock_real_name", "move_real_name"),
    ("lock_real_names", "move_pending_real_names"),
    ("lock_theme_config", "update_setting"),
    ("lock_withdrawal", "move_withdrawal"),
];
/// The same, where the row is another table's column.
const RESETS: (&str, &str) = ("lock_reset_subjects", "move_next_resets");
/// Writes a counter, as a turn does.
const CHAT: (&str, &str) = ("lock_chat", "count_event");

/// Tables of which nodes see something.
const SEEN_BY_NODES: [&str; 3] = ["v2_user", "user_remarks", "ferro_real_name"];

/// What writes into them without a note, and what it is that no node sees.
const UNSEEN: [(&str, &str); 14] = [
    ("delete_orphaned_real_names", "names of users who are gone"),
    ("delete_unused_users", "users without a quota"),
    ("delete_ways_in", "sessions, links and codes"),
    ("move_balance", "money"),
    ("move_chat", "the chat with the bot"),
    ("move_commission_balance", "money"),
    ("move_next_resets", "when traffic is to be counted anew"),
    ("move_password", "the password"),
    ("update_devices", "from where users are online"),
    ("update_inviter", "who invited the user"),
    ("update_last_login", "when the user logged in"),
    ("update_reminders", "what the user is reminded of"),
    ("update_shadow_password", "the password"),
    ("update_stale_online", "from where users are online"),
];

/// The text of every file of the repositories.
fn sources() -> Vec<String> {
    let rooms = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/repositories");
    let rooms = std::fs::read_dir(rooms).unwrap();
    let rooms = rooms.map(|room| room.unwrap().path());
    let files = rooms
        .filter(|room| room.is_dir())
        .flat_map(|room| std::fs::read_dir(room).unwrap());
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

/// The functions of the repositories with their bodies.
fn functions() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for text in sources() {
        for piece in text.split("    async fn ").skip(1) {
            let name = piece.split('(').next().unwrap_or_default();
            let body = piece.split("\n    }\n").next().unwrap_or_default();
            found.insert(name.to_owned(), body.to_owned());
        }
    }
    found
}

#[test]
fn a_lock_takes_a_turn_or_its_decision_writes_the_row() {
    let functions = functions();
    let mut exceptions: BTreeMap<&str, &str> = WRITTEN_BY_THE_DECISION.into();
    exceptions.extend([RESETS, CHAT]);
    let is_lock = |name: &&String| name.starts_with("lock_");
    let locks: BTreeSet<&String> = functions.keys().filter(is_lock).collect();
    assert!(locks.len() > 20, "{locks:?}");
    for lock in locks {
        let body = &functions[lock.as_str()];
        let takes = [".take_turn(", ".lock_turn(", ".lock_user_row("];
        let takes_turn = takes.iter().any(|call| body.contains(call));
        let exception = exceptions.remove(lock.as_str());
        assert_ne!(takes_turn, exception.is_some(), "{lock}: {body}");
        if let Some(written_by) = exception.filter(|name| *name != CHAT.1) {
            let body = functions.get(written_by);
            let writes = body.is_some_and(|body| body.contains(".execute("));
            assert!(writes, "{lock}: {written_by} writes nothing");
        }
    }
    assert!(exceptions.is_empty(), "there is no {exceptions:?}");
}

#[test]
fn a_turn_is_taken_before_anything_is_read_behind_it() {
    for (name, body) in functions() {
        let (Some(turn), Some(lock)) = (body.find(".take_turn("), body.find("lock!(")) else {
            continue;
        };
        // The owner of a chat is found by a token, and read nowhere but in the locked row.
        assert!(turn < lock || name == "lock_chat_owner", "{name}: {body}");
    }
}

#[test]
fn the_decision_names_every_lock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let written = std::fs::read_to_string(root.join("docs/adr/0017-write-what-is-locked.md"));
    let written = written.unwrap();
    for name in functions().keys().filter(|name| name.starts_with("lock_")) {
        let is_own = ["lock_turn", "lock_user_row"].contains(&name.as_str());
        assert!(is_own || written.contains(&format!("`{name}`")), "{name}");
    }
}

/// Whether a piece of a repository writes into the table, as far as its text tells.
fn writes(piece: &str, table: &str) -> bool {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let piece = words.join(" ").replace("( ", "(");
    let by_builder = [
        "diesel::update(",
        "diesel::insert_into(",
        "diesel::delete(",
        "insert_or_ignore!(",
    ];
    let by_text = [
        "UPDATE ",
        "INTO ",
        "DELETE FROM ",
        "update_rows(\"",
        "delete_first(\"",
        "delete_first_by(\"",
    ];
    piece.contains(&format!("{table}::")) && by_builder.iter().any(|way| piece.contains(way))
        || by_text
            .iter()
            .any(|way| piece.contains(&format!("{way}{table}")))
}

#[test]
fn what_nodes_see_is_changed_with_a_note() {
    let promises =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../testing/src/contract/accounts/touched.rs");
    let promises = std::fs::read_to_string(promises).unwrap();
    let mut silent = BTreeSet::new();
    for text in sources() {
        // What stands before the first function is a piece as well.
        for piece in text.split("fn ") {
            if !SEEN_BY_NODES.iter().any(|table| writes(piece, table)) {
                continue;
            }
            let name = piece.split(['(', '<']).next().unwrap_or_default();
            if piece.contains("self.touched") {
                let promised = promises.contains(&format!("tx.{name}("));
                assert!(
                    promised,
                    "{name} has no promise in contract/accounts/touched.rs"
                );
            } else {
                silent.insert(name.to_owned());
            }
        }
    }
    let unseen: BTreeSet<String> = UNSEEN.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        silent, unseen,
        "either it notes whom it concerns, or UNSEEN says why not"
    );
}

/// What writes plans of users without a note of what they were, each with the reason.
const UNNOTED_PLANS: [(&str, &str); 3] = [
    ("changes", "`update_managed_user` notes it"),
    ("insert_users", "accounts that are made"),
    (
        "update_shadow_row",
        "second accounts, which follow their main ones",
    ),
];

/// Whether a piece of a repository gives users a plan, as far as its text tells.
fn writes_plan(piece: &str) -> bool {
    let mut sets = piece.split(".set(").skip(1);
    sets.any(|set| set.contains("v2_user::plan_id.eq("))
        || piece.contains("(\"plan_id\", user.plan")
        || piece.contains("INTO v2_user") && piece.contains("plan_id")
}

#[test]
fn plans_of_users_are_written_with_a_note() {
    let (mut noted, mut silent) = (BTreeSet::new(), BTreeSet::new());
    for text in sources() {
        for piece in text.split("fn ") {
            let name = piece.split(['(', '<']).next().unwrap_or_default();
            if piece.contains("self.plans.push(") {
                noted.insert(name.to_owned());
            } else if writes_plan(piece) {
                silent.insert(name.to_owned());
            }
        }
    }
    let expected = ["update_managed_user", "update_subscription"];
    assert_eq!(noted, expected.map(str::to_owned).into());
    let unnoted = UNNOTED_PLANS.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(
        silent,
        unnoted.collect(),
        "either it notes what the plan was, or UNNOTED_PLANS says why not"
    );
}
