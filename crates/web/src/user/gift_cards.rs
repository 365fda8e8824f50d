use actix_web::web::Data;
use ferroboard_application::TryGiftCard;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::gift_card_body::{
    GiftCardDetail, GiftCardHistory, GiftCardPreview, GiftCardTypes, MainReward, RedeemedGiftCard,
};
use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::gift_fields as rules;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::guest::plans::PlanTexts;
use crate::request::client_address::Client;
use crate::request::field::Field;
use crate::request::valid::Valid;

/// The code of a gift card.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct GiftCodeBody {
    /// 8 to 32 characters, in any letter case.
    #[validate(custom(function = rules::code))]
    #[schema(value_type = String)]
    code: Field,
}

fn tried(session: &Session, client: Client, body: &GiftCodeBody) -> Result<TryGiftCard, Fault> {
    Ok(TryGiftCard {
        user: session.0.account.id,
        code: body.code.to_gift_code()?,
        client: client.0,
    })
}

/// Shows a gift card and whether the user may redeem it. Nothing is taken.
#[utoipa::path(
    post,
    path = "/api/v1/user/gift-card/check",
    request_body = GiftCodeBody,
    responses(
        (status = 200, description = "The card", body = SuccessBody<GiftCardPreview>),
        (status = 400, description = "Nobody can redeem it: unknown, used up, expired, disabled or misconfigured", body = FailureBody),
        (status = 422, description = "The code is missing or no code", body = FailureBody),
        (status = 429, description = "Too many unknown codes; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn check(
    session: Session,
    client: Client,
    Valid(body): Valid<GiftCodeBody>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<GiftCardPreview>, Fault> {
    let tried = tried(&session, client, &body)?;
    let run = panel.run(move |app| async move {
        let found = app.gift_cards.check(&tried).await?;
        Ok((found, app.plans.reset_method()))
    });
    let (found, reset_method) = run.await?;
    let texts = PlanTexts {
        locale,
        reset_method,
    };
    Ok(Success(GiftCardPreview::new(found, texts)))
}

/// Redeems a gift card: the user, and where the card says so the inviter, get all that it gives.
#[utoipa::path(
    post,
    path = "/api/v1/user/gift-card/redeem",
    request_body = GiftCodeBody,
    responses(
        (status = 200, description = "What was given", body = SuccessBody<RedeemedGiftCard>),
        (status = 400, description = "The card cannot be redeemed, or not by this user", body = FailureBody),
        (status = 422, description = "The code is missing or no code", body = FailureBody),
        (status = 429, description = "Too many unknown codes; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn redeem(
    session: Session,
    client: Client,
    Valid(body): Valid<GiftCodeBody>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<RedeemedGiftCard>, Fault> {
    let tried = tried(&session, client, &body)?;
    let run = panel.run(move |app| async move { app.gift_cards.redeem(&tried).await });
    Ok(Success(RedeemedGiftCard::new(run.await?, locale)))
}

/// The code of a gift card, under the name that older themes send it by.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct NamedGiftCardBody {
    /// 8 to 32 characters, in any letter case.
    #[validate(custom(function = rules::code))]
    #[schema(value_type = String)]
    giftcard: Field,
}

/// Redeems a gift card as `user/gift-card/redeem` does, for themes of older panels.
#[utoipa::path(
    post,
    path = "/api/v1/user/redeemgiftcard",
    request_body = NamedGiftCardBody,
    responses(
        (status = 200, description = "`data` is `true`; beside it the main thing that was given", body = MainReward),
        (status = 400, description = "The card cannot be redeemed, or not by this user", body = FailureBody),
        (status = 422, description = "The code is missing or no code", body = FailureBody),
        (status = 429, description = "Too many unknown codes; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn redeem_named(
    session: Session,
    client: Client,
    Valid(body): Valid<NamedGiftCardBody>,
    panel: Data<Panel>,
) -> Result<Bare<MainReward>, Fault> {
    let body = GiftCodeBody {
        code: body.giftcard,
    };
    let tried = tried(&session, client, &body)?;
    let run = panel.run(move |app| async move { app.gift_cards.redeem(&tried).await });
    Ok(Bare(MainReward::of(run.await?.rewards)))
}

/// Which page of the redeemed cards.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// From 1, which is also the default.
    #[validate(custom(function = rules::page))]
    #[param(value_type = Option<i64>, required = false)]
    page: Field,
    /// 1 to 100; 15 by default.
    #[validate(custom(function = rules::page_size))]
    #[param(value_type = Option<i64>, required = false)]
    per_page: Field,
}

/// What the user redeemed, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/user/gift-card/history",
    params(HistoryQuery),
    responses(
        (status = 200, description = "A page, without the usual envelope", body = GiftCardHistory),
        (status = 422, description = "There is no such page", body = FailureBody),
    )
)]
pub(crate) async fn history(
    session: Session,
    Valid(query): Valid<HistoryQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<GiftCardHistory>, Fault> {
    let user = session.0.account.id;
    let page = query.page.page();
    let page = page.ok_or(Fault::refused(Message::PageInvalid))?;
    let size = query.per_page.page_size();
    let size = size.ok_or(Fault::refused(Message::PageSizeInvalid))?;
    let run = panel.run(move |app| async move { app.gift_cards.history(user, page, size).await });
    Ok(Bare(GiftCardHistory::new(run.await?, page, size, locale)))
}

/// Which redemption.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsageQuery {
    /// The number that the history shows.
    #[validate(custom(function = rules::usage))]
    #[param(value_type = i64, required = true)]
    id: Field,
}

/// One of the user's redemptions.
#[utoipa::path(
    get,
    path = "/api/v1/user/gift-card/detail",
    params(UsageQuery),
    responses(
        (status = 200, description = "The redemption", body = SuccessBody<GiftCardDetail>),
        (status = 404, description = "The user has no such redemption", body = FailureBody),
        (status = 422, description = "The number is missing or no number", body = FailureBody),
    )
)]
pub(crate) async fn detail(
    session: Session,
    Valid(query): Valid<UsageQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<GiftCardDetail>, Fault> {
    let (user, id) = (session.0.account.id, query.id.to_gift_usage()?);
    let run = panel.run(move |app| async move { app.gift_cards.detail(user, id).await });
    Ok(Success(GiftCardDetail::new(run.await?, locale)))
}

/// The kinds of gift cards with their names.
#[utoipa::path(
    get,
    path = "/api/v1/user/gift-card/types",
    responses((status = 200, description = "Names by code", body = SuccessBody<GiftCardTypes>))
)]
pub(crate) async fn types(_session: Session, locale: Locale) -> Success<GiftCardTypes> {
    Success(GiftCardTypes::new(locale))
}
