use async_trait::async_trait;
use ferroboard_kernel::{NoticeId, PaymentId, StoreError, UnixSeconds};

use super::tables::{HasBilling, KeptNotice, RefundRow};
use crate::{
    ClaimedNotice, NewNotice, NoticeOutcome, NoticeRepository, Order, OrderStatus, PaymentMethod,
    PaymentOfferRepository, PaymentRepository, RefundStatus,
};

#[async_trait]
impl<T: HasBilling> PaymentRepository for T {
    async fn find_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError> {
        Ok(self.billing()?.payments.get(&id).cloned())
    }

    async fn find_standing_payment(
        &mut self,
        id: PaymentId,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        self.find_payment(id).await
    }

    async fn find_payment_by_uuid(
        &mut self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        let mut methods = self.billing()?.payments.values();
        Ok(methods.find(|method| method.uuid == uuid).cloned())
    }
}

#[async_trait]
impl<T: HasBilling> PaymentOfferRepository for T {
    async fn lock_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError> {
        self.find_payment(id).await
    }

    async fn insert_payment(
        &mut self,
        method: &PaymentMethod,
        _at: UnixSeconds,
    ) -> Result<PaymentId, StoreError> {
        let methods = &mut self.billing()?.payments;
        let last = methods.last_key_value().map_or(0, |(id, _)| id.get());
        let id = PaymentId::new(last + 1);
        let method = PaymentMethod {
            id,
            ..method.clone()
        };
        methods.insert(id, method);
        Ok(id)
    }

    async fn update_payment(
        &mut self,
        method: &PaymentMethod,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let stored = self.billing()?.payments.get_mut(&method.id);
        let found = stored.is_some();
        if let Some(stored) = stored {
            *stored = PaymentMethod {
                uuid: stored.uuid.clone(),
                sort: stored.sort,
                ..method.clone()
            };
        }
        Ok(found)
    }

    async fn find_payment_reference(&mut self, id: PaymentId) -> Result<bool, StoreError> {
        let tables = self.billing()?;
        let waits =
            |order: &Order| order.status == OrderStatus::Pending && order.payment_id == Some(id);
        let is_asked_for = |row: &RefundRow| {
            let through = row.asked.through.as_ref();
            row.status == RefundStatus::Requested && through.is_some_and(|by| by.payment == id)
        };
        Ok(tables.orders.values().any(waits) || tables.refunds.values().any(is_asked_for))
    }

    async fn delete_payment(&mut self, id: PaymentId) -> Result<bool, StoreError> {
        Ok(self.billing()?.payments.remove(&id).is_some())
    }

    async fn list_payment_places(
        &mut self,
        methods: &[PaymentId],
    ) -> Result<Vec<(PaymentId, Option<i64>)>, StoreError> {
        let stored = self.billing()?.payments.values();
        let named = stored.filter(|method| methods.contains(&method.id));
        Ok(named.map(|method| (method.id, method.sort)).collect())
    }

    async fn update_payment_places(
        &mut self,
        places: &[(PaymentId, i64)],
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let methods = &mut self.billing()?.payments;
        for (id, place) in places {
            if let Some(method) = methods.get_mut(id) {
                method.sort = Some(*place);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl<T: HasBilling> NoticeRepository for T {
    async fn insert_raw_notice(&mut self, notice: &NewNotice) -> Result<NoticeId, StoreError> {
        let notices = &mut self.billing()?.raw_notices;
        let last = notices.last_key_value().map_or(0, |(id, _)| id.get());
        let id = NoticeId::new(last + 1);
        let kept = KeptNotice {
            notice: notice.clone(),
            outcome: None,
        };
        notices.insert(id, kept);
        Ok(id)
    }

    async fn update_raw_notice(
        &mut self,
        id: NoticeId,
        outcome: &NoticeOutcome,
    ) -> Result<(), StoreError> {
        if let Some(kept) = self.billing()?.raw_notices.get_mut(&id) {
            kept.outcome = Some(outcome.clone());
        }
        Ok(())
    }

    async fn delete_raw_notice(&mut self, id: NoticeId) -> Result<(), StoreError> {
        self.billing()?.raw_notices.remove(&id);
        Ok(())
    }

    async fn delete_raw_notices(
        &mut self,
        before: UnixSeconds,
        refused_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let notices = &mut self.billing()?.raw_notices;
        let is_old = |kept: &KeptNotice| match kept.outcome {
            Some(NoticeOutcome::Reviewed(_)) => false,
            Some(NoticeOutcome::Refused(_)) => kept.notice.received_at < refused_before,
            _ => kept.notice.received_at < before,
        };
        let old = notices.iter().filter(|(_, kept)| is_old(kept));
        let old = old.map(|(id, _)| *id);
        let old: Vec<NoticeId> = old
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .collect();
        for id in &old {
            notices.remove(id);
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }

    async fn insert_notice(&mut self, notice: &ClaimedNotice) -> Result<bool, StoreError> {
        let key = (notice.payment, notice.callback_no.clone());
        let notices = &mut self.billing()?.notices;
        if notices.contains_key(&key) {
            return Ok(false);
        }
        notices.insert(key, notice.clone());
        Ok(true)
    }

    async fn find_notice(
        &mut self,
        payment: PaymentId,
        numbers: &[String],
    ) -> Result<Option<ClaimedNotice>, StoreError> {
        let mut notices = self.billing()?.notices.iter();
        let found = notices.find(|((of, number), _)| *of == payment && numbers.contains(number));
        Ok(found.map(|(_, notice)| notice.clone()))
    }
}
