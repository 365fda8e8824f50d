use async_trait::async_trait;
use ferroboard_kernel::{PaymentId, ReviewId, StoreError};

use super::tables::{HasBilling, ReviewRow};
use crate::{PaymentReview, Review, ReviewReason, ReviewRepository, ReviewStatus, Settlement};

/// The number of the row at this place.
fn id_at(place: usize) -> ReviewId {
    let number = i64::try_from(place).unwrap_or(i64::MAX);
    ReviewId::new(number.saturating_add(1))
}

fn review((place, row): (usize, &ReviewRow)) -> Review {
    Review {
        id: id_at(place),
        about: row.about.clone(),
        status: row.status(),
        paid: row.settlement.as_ref().and_then(|how| how.trade_no.clone()),
        credited: row
            .settlement
            .as_ref()
            .and_then(|how| how.credited.map(|(user, _)| user)),
    }
}

#[async_trait]
impl<T: HasBilling> ReviewRepository for T {
    async fn insert_review(&mut self, review: &PaymentReview) -> Result<bool, StoreError> {
        let key = |row: &PaymentReview| (row.payment, row.callback_no.clone(), row.reason);
        let reviews = &mut self.billing()?.reviews;
        let is_new = !reviews.iter().any(|known| key(&known.about) == key(review));
        if is_new {
            reviews.push(ReviewRow {
                about: review.clone(),
                settlement: None,
            });
        }
        Ok(is_new)
    }

    async fn find_review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        let mut rows = self.billing()?.reviews.iter().enumerate();
        let found = rows.find(|(place, _)| id_at(*place) == id);
        Ok(found.map(review))
    }

    async fn find_review_of(
        &mut self,
        payment: PaymentId,
        callback_no: &str,
    ) -> Result<Option<Review>, StoreError> {
        let mut rows = self.billing()?.reviews.iter().enumerate();
        let found = rows.find(|(_, row)| is_of(&row.about, payment, callback_no));
        Ok(found.map(review))
    }

    async fn move_review(
        &mut self,
        about: &PaymentReview,
        from: ReviewStatus,
        settlement: &Settlement,
    ) -> Result<bool, StoreError> {
        let rows = self.billing()?.reviews.iter_mut();
        let mut is_moved = false;
        for row in rows.filter(|row| {
            is_of(&row.about, about.payment, &about.callback_no) && row.status() == from
        }) {
            row.settlement = Some(settlement.clone());
            is_moved = true;
        }
        Ok(is_moved)
    }

    async fn update_review_standing(
        &mut self,
        payment: PaymentId,
        dispute_no: &str,
        standing: &str,
    ) -> Result<(), StoreError> {
        for row in &mut self.billing()?.reviews {
            let about = &mut row.about;
            if is_of(about, payment, dispute_no) && about.reason == ReviewReason::Dispute {
                about.standing = Some(standing.to_owned());
            }
        }
        Ok(())
    }
}

fn is_of(about: &PaymentReview, payment: PaymentId, callback_no: &str) -> bool {
    about.payment == payment && about.callback_no == callback_no
}
