//! `payment-review/*`: money that bought nothing, and disputes.

use std::marker::PhantomData;

use actix_web::web::Data;
use ferroboard_application::{
    CreditedUser, MANAGED_REVIEWS, ManagedReview, ReviewDecision, ReviewedNotice, WantedSettlement,
};
use ferroboard_kernel::{Cents, Email, ReviewId, TradeNo, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::order_changes::cents;
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::list::ListInput;
use crate::request::reader::{Reader, Refused};
use crate::user::orders::trade_no;

/// The longest reason that is kept.
const LONGEST_REASON: i64 = 255;

/// What is to become of a review.
#[derive(Debug, Clone, Copy)]
enum Way {
    Balance,
    Order,
    Outside,
    Dismiss,
}

impl Way {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "balance" => Some(Self::Balance),
            "order" => Some(Self::Order),
            "outside" => Some(Self::Outside),
            "dismiss" => Some(Self::Dismiss),
            _ => None,
        }
    }
}

/// How a review is settled.
#[derive(ToSchema)]
pub struct SettleReviewBody {
    #[schema(value_type = i64)]
    id: ReviewId,
    /// `balance` credits a user, `order` pays and opens an order that asks for exactly so much, `outside` notes that
    /// the money went back by another way, `dismiss` does nothing. A dispute takes the last two.
    #[schema(rename = "as", value_type = String)]
    decision: ReviewDecision,
    /// Whose balance, for `balance`; or `email`.
    #[schema(value_type = Option<i64>)]
    user_id: PhantomData<UserId>,
    /// Whose balance, for `balance`, in any letter case.
    #[schema(value_type = Option<String>)]
    email: PhantomData<Email>,
    /// How much of it, in cents; left out all that was paid. Of another currency it must be said.
    #[schema(value_type = Option<i64>, minimum = 1)]
    amount: PhantomData<Cents>,
    /// Which order, for `order`.
    #[schema(value_type = Option<String>)]
    trade_no: PhantomData<TradeNo>,
    /// Why; to dismiss it is required.
    #[schema(max_length = 255)]
    reason: Option<String>,
}

impl Body for SettleReviewBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").integer().map(ReviewId::new).get();
        let way = read.required("as").says(Message::SettlementInvalid);
        let way = way.parse(Message::SettlementInvalid, |given| {
            Way::parse(&given.text()?)
        });
        let way = way.get();
        let user = read.nullable("user_id").integer().map(UserId::new).get();
        let email = read.nullable("email").email().get();
        let amount = read.nullable("amount");
        let amount = amount.parse(Message::ReviewAmountMissing, |given| {
            cents(given).filter(|amount| *amount > Cents::ZERO)
        });
        let amount = amount.get();
        let order = read.nullable("trade_no");
        let order = order.parse(Message::OrderMissing, trade_no).get();
        let reason = read.nullable("reason").text().max(LONGEST_REASON).get();
        let (id, way, user, email) = (id?, way?, user?, email?);
        let (amount, order, reason) = (amount?, order?, reason?);
        let decision = match way {
            Way::Balance => {
                let named = user.map(CreditedUser::Id);
                let named = named.or(email.map(CreditedUser::Email));
                let Some(user) = named else {
                    return Err(read.complain("email", Message::EmailRequired));
                };
                ReviewDecision::Balance { user, amount }
            }
            Way::Order => match order {
                Some(order) => ReviewDecision::Order(order),
                None => return Err(read.complain("trade_no", Message::OrderMissing)),
            },
            Way::Outside => ReviewDecision::Outside,
            Way::Dismiss if reason.is_none() => {
                return Err(read.complain("reason", Message::ReasonRequired));
            }
            Way::Dismiss => ReviewDecision::Dismiss,
        };
        Ok(Self {
            id,
            decision,
            user_id: PhantomData,
            email: PhantomData,
            amount: PhantomData,
            trade_no: PhantomData,
            reason,
        })
    }
}

impl SettleReviewBody {
    /// What becomes of which review.
    pub fn into_command(self) -> WantedSettlement {
        WantedSettlement {
            review: self.id,
            decision: self.decision,
            note: self.reason,
        }
    }
}

/// Settles a review, once.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/payment-review/settle",
    request_body = SettleReviewBody,
    responses(
        (status = 200, description = "Where it stands now: `credited`, `opened`, `refunded_outside` or `dismissed`", body = SuccessBody<String>),
        (status = 400, description = "There is no such review, user or order; it was settled before, is a dispute, or the amount does not fit", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn settle(
    Changing(change): Changing,
    Read(body): Read<SettleReviewBody>,
    panel: Data<Panel>,
) -> Result<Success<&'static str>, Fault> {
    let wanted = body.into_command();
    let run = panel.run(move |app| async move {
        let reviews = &app.administration.reviews;
        reviews.settle(wanted, change).await
    });
    Ok(Success(run.await?.as_str()))
}

/// The notice that brought a review, without what is secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewedNoticeBody {
    /// `GET` or `POST`.
    method: String,
    /// Names and values, in their order.
    query: Vec<(String, String)>,
    /// Names and values.
    headers: Vec<(String, String)>,
    /// The body; of one that is no text how long it is.
    body: String,
}

impl From<ReviewedNotice> for ReviewedNoticeBody {
    fn from(notice: ReviewedNotice) -> Self {
        Self {
            method: notice.method,
            query: notice.query,
            headers: notice.headers,
            body: notice.body,
        }
    }
}

/// A review in the list. Money is in cents, times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewItem {
    id: i64,
    payment_id: i64,
    /// What the payment method is called, while it exists.
    method: Option<String>,
    /// The code of its gateway.
    gateway: Option<String>,
    /// The gateway's number of the payment, or of the dispute.
    callback_no: String,
    /// `unknown_order`, `other_method`, `amount_too_small`, `other_currency`, `paid_twice`, `number_reused`,
    /// `not_creditable` or `dispute`.
    reason: String,
    /// The number of the order as the gateway says it.
    trade_no: String,
    order_id: Option<i64>,
    /// Who bought the order.
    user_id: Option<i64>,
    /// Null once the account is deleted.
    email: Option<String>,
    /// Whether the buyer has an open dispute.
    user_disputed: bool,
    amount: Option<i64>,
    /// The currency of `amount`; null for the site's.
    currency: Option<String>,
    /// How a dispute stands, in the gateway's word.
    standing: Option<String>,
    /// `open`, `credited`, `opened`, `refunded_outside` or `dismissed`.
    status: String,
    /// What was said when it was settled.
    note: Option<String>,
    /// Which administrator settled it; null where a later notice did.
    settled_by: Option<i64>,
    settled_user_id: Option<i64>,
    settled_amount: Option<i64>,
    settled_trade_no: Option<String>,
    settled_at: Option<i64>,
    created_at: i64,
    /// The notice that brought it; null where the panel had asked the gateway.
    notice: Option<ReviewedNoticeBody>,
}

impl From<(ManagedReview, Option<ReviewedNotice>)> for ReviewItem {
    fn from((review, notice): (ManagedReview, Option<ReviewedNotice>)) -> Self {
        Self {
            id: review.id,
            payment_id: review.payment,
            method: review.method,
            gateway: review.gateway,
            callback_no: review.callback_no,
            reason: review.reason,
            trade_no: review.trade_no,
            order_id: review.order,
            user_id: review.user,
            email: review.email,
            user_disputed: review.is_disputed,
            amount: review.amount,
            currency: review.currency,
            standing: review.standing,
            status: review.status,
            note: review.note,
            settled_by: review.settled_by,
            settled_user_id: review.settled_user,
            settled_amount: review.settled_amount,
            settled_trade_no: review.settled_trade_no,
            settled_at: review.settled_at,
            created_at: review.received_at,
            notice: notice.map(ReviewedNoticeBody::from),
        }
    }
}

/// Reviews, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/payment-review/fetch",
    params(ListInput),
    request_body = ListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<ReviewItem>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    list: ListInput,
    panel: Data<Panel>,
) -> Result<Bare<Paged<ReviewItem>>, Fault> {
    let request = list.judged(&MANAGED_REVIEWS)?;
    let page = request.page();
    let run = panel.run(move |app| async move {
        let reviews = &app.administration.reviews;
        reviews.list_with_notices(request).await
    });
    Ok(Bare(Paged::new(page, run.await?.map(ReviewItem::from))))
}
