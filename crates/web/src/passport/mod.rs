//! `/api/v1/passport` and `/api/v2/passport`: everything before a login.

pub(crate) mod email_codes;
pub(crate) mod invitations;
pub(crate) mod login;
pub(crate) mod login_links;
pub(crate) mod recovery;
pub(crate) mod registration;

use ferroboard_application::AuthData;
use ferroboard_auth::Password;
use ferroboard_kernel::Email;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::messages::Message;
use crate::request::reader::{Reader, Refused};

/// The address of an account.
fn email(read: &mut Reader<'_>) -> Result<Email, Refused> {
    let email = read.required("email").says(Message::EmailRequired);
    email.email().get()
}

/// The password of an account, or one that it is to have.
fn password(read: &mut Reader<'_>) -> Result<Password, Refused> {
    let password = read.required("password");
    password.says(Message::PasswordRequired).password().get()
}

/// What a client gets when it is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuthBody {
    /// A JWT, to be sent as `Authorization: Bearer`.
    token: String,
    /// The same, for clients that send this one as it is.
    auth_data: String,
    is_admin: bool,
    /// The secret in the subscription link.
    subscribe_token: String,
}

impl From<AuthData> for AuthBody {
    fn from(data: AuthData) -> Self {
        Self {
            auth_data: data.token.clone(),
            token: data.token,
            is_admin: data.is_admin,
            subscribe_token: data.subscribe_token.as_str().to_owned(),
        }
    }
}
