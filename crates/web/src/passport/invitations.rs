use actix_web::web::Data;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::client_address::Client;
use crate::request::reader::{Reader, Refused};

/// Whose link was opened.
#[derive(ToSchema)]
pub(crate) struct ViewBody {
    invite_code: Option<String>,
}

impl Body for ViewBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let invite_code = read.given("invite_code").owned_text();
        Ok(Self { invite_code })
    }
}

/// Counts a view of an invitation link; an unknown code is nothing.
#[utoipa::path(
    post,
    path = "/api/v1/passport/comm/pv",
    request_body = ViewBody,
    responses((status = 200, description = "Always", body = SuccessBody<bool>))
)]
pub(crate) async fn count_view(
    client: Client,
    Read(body): Read<ViewBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (code, ip) = (body.invite_code, client.0.ip);
    let run =
        panel.run(|app| async move { app.invitations.count_view(code.as_deref(), &ip).await });
    run.await?;
    Ok(DONE)
}
