//! The in-memory tables of this domain, and a cipher that hides nothing.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};
use zeroize::Zeroizing;

use crate::{
    IdentityCipher, IdentityHash, IdentityLockRepository, IdentityNumber, MaskStyle, PersonName,
    Plain, RealNameRecord, RealNameRepository, Review, SealedField, SealingFailed, Status,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryRealName {
    /// `ferro_real_name`.
    pub records: BTreeMap<UserId, RealNameRecord>,
    /// Users, where these tables stand alone.
    pub users: BTreeSet<UserId>,
}

/// A transaction that holds this domain's tables.
pub trait HasRealName: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn real_name(&mut self) -> Result<&mut MemoryRealName, StoreError>;

    /// Whether `v2_user` has this row; an error once the transaction is over.
    fn has_named_user(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// Ends the transaction with this error and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasRealName for MemoryTransaction<'_, MemoryRealName> {
    fn real_name(&mut self) -> Result<&mut MemoryRealName, StoreError> {
        self.open()
    }

    fn has_named_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.open()?.users.contains(&user))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

#[async_trait]
impl<T: HasRealName> RealNameRepository for T {
    async fn lock_real_name(&mut self, user: UserId) -> Result<Option<RealNameRecord>, StoreError> {
        Ok(self.real_name()?.records.get(&user).cloned())
    }

    async fn count_identity_holders(
        &mut self,
        identity: &IdentityHash,
        except: UserId,
    ) -> Result<i64, StoreError> {
        let holders = self.real_name()?.records.values().filter(|record| {
            let hash = record.sealed.as_ref().map(|sealed| &sealed.hash);
            record.user != except && record.status.holds_identity() && hash == Some(identity)
        });
        Ok(i64::try_from(holders.count()).unwrap_or(i64::MAX))
    }

    async fn insert_real_name(&mut self, record: &RealNameRecord) -> Result<(), StoreError> {
        if self.real_name()?.records.contains_key(&record.user) {
            let constraint = "ferro_real_name.user_id".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        let records = &mut self.real_name()?.records;
        records.insert(record.user, record.clone());
        Ok(())
    }

    async fn move_real_name(
        &mut self,
        record: &RealNameRecord,
        from: Status,
    ) -> Result<bool, StoreError> {
        let row = self.real_name()?.records.get_mut(&record.user);
        let Some(row) = row.filter(|row| row.status == from) else {
            return Ok(false);
        };
        row.clone_from(record);
        Ok(true)
    }

    async fn delete_real_name(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.real_name()?.records.remove(&user).is_some())
    }

    async fn lock_real_names(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<RealNameRecord>, StoreError> {
        let records = self.real_name()?.records.values();
        let next = records.filter(|record| after.is_none_or(|after| record.user > after));
        let limit = usize::try_from(limit).unwrap_or(0);
        Ok(next.take(limit).cloned().collect())
    }

    async fn delete_orphaned_real_names(&mut self, users: &[UserId]) -> Result<u64, StoreError> {
        let mut count = 0;
        for user in users {
            if !self.has_named_user(*user)? && self.delete_real_name(*user).await? {
                count += 1;
            }
        }
        Ok(count)
    }

    async fn move_pending_real_names(
        &mut self,
        users: &[UserId],
        wrong_checksums: bool,
        review: &Review,
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        for record in self.real_name()?.records.values_mut() {
            let is_due = users.contains(&record.user) && record.status == Status::Pending;
            if is_due && (wrong_checksums || record.checksum_valid) {
                record.status = Status::Approved;
                record.review = Some(*review);
                record.reject_reason = None;
                record.updated_at = review.at;
                count += 1;
            }
        }
        Ok(count)
    }
}

#[async_trait]
impl<T: HasRealName> IdentityLockRepository for T {
    /// The one writer holds every lock.
    async fn lock_identity(&mut self, _lock: i64) -> Result<(), StoreError> {
        self.real_name().map(drop)
    }
}

/// A cipher for tests: it seals by writing down what for, and hides nothing.
#[derive(Debug, Clone, Copy)]
pub struct OpenCipher {
    /// Which key it seals with.
    pub key: i64,
    /// A key that it can still open.
    pub earlier: Option<i64>,
}

impl Default for OpenCipher {
    fn default() -> Self {
        Self {
            key: 1,
            earlier: None,
        }
    }
}

impl IdentityCipher for OpenCipher {
    fn key(&self) -> i64 {
        self.key
    }

    fn seal(&self, field: SealedField, user: UserId, plain: &str) -> Result<String, SealingFailed> {
        let reversed: String = plain.chars().rev().collect();
        Ok(format!("{}|{user}|{}|{reversed}", field.name(), self.key))
    }

    fn open(
        &self,
        field: SealedField,
        user: UserId,
        key: i64,
        sealed: &str,
    ) -> Option<Zeroizing<String>> {
        let is_known = key == self.key || Some(key) == self.earlier;
        let reversed = sealed.strip_prefix(&format!("{}|{user}|{key}|", field.name()))?;
        is_known.then(|| Zeroizing::new(reversed.chars().rev().collect()))
    }

    fn hash(&self, number: &IdentityNumber) -> IdentityHash {
        let digits: String = number.expose().chars().rev().collect();
        IdentityHash::new(format!("{:0>64}", digits.replace('X', "a")))
    }
}

/// 张三 with the number that is the standard's own example.
pub fn a_person() -> Plain {
    Plain {
        name: PersonName::stored(Zeroizing::new("张三".to_owned())),
        number: IdentityNumber::stored(Zeroizing::new("11010519491231002X".to_owned())),
    }
}

/// A pending submission of [`a_person`].
pub fn a_record(user: UserId, at: UnixSeconds) -> RealNameRecord {
    let person = a_person();
    RealNameRecord {
        user,
        status: Status::Pending,
        sealed: person.seal(user, &OpenCipher::default()).ok(),
        name_masked: person.name.masked(MaskStyle::Head),
        number_masked: person.number.masked(),
        checksum_valid: true,
        submitted_at: at,
        submit_count: 1,
        review: None,
        reject_reason: None,
        created_at: at,
        updated_at: at,
    }
}
