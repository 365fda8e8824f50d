//! What administrators change of users.

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryableByName};
use ferroboard_application::{ManagedUser, ManagedUserRepository, NewUsers};
use ferroboard_billing::PlanChange;
use ferroboard_invite::CommissionMode;
use ferroboard_kernel::{Cents, Email, GroupId, PlanId, StoreError, UnixSeconds, UserId};

use super::super::sql::bulk::rows_with;
use super::super::sql::lists;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use super::super::{SqlTx, dialect, flag};
use super::sessions::USER;
use super::user_changed::changes;
use super::user_removal::removals;
use crate::failure::Failure;
use crate::integer::{Amount, Int, instant, number};
use crate::kind::Kind;
use crate::schema::{
    ferro_email_code, ferro_login_token, ferro_session, personal_access_tokens as session,
    v2_server_group, v2_user,
};

/// How many users one statement inserts.
const ROWS_OF_AN_INSERT: usize = 100;

/// A row of `v2_user`, as administrators change it.
#[derive(QueryableByName)]
struct ManagedRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = BigInt)]
    banned: Int,
    #[diesel(sql_type = BigInt)]
    is_admin: Int,
    #[diesel(sql_type = BigInt)]
    is_staff: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    invite_user_id: Option<Int>,
    #[diesel(sql_type = BigInt)]
    balance: Amount,
    #[diesel(sql_type = BigInt)]
    commission_balance: Amount,
    #[diesel(sql_type = BigInt)]
    commission_type: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    commission_rate: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    discount: Option<Int>,
    #[diesel(sql_type = BigInt)]
    u: Int,
    #[diesel(sql_type = BigInt)]
    d: Int,
    #[diesel(sql_type = BigInt)]
    transfer_enable: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    plan_id: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    group_id: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    expired_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    next_reset_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    speed_limit: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    device_limit: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    remarks: Option<String>,
}

/// What a row is read from.
const COLUMNS: &str = "id, email, banned, is_admin, is_staff, invite_user_id, balance, \
     commission_balance, commission_type, commission_rate, discount, u, d, transfer_enable, \
     plan_id, group_id, expired_at, next_reset_at, speed_limit, device_limit, remarks";

impl From<ManagedRow> for ManagedUser {
    fn from(row: ManagedRow) -> Self {
        Self {
            id: UserId::new(row.id.0),
            email: Email::stored(&row.email),
            banned: row.banned.is_set(),
            is_admin: row.is_admin.is_set(),
            is_staff: row.is_staff.is_set(),
            inviter: row.invite_user_id.map(|id| UserId::new(id.0)),
            balance: Cents::new(row.balance.0),
            commission_balance: Cents::new(row.commission_balance.0),
            // What has no meaning counts as not set, as where commission is computed.
            commission_type: CommissionMode::from_code(row.commission_type.0).unwrap_or_default(),
            commission_rate: number(row.commission_rate),
            discount: number(row.discount),
            upload: row.u.0,
            download: row.d.0,
            transfer_enable: row.transfer_enable.0,
            plan: row.plan_id.map(|id| PlanId::new(id.0)),
            group: row.group_id.map(|id| GroupId::new(id.0)),
            expired_at: instant(row.expired_at),
            next_reset_at: instant(row.next_reset_at),
            speed_limit: number(row.speed_limit),
            device_limit: number(row.device_limit),
            remarks: row.remarks,
        }
    }
}

/// What stands behind a locking read.
const LOCKED: &str = match dialect::KIND {
    // It has one writer.
    Kind::Sqlite => "",
    Kind::Mysql | Kind::Postgres => " FOR UPDATE",
};

#[async_trait]
impl ManagedUserRepository for SqlTx {
    async fn lock_managed_user(&mut self, user: UserId) -> Result<Option<ManagedUser>, StoreError> {
        self.take_turn(user).await?;
        let query = format!("SELECT {COLUMNS} FROM v2_user WHERE id = {user}{LOCKED}");
        let row = diesel::sql_query(query)
            .get_result::<ManagedRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(ManagedUser::from))
    }

    async fn update_managed_user(
        &mut self,
        before: &ManagedUser,
        after: &ManagedUser,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let Some(changes) = changes(before, after) else {
            return Ok(());
        };
        let words = format!(
            "UPDATE v2_user SET {}, updated_at = {at} WHERE id = {}",
            changes.text(),
            before.id,
            at = at.get()
        );
        let updated = lists::query(&changes.saying(words))
            .execute(self.open()?)
            .await;
        self.touched.users.insert(before.id);
        self.plans.push(PlanChange {
            user: before.id,
            from: before.plan,
            to: after.plan,
            expired_at: after.expired_at,
        });
        self.settle(updated).map(drop)
    }

    async fn insert_users(&mut self, new: &NewUsers) -> Result<(), StoreError> {
        let null = |value: Option<i64>| value.map_or("NULL".to_owned(), |value| value.to_string());
        let given = new.subscription.as_ref();
        let ends_at = given.map_or(new.expired_at, |given| given.expired_at);
        let alike = format!(
            "'{}', '{}', {}, {}, {}, {}, {}, {}, {}, {at}, {at}",
            i64::from(new.reminders.expire.unwrap_or(true)),
            i64::from(new.reminders.traffic.unwrap_or(true)),
            null(given.map(|given| given.plan_id.get())),
            null(given.and_then(|given| given.group_id).map(GroupId::get)),
            given.map_or(0, |given| given.transfer_enable),
            null(given.and_then(|given| given.speed_limit)),
            null(given.and_then(|given| given.device_limit)),
            null(ends_at.map(UnixSeconds::get)),
            null(
                given
                    .and_then(|given| given.next_reset_at)
                    .map(UnixSeconds::get)
            ),
            at = new.at.get(),
        );
        let inserted: Result<Vec<Int>, Failure> = async {
            let connection = self.open()?;
            let mut made = Vec::with_capacity(new.users.len());
            for users in new.users.chunks(ROWS_OF_AN_INSERT) {
                let insert = format!(
                    "INSERT INTO v2_user (email, password, uuid, token, remind_expire, \
                     remind_traffic, plan_id, group_id, transfer_enable, speed_limit, \
                     device_limit, expired_at, next_reset_at, created_at, updated_at) VALUES {}",
                    rows_with(users.len(), 4, &alike),
                );
                let mut insert = diesel::sql_query(insert).into_boxed();
                for user in users {
                    insert = insert
                        .bind::<Text, _>(user.email.as_str())
                        .bind::<Text, _>(&user.password_hash)
                        .bind::<Text, _>(&user.uuid)
                        .bind::<Text, _>(&user.token);
                }
                insert.execute(&mut *connection).await?;
                let tokens = users.iter().map(|user| user.token.as_str());
                let ids: Vec<Int> = v2_user::table
                    .filter(v2_user::token.eq_any(tokens))
                    .select(v2_user::id)
                    .load(&mut *connection)
                    .await?;
                made.extend(ids);
            }
            Ok(made)
        }
        .await;
        let made = self.settle(inserted)?.into_iter();
        self.touched.users.extend(made.map(|id| UserId::new(id.0)));
        Ok(())
    }

    async fn list_taken_emails(&mut self, emails: &[Email]) -> Result<Vec<Email>, StoreError> {
        let wanted: Vec<&str> = emails.iter().map(Email::as_str).collect();
        let taken = v2_user::table
            .filter(one_of_but_for_case!(v2_user::email, wanted))
            .select(v2_user::email)
            .load::<String>(self.open()?)
            .await;
        let taken = self.settle(taken)?.into_iter();
        // MySQL also takes letters with and without accents for equal.
        let taken = taken.map(|email| Email::stored(&email));
        Ok(taken.filter(|email| emails.contains(email)).collect())
    }

    async fn move_users_to_banned(
        &mut self,
        users: &[UserId],
        at: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError> {
        let banned: Result<Vec<Int>, Failure> = async {
            let connection = self.open()?;
            let query = v2_user::table
                .filter(v2_user::id.eq_any(users.iter().map(|user| user.get())))
                .filter(v2_user::banned.eq(flag(false)))
                .filter(v2_user::is_admin.eq(flag(false)))
                .order(v2_user::id)
                .select(v2_user::id);
            let free = lock!(query).load::<Int>(&mut *connection).await?;
            let rows = v2_user::table.filter(v2_user::id.eq_any(free.iter().map(|id| id.0)));
            diesel::update(rows)
                .set((
                    v2_user::banned.eq(flag(true)),
                    v2_user::updated_at.eq(at.get()),
                ))
                .execute(connection)
                .await?;
            Ok(free)
        }
        .await;
        let banned = self.settle(banned)?.into_iter();
        let banned: Vec<UserId> = banned.map(|id| UserId::new(id.0)).collect();
        self.touched.users.extend(&banned);
        Ok(banned)
    }

    async fn delete_ways_in(&mut self, users: &[UserId]) -> Result<(), StoreError> {
        let ended: Result<(), Failure> = async {
            let connection = self.open()?;
            let ids: Vec<i64> = users.iter().map(|user| user.get()).collect();
            let tokens = session::table
                .filter(session::tokenable_type.eq(USER))
                .filter(session::tokenable_id.eq_any(&ids));
            diesel::delete(tokens).execute(&mut *connection).await?;
            let extras = ferro_session::table.filter(ferro_session::user_id.eq_any(&ids));
            diesel::delete(extras).execute(&mut *connection).await?;
            let links = ferro_login_token::table.filter(ferro_login_token::user_id.eq_any(&ids));
            diesel::delete(links).execute(&mut *connection).await?;
            let emails: Vec<String> = v2_user::table
                .filter(v2_user::id.eq_any(&ids))
                .select(v2_user::email)
                .load(&mut *connection)
                .await?;
            let emails = emails.iter().map(|email| Email::stored(email));
            let emails: Vec<String> = emails.map(|email| email.as_str().to_owned()).collect();
            let codes = ferro_email_code::table.filter(ferro_email_code::email.eq_any(emails));
            diesel::delete(codes).execute(connection).await?;
            Ok(())
        }
        .await;
        self.settle(ended)
    }

    async fn delete_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        let deleted: Result<bool, Failure> = async {
            let connection = self.open()?;
            for statement in removals(user) {
                diesel::sql_query(statement)
                    .execute(&mut *connection)
                    .await?;
            }
            let row = v2_user::table.filter(v2_user::id.eq(user.get()));
            let deleted = diesel::delete(row).execute(connection).await?;
            Ok(deleted == 1)
        }
        .await;
        let deleted = self.settle(deleted);
        self.touched_if(deleted, user)
    }

    async fn lock_admins(&mut self) -> Result<Vec<UserId>, StoreError> {
        self.lock_turn(Turn::of_admins()).await?;
        let admins = v2_user::table
            .filter(v2_user::is_admin.eq(flag(true)))
            .filter(v2_user::banned.eq(flag(false)))
            .order(v2_user::id)
            .limit(2)
            .select(v2_user::id)
            .load::<Int>(self.open()?)
            .await;
        let admins = self.settle(admins)?.into_iter();
        Ok(admins.map(|id| UserId::new(id.0)).collect())
    }

    async fn find_node_group(&mut self, group: GroupId) -> Result<bool, StoreError> {
        let found = v2_server_group::table
            .filter(v2_server_group::id.eq(group.get()))
            .select(v2_server_group::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        Ok(self.settle(found)?.is_some())
    }

    async fn update_reset_note(&mut self, user: UserId, note: &str) -> Result<(), StoreError> {
        let mut words = lists::statement();
        words.sql("UPDATE v2_traffic_reset_logs SET metadata = ");
        match dialect::KIND {
            Kind::Postgres => words.sql("CAST(").bind(note).sql(" AS json)"),
            Kind::Sqlite | Kind::Mysql => words.bind(note),
        };
        // Selected once more, as MySQL does not read the table that it changes.
        words.sql(&format!(
            " WHERE id = (SELECT latest FROM (SELECT MAX(id) AS latest \
             FROM v2_traffic_reset_logs WHERE user_id = {user}) AS found)"
        ));
        let updated = lists::query(&words).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }
}
