//! What is asked of the lists.

use actix_web::web::Data;
use ferroboard_giftcard::Edit;
use ferroboard_kernel::{GiftTemplateId, UserId};
use ferroboard_listing::{Page, PageRule};

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, body_of};
use crate::request::input::Input;
use crate::request::reader::{Change, Reader, Refused};

/// What a list is asked. What of these fields names a row that there is not is complained of beside the rest.
pub(super) async fn asked<T: Body>(
    input: &Input,
    named: &[&'static str],
    panel: &Data<Panel>,
) -> Result<T, Fault> {
    let number = |name| {
        let is_named = named.contains(&name);
        input.given(name).integer().filter(|_| is_named)
    };
    let template = number("template_id").map(GiftTemplateId::new);
    let user = number("user_id").map(UserId::new);
    if template.is_none() && user.is_none() {
        return body_of(input);
    }
    let run = panel.run(move |app| async move {
        let uses = &app.administration.gift_uses;
        uses.unknown(template, user).await
    });
    let unknown = run.await?;
    let wrong = unknown.into_iter().map(|name| {
        let message = match name {
            "template_id" => Message::GiftTemplateMissing,
            _ => Message::AccountMissing,
        };
        (name, vec![message])
    });
    Fault::beside(body_of(input), wrong.collect())
}

/// Which page: numbers that may be left out, but neither be null nor lie outside.
pub(super) fn page(read: &mut Reader<'_>, rule: PageRule) -> Result<Page, Refused> {
    let number = read.optional("page").integer().min(1).get();
    let rows = read.optional("per_page").integer();
    let rows = rows.min(rule.least).max(rule.most).get();
    Ok(rule.page(number?, rows?))
}

/// What becomes of a column that null empties.
pub(super) fn edit<T>(change: Change<T>) -> Edit<T> {
    match change {
        Change::Keep => Edit::Keep,
        Change::Clear => Edit::Clear,
        Change::Set(value) => Edit::Set(value),
    }
}
