//! What a user owns, entry by entry.

use actix_web::web::Data;
use ferroboard_application::StatementLine;
use ferroboard_kernel::{Cents, LedgerAccount, LedgerKind};
use ferroboard_listing::{Found, Page, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Pages of a statement.
pub(crate) const STATEMENT_PAGES: PageRule = PageRule::new(20, 1, 100);

/// Which part of a statement is shown.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementQuery {
    /// `balance` or `commission`; left out for both.
    #[param(value_type = Option<String>)]
    account: Option<LedgerAccount>,
    /// From 1, which is also the default.
    current: Option<i64>,
    /// From 1 to 100; 20 by default. The nearest of these counts for another.
    page_size: Option<i64>,
}

impl Body for StatementQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let account = account(read);
        Ok(Self {
            account: account?,
            current: read.given("current").integer(),
            page_size: read.given("page_size").integer(),
        })
    }
}

const ACCOUNTS: &[&str] = &[
    LedgerAccount::Balance.as_str(),
    LedgerAccount::Commission.as_str(),
];

/// The account that a statement is asked for; none for both.
pub(crate) fn account(read: &mut Reader<'_>) -> Result<Option<LedgerAccount>, Refused> {
    let named = read.nullable("account").one_of(ACCOUNTS).get()?;
    Ok(named.and_then(LedgerAccount::parse))
}

/// One page of a statement.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementBody {
    data: Vec<StatementItem>,
    /// How many entries there are on all pages.
    total: i64,
    current_page: i64,
    per_page: i64,
    /// At least 1.
    last_page: i64,
}

/// An entry of the ledger. Amounts are in cents.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementItem {
    id: i64,
    /// `balance` or `commission`.
    account: &'static str,
    /// Why, in a word that stays the same: `deposit`, `order_debit` …
    kind: String,
    /// Why, in the language of the request's `Content-Language`.
    text: String,
    /// What was added; negative for what was taken.
    amount: i64,
    /// What the account held after it; null where the user is gone.
    balance_after: Option<i64>,
    /// What caused it: the number of an order, a ticket, a refund …
    reference: String,
    created_at: i64,
}

impl StatementItem {
    fn new(line: StatementLine, locale: Locale) -> Self {
        Self {
            id: line.id,
            account: line.account.as_str(),
            text: kind_name(&line.kind, locale),
            kind: line.kind,
            amount: line.amount.get(),
            balance_after: line.after.map(Cents::get),
            reference: line.reference,
            created_at: line.at.get(),
        }
    }
}

impl StatementBody {
    pub(crate) fn new(found: Found<StatementLine>, page: Page, locale: Locale) -> Self {
        let rows = found.rows.into_iter();
        Self {
            data: rows.map(|line| StatementItem::new(line, locale)).collect(),
            total: found.total,
            current_page: page.number(),
            per_page: page.rows(),
            last_page: page.last(found.total),
        }
    }
}

/// What people read for the ledger's word; one that it does not have stands for itself.
fn kind_name(word: &str, locale: Locale) -> String {
    let kind = LedgerKind::parse(word);
    kind.map_or_else(
        || word.to_owned(),
        |kind| message(kind).text(locale).into_owned(),
    )
}

const fn message(kind: LedgerKind) -> Message {
    match kind {
        LedgerKind::Opening => Message::LedgerOpening,
        LedgerKind::OrderDebit => Message::LedgerOrderDebit,
        LedgerKind::OrderRefund => Message::LedgerOrderRefund,
        LedgerKind::SurplusRefund => Message::LedgerSurplusRefund,
        LedgerKind::LatePayment => Message::LedgerLatePayment,
        LedgerKind::ReviewCredit => Message::LedgerReviewCredit,
        LedgerKind::Commission => Message::LedgerCommission,
        LedgerKind::Transfer => Message::LedgerTransfer,
        LedgerKind::Withdrawal => Message::LedgerWithdrawal,
        LedgerKind::Clawback => Message::LedgerClawback,
        LedgerKind::Refund => Message::LedgerRefund,
        LedgerKind::RefundPayout => Message::LedgerRefundPayout,
        LedgerKind::GiftCard => Message::LedgerGiftCard,
        LedgerKind::Admin => Message::LedgerAdmin,
        LedgerKind::Deposit => Message::LedgerDeposit,
        LedgerKind::DepositBonus => Message::LedgerDepositBonus,
    }
}

/// What came to the user's accounts and went from them, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/user/ledger/fetch",
    params(StatementQuery),
    responses(
        (status = 200, description = "A page, without the usual envelope", body = StatementBody),
        (status = 422, description = "There is no such account", body = FailureBody),
    )
)]
pub(crate) async fn list(
    session: Session,
    Read(query): Read<StatementQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<StatementBody>, Fault> {
    let user = session.0.account.id;
    let account = query.account;
    let page = STATEMENT_PAGES.page(query.current, query.page_size);
    let run = panel.run(move |app| async move { app.statements.list(user, account, page).await });
    Ok(Bare(StatementBody::new(run.await?, page, locale)))
}
