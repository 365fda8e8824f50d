//! `user/resetSecret` and `user/destroy`.

use actix_web::web::Data;
use ferroboard_application::{Error, UserRefused};
use ferroboard_kernel::UserId;

use super::list::NamedUser;
use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// Whose secret is another one. It is described as a user who is named: where none is, the reference says that
/// there is no such user.
pub(crate) struct SecretOwner(UserId);

impl Body for SecretOwner {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.any("id").naming(nobody, Given::integer);
        id.map(UserId::new).get().map(Self)
    }
}

fn nobody() -> Fault {
    Error::from(UserRefused::Missing).into()
}

/// Gives a user another UUID and subscription link, and ends all sessions.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/resetSecret",
    request_body = NamedUser,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "No user was named, or there is no such user", body = FailureBody),
    )
)]
pub(crate) async fn reset_secret(
    Changing(change): Changing,
    Read(SecretOwner(user)): Read<SecretOwner>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.users.reset_secret(user, change).await });
    run.await?;
    Ok(DONE)
}

/// Deletes a user with orders, invitation codes, tickets, statistics and sessions. What the ledger says
/// stays.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/destroy",
    request_body = NamedUser,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "It is oneself, or the last administrator", body = FailureBody),
        (status = 422, description = "No user was named, or there is no such user", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(named): Read<NamedUser>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        existing(app.administration.users.delete(named.id, change).await)
    });
    named_by("id", run.await?)?;
    Ok(DONE)
}

/// What was done, or nothing where there is no such user.
pub(super) fn existing<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Err(Error::User(UserRefused::Missing)) => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// 422 where a field named no user.
pub(super) fn named_by<T>(field: &'static str, found: Option<T>) -> Result<T, Fault> {
    found.ok_or_else(|| Fault::invalid(vec![(field, vec![Message::AccountMissing])]))
}
