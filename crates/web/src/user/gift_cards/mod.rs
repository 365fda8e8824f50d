pub(crate) mod body;

use actix_web::web::Data;
use ferroboard_application::TryGiftCard;
use ferroboard_giftcard::GiftCode;
use ferroboard_kernel::GiftUsageId;
use ferroboard_listing::PageRule;
use utoipa::{IntoParams, ToSchema};

use self::body::{
    GiftCardDetail, GiftCardHistory, GiftCardPreview, GiftCardTypes, MainReward, RedeemedGiftCard,
};
use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::guest::plans::PlanTexts;
use crate::request::body::{Body, Read};
use crate::request::client_address::Client;
use crate::request::reader::{Reader, Refused};

/// The code of a gift card.
#[derive(ToSchema)]
pub(crate) struct GiftCodeBody {
    /// 8 to 32 characters, in any letter case.
    #[schema(value_type = String)]
    code: GiftCode,
}

impl Body for GiftCodeBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            code: code(read, "code")?,
        })
    }
}

/// The code of a card, whether or not there is such a card: a text, not a number.
fn code(read: &mut Reader<'_>, name: &'static str) -> Result<GiftCode, Refused> {
    let code = read.required(name).says(Message::GiftCodeRequired);
    let code = code.string().says(Message::GiftCodeInvalid);
    let code = code.judge(|text| {
        let is_short = text.trim().chars().count() < GiftCode::SHORTEST;
        GiftCode::parse(&text).ok_or(if is_short {
            Message::GiftCodeTooShort
        } else {
            Message::GiftCodeTooLong
        })
    });
    code.get()
}

fn tried(session: &Session, client: Client, code: GiftCode) -> TryGiftCard {
    TryGiftCard {
        user: session.0.account.id,
        code,
        client: client.0,
    }
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
    Read(body): Read<GiftCodeBody>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<GiftCardPreview>, Fault> {
    let tried = tried(&session, client, body.code);
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
    Read(body): Read<GiftCodeBody>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<RedeemedGiftCard>, Fault> {
    let tried = tried(&session, client, body.code);
    let run = panel.run(move |app| async move { app.gift_cards.redeem(&tried).await });
    Ok(Success(RedeemedGiftCard::new(run.await?, locale)))
}

/// The code of a gift card, under the name that older themes send it by.
#[derive(ToSchema)]
pub(crate) struct NamedGiftCardBody {
    /// 8 to 32 characters, in any letter case.
    #[schema(value_type = String)]
    giftcard: GiftCode,
}

impl Body for NamedGiftCardBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            giftcard: code(read, "giftcard")?,
        })
    }
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
    Read(body): Read<NamedGiftCardBody>,
    panel: Data<Panel>,
) -> Result<Bare<MainReward>, Fault> {
    let tried = tried(&session, client, body.giftcard);
    let run = panel.run(move |app| async move { app.gift_cards.redeem(&tried).await });
    Ok(Bare(MainReward::of(run.await?.rewards)))
}

/// Which page of the redeemed cards.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// From 1, which is also the default.
    #[param(value_type = Option<i64>)]
    page: i64,
    /// 1 to 100; 15 by default.
    #[param(value_type = Option<i64>)]
    per_page: i64,
}

/// How long a page of redeemed cards is; other lengths are refused.
const PAGES: PageRule = PageRule::new(15, 1, 100);

impl Body for HistoryQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let page = number(read, "page", Message::PageInvalid, 1, |page| page >= 1);
        let size = number(
            read,
            "per_page",
            Message::PageSizeInvalid,
            PAGES.usual,
            |size| PAGES.admits(size),
        );
        Ok(Self {
            page: page?,
            per_page: size?,
        })
    }
}

/// A number that may be left out, but not be null.
fn number(
    read: &mut Reader<'_>,
    name: &'static str,
    message: Message,
    usual: i64,
    is_right: impl FnOnce(i64) -> bool,
) -> Result<i64, Refused> {
    let number = read.optional(name).integer().says(message);
    let number = number.parse(message, |number| is_right(number).then_some(number));
    number.or(usual)
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
    Read(query): Read<HistoryQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<GiftCardHistory>, Fault> {
    let user = session.0.account.id;
    let page = PAGES.page(Some(query.page), Some(query.per_page));
    let run = panel.run(move |app| async move { app.gift_cards.history(user, page).await });
    Ok(Bare(GiftCardHistory::new(run.await?, page, locale)))
}

/// Which redemption.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsageQuery {
    /// The number that the history shows.
    #[param(value_type = i64)]
    id: GiftUsageId,
}

impl Body for UsageQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").says(Message::GiftUsageRequired);
        let id = id.integer().says(Message::GiftUsageInvalid);
        Ok(Self {
            id: id.map(GiftUsageId::new).get()?,
        })
    }
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
    Read(query): Read<UsageQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<GiftCardDetail>, Fault> {
    let (user, id) = (session.0.account.id, query.id);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::{body_of, complaint};
    use crate::request::input::Input;

    #[test]
    fn codes_and_redemptions_are_judged_whatever_their_type() {
        let longest = "礼".repeat(32);
        for (value, expected) in [
            (json!("GC123456"), None),
            (json!(longest), None),
            (json!(null), Some(Message::GiftCodeRequired)),
            (json!("GC12345"), Some(Message::GiftCodeTooShort)),
            (json!(" GC12345 "), Some(Message::GiftCodeTooShort)),
            (json!("G".repeat(33)), Some(Message::GiftCodeTooLong)),
            (json!(12_345_678), Some(Message::GiftCodeInvalid)),
            (json!(["GC123456"]), Some(Message::GiftCodeInvalid)),
            (json!(true), Some(Message::GiftCodeInvalid)),
        ] {
            let said = complaint::<GiftCodeBody>("code", &value);
            assert_eq!(said, expected, "{value}");
            let said = complaint::<NamedGiftCardBody>("giftcard", &value);
            assert_eq!(said, expected, "{value}");
        }
        for (value, expected) in [
            (json!("3"), None),
            (json!(null), Some(Message::GiftUsageRequired)),
            (json!("abc"), Some(Message::GiftUsageInvalid)),
            (json!([3]), Some(Message::GiftUsageInvalid)),
        ] {
            let said = complaint::<UsageQuery>("id", &value);
            assert_eq!(said, expected, "{value}");
        }
    }

    #[test]
    fn a_page_may_be_left_out_but_not_be_null() {
        for (field, value, expected) in [
            ("page", json!(1), None),
            ("page", json!("7"), None),
            ("page", json!(0), Some(Message::PageInvalid)),
            ("page", json!(null), Some(Message::PageInvalid)),
            ("per_page", json!(100), None),
            ("per_page", json!(101), Some(Message::PageSizeInvalid)),
            ("per_page", json!("x"), Some(Message::PageSizeInvalid)),
        ] {
            let said = complaint::<HistoryQuery>(field, &value);
            assert_eq!(said, expected, "{value}");
        }
        let query: HistoryQuery = body_of(&Input::of_json(&json!({}))).unwrap();
        assert_eq!((query.page, query.per_page), (1, 15));
    }
}
