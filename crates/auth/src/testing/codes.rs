use async_trait::async_trait;
use ferroboard_kernel::{Email, Seconds, StoreError, UnixSeconds, UserId};

use super::{HasAuth, duplicate};
use crate::{
    Counter, CounterName, CounterRepository, EmailCode, EmailCodeRepository, LoginTokenRepository,
    NewLoginToken, TokenDigest,
};

#[async_trait]
impl<T: HasAuth> EmailCodeRepository for T {
    async fn lock_email_code(&mut self, email: &Email) -> Result<Option<EmailCode>, StoreError> {
        Ok(self.auth()?.email_codes.get(email).cloned())
    }

    async fn insert_email_code(&mut self, code: &EmailCode) -> Result<(), StoreError> {
        self.auth()?
            .email_codes
            .insert(code.email.clone(), code.clone());
        Ok(())
    }

    async fn update_email_code_tries(&mut self, email: &Email) -> Result<(), StoreError> {
        if let Some(code) = self.auth()?.email_codes.get_mut(email) {
            code.wrong_tries += 1;
        }
        Ok(())
    }

    async fn delete_email_code(&mut self, email: &Email, code: &str) -> Result<bool, StoreError> {
        let codes = &mut self.auth()?.email_codes;
        let is_this_one = codes.get(email).is_some_and(|stored| stored.code == code);
        Ok(is_this_one && codes.remove(email).is_some())
    }
}

#[async_trait]
impl<T: HasAuth> LoginTokenRepository for T {
    async fn insert_login_token(&mut self, token: &NewLoginToken) -> Result<(), StoreError> {
        let key = token.digest.as_str();
        if self.auth()?.login_tokens.contains_key(key) {
            return Err(self.fail(duplicate("ferro_login_token.digest")));
        }
        self.auth()?
            .login_tokens
            .insert(key.to_owned(), token.clone());
        Ok(())
    }

    async fn find_login_token(
        &mut self,
        digest: &TokenDigest,
    ) -> Result<Option<UserId>, StoreError> {
        let token = self.auth()?.login_tokens.get(digest.as_str());
        Ok(token.map(|token| token.user_id))
    }

    async fn delete_login_tokens(&mut self, user: UserId) -> Result<u64, StoreError> {
        let tokens = &mut self.auth()?.login_tokens;
        let before = tokens.len();
        tokens.retain(|_, token| token.user_id != user);
        Ok(u64::try_from(before - tokens.len()).unwrap_or(u64::MAX))
    }

    async fn delete_login_token(
        &mut self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Result<Option<UserId>, StoreError> {
        let token = self.auth()?.login_tokens.remove(digest.as_str());
        Ok(token
            .filter(|token| token.expires_at.holds_at(now, NewLoginToken::LONGEST))
            .map(|token| token.user_id))
    }
}

#[async_trait]
impl<T: HasAuth> CounterRepository for T {
    async fn find_counter(
        &mut self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Option<Counter>, StoreError> {
        let counter = self.auth()?.counters.get(name.as_str()).copied();
        Ok(counter.filter(|counter| counter.expires_at.holds_at(now, window)))
    }

    async fn update_counter_by(
        &mut self,
        name: &CounterName,
        amount: i64,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let counters = &mut self.auth()?.counters;
        let before = counters
            .get(name.as_str())
            .filter(|counter| counter.expires_at.holds_at(now, window));
        let count = before.map_or(0, |counter| counter.count) + amount;
        counters.insert(
            name.as_str().to_owned(),
            Counter {
                count,
                expires_at: now.plus(window),
            },
        );
        Ok(count)
    }

    async fn list_counters(
        &mut self,
        names: &[CounterName],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Vec<CounterName>, StoreError> {
        let mut found = Vec::new();
        for name in names {
            if self.find_counter(name, window, now).await?.is_some() {
                found.push(name.clone());
            }
        }
        Ok(found)
    }

    async fn insert_counters(
        &mut self,
        counters: &[(CounterName, UnixSeconds)],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        for (name, expires_at) in counters {
            if self.find_counter(name, window, now).await?.is_some() {
                return Err(self.fail(duplicate("ferro_counter.name")));
            }
            let counter = Counter {
                count: 1,
                expires_at: *expires_at,
            };
            let counters = &mut self.auth()?.counters;
            counters.insert(name.as_str().to_owned(), counter);
        }
        Ok(())
    }

    async fn delete_counter(&mut self, name: &CounterName) -> Result<(), StoreError> {
        self.auth()?.counters.remove(name.as_str());
        Ok(())
    }
}
