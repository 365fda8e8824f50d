use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, QueryableByName,
    Selectable, SelectableHelper as _,
};
use ferroboard_application::{UserScope, UserTask, UserTaskRepository, UserWork};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::odd_values;
use crate::schema::ferro_user_task;

/// The most tasks that are looked at.
const TASKS: i64 = 100;
/// `ferro_user_task.work`.
const BAN: &str = "ban";
const MAIL: &str = "mail";
const RESET: &str = "reset";

/// A row of `ferro_user_task`.
#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = ferro_user_task)]
pub(in super::super) struct TaskRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = Text)]
    work: String,
    #[diesel(sql_type = Text)]
    users: String,
    #[diesel(sql_type = Nullable<Text>)]
    subject: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content: Option<String>,
    #[diesel(sql_type = BigInt)]
    admin_id: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    position: Option<Int>,
    #[diesel(sql_type = BigInt)]
    done: Int,
    #[diesel(sql_type = Text)]
    holder: String,
    #[diesel(sql_type = BigInt)]
    leased_until: Int,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    finished_at: Option<Int>,
}

/// What a row is read from in a list.
pub(in super::super) const TASK_COLUMNS: &[&str] = &[
    "id",
    "work",
    "users",
    "subject",
    "content",
    "admin_id",
    "position",
    "done",
    "holder",
    "leased_until",
    "created_at",
    "finished_at",
];

impl TaskRow {
    pub(in super::super) fn task(self) -> Result<UserTask, StoreError> {
        let unreadable = |column| odd_values::corrupt("ferro_user_task", &self.id.0, column);
        let scope = serde_json::from_str(&self.users).ok();
        let scope = scope.and_then(|scope| UserScope::from_json(&scope));
        let work = match self.work.as_str() {
            BAN => Some(UserWork::Ban),
            RESET => Some(UserWork::Reset),
            MAIL => self
                .subject
                .zip(self.content)
                .map(|(subject, content)| UserWork::Mail { subject, content }),
            _ => None,
        };
        Ok(UserTask {
            id: self.id.0,
            work: work.ok_or_else(|| unreadable("work"))?,
            scope: scope.ok_or_else(|| unreadable("users"))?,
            admin: UserId::new(self.admin_id.0),
            position: self.position.map(|id| UserId::new(id.0)),
            done: self.done.0,
            holder: self.holder,
            leased_until: UnixSeconds::new(self.leased_until.0),
            created_at: UnixSeconds::new(self.created_at.0),
            finished_at: instant(self.finished_at),
        })
    }
}

#[async_trait]
impl UserTaskRepository for SqlTx {
    async fn insert_user_task(&mut self, task: &UserTask) -> Result<i64, StoreError> {
        let (work, subject, content) = match &task.work {
            UserWork::Ban => (BAN, None, None),
            UserWork::Reset => (RESET, None, None),
            UserWork::Mail { subject, content } => (MAIL, Some(subject), Some(content)),
        };
        let insert = diesel::insert_into(ferro_user_task::table).values((
            ferro_user_task::work.eq(work),
            ferro_user_task::users.eq(task.scope.to_json().to_string()),
            ferro_user_task::subject.eq(subject),
            ferro_user_task::content.eq(content),
            ferro_user_task::admin_id.eq(task.admin.get()),
            ferro_user_task::position.eq(task.position.map(UserId::get)),
            ferro_user_task::done.eq(task.done),
            ferro_user_task::holder.eq(&task.holder),
            ferro_user_task::leased_until.eq(task.leased_until.get()),
            ferro_user_task::created_at.eq(task.created_at.get()),
            ferro_user_task::finished_at.eq(task.finished_at.map(UnixSeconds::get)),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, ferro_user_task::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| id.0)
    }

    async fn lock_user_task(&mut self, id: i64) -> Result<Option<UserTask>, StoreError> {
        self.take_turn(Turn::of_user_task(id)).await?;
        let query = ferro_user_task::table
            .filter(ferro_user_task::id.eq(id))
            .select(TaskRow::as_select());
        let row = lock!(query).first::<TaskRow>(self.open()?).await.optional();
        self.settle(row)?.map(TaskRow::task).transpose()
    }

    async fn list_open_user_tasks(&mut self) -> Result<Vec<i64>, StoreError> {
        let rows = ferro_user_task::table
            .filter(ferro_user_task::finished_at.is_null())
            .order(ferro_user_task::id)
            .limit(TASKS)
            .select(TaskRow::as_select())
            .load(self.open()?)
            .await;
        // One that cannot be read must not hold the others up.
        let tasks = self.settle(rows)?.into_iter().map(TaskRow::task);
        Ok(tasks.flatten().map(|task| task.id).collect())
    }

    async fn update_user_task(&mut self, task: &UserTask) -> Result<(), StoreError> {
        let row = ferro_user_task::table.filter(ferro_user_task::id.eq(task.id));
        let updated = diesel::update(row)
            .set((
                ferro_user_task::position.eq(task.position.map(UserId::get)),
                ferro_user_task::done.eq(task.done),
                ferro_user_task::holder.eq(&task.holder),
                ferro_user_task::leased_until.eq(task.leased_until.get()),
                ferro_user_task::finished_at.eq(task.finished_at.map(UnixSeconds::get)),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }
}
