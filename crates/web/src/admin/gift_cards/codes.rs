//! The cards, one by one.

use std::marker::PhantomData;

use actix_web::web::Data;
use ferroboard_application::CardFilter;
use ferroboard_giftcard::{CardChange, CardStatus, Edit, GiftCardBatch};
use ferroboard_kernel::{GiftCardId, GiftTemplateId, UnixSeconds};
use ferroboard_listing::{Page, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::asked::{asked, edit, page};
use super::rows::{CardRow, ListedCard};
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::input::Input;
use crate::request::reader::{Reader, Refused};

/// How long a page of cards is; other lengths are refused.
const PAGES: PageRule = PageRule::new(15, 1, 500);
/// The statuses of cards.
const STATUSES: [i64; 4] = [0, 1, 2, 3];
/// How often a card may be redeemed at most.
pub(super) const MOST_USES: i64 = 1_000;

/// Which cards to list.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CodeQuery {
    /// Only cards of this template.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    template_id: Option<GiftTemplateId>,
    /// Only cards of this batch.
    batch_id: Option<String>,
    /// Only 0 unused, 1 used, 2 expired, 3 switched off.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    status: Option<CardStatus>,
    /// The page, from 1.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    page: Page,
    /// Rows of a page: 1 to 500.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    per_page: PhantomData<Page>,
}

impl Body for CodeQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let template = read.optional("template_id").integer();
        let template = template.map(GiftTemplateId::new).get();
        let batch = read.optional("batch_id").string().get();
        let status = read.optional("status").integer().among(&STATUSES);
        let status = status.parse(Message::FieldNotOneOf, CardStatus::from_code);
        let status = status.get();
        let page = page(read, PAGES);
        Ok(Self {
            template_id: template?,
            batch_id: batch?,
            status: status?,
            page: page?,
            per_page: PhantomData,
        })
    }
}

/// Cards, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/gift-card/codes",
    params(CodeQuery),
    request_body = CodeQuery,
    responses(
        (status = 200, description = "A page of them", body = Paged<ListedCard>),
        (status = 422, description = "There is no such template, or a field is odd", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    input: Input,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<Paged<ListedCard>>, Fault> {
    let query: CodeQuery = asked(&input, &["template_id"], &panel).await?;
    let page = query.page;
    let filter = CardFilter {
        template: query.template_id,
        batch: query.batch_id,
        status: query.status,
    };
    let run = panel.run(move |app| async move {
        let codes = &app.administration.gift_codes;
        Ok((codes.list(&filter, page).await?, codes.zone()))
    });
    let (found, zone) = run.await?;
    let found = found.map(|row| ListedCard::of(row, locale, zone));
    Ok(Bare(Paged::new(page, found)))
}

/// What was done, in words.
#[derive(Serialize, ToSchema)]
pub(crate) struct CardMessage {
    message: String,
}

impl CardMessage {
    fn of(message: Message, locale: Locale) -> Success<Self> {
        let message = message.text(locale).into_owned();
        Success(Self { message })
    }
}

/// Whether a card may be redeemed.
#[derive(ToSchema)]
pub(crate) struct ToggleCode {
    #[schema(value_type = i64)]
    id: GiftCardId,
    /// `disable` or `enable`.
    #[schema(value_type = String)]
    action: bool,
}

impl Body for ToggleCode {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let named = NamedCode::read(read);
        let action = read.required("action").one_of(&["disable", "enable"]);
        let action = action.map(|action| action == "enable").get();
        Ok(Self {
            id: named?.id,
            action: action?,
        })
    }
}

/// Lets a card be redeemed no longer, or again. One that was not switched off is not switched on.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/toggle-code",
    request_body = ToggleCode,
    responses(
        (status = 200, description = "Done", body = SuccessBody<CardMessage>),
        (status = 422, description = "There is no such card, or no such action", body = FailureBody),
    )
)]
pub(crate) async fn toggle(
    Changing(change): Changing,
    Read(body): Read<ToggleCode>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<CardMessage>, Fault> {
    let on = body.action;
    let run = panel.run(move |app| async move {
        let codes = &app.administration.gift_codes;
        codes.switch(body.id, on, change).await
    });
    run.await?;
    let message = if on {
        Message::GiftCardSwitchedOn
    } else {
        Message::GiftCardSwitchedOff
    };
    Ok(CardMessage::of(message, locale))
}

/// What becomes of a card; what is left out stays as it is.
#[derive(ToSchema)]
pub struct UpdateCode {
    #[schema(value_type = i64)]
    id: GiftCardId,
    /// Null is for ever.
    #[schema(value_type = Option<i64>)]
    expires_at: Edit<UnixSeconds>,
    /// 1 to 1,000.
    max_usage: Option<i64>,
    /// 0 unused, 1 used, 2 expired, 3 switched off.
    #[schema(value_type = Option<i64>)]
    status: Option<CardStatus>,
}

impl Body for UpdateCode {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let named = NamedCode::read(read);
        let end = read.nullable("expires_at").integer().min(0);
        let end = end.max(GiftCardBatch::LATEST_END.get());
        let end = end.map(UnixSeconds::new).change();
        let uses = read.optional("max_usage").integer();
        let uses = uses.min(1).max(MOST_USES).get();
        let status = read.optional("status").integer().among(&STATUSES);
        let status = status.parse(Message::FieldNotOneOf, CardStatus::from_code);
        let status = status.get();
        Ok(Self {
            id: named?.id,
            expires_at: edit(end?),
            max_usage: uses?,
            status: status?,
        })
    }
}

impl UpdateCode {
    /// Which card, and what becomes of it.
    pub fn into_change(self) -> (GiftCardId, CardChange) {
        let said = CardChange {
            status: self.status,
            expires_at: self.expires_at,
            max_usage: self.max_usage,
        };
        (self.id, said)
    }
}

/// Changes a card.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/update-code",
    request_body = UpdateCode,
    responses(
        (status = 200, description = "The card as it is now", body = SuccessBody<CardRow>),
        (status = 422, description = "There is no such card, or a field is odd", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<UpdateCode>,
    panel: Data<Panel>,
) -> Result<Success<CardRow>, Fault> {
    let (id, said) = body.into_change();
    let run = panel.run(move |app| async move {
        let codes = &app.administration.gift_codes;
        codes.change(id, said, change).await
    });
    Ok(Success(run.await?.into()))
}

/// Which card.
#[derive(ToSchema)]
pub(crate) struct NamedCode {
    #[schema(value_type = i64)]
    id: GiftCardId,
}

impl Body for NamedCode {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").integer();
        let id = id.map(GiftCardId::new).get()?;
        Ok(Self { id })
    }
}

/// Deletes a card that nobody has redeemed.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/delete-code",
    request_body = NamedCode,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<CardMessage>),
        (status = 400, description = "It was redeemed", body = FailureBody),
        (status = 422, description = "There is no such card", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedCode>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<CardMessage>, Fault> {
    let run = panel.run(move |app| async move {
        let codes = &app.administration.gift_codes;
        codes.delete(body.id, change).await
    });
    run.await?;
    Ok(CardMessage::of(Message::GiftCardDeleted, locale))
}
