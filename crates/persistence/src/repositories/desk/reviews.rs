//! What administrators must look at.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_billing::{
    PaymentReview, Review, ReviewReason, ReviewRepository, ReviewStatus, Settlement,
};
use ferroboard_kernel::{
    Cents, NoticeId, OrderId, PaymentId, ReviewId, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, line};
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::ferro_payment_review;

/// How long a currency and the word of a gateway may be.
const SHORT: usize = 16;
/// How long the word for how a dispute stands may be.
const STANDING: usize = 32;

/// A text that fits a narrow column.
fn short(text: &str, length: usize) -> String {
    line(text).chars().take(length).collect()
}

/// A row of `ferro_payment_review` as far as something is decided by it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ferro_payment_review)]
struct ReviewRow {
    id: Int,
    payment_id: Int,
    callback_no: String,
    reason: String,
    trade_no: String,
    order_id: Option<Int>,
    amount: Option<Amount>,
    notice_id: Option<Int>,
    received_at: Int,
    currency: Option<String>,
    user_id: Option<Int>,
    status: String,
    standing: Option<String>,
    settled_trade_no: Option<String>,
    settled_user_id: Option<Int>,
}

impl ReviewRow {
    fn review(self) -> Result<Review, StoreError> {
        let impossible = |column| odd_values::corrupt("ferro_payment_review", &self.id.0, column);
        let reason = ReviewReason::parse(&self.reason);
        let status = ReviewStatus::parse(&self.status);
        Ok(Review {
            id: ReviewId::new(self.id.0),
            about: PaymentReview {
                payment: PaymentId::new(self.payment_id.0),
                callback_no: self.callback_no,
                trade_no: TradeNo::stored(self.trade_no),
                order: self.order_id.map(|id| OrderId::new(id.0)),
                user: self.user_id.map(|id| UserId::new(id.0)),
                amount: self.amount.map(|amount| Cents::new(amount.0)),
                currency: self.currency,
                reason: reason.ok_or_else(|| impossible("reason"))?,
                standing: self.standing,
                notice: self.notice_id.map(|id| NoticeId::new(id.0)),
                received_at: UnixSeconds::new(self.received_at.0),
            },
            status: status.ok_or_else(|| impossible("status"))?,
            paid: self.settled_trade_no.map(TradeNo::stored),
            credited: self.settled_user_id.map(|id| UserId::new(id.0)),
        })
    }
}

#[async_trait]
impl ReviewRepository for SqlTx {
    async fn insert_review(&mut self, review: &PaymentReview) -> Result<bool, StoreError> {
        let currency = review.currency.as_deref();
        let standing = review.standing.as_deref();
        let row = (
            ferro_payment_review::payment_id.eq(review.payment.get()),
            ferro_payment_review::callback_no.eq(line(&review.callback_no)),
            ferro_payment_review::reason.eq(review.reason.as_str()),
            // No order may have it, and then it may be any text.
            ferro_payment_review::trade_no.eq(line(review.trade_no.as_str())),
            ferro_payment_review::order_id.eq(review.order.map(OrderId::get)),
            ferro_payment_review::user_id.eq(review.user.map(UserId::get)),
            ferro_payment_review::amount.eq(review.amount.map(Cents::get)),
            ferro_payment_review::currency.eq(currency.map(|code| short(code, SHORT))),
            ferro_payment_review::standing.eq(standing.map(|word| short(word, STANDING))),
            ferro_payment_review::notice_id.eq(review.notice.map(NoticeId::get)),
            ferro_payment_review::received_at.eq(review.received_at.get()),
            ferro_payment_review::status.eq(ReviewStatus::Open.as_str()),
        );
        let inserted = insert_or_ignore!(ferro_payment_review::table, row)
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(|count| count == 1)
    }

    async fn find_review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        let row = ferro_payment_review::table
            .filter(ferro_payment_review::id.eq(id.get()))
            .select(ReviewRow::as_select())
            .first::<ReviewRow>(self.open()?)
            .await
            .optional();
        self.settle(row)?.map(ReviewRow::review).transpose()
    }

    async fn find_review_of(
        &mut self,
        payment: PaymentId,
        callback_no: &str,
    ) -> Result<Option<Review>, StoreError> {
        let row = ferro_payment_review::table
            .filter(ferro_payment_review::payment_id.eq(payment.get()))
            .filter(ferro_payment_review::callback_no.eq(line(callback_no)))
            .order(ferro_payment_review::id)
            .select(ReviewRow::as_select())
            .first::<ReviewRow>(self.open()?)
            .await
            .optional();
        self.settle(row)?.map(ReviewRow::review).transpose()
    }

    async fn move_review(
        &mut self,
        about: &PaymentReview,
        from: ReviewStatus,
        settlement: &Settlement,
    ) -> Result<bool, StoreError> {
        let known = ferro_payment_review::table
            .filter(ferro_payment_review::payment_id.eq(about.payment.get()))
            .filter(ferro_payment_review::callback_no.eq(line(&about.callback_no)))
            .filter(ferro_payment_review::status.eq(from.as_str()));
        let credited = settlement.credited;
        let trade_no = settlement.trade_no.as_ref().map(TradeNo::as_str);
        let changed = diesel::update(known)
            .set((
                ferro_payment_review::status.eq(settlement.status.as_str()),
                ferro_payment_review::note.eq(settlement.note.as_deref().map(line)),
                ferro_payment_review::settled_by.eq(settlement.by.map(UserId::get)),
                ferro_payment_review::settled_user_id.eq(credited.map(|(user, _)| user.get())),
                ferro_payment_review::settled_amount.eq(credited.map(|(_, amount)| amount.get())),
                ferro_payment_review::settled_trade_no.eq(trade_no),
                ferro_payment_review::settled_at.eq(settlement.at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(changed).map(|changed| changed > 0)
    }

    async fn update_review_standing(
        &mut self,
        payment: PaymentId,
        dispute_no: &str,
        standing: &str,
    ) -> Result<(), StoreError> {
        let known = ferro_payment_review::table
            .filter(ferro_payment_review::payment_id.eq(payment.get()))
            .filter(ferro_payment_review::callback_no.eq(line(dispute_no)))
            .filter(ferro_payment_review::reason.eq(ReviewReason::Dispute.as_str()));
        let updated = diesel::update(known)
            .set(ferro_payment_review::standing.eq(short(standing, STANDING)))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }
}
