use actix_web::HttpRequest;
use actix_web::web::Data;
use ferroboard_application::Login;
use ferroboard_auth::{ClientInfo, Password};
use ferroboard_kernel::Email;
use utoipa::ToSchema;

use super::AuthBody;
use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session;
use crate::request::body::{Body, Read};
use crate::request::client_address::Client;
use crate::request::reader::{Reader, Refused};
use crate::user::sessions::end;

/// Who wants to log in.
#[derive(ToSchema)]
pub struct LoginBody {
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Email,
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: Password,
}

impl Body for LoginBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (email, password) = (super::email(read), super::password(read));
        Ok(Self {
            email: email?,
            password: password?,
        })
    }
}

impl LoginBody {
    /// What it asks, from this client.
    pub fn into_command(self, client: ClientInfo) -> Login {
        Login {
            email: self.email,
            password: self.password,
            client,
        }
    }
}

/// Logs in with a password.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/login",
    request_body = LoginBody,
    responses(
        (status = 200, description = "Logged in", body = SuccessBody<AuthBody>),
        (status = 400, description = "Wrong address or password, or the account is suspended", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many wrong passwords; see `Retry-After`", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn login(
    client: Client,
    Read(body): Read<LoginBody>,
    panel: Data<Panel>,
) -> Result<Success<AuthBody>, Fault> {
    let command = body.into_command(client.0);
    panel.limits.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.login.login(command).await });
    Ok(Success(run.await?.into()))
}

/// Ends the session that the request comes with; one that is not there is already ended.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/logout",
    security((), ("session" = [])),
    responses((status = 200, description = "Ended", body = SuccessBody<bool>))
)]
pub(crate) async fn log_out(
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let Some(credential) = session::credential(request.headers()) else {
        return Ok(DONE);
    };
    match panel.run(|app| session::find(app, credential)).await? {
        Ok(session) => end(session, &panel).await,
        Err(_) => Ok(DONE),
    }
}
