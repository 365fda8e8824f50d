//! The rules of accounts, each over an open transaction. Hashing and captchas happen before.

use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Email, SessionNumber, StoreError, UnixSeconds, UserId};

use crate::{
    Account, AuthError, AuthPolicy, AuthTx, EmailCode, EmailCodeVerdict, NewAccount, NewLoginToken,
    NewSession, StoredPassword, TokenDigest,
};

/// What may be done with accounts, sessions and codes.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuthService;

impl AuthPolicy {
    /// The registration rules that need no database, in the order in which they answer.
    pub fn admits(&self, email: &Email, has_invite_code: bool) -> Result<(), AuthError> {
        if !self.admits_suffix(email) {
            return Err(AuthError::EmailSuffixRefused);
        }
        if self.email_aliases_refused && email.local_part().contains(['.', '+']) {
            return Err(AuthError::EmailAliasRefused);
        }
        if self.registration_closed {
            return Err(AuthError::RegistrationClosed);
        }
        if self.invite_code_required && !has_invite_code {
            return Err(AuthError::InviteCodeRequired);
        }
        Ok(())
    }

    /// Whether the address's domain may register.
    pub fn admits_suffix(&self, email: &Email) -> bool {
        self.email_suffixes
            .as_ref()
            .is_none_or(|suffixes| suffixes.iter().any(|suffix| suffix == email.domain()))
    }
}

impl AuthService {
    /// Judges a mailed code and counts a wrong try. `true` when it is right; it is then still to be
    /// used up by [`Self::use_code`] together with what it permits. The caller commits either way.
    pub async fn try_code(
        self,
        tx: &mut dyn AuthTx,
        email: &Email,
        presented: &str,
        now: UnixSeconds,
    ) -> Result<bool, AuthError> {
        let Some(code) = live_code(tx, email, now).await? else {
            return Ok(false);
        };
        match code.judge(presented) {
            EmailCodeVerdict::Right => return Ok(true),
            EmailCodeVerdict::Wrong => tx.update_email_code_tries(email).await?,
            EmailCodeVerdict::WrongAndVoid => {
                tx.delete_email_code(email, &code.code).await?;
            }
        }
        Ok(false)
    }

    /// Uses up a code that [`Self::try_code`] found right a moment ago. Of several requests with
    /// the same code one gets through.
    pub async fn use_code(
        self,
        tx: &mut dyn AuthTx,
        email: &Email,
        presented: &str,
        now: UnixSeconds,
    ) -> Result<(), AuthError> {
        let is_right = live_code(tx, email, now)
            .await?
            .is_some_and(|code| code.judge(presented) == EmailCodeVerdict::Right);
        if is_right && tx.delete_email_code(email, presented).await? {
            Ok(())
        } else {
            Err(AuthError::EmailCodeIncorrect)
        }
    }

    /// Creates the account; an address that is taken, also by a request at this very moment, is
    /// refused.
    pub async fn create_account(
        self,
        tx: &mut dyn AuthTx,
        account: &NewAccount,
    ) -> Result<UserId, AuthError> {
        match tx.insert_account(account).await {
            Ok(id) => Ok(id),
            Err(StoreError::Duplicate { .. }) => Err(AuthError::EmailTaken),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a session and ends the user's least recently used ones beyond the limit.
    pub async fn open_session(
        self,
        tx: &mut dyn AuthTx,
        session: &NewSession,
    ) -> Result<(), AuthError> {
        tx.insert_session(session).await?;
        tx.delete_surplus_sessions(session.user_id, AuthPolicy::MAX_SESSIONS, session.now)
            .await?;
        Ok(())
    }

    /// Locks an account whose password was just found right. The password must still be the one
    /// that was checked: a change in between asks for another try.
    pub async fn lock_verified(
        self,
        tx: &mut dyn AuthTx,
        id: UserId,
        verified: &StoredPassword,
    ) -> Result<Account, AuthError> {
        let account = tx
            .lock_account(id)
            .await?
            .ok_or(AuthError::AccountMissing)?;
        if account.password == *verified {
            Ok(account)
        } else {
            let meanwhile = "the password was changed while it was being checked".to_owned();
            Err(StoreError::Conflict(meanwhile).into())
        }
    }

    /// Sets a password on a locked account and ends its sessions, except the one that asks for it.
    pub async fn set_password(
        self,
        tx: &mut dyn AuthTx,
        account: &Account,
        hash: &str,
        keep: Option<&crate::SessionName>,
        now: UnixSeconds,
    ) -> Result<(), AuthError> {
        if !tx
            .move_password(account.id, &account.password, hash, now)
            .await?
        {
            let meanwhile = "the password was changed at the same moment".to_owned();
            return Err(StoreError::Conflict(meanwhile).into());
        }
        self.end_ways_in(tx, account, keep).await?;
        tx.delete_counter(&CounterName::failed_logins(&account.email))
            .await?;
        Ok(())
    }

    /// Ends every way into a locked account but the session that asks for it: sessions, login links that
    /// were drawn or mailed, and the mailed code. One that is being redeemed at this moment waits for
    /// the lock and then finds itself gone, or has opened its session before and loses it here.
    pub async fn end_ways_in(
        self,
        tx: &mut dyn AuthTx,
        account: &Account,
        keep: Option<&crate::SessionName>,
    ) -> Result<(), AuthError> {
        tx.delete_sessions(account.id, keep).await?;
        tx.delete_login_tokens(account.id).await?;
        if let Some(code) = tx.lock_email_code(&account.email).await? {
            tx.delete_email_code(&account.email, &code.code).await?;
        }
        Ok(())
    }

    /// Ends one session of the user, and the login links that may have been drawn in it.
    pub async fn end_session(
        self,
        tx: &mut dyn AuthTx,
        user: UserId,
        key: &crate::SessionKey,
    ) -> Result<bool, AuthError> {
        let has_ended =
            tx.lock_account(user).await?.is_some() && tx.delete_session(user, key).await?;
        if has_ended {
            tx.delete_login_tokens(user).await?;
        }
        Ok(has_ended)
    }

    /// Stores a login token that a session asked for. The session must still be there: one that was
    /// ended a moment ago may leave nothing behind.
    pub async fn draw_login_token(
        self,
        tx: &mut dyn AuthTx,
        session: SessionNumber,
        token: &NewLoginToken,
    ) -> Result<(), AuthError> {
        let account = tx.lock_account(token.user_id).await?;
        if account.is_none() || !tx.find_session(token.user_id, session).await? {
            return Err(AuthError::Unauthenticated);
        }
        tx.insert_login_token(token).await?;
        Ok(())
    }

    /// Takes a one-time login token; the account it logs in is returned locked. A token of a
    /// suspended or deleted account is as bad as an unknown one.
    pub async fn take_login_token(
        self,
        tx: &mut dyn AuthTx,
        text: &str,
        now: UnixSeconds,
    ) -> Result<Account, AuthError> {
        let digest = TokenDigest::of(text);
        let user = tx.find_login_token(&digest).await?;
        let user = user.ok_or(AuthError::LoginTokenInvalid)?;
        // The account before the token, as whoever ends the ways into it locks them.
        let account = tx.lock_account(user).await?;
        match (tx.delete_login_token(&digest, now).await?, account) {
            (Some(_), Some(account)) if !account.banned => Ok(account),
            _ => Err(AuthError::LoginTokenInvalid),
        }
    }
}

async fn live_code(
    tx: &mut dyn AuthTx,
    email: &Email,
    now: UnixSeconds,
) -> Result<Option<EmailCode>, StoreError> {
    Ok(tx
        .lock_email_code(email)
        .await?
        .filter(|code| code.expires_at.holds_at(now, EmailCode::LIFETIME)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reminders;

    fn policy() -> AuthPolicy {
        AuthPolicy {
            registration_closed: false,
            email_code_required: false,
            email_suffixes: None,
            email_aliases_refused: false,
            invite_code_required: false,
            registrations_per_address: None,
            failed_logins: None,
            captcha: None,
            mail_link_enabled: false,
            default_reminders: Reminders::default(),
        }
    }

    #[test]
    fn registration_rules_answer_in_their_order() {
        let all = AuthPolicy {
            registration_closed: true,
            email_suffixes: Some(vec!["gmail.com".into()]),
            email_aliases_refused: true,
            invite_code_required: true,
            ..policy()
        };
        let open = AuthPolicy {
            registration_closed: false,
            ..all.clone()
        };
        for (policy, email, invite, expected) in [
            (
                &all,
                "n.x@demo.test",
                false,
                Err(AuthError::EmailSuffixRefused),
            ),
            (
                &all,
                "n.x@gmail.com",
                false,
                Err(AuthError::EmailAliasRefused),
            ),
            (
                &all,
                "nx@gmail.com",
                false,
                Err(AuthError::RegistrationClosed),
            ),
            (
                &open,
                "nx@gmail.com",
                false,
                Err(AuthError::InviteCodeRequired),
            ),
            (&open, "NX@GMAIL.com", true, Ok(())),
            (&policy(), "n.x@demo.test", false, Ok(())),
        ] {
            assert_eq!(
                policy.admits(&Email::stored(email), invite),
                expected,
                "{email}"
            );
        }
    }
}
