//! The review desk: money that bought nothing, and disputes, as administrators settle them.

use ferroboard_audit::AuditChange;
use ferroboard_auth::AuthError;
use ferroboard_billing::{
    Review, ReviewEvent, ReviewService, ReviewStatus, SettleReview, Settlement,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Cents, Email, ReviewId, TradeNo, UserId};
use ferroboard_listing::{Column, Direction, Found, ListRequest, Listing, PageRule, Words};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::trade::review_queries::ManagedReview;
use crate::administration::trade::reviewed_notice::ReviewedNotice;
use crate::{Change, Error, UnitOfWork, policies};

/// The reviews as a list, the newest first.
pub const MANAGED_REVIEWS: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::number("payment_id"),
        Column::text("callback_no"),
        Column::text("reason"),
        Column::text("trade_no"),
        Column::number("order_id"),
        Column::number("user_id"),
        Column::number("amount"),
        Column::text("currency"),
        Column::text("standing"),
        Column::number("created_at"),
        Column::text("status"),
        Column::number("settled_by"),
        Column::number("settled_user_id"),
        Column::number("settled_amount"),
        Column::text("settled_trade_no"),
        Column::number("settled_at"),
        Column::text("email").unsorted(),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// Whose balance is credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditedUser {
    /// The user with this number.
    Id(UserId),
    /// The user with this address.
    Email(Email),
}

/// What is to become of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewDecision {
    /// A balance is credited; without an amount with all that was paid.
    Balance {
        /// Whose.
        user: CreditedUser,
        /// With how much.
        amount: Option<Cents>,
    },
    /// An order that waits for payment is paid and opened.
    Order(TradeNo),
    /// The money went back outside the panel.
    Outside,
    /// Nothing is done.
    Dismiss,
}

/// How an administrator settles a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedSettlement {
    /// Which one.
    pub review: ReviewId,
    /// What is to become of it.
    pub decision: ReviewDecision,
    /// Why.
    pub note: Option<String>,
}

/// The reviews.
pub struct ManagedReviews(pub(crate) AdminContext);

impl ManagedReviews {
    /// The reviews that are asked for.
    pub async fn list(&self, request: ListRequest) -> Result<Found<ManagedReview>, Error> {
        let queries = self.0.ports.store.admin()?;
        Ok(queries.list_managed_reviews(&request).await?)
    }

    /// The same, each with the notice that brought it while that is kept.
    pub async fn list_with_notices(
        &self,
        request: ListRequest,
    ) -> Result<Found<(ManagedReview, Option<ReviewedNotice>)>, Error> {
        let found = self.list(request).await?;
        let queries = self.0.ports.store.admin()?;
        let ids: Vec<i64> = found.rows.iter().filter_map(|row| row.notice).collect();
        let notices = queries.list_raw_notices(&ids).await?;
        Ok(found.map(|row| {
            let kept = notices.iter().find(|kept| Some(kept.id) == row.notice);
            let kept = kept.map(ReviewedNotice::from);
            (row, kept)
        }))
    }

    /// Settles a review, once however many try: where it stands then. An order that it pays has its receipt with
    /// it and is opened after it; what cannot be opened is tried again by the job, and here it is told why.
    pub async fn settle(
        &self,
        wanted: WantedSettlement,
        change: Change,
    ) -> Result<ReviewStatus, Error> {
        let admin = change.admin();
        let now = self.0.ports.clock.now();
        let asked = SettleReview {
            id: wanted.review,
            note: wanted.note,
            admin,
            now,
        };
        let decision = wanted.decision;
        let settlement = change!(change, |tx| {
            let settled = self.settle_within(tx, &asked, &decision).await?;
            let shown = shown(&settled.0, &settled.1);
            (settled.1, AuditChange::between(&shown.0, &shown.1))
        })?;
        if let Some(trade_no) = &settlement.trade_no {
            self.0.open_order(trade_no).await?;
        }
        Ok(settlement.status)
    }

    async fn settle_within(
        &self,
        tx: &mut dyn UnitOfWork,
        asked: &SettleReview,
        decision: &ReviewDecision,
    ) -> Result<(Review, Settlement), Error> {
        let policy = policies::billing(&self.0.site.current(), self.0.options.zone);
        let settled = match decision {
            ReviewDecision::Balance { user, amount } => {
                let user = match user {
                    CreditedUser::Id(user) => *user,
                    CreditedUser::Email(email) => {
                        let account = tx.find_account_by_email(email).await?;
                        account.ok_or(AuthError::AccountMissing)?.id
                    }
                };
                let whom = (user, *amount);
                ReviewService.credit(tx, asked, whom, &policy).await?
            }
            ReviewDecision::Order(trade_no) => {
                let paid = ReviewService.pay_order(tx, asked, trade_no, &policy);
                let paid = paid.await?;
                let (through, now) = (paid.0.about.payment, asked.now);
                self.0.tell_received(tx, trade_no, through, now).await?;
                self.0.issue_receipt(tx, trade_no).await?;
                paid
            }
            ReviewDecision::Outside => {
                let event = ReviewEvent::RefundOutside;
                ReviewService.close(tx, asked, event).await?
            }
            ReviewDecision::Dismiss => ReviewService.close(tx, asked, ReviewEvent::Dismiss).await?,
        };
        let (about, settlement) = (&settled.0.about, &settled.1);
        tx.tell(NewEvent::about_payment(
            EventKind::PaymentSettled,
            &about.trade_no,
            about.payment,
            Some(settlement.status.as_str()),
            settlement.at,
        ));
        Ok(settled)
    }
}

/// What the record says of a review, before and after.
fn shown(review: &Review, settlement: &Settlement) -> (Value, Value) {
    let before = json!({
        "review_id": Value::Null,
        "status": review.status.as_str(),
    });
    let (user, amount) = settlement.credited.unzip();
    let after = json!({
        "review_id": review.id.get(),
        "status": settlement.status.as_str(),
        "reason": settlement.note,
        "user_id": user.map(UserId::get),
        "amount": amount.map(Cents::get),
        "trade_no": settlement.trade_no.as_ref().map(TradeNo::as_str),
    });
    (before, after)
}
