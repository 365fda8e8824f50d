use actix_web::web::Data;
use ferroboard_application::ResetPassword;
use ferroboard_auth::{ClientInfo, Password};
use ferroboard_kernel::Email;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::client_address::Client;
use crate::request::reader::{Reader, Refused};

/// Who forgot the password.
#[derive(ToSchema)]
pub struct ForgetBody {
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Email,
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: Password,
    /// The code that `sendEmailVerify` mailed.
    email_code: String,
}

impl Body for ForgetBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (email, password) = (super::email(read), super::password(read));
        let code = read.required("email_code");
        let code = code.says(Message::EmailCodeRequired);
        // A list or a switch is no code, and neither is an empty text.
        let code = code.map(|code| code.owned_text().unwrap_or_default());
        let code = code.get();
        Ok(Self {
            email: email?,
            password: password?,
            email_code: code?,
        })
    }
}

impl ForgetBody {
    /// What it asks, from this client.
    pub fn into_command(self, client: ClientInfo) -> ResetPassword {
        ResetPassword {
            email: self.email,
            email_code: self.email_code,
            password: self.password,
            client,
        }
    }
}

/// Sets a new password for who holds a mailed code, and ends all sessions.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/forget",
    request_body = ForgetBody,
    responses(
        (status = 200, description = "The password is set", body = SuccessBody<bool>),
        (status = 400, description = "Wrong code, or no such account", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many wrong codes; see `Retry-After`", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn reset_password(
    client: Client,
    Read(body): Read<ForgetBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let command = body.into_command(client.0);
    panel.limits.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.recovery.reset_password(command).await });
    run.await?;
    Ok(DONE)
}
