//! An operator who looks at the panel as a user does.

use ferroboard_audit::AuditChange;
use ferroboard_auth::{AuthError, ClientInfo};
use ferroboard_kernel::{Seconds, UserId};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::users::error::UserRefused;
use crate::{AuthData, Change, Error, Users};

/// How long such a session lasts: to see what a customer sees, and no longer.
const LIFETIME: Seconds = Seconds::hours(1);
/// What the user's list of sessions says of it. The operator's own address is none of the user's business.
const CLIENT: &str = "Console";

impl Users {
    /// Opens a session of an hour as this user, who is no administrator. It is among the user's sessions,
    /// ends none of them, and does not count as a login of the user's.
    pub async fn act_as(&self, user: UserId, change: Change) -> Result<AuthData, Error> {
        change!(change, |tx| {
            let account = tx.lock_account(user).await?.ok_or(UserRefused::Missing)?;
            if account.is_admin {
                return Err(UserRefused::IsAdmin.into());
            }
            if account.banned {
                return Err(AuthError::AccountSuspended.into());
            }
            let client = ClientInfo {
                ip: String::new(),
                user_agent: Some(CLIENT.to_owned()),
            };
            let (token, mut session) = self.0.new_session(user, &client);
            session.expires_at = session.now.plus(LIFETIME);
            tx.insert_session(&session).await?;
            let data = AuthData {
                token,
                is_admin: false,
                subscribe_token: account.subscribe_token,
            };
            let acted = json!({"user_id": user.get(), "email": account.email.as_str()});
            (data, AuditChange::of("acting_as", Value::Null, acted))
        })
    }
}
