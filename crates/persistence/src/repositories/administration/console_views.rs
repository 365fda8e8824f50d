//! What the console reads beside what the operator's API has.

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryableByName,
    SelectableHelper as _,
};
use ferroboard_application::{ConsoleQueries, LedgerLine, LoggedMail, SavedView, UserTask};
use ferroboard_kernel::{MailId, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, ListRequest};

use super::super::jobs::user_tasks::{TASK_COLUMNS, TaskRow};
use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, reported};
use crate::integer::Int;
use crate::lists::Source;
use crate::schema::{ferro_saved_view, ferro_user_task};

/// The most lists of an operator that are read.
const VIEWS: i64 = 100;

const MAILS: Source = Source {
    table: "ferro_mail",
    key: "id",
    filled: &["id", "created_at"],
    places: &[],
};

const ENTRIES: Source = Source {
    table: "ferro_ledger",
    key: "id",
    filled: &["id", "created_at"],
    places: &[],
};

const TASKS: Source = Source {
    table: "ferro_user_task",
    key: "id",
    filled: &["id", "created_at"],
    places: &[],
};

/// A row of `ferro_mail` without its values, which may be secrets.
#[derive(QueryableByName)]
struct LoggedMailRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    template: String,
    #[diesel(sql_type = BigInt)]
    status: Int,
    #[diesel(sql_type = BigInt)]
    attempts: Int,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = BigInt)]
    updated_at: Int,
}

const MAIL_COLUMNS: &[&str] = &[
    "id",
    "email",
    "subject",
    "template",
    "status",
    "attempts",
    "last_error",
    "created_at",
    "updated_at",
];

impl LoggedMailRow {
    fn view(self) -> LoggedMail {
        LoggedMail {
            id: MailId::new(self.id.0),
            to: self.email,
            subject: self.subject,
            template: self.template,
            status: self.status.0,
            attempts: self.attempts.0,
            last_error: self.last_error,
            created_at: UnixSeconds::new(self.created_at.0),
            updated_at: UnixSeconds::new(self.updated_at.0),
        }
    }
}

/// A row of `ferro_ledger`.
#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    user_id: Int,
    #[diesel(sql_type = BigInt)]
    account: Int,
    #[diesel(sql_type = BigInt)]
    amount: Int,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
}

const ENTRY_COLUMNS: &[&str] = &[
    "id",
    "user_id",
    "account",
    "amount",
    "kind",
    "reference",
    "created_at",
];

impl EntryRow {
    fn view(self) -> LedgerLine {
        LedgerLine {
            id: self.id.0,
            user: UserId::new(self.user_id.0),
            account: self.account.0,
            amount: self.amount.0,
            kind: self.kind,
            reference: self.reference,
            created_at: UnixSeconds::new(self.created_at.0),
        }
    }
}

#[async_trait]
impl ConsoleQueries for SqlStore {
    async fn list_saved_views(&self, admin: UserId) -> Result<Vec<SavedView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(Int, String, String, String, Int)> = ferro_saved_view::table
            .filter(ferro_saved_view::admin_id.eq(admin.get()))
            .order((ferro_saved_view::list, ferro_saved_view::name))
            .limit(VIEWS)
            .select((
                ferro_saved_view::id,
                ferro_saved_view::list,
                ferro_saved_view::name,
                ferro_saved_view::query,
                ferro_saved_view::created_at,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let views = rows.into_iter();
        let views = views.map(|(id, list, name, query, created_at)| SavedView {
            id: id.0,
            admin,
            list,
            name,
            query,
            created_at: UnixSeconds::new(created_at.0),
        });
        Ok(views.collect())
    }

    async fn list_ledger(&self, request: &ListRequest) -> Result<Found<LedgerLine>, StoreError> {
        let mut connection = self.reader().await?;
        let asked = Asked::of_all(&self.lists, &ENTRIES, ENTRY_COLUMNS, request);
        let found = lists::page::<EntryRow>(&mut connection, asked);
        Ok(found.await.map_err(reported)?.map(EntryRow::view))
    }

    async fn list_mails(&self, request: &ListRequest) -> Result<Found<LoggedMail>, StoreError> {
        let mut connection = self.reader().await?;
        let asked = Asked::of_all(&self.lists, &MAILS, MAIL_COLUMNS, request);
        let found = lists::page::<LoggedMailRow>(&mut connection, asked);
        Ok(found.await.map_err(reported)?.map(LoggedMailRow::view))
    }

    async fn list_user_tasks(&self, request: &ListRequest) -> Result<Found<UserTask>, StoreError> {
        let mut connection = self.reader().await?;
        let asked = Asked::of_all(&self.lists, &TASKS, TASK_COLUMNS, request);
        let found = lists::page::<TaskRow>(&mut connection, asked);
        let found = found.await.map_err(reported)?;
        Ok(Found {
            rows: found.rows.into_iter().flat_map(TaskRow::task).collect(),
            total: found.total,
        })
    }

    async fn find_user_task(&self, id: i64) -> Result<Option<UserTask>, StoreError> {
        let mut connection = self.reader().await?;
        let row: Option<TaskRow> = ferro_user_task::table
            .filter(ferro_user_task::id.eq(id))
            .select(TaskRow::as_select())
            .first(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        Ok(row.and_then(|row| row.task().ok()))
    }
}
