//! `user/ledger`: what a user owns, entry by entry.

use actix_web::web::Data;
use ferroboard_kernel::{LedgerAccount, UserId};
use utoipa::IntoParams;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Locale;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};
use crate::user::books::statements::{STATEMENT_PAGES, StatementBody, account};

/// Whose statement, and which part of it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserStatementQuery {
    #[param(value_type = i64)]
    user_id: UserId,
    /// `balance` or `commission`; left out for both.
    #[param(value_type = Option<String>)]
    account: Option<LedgerAccount>,
    /// From 1, which is also the default.
    current: Option<i64>,
    /// From 1 to 100; 20 by default. The nearest of these counts for another.
    page_size: Option<i64>,
}

impl Body for UserStatementQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let user = read.required("user_id").integer().map(UserId::new).get();
        let account = account(read);
        Ok(Self {
            user_id: user?,
            account: account?,
            current: read.given("current").integer(),
            page_size: read.given("page_size").integer(),
        })
    }
}

/// What came to a user's accounts and went from them, newest first, as the user reads it. Of a user who was
/// deleted the entries are left, without balances.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/user/ledger",
    params(UserStatementQuery),
    responses(
        (status = 200, description = "A page, without the usual envelope", body = StatementBody),
        (status = 422, description = "No user is named, or there is no such account", body = FailureBody),
    )
)]
pub(crate) async fn list(
    _admin: AdminSession,
    Read(query): Read<UserStatementQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<StatementBody>, Fault> {
    let (user, account) = (query.user_id, query.account);
    let page = STATEMENT_PAGES.page(query.current, query.page_size);
    let run = panel.run(move |app| async move {
        let users = &app.administration.users;
        users.statement(user, account, page).await
    });
    Ok(Bare(StatementBody::new(run.await?, page, locale)))
}
