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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::login::LoginBody;
    use super::recovery::ForgetBody;
    use super::*;
    use crate::request::body::{body_of, complaint};
    use crate::request::input::Input;

    #[test]
    fn addresses_and_passwords_are_judged_whatever_their_type() {
        for (value, expected) in [
            (json!("a@b.test"), None),
            (json!(null), Some(Message::EmailRequired)),
            (json!(["a"]), Some(Message::EmailInvalid)),
            (json!(7), Some(Message::EmailInvalid)),
            (json!("a\u{0}@b.test"), Some(Message::EmailInvalid)),
        ] {
            let said = complaint::<LoginBody>("email", &value);
            assert_eq!(said, expected, "{value}");
        }
        for (value, expected) in [
            (json!(1_234_567_890), None),
            (json!("        "), None),
            (json!(null), Some(Message::PasswordRequired)),
            (json!("1234567"), Some(Message::PasswordTooShort)),
            (json!(["12345678"]), Some(Message::PasswordTooShort)),
            (json!("x".repeat(129)), Some(Message::PasswordTooLong)),
            (json!("12345678\u{0}"), Some(Message::PasswordUnusable)),
        ] {
            let said = complaint::<LoginBody>("password", &value);
            assert_eq!(said, expected, "{value}");
        }
    }

    #[test]
    fn complaints_stand_in_the_order_in_which_the_fields_are_read() {
        let read = body_of::<ForgetBody>(&Input::of_json(&json!({})));
        let fault = read.err().unwrap();
        let fields = fault.complaints().iter();
        let fields: Vec<&str> = fields.map(|(field, _)| field.as_ref()).collect();
        assert_eq!(fields, ["email", "password", "email_code"]);
    }
}
