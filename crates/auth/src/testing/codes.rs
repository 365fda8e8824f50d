use async_trait::async_trait;
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::{HasAuth, duplicate};
use crate::{EmailCode, EmailCodeRepository, LoginTokenRepository, NewLoginToken, TokenDigest};

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
