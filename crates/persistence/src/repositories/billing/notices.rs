use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_billing::{ClaimedNotice, NewNotice, NoticeOutcome, NoticeRepository};
use ferroboard_kernel::{Cents, NoticeId, PaymentId, StoreError, TradeNo, UnixSeconds};

use super::super::sql::bulk::delete_first;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, line, rows};
use crate::failure::Failure;
use crate::integer::{Amount, Int};
use crate::schema::{ferro_payment_notice, ferro_raw_notice};

/// Pairs of names and values as a JSON list, in their order and with repetitions.
fn pairs_text(pairs: &[(String, String)]) -> Result<String, StoreError> {
    serde_json::to_string(pairs).map_err(|error| StoreError::Backend(error.to_string()))
}

/// The reason beside the word of an outcome.
fn reason(outcome: &NoticeOutcome) -> Option<String> {
    match outcome {
        NoticeOutcome::Refused(reason) => Some(line(reason)),
        NoticeOutcome::Reviewed(reason) => Some(reason.as_str().to_owned()),
        NoticeOutcome::Paid
        | NoticeOutcome::Repeated
        | NoticeOutcome::CreditedLate
        | NoticeOutcome::SwitchedOff
        | NoticeOutcome::NotFinal => None,
    }
}

#[async_trait]
impl NoticeRepository for SqlTx {
    async fn insert_raw_notice(&mut self, notice: &NewNotice) -> Result<NoticeId, StoreError> {
        let raw = &notice.raw;
        // The fields are not kept: they are decoded from query and body.
        let insert = diesel::insert_into(ferro_raw_notice::table).values((
            ferro_raw_notice::payment_id.eq(notice.payment.get()),
            ferro_raw_notice::method.eq(raw.method.as_str()),
            ferro_raw_notice::query_values.eq(pairs_text(&raw.query)?),
            ferro_raw_notice::header_values.eq(pairs_text(&raw.headers)?),
            ferro_raw_notice::body.eq(raw.body.as_slice()),
            ferro_raw_notice::received_at.eq(notice.received_at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, ferro_raw_notice::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| NoticeId::new(id.0))
    }

    async fn update_raw_notice(
        &mut self,
        id: NoticeId,
        outcome: &NoticeOutcome,
    ) -> Result<(), StoreError> {
        let kept = ferro_raw_notice::table.filter(ferro_raw_notice::id.eq(id.get()));
        let updated = diesel::update(kept)
            .set((
                ferro_raw_notice::outcome.eq(outcome.as_str()),
                ferro_raw_notice::reason.eq(reason(outcome)),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_raw_notice(&mut self, id: NoticeId) -> Result<(), StoreError> {
        let kept = ferro_raw_notice::table.filter(ferro_raw_notice::id.eq(id.get()));
        let deleted = diesel::delete(kept).execute(self.open()?).await;
        self.settle(deleted).map(drop)
    }

    async fn delete_raw_notices(
        &mut self,
        before: UnixSeconds,
        refused_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let is_old = format!(
            "(outcome = 'refused' AND received_at < {}) OR (received_at < {} \
             AND (outcome IS NULL OR outcome NOT IN ('refused', 'reviewed')))",
            refused_before.get(),
            before.get()
        );
        let deleted = diesel::sql_query(delete_first("ferro_raw_notice", &is_old, limit))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(rows)
    }

    async fn insert_notice(&mut self, notice: &ClaimedNotice) -> Result<bool, StoreError> {
        let row = (
            ferro_payment_notice::payment_id.eq(notice.payment.get()),
            ferro_payment_notice::callback_no.eq(notice.callback_no.as_str()),
            ferro_payment_notice::trade_no.eq(notice.trade_no.fitting().as_str().to_owned()),
            ferro_payment_notice::amount.eq(notice.amount.map(Cents::get)),
            ferro_payment_notice::received_at.eq(notice.received_at.get()),
        );
        let inserted = insert_or_ignore!(ferro_payment_notice::table, row)
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(|count| count == 1)
    }

    async fn find_notice(
        &mut self,
        payment: PaymentId,
        numbers: &[String],
    ) -> Result<Option<ClaimedNotice>, StoreError> {
        let claimed = ferro_payment_notice::table
            .filter(ferro_payment_notice::payment_id.eq(payment.get()))
            .filter(ferro_payment_notice::callback_no.eq_any(numbers))
            .order(ferro_payment_notice::callback_no)
            .select((
                ferro_payment_notice::callback_no,
                ferro_payment_notice::trade_no,
                ferro_payment_notice::amount,
                ferro_payment_notice::received_at,
            ))
            .first::<(String, String, Option<Amount>, Int)>(self.open()?)
            .await
            .optional();
        let claimed = self.settle(claimed)?;
        Ok(claimed.map(
            |(callback_no, trade_no, amount, received_at)| ClaimedNotice {
                payment,
                callback_no,
                trade_no: TradeNo::stored(trade_no),
                amount: amount.map(|amount| Cents::new(amount.0)),
                received_at: UnixSeconds::new(received_at.0),
            },
        ))
    }
}
