//! The ledger: every amount that came to an account or went from it.

use actix_web::web::ServiceConfig;
use ferroboard_application::{LEDGER, LedgerLine};

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::frame::Console;
use super::list_page::{Column, Noun};
use super::lists;
use crate::failure::PageResult;
use crate::list::Tone;
use crate::routes::{at, page};

/// The accounts of a user.
pub(super) const ACCOUNTS: &[(i64, &str, Tone)] = &[
    (0, "console.balance", Tone::Plain),
    (1, "console.commission", Tone::Plain),
];

/// Why money moved: the ledger's word, and ours.
const KINDS: &[(&str, &str)] = &[
    ("opening", "console.ledger_opening"),
    ("order_debit", "console.ledger_order_debit"),
    ("order_refund", "console.ledger_order_refund"),
    ("surplus_refund", "console.ledger_surplus_refund"),
    ("late_payment", "console.ledger_late_payment"),
    ("review_credit", "console.ledger_review_credit"),
    ("commission", "console.ledger_commission"),
    ("transfer", "console.ledger_transfer"),
    ("withdrawal", "console.ledger_withdrawal"),
    ("clawback", "console.ledger_clawback"),
    ("refund", "console.ledger_refund"),
    ("refund_payout", "console.ledger_refund_payout"),
    ("gift_card", "console.ledger_gift_card"),
    ("admin", "console.ledger_admin"),
    ("deposit", "console.ledger_deposit"),
    ("deposit_bonus", "console.ledger_deposit_bonus"),
];

/// Why money moved.
pub(super) fn kind(line: &LedgerLine) -> Cell {
    let known = KINDS.iter().find(|(word, _)| *word == line.kind);
    known.map_or_else(
        || Cell::Text(line.kind.clone()),
        |(_, text)| Cell::Word(text, Tone::Plain),
    )
}

/// What caused it; an order leads to itself.
pub(super) fn reference(line: &LedgerLine) -> Cell {
    match line.kind.as_str() {
        "order_debit" | "order_refund" | "surplus_refund" | "late_payment" | "commission"
        | "deposit" | "deposit_bonus" => {
            let number = &line.reference;
            Cell::link(format!("orders?f_trade_no={number}&o_trade_no=eq"), number)
        }
        _ => Cell::Text(line.reference.clone()),
    }
}

const NOUN: Noun<LedgerLine> = Noun {
    path: "ledger",
    title: "console.ledger",
    section: "/ledger",
    listing: &LEDGER,
    columns: &[
        Column::new("id", "console.id", |row: &LedgerLine| Cell::Number(row.id)).by("id"),
        Column::new("created", "console.when", |row: &LedgerLine| {
            Cell::time(Some(row.created_at.get()))
        })
        .by("created_at"),
        Column::new("user", "console.user", |row: &LedgerLine| {
            let id = row.user.get();
            Cell::link(format!("users/{id}"), format!("#{id}"))
        })
        .by("user_id"),
        Column::new("account", "console.account", |row: &LedgerLine| {
            Cell::word(row.account, ACCOUNTS)
        }),
        Column::new("amount", "console.amount", |row: &LedgerLine| {
            Cell::Money(row.amount)
        })
        .by("amount"),
        Column::new("kind", "console.kind", kind).by("kind"),
        Column::new("reference", "console.reference", reference),
    ],
    filters: &[
        Filter::number("user_id", "console.user_id"),
        Filter::new(
            "account",
            "console.account",
            FilterKind::Choice(&[("0", "console.balance"), ("1", "console.commission")]),
        ),
        Filter::new("kind", "console.kind", FilterKind::Choice(KINDS)),
        Filter::new("amount", "console.amount", FilterKind::Money),
        Filter::text("reference", "console.reference"),
        Filter::new("created_at", "console.when", FilterKind::Time),
    ],
    key: |row: &LedgerLine| row.id.to_string(),
};

/// Mounts the page.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(at("/{console}/ledger").route(page().to(show)));
}

async fn show(console: Console) -> PageResult {
    let fetch = |app: std::sync::Arc<ferroboard_application::Application>,
                 wanted: lists::Wanted| async move {
        app.administration.users.ledger(&wanted.request).await
    };
    lists::answer(&console, &NOUN, fetch, |_, _| {}, |_| Vec::new()).await
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::LedgerKind;

    use super::*;

    #[test]
    fn every_cause_has_a_word() {
        let known: Vec<&str> = KINDS.iter().map(|(word, _)| *word).collect();
        let causes: Vec<&str> = LedgerKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(known.len(), causes.len());
        for cause in causes {
            assert!(known.contains(&cause), "{cause}");
        }
    }
}
