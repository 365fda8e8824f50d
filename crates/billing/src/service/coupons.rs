use std::collections::{BTreeMap, HashSet};

use ferroboard_kernel::{CouponId, Random, StoreError, UnixSeconds};

use crate::{BillingError, BillingTx, Coupon, CouponCode, CouponTerms, NewCodes, NewCoupons};

/// How often codes are drawn for those that others have. Of 500 that were drawn among 36⁸ that differ
/// in more than their case, one is taken once in a few million times.
const DRAWS: usize = 8;

/// What administrators do with coupons.
#[derive(Debug, Clone, Copy, Default)]
pub struct CouponService;

impl CouponService {
    /// Makes coupons, alike but for their codes, which may be used at once or are not shown yet.
    ///
    /// # Errors
    ///
    /// [`BillingError::CouponCodeTaken`] when another coupon has the code, in any letter case.
    pub async fn create(
        self,
        tx: &mut dyn BillingTx,
        terms: CouponTerms,
        codes: NewCodes,
        show: bool,
        random: &dyn Random,
        at: UnixSeconds,
    ) -> Result<NewCoupons, BillingError> {
        tx.lock_coupon_codes().await?;
        let codes = match codes {
            NewCodes::Own(code) if tx.find_coupon(&code).await?.is_some() => {
                return Err(BillingError::CouponCodeTaken);
            }
            NewCodes::Own(code) => vec![code],
            NewCodes::Drawn(count) => free_codes(tx, count, random).await?,
        };
        let coupons = NewCoupons {
            terms,
            codes,
            show,
            at,
        };
        tx.insert_coupons(&coupons).await?;
        Ok(coupons)
    }

    /// Changes what is said about a coupon; without a code it keeps its own. The coupon before and after.
    ///
    /// # Errors
    ///
    /// [`BillingError::CouponMissing`]; [`BillingError::CouponCodeTaken`].
    pub async fn change(
        self,
        tx: &mut dyn BillingTx,
        id: CouponId,
        code: Option<&CouponCode>,
        terms: &CouponTerms,
        at: UnixSeconds,
    ) -> Result<(Coupon, Coupon), BillingError> {
        let coupon = lock(tx, id).await?;
        let code = code.filter(|code| code.as_str() != coupon.code);
        if let Some(code) = code {
            tx.lock_coupon_codes().await?;
            let holder = tx.find_coupon(code).await?;
            if holder.is_some_and(|holder| holder.id != id) {
                return Err(BillingError::CouponCodeTaken);
            }
        }
        let updated = tx.update_coupon(id, code, terms, at).await?;
        let changed = terms.written_to(&coupon, code, at);
        let both = updated.then_some((coupon, changed));
        both.ok_or(BillingError::CouponMissing)
    }

    /// Lets a coupon be used or no longer, as `turn` decides by what it was. The coupon before and after.
    ///
    /// # Errors
    ///
    /// [`BillingError::CouponMissing`].
    pub async fn show(
        self,
        tx: &mut dyn BillingTx,
        id: CouponId,
        turn: impl Fn(bool) -> bool + Send,
        at: UnixSeconds,
    ) -> Result<(Coupon, Coupon), BillingError> {
        let coupon = lock(tx, id).await?;
        let show = turn(coupon.show);
        let updated = tx.update_coupon_show(id, show, at).await?;
        let changed = Coupon {
            show,
            ..coupon.clone()
        };
        let both = updated.then_some((coupon, changed));
        both.ok_or(BillingError::CouponMissing)
    }

    /// Deletes a coupon. Orders that used it keep its discount, and its number.
    ///
    /// # Errors
    ///
    /// [`BillingError::CouponMissing`].
    pub async fn delete(
        self,
        tx: &mut dyn BillingTx,
        id: CouponId,
    ) -> Result<Coupon, BillingError> {
        let coupon = lock(tx, id).await?;
        let deleted = tx.delete_coupon(id).await?;
        deleted.then_some(coupon).ok_or(BillingError::CouponMissing)
    }
}

async fn lock(tx: &mut dyn BillingTx, id: CouponId) -> Result<Coupon, BillingError> {
    let coupon = tx.lock_coupon_row(id).await?;
    coupon.ok_or(BillingError::CouponMissing)
}

/// So many codes that no coupon has, drawn behind the lock of codes.
async fn free_codes(
    tx: &mut dyn BillingTx,
    count: usize,
    random: &dyn Random,
) -> Result<Vec<CouponCode>, BillingError> {
    let mut free: BTreeMap<String, CouponCode> = BTreeMap::new();
    for _ in 0..DRAWS {
        let missing = count.saturating_sub(free.len());
        if missing == 0 {
            break;
        }
        let drawn: Vec<CouponCode> = (0..missing).map(|_| CouponCode::draw(random)).collect();
        let taken = tx.list_coupon_codes(&drawn).await?;
        let taken: HashSet<String> = taken.iter().map(|code| code.to_ascii_lowercase()).collect();
        let named = drawn
            .into_iter()
            .map(|code| (code.as_str().to_ascii_lowercase(), code));
        free.extend(named.filter(|(name, _)| !taken.contains(name)));
    }
    if free.len() < count {
        return Err(StoreError::Conflict("every drawn code was taken".to_owned()).into());
    }
    Ok(free.into_values().collect())
}
