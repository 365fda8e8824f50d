//! What may be done with submissions, each over an open transaction. Whoever calls these has locked
//! the user's row, and ends the transaction.

use ferroboard_kernel::{UnixSeconds, UserId};

use crate::{
    Event, IdentityCipher, IdentityNumber, PersonName, Plain, RealNameError, RealNamePolicy,
    RealNameRecord, RealNameTx, Review, ReviewSource, Sealed, SealedField, SealingFailed, Status,
};

/// What may be done with submissions.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealNameService;

/// A submission that was judged and sealed, outside any transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission {
    /// Whose.
    pub user: UserId,
    /// Name and number.
    pub sealed: Sealed,
    /// What may be shown of the name.
    pub name_masked: String,
    /// What may be shown of the number.
    pub number_masked: String,
    /// Whether the check digit is right.
    pub checksum_valid: bool,
    /// When.
    pub now: UnixSeconds,
}

/// What an administrator decides about a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is true.
    Approve,
    /// It is not; the user is told why.
    Reject {
        /// Why.
        reason: String,
    },
}

/// What a reconciliation found about one submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reconciled {
    /// Everything is as it should be.
    Unchanged,
    /// The row as it should be.
    Changed(Box<RealNameRecord>),
    /// The sealed texts cannot be opened, or not be sealed again.
    Unreadable,
}

impl NewSubmission {
    /// Seals what was judged.
    pub fn seal(
        user: UserId,
        plain: &Plain,
        policy: &RealNamePolicy,
        cipher: &dyn IdentityCipher,
        now: UnixSeconds,
    ) -> Result<Self, SealingFailed> {
        Ok(Self {
            user,
            sealed: plain.seal(user, cipher)?,
            name_masked: plain.name.masked(policy.mask),
            number_masked: plain.number.masked(),
            checksum_valid: plain.number.checksum_is_valid(),
            now,
        })
    }
}

impl Plain {
    /// The form in which they are stored.
    pub fn seal(&self, user: UserId, cipher: &dyn IdentityCipher) -> Result<Sealed, SealingFailed> {
        Ok(Sealed {
            name: cipher.seal(SealedField::Name, user, self.name.expose())?,
            number: cipher.seal(SealedField::Number, user, self.number.expose())?,
            hash: cipher.hash(&self.number),
            key: cipher.key(),
        })
    }
}

impl Sealed {
    /// Name and number; `None` when the key is not known, or the texts are not this user's.
    pub fn open(&self, user: UserId, cipher: &dyn IdentityCipher) -> Option<Plain> {
        let name = cipher.open(SealedField::Name, user, self.key, &self.name)?;
        let number = cipher.open(SealedField::Number, user, self.key, &self.number)?;
        Some(Plain {
            name: PersonName::stored(name),
            number: IdentityNumber::stored(number),
        })
    }
}

impl RealNameRecord {
    /// The row as it should be: sealed by the present key, with the masks and the hash of its texts,
    /// and without them where a rejection is old enough.
    pub fn reconciled(
        &self,
        policy: &RealNamePolicy,
        cipher: &dyn IdentityCipher,
        now: UnixSeconds,
    ) -> Reconciled {
        let Some(sealed) = &self.sealed else {
            return Reconciled::Unchanged;
        };
        let decided_at = self.review.map_or(self.submitted_at, |review| review.at);
        let is_old = now > decided_at.plus(policy.rejected_kept);
        let mut fresh = self.clone();
        if self.status == Status::Rejected && is_old {
            fresh.sealed = None;
        } else {
            let Some(plain) = sealed.open(self.user, cipher) else {
                return Reconciled::Unreadable;
            };
            fresh.name_masked = plain.name.masked(policy.mask);
            fresh.number_masked = plain.number.masked();
            fresh.checksum_valid = plain.number.checksum_is_valid();
            let is_current =
                sealed.key == cipher.key() && sealed.hash == cipher.hash(&plain.number);
            if !is_current {
                let Ok(resealed) = plain.seal(self.user, cipher) else {
                    return Reconciled::Unreadable;
                };
                fresh.sealed = Some(resealed);
            }
        }
        if fresh == *self {
            return Reconciled::Unchanged;
        }
        fresh.updated_at = now;
        Reconciled::Changed(Box::new(fresh))
    }
}

impl RealNameService {
    /// Takes a submission: the first, or another one after a rejection.
    ///
    /// # Errors
    ///
    /// [`RealNameError::AlreadyPending`], [`RealNameError::AlreadyApproved`],
    /// [`RealNameError::ResubmissionClosed`] where the policy allows no second one, and
    /// [`RealNameError::IdentityUsed`] where the number has as many accounts as it may have.
    pub async fn submit(
        self,
        tx: &mut dyn RealNameTx,
        new: &NewSubmission,
        policy: &RealNamePolicy,
    ) -> Result<RealNameRecord, RealNameError> {
        let earlier = tx.lock_real_name(new.user).await?;
        let from = earlier
            .as_ref()
            .map_or(Status::Unsubmitted, |row| row.status);
        match from {
            Status::Pending => return Err(RealNameError::AlreadyPending),
            Status::Approved => return Err(RealNameError::AlreadyApproved),
            Status::Rejected if !policy.allow_resubmit => {
                return Err(RealNameError::ResubmissionClosed);
            }
            Status::Unsubmitted | Status::Rejected => {}
        }
        if let Some(most) = policy.max_accounts {
            let identity = &new.sealed.hash;
            tx.lock_identity(identity.lock()).await?;
            if tx.count_identity_holders(identity, new.user).await? >= most {
                return Err(RealNameError::IdentityUsed);
            }
        }
        let by_rule = policy.auto_approve && new.checksum_valid;
        let event = if by_rule {
            Event::SubmitApproved
        } else {
            Event::Submit
        };
        let status = from
            .after(event)
            .map_err(|_| RealNameError::StateConflict)?;
        let record = RealNameRecord {
            user: new.user,
            status,
            sealed: Some(new.sealed.clone()),
            name_masked: new.name_masked.clone(),
            number_masked: new.number_masked.clone(),
            checksum_valid: new.checksum_valid,
            submitted_at: new.now,
            submit_count: earlier
                .as_ref()
                .map_or(0, |row| row.submit_count)
                .saturating_add(1),
            review: by_rule.then_some(Review {
                at: new.now,
                by: None,
                source: ReviewSource::Auto,
            }),
            reject_reason: None,
            created_at: earlier.as_ref().map_or(new.now, |row| row.created_at),
            updated_at: new.now,
        };
        if earlier.is_none() {
            tx.insert_real_name(&record).await?;
        } else if !tx.move_real_name(&record, from).await? {
            return Err(RealNameError::StateConflict);
        }
        Ok(record)
    }

    /// Decides about what is pending; with `force` also turns an earlier decision round.
    pub async fn review(
        self,
        tx: &mut dyn RealNameTx,
        user: UserId,
        decision: &Decision,
        force: bool,
        review: Review,
    ) -> Result<RealNameRecord, RealNameError> {
        let found = tx.lock_real_name(user).await?;
        let record = found.ok_or(RealNameError::RecordMissing)?;
        let from = record.status;
        let event = match (decision, from) {
            (Decision::Approve, Status::Rejected) if force => Event::Reinstate,
            (Decision::Approve, _) => Event::Approve,
            (Decision::Reject { .. }, Status::Approved) if force => Event::Revoke,
            (Decision::Reject { .. }, _) => Event::Reject,
        };
        let status = from
            .after(event)
            .map_err(|_| RealNameError::StateConflict)?;
        let decided = RealNameRecord {
            status,
            review: Some(review),
            reject_reason: match decision {
                Decision::Approve => None,
                Decision::Reject { reason } => Some(reason.clone()),
            },
            updated_at: review.at,
            ..record
        };
        if tx.move_real_name(&decided, from).await? {
            Ok(decided)
        } else {
            Err(RealNameError::StateConflict)
        }
    }

    /// Deletes a submission with everything in it; a user without one is as good as reset.
    pub async fn reset(self, tx: &mut dyn RealNameTx, user: UserId) -> Result<bool, RealNameError> {
        Ok(tx.delete_real_name(user).await?)
    }
}
