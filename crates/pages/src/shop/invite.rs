//! Invitations, and what is done with commission.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use ferroboard_application::{Application, Error};
use ferroboard_invite::InviteError;
use ferroboard_kernel::{TicketId, UserId};
use ferroboard_tickets::{PayoutAccount, WithdrawalWords};
use ferroboard_web::{Panel, Root};

use super::invite_page::{self, Typed};
use crate::catalogue;
use crate::failure::PageResult;
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::format;
use crate::lang::Lang;
use crate::typed_amount::typed_amount;
use crate::visitor::MainCustomer;

const PATH: &str = "/my/invite";

/// The page of an inviter.
pub(super) async fn overview(customer: MainCustomer, root: Root, panel: Data<Panel>) -> PageResult {
    let typed = Typed::default();
    invite_page::of(
        &customer.0,
        &panel,
        root.0.for_asker(),
        typed,
        StatusCode::OK,
    )
    .await
}

/// Leads back from a form that somebody asks for as a page, as the switch of languages does.
pub(super) async fn back(_customer: MainCustomer) -> PageResult {
    Ok(go(PATH))
}

/// Makes an invitation code.
pub(super) async fn make_code(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let user = customer.0.session.account.id;
    let run = panel.run(move |app| async move {
        match app.invitations.create_code(user).await {
            Ok(()) => Ok(true),
            Err(Error::Invite(InviteError::CodeLimitReached)) => Ok(false),
            Err(error) => Err(error),
        }
    });
    let flash = if run.await? {
        Flash::done("shop.invite_made")
    } else {
        Flash::refused("shop.invite_limit")
    };
    Ok(flash.and_go(&customer.0.visitor, PATH))
}

/// Moves commission to the balance.
pub(super) async fn transfer(
    customer: MainCustomer,
    root: Root,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let customer = customer.0;
    let lang = customer.visitor.lang();
    let status = match typed_amount(form.text("amount")) {
        None => {
            form.complain("amount", catalogue::text(lang, "shop.transfer_amount_bad"));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Some(amount) => {
            let user = customer.session.account.id;
            let run =
                panel.run(move |app| async move { app.commissions.transfer(user, amount).await });
            match run.await {
                Ok(()) => {
                    let symbol = &customer.visitor.site().site.currency_symbol;
                    let moved = Flash::done("shop.transfer_done");
                    let moved = moved.with(format::money(amount, symbol));
                    return Ok(moved.and_go(&customer.visitor, PATH));
                }
                Err(fault) => form.refused(&customer.visitor, fault)?,
            }
        }
    };
    let typed = Typed {
        transfer: form,
        ..Typed::default()
    };
    invite_page::of(&customer, &panel, root.0.for_asker(), typed, status).await
}

/// Asks for the commission to be paid out: that opens a ticket.
pub(super) async fn withdraw(
    customer: MainCustomer,
    root: Root,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let customer = customer.0;
    let lang = customer.visitor.lang();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some((method, account)) = payout(&mut form, lang) {
        let user = customer.session.account.id;
        let words = words(lang);
        let run = panel.run(move |app| async move {
            app.tickets.withdraw(user, method, account, words).await?;
            newest_ticket(&app, user).await
        });
        match run.await {
            Ok(ticket) => {
                let path = ticket.map_or_else(
                    || "/my/tickets".to_owned(),
                    |ticket| format!("/my/tickets/{ticket}"),
                );
                let flash = Flash::done("shop.withdraw_done");
                return Ok(flash.and_go(&customer.visitor, &path));
            }
            Err(fault) => status = form.refused(&customer.visitor, fault)?,
        }
    }
    let typed = Typed {
        withdrawal: form,
        ..Typed::default()
    };
    invite_page::of(&customer, &panel, root.0.for_asker(), typed, status).await
}

/// How and where to commission is to be paid; complains of what is missing or malformed.
fn payout(form: &mut Form, lang: Lang) -> Option<(String, PayoutAccount)> {
    let method = form.given("method");
    if method.is_none() {
        form.complain(
            "method",
            catalogue::text(lang, "shop.withdraw_method_required"),
        );
    }
    let account = PayoutAccount::parse(form.text("account").trim());
    let account = account.ok();
    match &account {
        Some(account) if account.as_str().is_empty() => {
            form.complain(
                "account",
                catalogue::text(lang, "shop.withdraw_account_required"),
            );
        }
        None => {
            form.complain(
                "account",
                catalogue::text(lang, "shop.withdraw_account_bad"),
            );
        }
        Some(_) => {}
    }
    method.zip(account).filter(|_| form.is_good())
}

/// The words of the ticket, in the language of whoever asks.
fn words(lang: Lang) -> WithdrawalWords {
    let text = |name: &str| catalogue::text(lang, name).to_owned();
    WithdrawalWords {
        subject: text("shop.withdrawal_subject"),
        method: text("shop.withdraw_method"),
        account: text("shop.withdraw_account"),
        amount: text("shop.order_amount"),
    }
}

async fn newest_ticket(app: &Application, user: UserId) -> Result<Option<TicketId>, Error> {
    let tickets = app.tickets.list(user).await?;
    Ok(tickets.first().map(|ticket| ticket.id))
}
