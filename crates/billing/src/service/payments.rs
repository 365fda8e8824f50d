use ferroboard_kernel::{PaymentId, Random, UnixSeconds};

use super::plans::places;
use crate::{BillingError, BillingTx, PaymentMethod, PaymentTerms};

/// How many letters and digits name a method in notification addresses.
const UUID_LENGTH: usize = 8;

/// What administrators do with payment methods.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaymentService;

impl PaymentService {
    /// Makes a method, which nobody can pay with yet.
    pub async fn create(
        self,
        tx: &mut dyn BillingTx,
        terms: &PaymentTerms,
        random: &dyn Random,
        at: UnixSeconds,
    ) -> Result<PaymentMethod, BillingError> {
        let method = terms.method(random.alphanumeric(UUID_LENGTH));
        let id = tx.insert_payment(&method, at).await?;
        Ok(PaymentMethod { id, ..method })
    }

    /// Changes what is said about a method, of the same gateway or of one that `is_available`. The method
    /// before and after.
    ///
    /// # Errors
    ///
    /// [`BillingError::PaymentMethodMissing`], [`BillingError::GatewayUnavailable`].
    pub async fn change(
        self,
        tx: &mut dyn BillingTx,
        id: PaymentId,
        terms: &PaymentTerms,
        is_available: bool,
        at: UnixSeconds,
    ) -> Result<(PaymentMethod, PaymentMethod), BillingError> {
        let method = lock(tx, id).await?;
        if !is_available && method.gateway != terms.gateway {
            return Err(BillingError::GatewayUnavailable);
        }
        let changed = terms.written_to(&method);
        write(tx, method, changed, at).await
    }

    /// Switches a method on that is off, and the other way round. The method before and after.
    ///
    /// # Errors
    ///
    /// [`BillingError::PaymentMethodMissing`].
    pub async fn switch(
        self,
        tx: &mut dyn BillingTx,
        id: PaymentId,
        at: UnixSeconds,
    ) -> Result<(PaymentMethod, PaymentMethod), BillingError> {
        let method = lock(tx, id).await?;
        let changed = PaymentMethod {
            enabled: !method.enabled,
            ..method.clone()
        };
        write(tx, method, changed, at).await
    }

    /// Deletes a method, unless an order waits for a payment through it, or a refund for the word of its gateway:
    /// neither what is paid nor what was given back would be found out.
    ///
    /// # Errors
    ///
    /// [`BillingError::PaymentMethodMissing`], [`BillingError::PaymentMethodInUse`].
    pub async fn delete(
        self,
        tx: &mut dyn BillingTx,
        id: PaymentId,
    ) -> Result<PaymentMethod, BillingError> {
        let method = lock(tx, id).await?;
        if tx.find_payment_reference(id).await? {
            return Err(BillingError::PaymentMethodInUse);
        }
        let deleted = tx.delete_payment(id).await?;
        deleted
            .then_some(method)
            .ok_or(BillingError::PaymentMethodMissing)
    }

    /// Gives methods the places in which they are named. The places before.
    ///
    /// # Errors
    ///
    /// [`BillingError::PaymentMethodMissing`] when one of them is.
    pub async fn sort(
        self,
        tx: &mut dyn BillingTx,
        methods: &[PaymentId],
        at: UnixSeconds,
    ) -> Result<Vec<(PaymentId, Option<i64>)>, BillingError> {
        let places = places(methods);
        let ids: Vec<PaymentId> = places.iter().map(|(id, _)| *id).collect();
        let before = tx.list_payment_places(&ids).await?;
        if before.len() != ids.len() {
            return Err(BillingError::PaymentMethodMissing);
        }
        tx.update_payment_places(&places, at).await?;
        Ok(before)
    }
}

async fn lock(tx: &mut dyn BillingTx, id: PaymentId) -> Result<PaymentMethod, BillingError> {
    let method = tx.lock_payment(id).await?;
    method.ok_or(BillingError::PaymentMethodMissing)
}

async fn write(
    tx: &mut dyn BillingTx,
    method: PaymentMethod,
    changed: PaymentMethod,
    at: UnixSeconds,
) -> Result<(PaymentMethod, PaymentMethod), BillingError> {
    let updated = tx.update_payment(&changed, at).await?;
    let both = updated.then_some((method, changed));
    both.ok_or(BillingError::PaymentMethodMissing)
}
