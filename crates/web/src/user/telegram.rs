use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;

/// The site's bot.
#[derive(Serialize, ToSchema)]
pub(crate) struct BotInfo {
    /// What it is called at Telegram.
    username: String,
}

/// Which bot the site has.
#[utoipa::path(
    get,
    path = "/api/v1/user/telegram/getBotInfo",
    responses(
        (status = 200, description = "The bot", body = SuccessBody<BotInfo>),
        (status = 400, description = "There is no bot, or Telegram does not answer", body = FailureBody),
    )
)]
pub(crate) async fn bot_info(
    _session: Session,
    panel: Data<Panel>,
) -> Result<Success<BotInfo>, Fault> {
    let run = panel.run(|app| async move { app.telegram.bot_name().await });
    let username = run.await?;
    Ok(Success(BotInfo { username }))
}
