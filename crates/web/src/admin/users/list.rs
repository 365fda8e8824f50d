//! `user/fetch` and `user/getUserInfoById`.

use actix_web::web::Data;
use ferroboard_application::USERS;
use ferroboard_kernel::UserId;
use utoipa::{IntoParams, ToSchema};

use super::body::{FoundUserBody, ListedUserBody};
use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::list::ListInput;
use crate::request::reader::{Reader, Refused};

/// Users, the newest first. Money is in units of the currency, and in conditions in cents.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/user/fetch",
    params(ListInput),
    request_body = ListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<ListedUserBody>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    list: ListInput,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<Bare<Paged<ListedUserBody>>, Fault> {
    let request = list.judged(&USERS)?;
    let page = request.page();
    let run = panel.run(move |app| async move {
        let users = &app.administration.users;
        let found = users.list(request, root.for_asker()).await?;
        Ok((found, users.zone()))
    });
    let (found, zone) = run.await?;
    let found = found.map(|listed| ListedUserBody::of(listed, zone));
    Ok(Bare(Paged::new(page, found)))
}

/// Which user.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub(crate) struct NamedUser {
    #[schema(value_type = i64)]
    #[param(value_type = i64)]
    pub(super) id: UserId,
}

impl Body for NamedUser {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").says(Message::UserIdRequired);
        let id = id.integer().map(UserId::new).get()?;
        Ok(Self { id })
    }
}

/// One user, and who invited it. Money is in cents.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/user/getUserInfoById",
    params(NamedUser),
    responses(
        (status = 200, description = "The user", body = SuccessBody<FoundUserBody>),
        (status = 400, description = "There is no such user", body = FailureBody),
        (status = 422, description = "No user was named", body = FailureBody),
    )
)]
pub(crate) async fn find(
    _: AdminSession,
    Read(named): Read<NamedUser>,
    panel: Data<Panel>,
) -> Result<Success<FoundUserBody>, Fault> {
    let run = panel.run(move |app| async move {
        let users = &app.administration.users;
        Ok((users.find(named.id).await?, users.zone()))
    });
    let ((user, inviter), zone) = run.await?;
    Ok(Success(FoundUserBody::of(user, inviter, zone)))
}
