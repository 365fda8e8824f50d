use async_trait::async_trait;
use ferroboard_kernel::{SessionNumber, StoreError, UnixSeconds, UserId};

use super::{HasAuth, MemoryAuth, SessionRow, duplicate};
use crate::{
    AuthPolicy, NewSession, SessionKey, SessionName, SessionRecord, SessionRepository, TokenDigest,
};

impl MemoryAuth {
    /// The live session with this digest.
    pub fn session_with(
        &self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Option<(SessionNumber, &SessionRow)> {
        let mut all = self.sessions.iter();
        let (number, row) = all.find(|(_, row)| row.digest == *digest && row.is_live(now))?;
        Some((*number, row))
    }

    /// The user's live sessions, the latest activity first.
    pub fn live_sessions(&self, user: UserId, now: UnixSeconds) -> Vec<SessionRecord> {
        self.by_activity(user)
            .into_iter()
            .filter(|(_, row)| row.is_live(now))
            .map(|(number, row)| SessionRecord {
                number,
                name: row.name.clone(),
                client: row.client.clone(),
                created_at: row.created_at,
                last_used_at: row.last_used_at,
                expires_at: row.expires_at,
            })
            .collect()
    }

    /// Adds a session and returns its row's number.
    pub fn push_session(&mut self, session: SessionRow) -> SessionNumber {
        self.last_session += 1;
        let number = SessionNumber::new(self.last_session);
        self.sessions.insert(number, session);
        number
    }

    /// The user's sessions, the latest activity first, of equal ones the latest row.
    fn by_activity(&self, user: UserId) -> Vec<(SessionNumber, &SessionRow)> {
        let mut found: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, row)| row.user_id == user)
            .map(|(number, row)| (*number, row))
            .collect();
        found.sort_by_key(|(number, row)| std::cmp::Reverse((row.latest_activity(), *number)));
        found
    }

    /// Deletes the user's sessions that the rule names; how many.
    fn delete_sessions_where(
        &mut self,
        user: UserId,
        ends: impl Fn(SessionNumber, &SessionRow) -> bool,
    ) -> u64 {
        let before = self.sessions.len();
        self.sessions
            .retain(|number, row| row.user_id != user || !ends(*number, row));
        u64::try_from(before - self.sessions.len()).unwrap_or(u64::MAX)
    }
}

#[async_trait]
impl<T: HasAuth> SessionRepository for T {
    async fn insert_session(&mut self, session: &NewSession) -> Result<(), StoreError> {
        let taken = |row: &SessionRow| row.digest == session.digest;
        if self.auth()?.sessions.values().any(taken) {
            return Err(self.fail(duplicate("personal_access_tokens.token")));
        }
        let named = |row: &SessionRow| row.client.is_some() && row.name == session.name;
        if self.auth()?.sessions.values().any(named) {
            return Err(self.fail(duplicate("ferro_session.id")));
        }
        self.auth()?.push_session(SessionRow {
            user_id: session.user_id,
            name: session.name.clone(),
            digest: session.digest.clone(),
            client: Some(session.client.clone()),
            created_at: Some(session.now),
            last_used_at: Some(session.now),
            expires_at: Some(session.expires_at),
        });
        Ok(())
    }

    async fn find_session(
        &mut self,
        user: UserId,
        number: SessionNumber,
    ) -> Result<bool, StoreError> {
        let found = self.auth()?.sessions.get(&number);
        Ok(found.is_some_and(|row| row.user_id == user))
    }

    async fn list_session_addresses(
        &mut self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError> {
        let most = usize::try_from(AuthPolicy::MAX_SESSIONS).unwrap_or(0);
        let sessions = self.auth()?.sessions.values().rev();
        let live = sessions.filter(|row| row.user_id == user && row.is_live(now));
        let known = live.filter_map(|row| row.client.as_ref());
        Ok(known.take(most).map(|client| client.ip.clone()).collect())
    }

    async fn delete_session(&mut self, user: UserId, key: &SessionKey) -> Result<bool, StoreError> {
        let deleted = self
            .auth()?
            .delete_sessions_where(user, |number, row| match key {
                SessionKey::Name(name) => row.name == *name,
                SessionKey::Number(wanted) => number == *wanted,
            });
        Ok(deleted > 0)
    }

    async fn delete_sessions(
        &mut self,
        user: UserId,
        except: Option<&SessionName>,
    ) -> Result<u64, StoreError> {
        Ok(self
            .auth()?
            .delete_sessions_where(user, |_, row| Some(&row.name) != except))
    }

    async fn delete_surplus_sessions(
        &mut self,
        user: UserId,
        keep: i64,
        now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let tables = self.auth()?;
        let mut rows = tables.by_activity(user);
        // A stable sort: ended ones behind live ones, each by their latest use.
        rows.sort_by_key(|(_, row)| {
            let is_ahead = row
                .latest_activity()
                .is_some_and(|at| at > now.latest_start());
            (!row.is_live(now), is_ahead)
        });
        let kept: Vec<SessionNumber> = rows
            .into_iter()
            .take(usize::try_from(keep).unwrap_or(0))
            .map(|(number, _)| number)
            .collect();
        Ok(tables.delete_sessions_where(user, |number, _| !kept.contains(&number)))
    }

    async fn delete_ended_sessions(
        &mut self,
        now: UnixSeconds,
        _opened_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let sessions = &mut self.auth()?.sessions;
        let ended = sessions.iter().filter(|(_, row)| !row.is_live(now));
        let ended = ended.map(|(number, _)| *number);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let ended: Vec<SessionNumber> = ended.take(limit).collect();
        for number in &ended {
            sessions.remove(number);
        }
        Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
    }
}
