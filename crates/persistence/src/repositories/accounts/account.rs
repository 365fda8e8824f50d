use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable,
};
use ferroboard_auth::{
    Account, AccountRepository, NewAccount, Reminders, StoredPassword, SubscribeToken,
};
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, flag};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::v2_user;

/// The columns of an [`Account`].
#[derive(Queryable)]
struct AccountRow {
    id: Int,
    email: String,
    password: String,
    password_algo: Option<String>,
    password_salt: Option<String>,
    banned: Int,
    is_admin: Int,
    uuid: String,
    token: String,
}

const ACCOUNT: (
    v2_user::id,
    v2_user::email,
    v2_user::password,
    v2_user::password_algo,
    v2_user::password_salt,
    v2_user::banned,
    v2_user::is_admin,
    v2_user::uuid,
    v2_user::token,
) = (
    v2_user::id,
    v2_user::email,
    v2_user::password,
    v2_user::password_algo,
    v2_user::password_salt,
    v2_user::banned,
    v2_user::is_admin,
    v2_user::uuid,
    v2_user::token,
);

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: UserId::new(row.id.0),
            email: Email::stored(&row.email),
            password: stored_password(row.password, row.password_algo, row.password_salt),
            banned: row.banned.is_set(),
            is_admin: row.is_admin.is_set(),
            uuid: row.uuid,
            subscribe_token: SubscribeToken::new(row.token.trim_end().to_owned()),
        }
    }
}

/// Fixed-width columns come padded from a PostgreSQL database that Xboard made.
fn stored_password(hash: String, algo: Option<String>, salt: Option<String>) -> StoredPassword {
    let unpadded = |text: String| text.trim_end().to_owned();
    StoredPassword {
        hash,
        algo: algo.map(unpadded),
        salt: salt.map(unpadded),
    }
}

/// The account that an address logs in to. The comparison is repeated here because MySQL's also
/// takes letters with and without accents for equal, and those may be two people's mailboxes.
pub(in super::super) async fn find_by_email(
    connection: &mut Conn,
    email: &Email,
) -> QueryResult<Option<Account>> {
    let row = v2_user::table
        .filter(same_but_for_case!(v2_user::email, email.as_str()))
        .select(ACCOUNT)
        .first::<AccountRow>(connection)
        .await
        .optional()?;
    Ok(row
        .map(Account::from)
        .filter(|account| account.email == *email))
}

/// The account, without a lock.
pub(in super::super) async fn find(
    connection: &mut Conn,
    id: UserId,
) -> QueryResult<Option<Account>> {
    let row = v2_user::table
        .filter(v2_user::id.eq(id.get()))
        .select(ACCOUNT)
        .first::<AccountRow>(connection)
        .await
        .optional()?;
    Ok(row.map(Account::from))
}

#[async_trait]
impl AccountRepository for SqlTx {
    async fn find_account_by_email(
        &mut self,
        email: &Email,
    ) -> Result<Option<Account>, StoreError> {
        let account = find_by_email(self.open()?, email).await;
        self.settle(account)
    }

    async fn find_account_address(&mut self, id: UserId) -> Result<Option<Email>, StoreError> {
        let email = v2_user::table
            .filter(v2_user::id.eq(id.get()))
            .select(v2_user::email)
            .first::<String>(self.open()?)
            .await
            .optional();
        Ok(self.settle(email)?.map(|email| Email::stored(&email)))
    }

    async fn lock_account(&mut self, id: UserId) -> Result<Option<Account>, StoreError> {
        self.take_turn(id).await?;
        let query = v2_user::table
            .filter(v2_user::id.eq(id.get()))
            .select(ACCOUNT);
        let row = lock!(query)
            .first::<AccountRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(Account::from))
    }

    async fn insert_account(&mut self, account: &NewAccount) -> Result<UserId, StoreError> {
        let now = account.now.get();
        let choice = |choice: Option<bool>| choice.map(i64::from);
        let insert = diesel::insert_into(v2_user::table).values((
            v2_user::email.eq(account.email.as_str()),
            v2_user::password.eq(&account.password_hash),
            v2_user::uuid.eq(&account.uuid),
            v2_user::token.eq(account.subscribe_token.as_str()),
            v2_user::is_admin.eq(flag(account.is_admin)),
            choice(account.reminders.expire).map(|set| v2_user::remind_expire.eq(set)),
            choice(account.reminders.traffic).map(|set| v2_user::remind_traffic.eq(set)),
            v2_user::last_login_at.eq(account.logged_in.then_some(now)),
            v2_user::expired_at.eq(None::<i64>),
            v2_user::created_at.eq(now),
            v2_user::updated_at.eq(now),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_user::id, connection)?;
            Ok(id)
        }
        .await;
        let id = UserId::new(self.settle(id)?.0);
        self.touched.users.insert(id);
        Ok(id)
    }

    async fn update_last_login(&mut self, id: UserId, at: UnixSeconds) -> Result<(), StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(id.get())))
            .set((
                v2_user::last_login_at.eq(at.get()),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn move_password(
        &mut self,
        id: UserId,
        from: &StoredPassword,
        to_hash: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            let query = v2_user::table.filter(v2_user::id.eq(id.get())).select((
                v2_user::password,
                v2_user::password_algo,
                v2_user::password_salt,
            ));
            let row = lock!(query)
                .first::<(String, Option<String>, Option<String>)>(&mut *connection)
                .await
                .optional()?;
            // Compared here and not in the statement: there case may not count, and a hash has it.
            let is_still = row
                .map(|(hash, algo, salt)| stored_password(hash, algo, salt))
                .is_some_and(|stored| stored == *from);
            if is_still {
                diesel::update(v2_user::table.filter(v2_user::id.eq(id.get())))
                    .set((
                        v2_user::password.eq(to_hash),
                        v2_user::password_algo.eq(None::<String>),
                        v2_user::password_salt.eq(None::<String>),
                        v2_user::updated_at.eq(at.get()),
                    ))
                    .execute(connection)
                    .await?;
            }
            Ok(is_still)
        }
        .await;
        self.settle(moved)
    }

    async fn update_reminders(
        &mut self,
        id: UserId,
        reminders: Reminders,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let expire = reminders.expire.map(i64::from);
        let traffic = reminders.traffic.map(i64::from);
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(id.get())))
            .set((
                expire.map(|set| v2_user::remind_expire.eq(set)),
                traffic.map(|set| v2_user::remind_traffic.eq(set)),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn update_identity(
        &mut self,
        id: UserId,
        uuid: &str,
        token: &SubscribeToken,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(id.get())))
            .set((
                v2_user::uuid.eq(uuid),
                v2_user::token.eq(token.as_str()),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        let written = self.settle(updated).map(|count| count == 1);
        self.touched_if(written, id)
    }

    async fn count_admins(&mut self) -> Result<i64, StoreError> {
        let count = v2_user::table
            .filter(v2_user::is_admin.eq(flag(true)))
            .count()
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(count).map(|count| count.0)
    }

    async fn list_staff_emails(&mut self, limit: u32) -> Result<Vec<Email>, StoreError> {
        let works = v2_user::is_admin
            .eq(flag(true))
            .or(fixed::<Bool>("v2_user.is_staff = '1'"));
        let emails = v2_user::table
            .filter(v2_user::banned.eq(flag(false)))
            .filter(works)
            .order(v2_user::id)
            .limit(i64::from(limit))
            .select(v2_user::email)
            .load::<String>(self.open()?)
            .await;
        let emails = self.settle(emails)?.into_iter();
        Ok(emails.map(|email| Email::stored(&email)).collect())
    }
}
