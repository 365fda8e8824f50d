use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text};
use diesel::{ExpressionMethods as _, QueryDsl as _, Queryable, Selectable, SelectableHelper as _};
use ferroboard_application::{JobRepository, JobState};
use ferroboard_kernel::{StoreError, UnixSeconds};

use super::super::sql::bulk::delete_first_by;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use super::super::{SqlTx, dialect, rows};
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::schema::ferro_job;

/// A row of `ferro_job` without its key.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ferro_job)]
pub(in super::super) struct JobRow {
    holder: Option<String>,
    leased_until: Int,
    last_started_at: Option<Int>,
    last_finished_at: Option<Int>,
    last_error: Option<String>,
}

impl From<JobRow> for JobState {
    fn from(row: JobRow) -> Self {
        Self {
            holder: row.holder,
            leased_until: UnixSeconds::new(row.leased_until.0),
            last_started_at: instant(row.last_started_at),
            last_finished_at: instant(row.last_finished_at),
            last_error: row.last_error,
        }
    }
}

#[async_trait]
impl JobRepository for SqlTx {
    async fn lock_job(&mut self, name: &str) -> Result<JobState, StoreError> {
        self.take_turn(Turn::of_job(name)).await?;
        let state: Result<JobState, Failure> = async {
            let connection = self.open()?;
            // An insert that turns into an update locks the row for writing at once. One that is
            // ignored would lock it for reading on MySQL, and two of those deadlock.
            let insert = diesel::insert_into(ferro_job::table).values(ferro_job::name.eq(name));
            on_duplicate!(insert, ferro_job::name)
                .do_update()
                .set(ferro_job::name.eq(name))
                .execute(&mut *connection)
                .await?;
            let row = ferro_job::table
                .filter(ferro_job::name.eq(name))
                .select(JobRow::as_select())
                .first::<JobRow>(connection)
                .await?;
            Ok(JobState::from(row))
        }
        .await;
        self.settle(state)
    }

    async fn find_time(&mut self) -> Result<UnixSeconds, StoreError> {
        let now = diesel::select(sql::<BigInt>(dialect::NOW))
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(now).map(|now| UnixSeconds::new(now.0))
    }

    async fn move_job(
        &mut self,
        name: &str,
        from: &JobState,
        to: &JobState,
    ) -> Result<bool, StoreError> {
        let error = to.last_error.as_ref().map(|text| text.replace('\0', ""));
        let holder = sql::<Text>("COALESCE(holder, '')");
        let still = ferro_job::table
            .filter(ferro_job::name.eq(name))
            .filter(ferro_job::leased_until.eq(from.leased_until.get()))
            .filter(holder.eq(from.holder.as_deref().unwrap_or_default()));
        let moved = diesel::update(still)
            .set((
                ferro_job::holder.eq(to.holder.as_deref()),
                ferro_job::leased_until.eq(to.leased_until.get()),
                ferro_job::last_started_at.eq(to.last_started_at.map(UnixSeconds::get)),
                ferro_job::last_finished_at.eq(to.last_finished_at.map(UnixSeconds::get)),
                ferro_job::last_error.eq(error),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn delete_expired(&mut self, before: UnixSeconds, limit: u32) -> Result<u64, StoreError> {
        let is_over = format!("expires_at < {}", before.get());
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            let mut count = 0;
            for (table, key) in [
                ("ferro_counter", "name"),
                ("ferro_email_code", "email"),
                ("ferro_login_token", "digest"),
            ] {
                let statement = delete_first_by(table, key, &is_over, limit);
                count += diesel::sql_query(statement)
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(count)
        }
        .await;
        self.settle(deleted).map(rows)
    }
}
