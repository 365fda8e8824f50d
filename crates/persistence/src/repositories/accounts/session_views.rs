use async_trait::async_trait;
use diesel::sql_types::Timestamp;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable,
    SelectableHelper as _,
};
use ferroboard_application::{SessionQueries, SessionView};
use ferroboard_auth::{ClientInfo, SessionName, SessionRecord, TokenDigest};
use ferroboard_kernel::{SessionNumber, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, reported};
use super::account_views::{AccountViewColumns, AccountViewRow, with_shadow};
use super::sessions::{LATEST_USE, USER};
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::{
    ferro_auto_renewal, ferro_session, ferro_shadow_account, personal_access_tokens as session,
    v2_user,
};
use crate::wall_clock::WallClock;

/// The most sessions that a list shows.
const LIST_LENGTH: i64 = 200;

/// The columns of a [`SessionRecord`].
#[derive(Queryable)]
struct RecordRow {
    id: Int,
    name: String,
    created_at: Option<WallClock>,
    last_used_at: Option<WallClock>,
    expires_at: Option<WallClock>,
    /// Whether there is a row of `ferro_session` at all.
    known: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
}

/// The columns of a [`SessionView`], with the end of the session.
type FoundRow = (
    Int,
    String,
    Option<WallClock>,
    Option<WallClock>,
    AccountViewColumns,
);

#[async_trait]
impl SessionQueries for SqlStore {
    async fn find_session(
        &self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Result<Option<SessionView>, StoreError> {
        let now = self.zone.wall_clock(now);
        let users =
            session::table.inner_join(v2_user::table.on(v2_user::id.eq(session::tokenable_id)));
        let query = with_shadow!(users)
            .filter(session::token.eq(digest.as_str().to_owned()))
            .filter(session::tokenable_type.eq(USER))
            .filter(
                session::expires_at
                    .is_null()
                    .or(session::expires_at.gt(now)),
            )
            .select((
                session::id,
                session::name,
                session::last_used_at,
                session::expires_at,
                (
                    AccountViewRow::as_select(),
                    ferro_shadow_account::user_id.nullable(),
                    ferro_auto_renewal::user_id.nullable(),
                ),
            ));
        let mut connection = self.reader().await?;
        let row: Result<FoundRow, _> = first_row!(query, &mut *connection);
        let row = row.optional().map_err(reported)?;
        // A session whose end cannot be read has ended: the other reading would be one for ever.
        let row = row.filter(|row| !WallClock::is_unreadable(row.3));
        Ok(row.map(|(id, name, last_used_at, _, account)| SessionView {
            number: SessionNumber::new(id.0),
            name: SessionName::new(name),
            last_used_at: WallClock::shown(last_used_at).map(|at| self.zone.instant(at)),
            account: AccountViewRow::joined(account),
        }))
    }

    async fn list_sessions(
        &self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let now = self.zone.wall_clock(now);
        let mut connection = self.reader().await?;
        let found = session::table
            .left_join(
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
            .order((fixed::<Timestamp>(LATEST_USE).desc(), session::id.desc()))
            .limit(LIST_LENGTH)
            .select((
                session::id,
                session::name,
                session::created_at,
                session::last_used_at,
                session::expires_at,
                ferro_session::id.nullable(),
                ferro_session::ip.nullable(),
                ferro_session::user_agent.nullable(),
            ))
            .load::<RecordRow>(&mut *connection)
            .await
            .map_err(reported)?;
        let instant = |at| WallClock::shown(at).map(|at| self.zone.instant(at));
        Ok(found
            .into_iter()
            .filter(|row| !WallClock::is_unreadable(row.expires_at))
            .map(|row| SessionRecord {
                number: SessionNumber::new(row.id.0),
                name: SessionName::new(row.name),
                client: row.known.map(|_| ClientInfo {
                    ip: row.ip.unwrap_or_default(),
                    user_agent: row.user_agent,
                }),
                created_at: instant(row.created_at),
                last_used_at: instant(row.last_used_at),
                expires_at: instant(row.expires_at),
            })
            .collect())
    }

    async fn touch_session(
        &self,
        number: SessionNumber,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let at = self.zone.wall_clock(at);
        let mut connection = self.writer().await?;
        diesel::update(session::table.filter(session::id.eq(number.get())))
            .set((session::last_used_at.eq(at), session::updated_at.eq(at)))
            .execute(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(())
    }
}
