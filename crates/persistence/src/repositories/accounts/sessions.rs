use async_trait::async_trait;
use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::sql_types::Timestamp;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, QueryResult,
    Queryable,
};
use ferroboard_auth::{AuthPolicy, NewSession, SessionKey, SessionName, SessionRepository};
use ferroboard_kernel::{SessionNumber, StoreError, UnixSeconds, UserId};

use super::super::sql::bulk::delete_first;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, rows};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{ferro_session, personal_access_tokens as session};
use crate::wall_clock::WallClock;

/// `tokenable_type`: what the reference panel calls a user.
pub(in super::super) const USER: &str = r"App\Models\User";

/// When a session was last used, or else opened; imports may know neither. The databases sort
/// NULL in different places.
pub(in super::super) const LATEST_USE: &str = "COALESCE(personal_access_tokens.last_used_at, \
     personal_access_tokens.created_at, '1970-01-02 00:00:00')";

/// How many rows one statement deletes: each is a placeholder, and their number is limited.
const ROWS_AT_ONCE: usize = 500;

/// What decides whether a session stays.
#[derive(Queryable)]
struct SessionRow {
    id: Int,
    name: String,
    expires_at: Option<WallClock>,
}

/// The user's sessions, expired ones included, the latest use first. A use after `latest` is none.
async fn list(
    connection: &mut Conn,
    user: UserId,
    latest: Option<NaiveDateTime>,
) -> QueryResult<Vec<SessionRow>> {
    let by_use = match latest {
        Some(latest) => format!(
            "CASE WHEN {LATEST_USE} > '{latest}' THEN '1970-01-01 00:00:01' ELSE {LATEST_USE} END"
        ),
        None => LATEST_USE.to_owned(),
    };
    session::table
        .filter(session::tokenable_type.eq(USER))
        .filter(session::tokenable_id.eq(user.get()))
        .order((sql::<Timestamp>(&by_use).desc(), session::id.desc()))
        .select((session::id, session::name, session::expires_at))
        .load(connection)
        .await
}

/// Deletes sessions of the user from both tables; how many were still there.
async fn delete(connection: &mut Conn, user: UserId, found: &[SessionRow]) -> QueryResult<u64> {
    let mut count = 0;
    for some in found.chunks(ROWS_AT_ONCE) {
        let ids = some.iter().map(|row| row.id.0);
        count += diesel::delete(session::table.filter(session::id.eq_any(ids)))
            .execute(&mut *connection)
            .await?;
        let names = some.iter().map(|row| row.name.as_str());
        let extras = ferro_session::table
            .filter(ferro_session::user_id.eq(user.get()))
            .filter(ferro_session::id.eq_any(names));
        diesel::delete(extras).execute(&mut *connection).await?;
    }
    Ok(rows(count))
}

#[async_trait]
impl SessionRepository for SqlTx {
    async fn insert_session(&mut self, new: &NewSession) -> Result<(), StoreError> {
        let opened = self.zone.wall_clock(new.now);
        let ends = self.zone.wall_clock(new.expires_at);
        let inserted: Result<(), Failure> = async {
            let connection = self.open()?;
            diesel::insert_into(session::table)
                .values((
                    session::tokenable_type.eq(USER),
                    session::tokenable_id.eq(new.user_id.get()),
                    session::name.eq(new.name.as_str()),
                    session::token.eq(new.digest.as_str()),
                    session::abilities.eq(r#"["*"]"#),
                    session::last_used_at.eq(opened),
                    session::expires_at.eq(ends),
                    session::created_at.eq(opened),
                    session::updated_at.eq(opened),
                ))
                .execute(&mut *connection)
                .await?;
            diesel::insert_into(ferro_session::table)
                .values((
                    ferro_session::id.eq(new.name.as_str()),
                    ferro_session::user_id.eq(new.user_id.get()),
                    ferro_session::ip.eq(&new.client.ip),
                    ferro_session::user_agent.eq(new.client.user_agent.as_deref()),
                    ferro_session::created_at.eq(new.now.get()),
                ))
                .execute(connection)
                .await?;
            Ok(())
        }
        .await;
        self.settle(inserted)
    }

    async fn find_session(
        &mut self,
        user: UserId,
        number: SessionNumber,
    ) -> Result<bool, StoreError> {
        let count = session::table
            .filter(session::id.eq(number.get()))
            .filter(session::tokenable_type.eq(USER))
            .filter(session::tokenable_id.eq(user.get()))
            .count()
            .get_result::<i64>(self.open()?)
            .await;
        self.settle(count).map(|count| count == 1)
    }

    async fn list_session_addresses(
        &mut self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError> {
        let now = self.zone.wall_clock(now);
        let found = session::table
            .inner_join(
                ferro_session::table.on(ferro_session::id
                    .eq(session::name)
                    .and(ferro_session::user_id.eq(session::tokenable_id))),
            )
            .filter(session::tokenable_type.eq(USER))
            .filter(session::tokenable_id.eq(user.get()))
            .filter(
                session::expires_at
                    .is_null()
                    .or(session::expires_at.gt(now)),
            )
            .order(session::id.desc())
            .limit(AuthPolicy::MAX_SESSIONS)
            .select(ferro_session::ip)
            .load::<Option<String>>(self.open()?)
            .await;
        Ok(self.settle(found)?.into_iter().flatten().collect())
    }

    async fn delete_session(&mut self, user: UserId, key: &SessionKey) -> Result<bool, StoreError> {
        let deleted: Result<u64, Failure> = async {
            let connection = self.open()?;
            let mut found = list(connection, user, None).await?;
            found.retain(|row| match key {
                SessionKey::Number(number) => row.id.0 == number.get(),
                SessionKey::Name(name) => row.name == name.as_str(),
            });
            Ok(delete(connection, user, &found).await?)
        }
        .await;
        self.settle(deleted).map(|count| count > 0)
    }

    async fn delete_sessions(
        &mut self,
        user: UserId,
        except: Option<&SessionName>,
    ) -> Result<u64, StoreError> {
        let deleted: Result<u64, Failure> = async {
            let connection = self.open()?;
            let mut found = list(connection, user, None).await?;
            found.retain(|row| except.is_none_or(|kept| kept.as_str() != row.name));
            Ok(delete(connection, user, &found).await?)
        }
        .await;
        self.settle(deleted)
    }

    async fn delete_surplus_sessions(
        &mut self,
        user: UserId,
        keep: i64,
        now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let latest = self.zone.wall_clock(now.latest_start());
        let now = self.zone.wall_clock(now);
        let deleted: Result<u64, Failure> = async {
            let connection = self.open()?;
            let mut surplus = list(connection, user, Some(latest)).await?;
            // A stable sort: ended ones behind live ones, each by their latest use.
            surplus.sort_by_key(|row| {
                let end = WallClock::shown(row.expires_at);
                WallClock::is_unreadable(row.expires_at) || end.is_some_and(|end| end <= now)
            });
            let kept = usize::try_from(keep).unwrap_or(0).min(surplus.len());
            surplus.drain(..kept);
            Ok(delete(connection, user, &surplus).await?)
        }
        .await;
        self.settle(deleted)
    }

    async fn delete_ended_sessions(
        &mut self,
        now: UnixSeconds,
        opened_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let now = self.zone.wall_clock(now);
        let deleted: Result<u64, Failure> = async {
            let connection = self.open()?;
            let ended: Vec<(Int, String)> = session::table
                .filter(session::tokenable_type.eq(USER))
                .filter(session::expires_at.le(now))
                .order(session::expires_at)
                .limit(i64::from(limit))
                .select((session::id, session::name))
                .load(&mut *connection)
                .await?;
            let mut count = 0;
            for some in ended.chunks(ROWS_AT_ONCE) {
                let names = some.iter().map(|(_, name)| name.as_str());
                diesel::delete(ferro_session::table.filter(ferro_session::id.eq_any(names)))
                    .execute(&mut *connection)
                    .await?;
                let ids = some.iter().map(|(id, _)| id.0);
                count += diesel::delete(session::table.filter(session::id.eq_any(ids)))
                    .execute(&mut *connection)
                    .await?;
            }
            let is_orphan = format!("created_at < {}", opened_before.get());
            diesel::sql_query(delete_first("ferro_session", &is_orphan, limit))
                .execute(connection)
                .await?;
            Ok(rows(count))
        }
        .await;
        self.settle(deleted)
    }
}
