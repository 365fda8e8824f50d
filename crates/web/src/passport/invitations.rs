use actix_web::web::Data;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{DONE, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::client_address::Client;
use crate::request::field::Field;
use crate::request::valid::Valid;

/// Whose link was opened.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct ViewBody {
    #[schema(value_type = Option<String>, required = false)]
    invite_code: Field,
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
    Valid(body): Valid<ViewBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (code, ip) = (body.invite_code.into_text(), client.0.ip);
    let run =
        panel.run(|app| async move { app.invitations.count_view(code.as_deref(), &ip).await });
    run.await?;
    Ok(DONE)
}
