//! `config/setTelegramWebhook`: where Telegram finds the bot.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Which bot.
#[derive(ToSchema)]
pub(crate) struct SetWebhook {
    /// Its token, while the settings have none.
    telegram_bot_token: Option<String>,
}

impl Body for SetWebhook {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let token = read.nullable("telegram_bot_token").text().max(255);
        Ok(Self {
            telegram_bot_token: token.get()?,
        })
    }
}

/// What Telegram was told.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookBody {
    /// Always true.
    success: bool,
    /// The address that Telegram calls. It holds a secret.
    webhook_url: String,
    /// The panel's address in it.
    webhook_base_url: String,
}

/// Has Telegram call the panel for what people write to the bot, at `telegram_webhook_url` or else at
/// `app_url`.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/config/setTelegramWebhook",
    request_body = SetWebhook,
    responses(
        (status = 200, description = "Telegram calls this address", body = SuccessBody<WebhookBody>),
        (status = 400, description = "Telegram refuses, in its own words", body = FailureBody),
        (status = 422, description = "There is no token, or no address", body = FailureBody),
    )
)]
pub(crate) async fn set(
    Changing(change): Changing,
    Read(body): Read<SetWebhook>,
    panel: Data<Panel>,
) -> Result<Success<WebhookBody>, Fault> {
    let run = panel.run(move |app| async move {
        let given = body.telegram_bot_token.as_deref();
        app.administration.webhook.register(given, change).await
    });
    let webhook = run.await?;
    Ok(Success(WebhookBody {
        success: true,
        webhook_url: webhook.url().to_owned(),
        webhook_base_url: webhook.base().to_owned(),
    }))
}
