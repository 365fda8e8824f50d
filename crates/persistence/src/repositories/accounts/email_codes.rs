use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable};
use ferroboard_auth::{EmailCode, EmailCodeRepository};
use ferroboard_kernel::{Email, StoreError, UnixSeconds};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::integer::Int;
use crate::schema::ferro_email_code;

/// A row of `ferro_email_code`.
#[derive(Queryable)]
struct EmailCodeRow {
    email: String,
    code: String,
    wrong_tries: Int,
    expires_at: Int,
}

impl From<EmailCodeRow> for EmailCode {
    fn from(row: EmailCodeRow) -> Self {
        Self {
            email: Email::stored(&row.email),
            code: row.code,
            wrong_tries: row.wrong_tries.0,
            expires_at: UnixSeconds::new(row.expires_at.0),
        }
    }
}

#[async_trait]
impl EmailCodeRepository for SqlTx {
    async fn lock_email_code(&mut self, email: &Email) -> Result<Option<EmailCode>, StoreError> {
        let query = ferro_email_code::table.filter(ferro_email_code::email.eq(email.as_str()));
        let row = lock!(query)
            .first::<EmailCodeRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(EmailCode::from))
    }

    async fn insert_email_code(&mut self, code: &EmailCode) -> Result<(), StoreError> {
        let rest = (
            ferro_email_code::code.eq(&code.code),
            ferro_email_code::wrong_tries.eq(code.wrong_tries),
            ferro_email_code::expires_at.eq(code.expires_at.get()),
        );
        let insert = diesel::insert_into(ferro_email_code::table)
            .values((ferro_email_code::email.eq(code.email.as_str()), rest));
        let stored = on_duplicate!(insert, ferro_email_code::email)
            .do_update()
            .set(rest)
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }

    async fn update_email_code_tries(&mut self, email: &Email) -> Result<(), StoreError> {
        let code = ferro_email_code::table.filter(ferro_email_code::email.eq(email.as_str()));
        let updated = diesel::update(code)
            .set(ferro_email_code::wrong_tries.eq(ferro_email_code::wrong_tries + 1))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_email_code(&mut self, email: &Email, code: &str) -> Result<bool, StoreError> {
        let this = ferro_email_code::table
            .filter(ferro_email_code::email.eq(email.as_str()))
            .filter(ferro_email_code::code.eq(code));
        let deleted = diesel::delete(this).execute(self.open()?).await;
        self.settle(deleted).map(|count| count == 1)
    }
}
