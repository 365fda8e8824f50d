use async_trait::async_trait;
use diesel::{
    AsChangeset, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    Queryable, Selectable, SelectableHelper as _,
};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};
use ferroboard_realname::{
    IdentityHash, IdentityLockRepository, RealNameRecord, RealNameRepository, Review, ReviewSource,
    Sealed, Status,
};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use super::super::{SqlTx, line, rows};
use crate::failure::Failure;
use crate::integer::Int;
use crate::odd_values;
use crate::schema::{ferro_identity_lock, ferro_real_name, v2_user};

/// A row of `ferro_real_name` as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ferro_real_name)]
pub(in super::super) struct RealNameRow {
    user_id: Int,
    status: Int,
    real_name_enc: Option<String>,
    identity_no_enc: Option<String>,
    identity_hash: String,
    key_id: Int,
    real_name_masked: String,
    identity_no_masked: String,
    checksum_valid: Int,
    submitted_at: Int,
    submit_count: Int,
    reviewed_at: Option<Int>,
    reviewed_by: Option<Int>,
    review_source: Option<String>,
    reject_reason: Option<String>,
    created_at: Int,
    updated_at: Int,
}

impl TryFrom<RealNameRow> for RealNameRecord {
    type Error = StoreError;

    fn try_from(row: RealNameRow) -> Result<Self, StoreError> {
        let corrupt = |column| odd_values::corrupt("ferro_real_name", &row.user_id.0, column);
        let status = Status::from_code(row.status.0).ok_or_else(|| corrupt("status"))?;
        let review = match (row.reviewed_at, row.review_source.as_deref()) {
            (Some(at), Some(source)) => Some(Review {
                at: UnixSeconds::new(at.0),
                by: row
                    .reviewed_by
                    .filter(|user| user.0 != 0)
                    .map(|user| UserId::new(user.0)),
                source: ReviewSource::named(source).ok_or_else(|| corrupt("review_source"))?,
            }),
            _ => None,
        };
        let sealed = match (row.real_name_enc, row.identity_no_enc) {
            (Some(name), Some(number)) => Some(Sealed {
                name,
                number,
                hash: IdentityHash::new(row.identity_hash),
                key: row.key_id.0,
            }),
            _ => None,
        };
        Ok(Self {
            user: UserId::new(row.user_id.0),
            status,
            sealed,
            name_masked: row.real_name_masked,
            number_masked: row.identity_no_masked,
            checksum_valid: row.checksum_valid.is_set(),
            submitted_at: UnixSeconds::new(row.submitted_at.0),
            submit_count: row.submit_count.0,
            review,
            reject_reason: row.reject_reason,
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        })
    }
}

/// A row of `ferro_real_name` as it is written: every column, NULL where there is nothing.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = ferro_real_name, treat_none_as_null = true)]
struct WrittenRow<'a> {
    user_id: i64,
    status: i64,
    real_name_enc: Option<String>,
    identity_no_enc: Option<String>,
    identity_hash: &'a str,
    key_id: i64,
    real_name_masked: &'a str,
    identity_no_masked: &'a str,
    checksum_valid: i64,
    submitted_at: i64,
    submit_count: i64,
    reviewed_at: Option<i64>,
    reviewed_by: Option<i64>,
    review_source: Option<String>,
    reject_reason: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a RealNameRecord> for WrittenRow<'a> {
    fn from(record: &'a RealNameRecord) -> Self {
        let sealed = record.sealed.as_ref();
        let review = record.review;
        Self {
            user_id: record.user.get(),
            status: record.status.code(),
            real_name_enc: sealed.map(|sealed| sealed.name.clone()),
            identity_no_enc: sealed.map(|sealed| sealed.number.clone()),
            identity_hash: sealed.map_or("", |sealed| sealed.hash.as_str()),
            key_id: sealed.map_or(0, |sealed| sealed.key),
            real_name_masked: &record.name_masked,
            identity_no_masked: &record.number_masked,
            checksum_valid: i64::from(record.checksum_valid),
            submitted_at: record.submitted_at.get(),
            submit_count: record.submit_count,
            reviewed_at: review.map(|review| review.at.get()),
            reviewed_by: review.map(reviewer),
            review_source: review.map(|review| review.source.name().to_owned()),
            reject_reason: record.reject_reason.as_deref().map(line),
            created_at: record.created_at.get(),
            updated_at: record.updated_at.get(),
        }
    }
}

fn reviewer(review: Review) -> i64 {
    review.by.map_or(0, UserId::get)
}

fn numbers(users: &[UserId]) -> Vec<i64> {
    users.iter().map(|user| user.get()).collect()
}

#[async_trait]
impl RealNameRepository for SqlTx {
    async fn lock_real_name(&mut self, user: UserId) -> Result<Option<RealNameRecord>, StoreError> {
        let query = ferro_real_name::table
            .filter(ferro_real_name::user_id.eq(user.get()))
            .select(RealNameRow::as_select());
        let row = lock!(query)
            .first::<RealNameRow>(self.open()?)
            .await
            .optional();
        self.settle(row)?.map(RealNameRecord::try_from).transpose()
    }

    async fn count_identity_holders(
        &mut self,
        identity: &IdentityHash,
        except: UserId,
    ) -> Result<i64, StoreError> {
        let count = ferro_real_name::table
            .filter(ferro_real_name::identity_hash.eq(identity.as_str()))
            .filter(
                ferro_real_name::status.eq_any([Status::Pending.code(), Status::Approved.code()]),
            )
            .filter(ferro_real_name::user_id.ne(except.get()))
            .count()
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(count).map(|count| count.0)
    }

    async fn insert_real_name(&mut self, record: &RealNameRecord) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(ferro_real_name::table)
            .values(WrittenRow::from(record))
            .execute(self.open()?)
            .await;
        self.touched.verified.insert(record.user);
        self.settle(inserted).map(drop)
    }

    async fn move_real_name(
        &mut self,
        record: &RealNameRecord,
        from: Status,
    ) -> Result<bool, StoreError> {
        let standing = ferro_real_name::table
            .filter(ferro_real_name::user_id.eq(record.user.get()))
            .filter(ferro_real_name::status.eq(from.code()));
        let moved = diesel::update(standing)
            .set(WrittenRow::from(record))
            .execute(self.open()?)
            .await;
        self.touched.verified.insert(record.user);
        self.settle(moved).map(|count| count == 1)
    }

    async fn delete_real_name(&mut self, user: UserId) -> Result<bool, StoreError> {
        let own = ferro_real_name::table.filter(ferro_real_name::user_id.eq(user.get()));
        let deleted = diesel::delete(own).execute(self.open()?).await;
        self.touched.verified.insert(user);
        self.settle(deleted).map(|count| count == 1)
    }

    async fn lock_real_names(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<RealNameRecord>, StoreError> {
        let query = ferro_real_name::table
            .filter(ferro_real_name::user_id.gt(after.map_or(i64::MIN, UserId::get)))
            .order(ferro_real_name::user_id)
            .limit(limit)
            .select(RealNameRow::as_select());
        let found = lock!(query).load::<RealNameRow>(self.open()?).await;
        let found = self.settle(found)?.into_iter();
        Ok(found
            .filter_map(|row| RealNameRecord::try_from(row).ok())
            .collect())
    }

    async fn delete_orphaned_real_names(&mut self, users: &[UserId]) -> Result<u64, StoreError> {
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            let there: Vec<Int> = v2_user::table
                .filter(v2_user::id.eq_any(numbers(users)))
                .select(v2_user::id)
                .load(&mut *connection)
                .await?;
            let gone: Vec<i64> = numbers(users)
                .into_iter()
                .filter(|user| !there.contains(&Int(*user)))
                .collect();
            if gone.is_empty() {
                return Ok(0);
            }
            let orphans = ferro_real_name::table.filter(ferro_real_name::user_id.eq_any(gone));
            Ok(diesel::delete(orphans).execute(connection).await?)
        }
        .await;
        self.settle(deleted).map(rows)
    }

    async fn move_pending_real_names(
        &mut self,
        users: &[UserId],
        wrong_checksums: bool,
        review: &Review,
    ) -> Result<u64, StoreError> {
        let checksums: &[i64] = if wrong_checksums { &[0, 1] } else { &[1] };
        let due = ferro_real_name::table
            .filter(ferro_real_name::user_id.eq_any(numbers(users)))
            .filter(ferro_real_name::status.eq(Status::Pending.code()))
            .filter(ferro_real_name::checksum_valid.eq_any(checksums.to_vec()));
        let moved = diesel::update(due)
            .set((
                ferro_real_name::status.eq(Status::Approved.code()),
                ferro_real_name::reviewed_at.eq(review.at.get()),
                ferro_real_name::reviewed_by.eq(reviewer(*review)),
                ferro_real_name::review_source.eq(review.source.name()),
                ferro_real_name::reject_reason.eq(None::<String>),
                ferro_real_name::updated_at.eq(review.at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.touched.verified.extend(users);
        self.settle(moved).map(rows)
    }
}

#[async_trait]
impl IdentityLockRepository for SqlTx {
    async fn lock_identity(&mut self, lock: i64) -> Result<(), StoreError> {
        self.take_turn(Turn::of_identity(lock)).await?;
        // An insert that turns into an update locks the row for writing, whether or not it was there.
        let insert = diesel::insert_into(ferro_identity_lock::table)
            .values(ferro_identity_lock::lock_id.eq(lock));
        let locked = on_duplicate!(insert, ferro_identity_lock::lock_id)
            .do_update()
            .set(ferro_identity_lock::lock_id.eq(lock))
            .execute(self.open()?)
            .await;
        self.settle(locked).map(drop)
    }
}
