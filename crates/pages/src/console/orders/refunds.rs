//! Refunds of an order: what was given back of it, and the form that gives back more.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use ferroboard_application::{
    Error, MANAGED_REFUNDS, ManagedOrder, ManagedRefund, RefundReport, WantedRefund,
};
use ferroboard_billing::{BillingError, RefundDestination, RefundStatus};
use ferroboard_kernel::TradeNo;
use ferroboard_listing::{Asked, AskedFilter, Found, Given};
use ferroboard_web::list_refused;
use serde_json::json;

use crate::console::cell::Cell;
use crate::console::form_page::{Complaints, Field, FieldKind, Form};
use crate::console::forms::done;
use crate::console::frame::{Console, Part, Sent};
use crate::failure::Failure;
use crate::flash::Flash;
use crate::list::{Cell as Drawn, Tone};
use crate::typed_amount::typed_amount;

/// Where refunds go.
const DESTINATIONS: &[(RefundDestination, &str)] = &[
    (RefundDestination::Balance, "console.refund_to_balance"),
    (RefundDestination::Gateway, "console.refund_to_gateway"),
    (RefundDestination::Outside, "console.refund_to_outside"),
];
/// Where refunds stand.
const STATES: &[(RefundStatus, &str, Tone)] = &[
    (
        RefundStatus::Requested,
        "console.refund_requested",
        Tone::Warn,
    ),
    (RefundStatus::Done, "console.refund_done", Tone::Good),
    (RefundStatus::Refused, "console.refund_refused", Tone::Bad),
];
/// What is said of a refund.
const HEADS: [&str; 8] = [
    "console.when",
    "console.amount",
    "console.refund_to",
    "console.state",
    "console.reason",
    "console.refund_taken_back",
    "console.refund_number",
    "console.refund_failure",
];
/// How many of them an order shows; the buyer's ledger has the rest.
const ROWS: i64 = 20;
/// The code of an order that was opened, and whose value went into no later one.
const COMPLETED: i64 = 3;
/// The code of an order of money on the balance.
const TOP_UP: i64 = 9;
/// How many characters of a reason are kept.
const LONGEST_REASON: usize = 255;
/// How many refunds the operator knew of: a form that is sent twice refunds once.
const KNOWN: &str = "known";

/// Whether something of the order may be refunded.
pub(super) fn is_refundable(order: &ManagedOrder) -> bool {
    order.status == COMPLETED
}

/// The latest refunds of the order with this number.
pub(super) async fn of(console: &Console, id: i64) -> Result<Found<ManagedRefund>, Failure> {
    // Not by its trade number, for which the database would look through all refunds.
    let order = AskedFilter::new("order_id", Given::Many(vec![id.to_string()]));
    let asked = Asked {
        rows: Some(ROWS),
        filters: vec![order],
        ..Asked::default()
    };
    let request = MANAGED_REFUNDS.judge(&asked);
    let request = request.map_err(|error| Failure::Fault(list_refused(error)))?;
    let run = console.run(move |app| async move { app.administration.refunds.list(request).await });
    run.await
}

/// The refunds as a part of the order's story.
pub(super) fn part(console: &Console, order: &ManagedOrder, found: &Found<ManagedRefund>) -> Part {
    let ledger = || console.to(&format!("ledger?f_user_id={}", order.user));
    let rows = found.rows.iter().map(|refund| line(console, refund));
    Part {
        title: console.t("console.refunds"),
        heads: HEADS.map(|head| console.t(head)).into(),
        rows: rows.collect(),
        more: (found.total > ROWS).then(ledger),
    }
}

fn line(console: &Console, refund: &ManagedRefund) -> Vec<Drawn> {
    let cells = [
        Cell::time(Some(refund.created_at)),
        Cell::Money(refund.amount),
        destination(refund),
        state(refund),
        Cell::Text(refund.reason.clone()),
        Cell::flag(refund.takes_back),
        Cell::text(refund.gateway_no.as_deref()),
        Cell::text(refund.failure.as_deref()),
    ];
    cells.iter().map(|cell| console.drawn(cell)).collect()
}

fn destination(refund: &ManagedRefund) -> Cell {
    let mut known = DESTINATIONS.iter();
    let known = known.find(|(to, _)| to.as_str() == refund.to);
    known.map_or_else(
        || Cell::Text(refund.to.clone()),
        |(_, text)| Cell::Word(text, Tone::Plain),
    )
}

fn state(refund: &ManagedRefund) -> Cell {
    let mut known = STATES.iter();
    let known = known.find(|(status, _, _)| status.as_str() == refund.status);
    known.map_or_else(
        || Cell::Text(refund.status.clone()),
        |(_, text, tone)| Cell::Word(text, *tone),
    )
}

/// The form that refunds a part of the order, where that can be.
pub(super) fn blank(
    console: &Console,
    order: &ManagedOrder,
    found: &Found<ManagedRefund>,
) -> Option<Form> {
    let values = json!({"id": order.id, "known": found.total});
    is_refundable(order).then(|| Form::filled(fields(console, order), &values, console.spelling))
}

fn fields(console: &Console, order: &ManagedOrder) -> Vec<Field> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let hidden = |name: &str| Field::called(name, String::new(), FieldKind::Hidden);
    // What a top-up gave is on the balance already.
    let is_offered =
        |to: RefundDestination| order.kind != TOP_UP || to != RefundDestination::Balance;
    let offered = DESTINATIONS.iter().filter(|(to, _)| is_offered(*to));
    let offered = offered.map(|(to, text)| (to.as_str().to_owned(), console.t(text)));
    vec![
        hidden("id"),
        hidden(KNOWN),
        field("amount", "console.amount", FieldKind::Money)
            .required()
            .hinted("console.refund_amount_hint", spelling),
        field(
            "to",
            "console.refund_to",
            FieldKind::Choice(offered.collect()),
        )
        .required(),
        field("reason", "console.reason", FieldKind::Line).required(),
        field("take_back", "console.refund_take_back", FieldKind::Flag)
            .hinted("console.refund_take_back_hint", spelling),
    ]
}

/// The form as it came back, and what it asks for; `None` where something is wrong with it, which it says then.
pub(super) fn read(
    console: &Console,
    order: &ManagedOrder,
    found: &Found<ManagedRefund>,
    mut sent: Sent,
) -> (Form, Option<WantedRefund>) {
    let is_known = sent.number(KNOWN) == Some(found.total);
    let outcome = wanted(console, order, &sent);
    // Whoever reads the answer knows of all of them.
    sent.0.insert(KNOWN.to_owned(), found.total.into());
    let mut form = Form::typed(fields(console, order), &sent.0);
    if !is_known {
        let changed = console.t("console.refund_changed");
        form.complain([("order".to_owned(), changed)]);
    }
    match outcome {
        Ok(wanted) => (form, is_known.then_some(wanted)),
        Err(complaints) => {
            form.complain(complaints);
            (form, None)
        }
    }
}

fn wanted(
    console: &Console,
    order: &ManagedOrder,
    sent: &Sent,
) -> Result<WantedRefund, Complaints> {
    let amount = typed_amount(sent.text("amount"));
    let to = RefundDestination::parse(sent.text("to"));
    let reason = sent.text("reason").trim();
    let has_reason = (1..=LONGEST_REASON).contains(&reason.chars().count());
    match (amount, to) {
        (Some(amount), Some(to)) if has_reason => Ok(WantedRefund {
            trade_no: TradeNo::stored(order.trade_no.clone()),
            amount,
            to,
            reason: reason.to_owned(),
            takes_back: sent.text("take_back") == "1",
        }),
        _ => {
            let wrong = [
                (amount.is_none(), "amount", "console.refund_amount_bad"),
                (to.is_none(), "to", "console.unreadable"),
                (!has_reason, "reason", "console.refund_reason_bad"),
            ];
            let wrong = wrong.into_iter().filter(|(is_wrong, _, _)| *is_wrong);
            let told = wrong.map(|(_, field, text)| (field.to_owned(), console.t(text)));
            Err(told.collect())
        }
    }
}

/// Notes in the form why nothing was refunded: beside the field that it is about, or handed back with the status
/// to answer with.
pub(super) fn refuse(
    console: &Console,
    form: &mut Form,
    refusal: BillingError,
) -> Result<(StatusCode, Option<String>), Failure> {
    let field = match &refusal {
        BillingError::RefundExceedsPaid { .. } | BillingError::BalanceInsufficient => {
            Some("amount")
        }
        BillingError::GatewayCannotRefund => Some("to"),
        BillingError::NothingToTakeBack => Some("take_back"),
        _ => None,
    };
    let failure = Failure::from(Error::Billing(refusal));
    match (console.complained(form, failure)?, field) {
        ((status, Some(message)), Some(field)) => {
            form.complain([(field.to_owned(), message)]);
            Ok((status, None))
        }
        (told, _) => Ok(told),
    }
}

/// Leads back to the order, whose page says how far the refund has come.
pub(super) fn told(console: &Console, order: &ManagedOrder, report: &RefundReport) -> HttpResponse {
    let path = format!("orders/{}", order.id);
    match report.status {
        RefundStatus::Done => done(console, "console.refund_is_done", &path),
        RefundStatus::Requested => done(console, "console.refund_is_requested", &path),
        RefundStatus::Refused => Flash::refused("console.refund_is_refused")
            .and_go(console.visitor(), &console.to(&path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_destination_and_state_has_a_word() {
        let known: Vec<RefundDestination> = DESTINATIONS.iter().map(|(to, _)| *to).collect();
        assert_eq!(known, RefundDestination::ALL);
        let known: Vec<RefundStatus> = STATES.iter().map(|(status, _, _)| *status).collect();
        assert_eq!(known, RefundStatus::ALL);
    }
}
