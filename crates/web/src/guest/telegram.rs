use actix_web::http::header::ContentType;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_telegram::Update;
use serde_json::Value;

use crate::Panel;
use crate::answer::envelope::FailureBody;
use crate::answer::fault::Fault;
use crate::request::client_address::Root;
use crate::request::input::Input;
use crate::request::storable::header_text;

/// Where Telegram says the webhook's secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// Takes an update from Telegram. What the bot does about it is its business: the answer is empty.
#[utoipa::path(
    post,
    path = "/api/v1/guest/telegram/webhook",
    params(
        ("access_token" = String, Query, description = "The MD5 of the bot's token"),
        ("X-Telegram-Bot-Api-Secret-Token" = Option<String>, Header, description = "What this panel gave Telegram with its webhook; absent where another program set it"),
    ),
    request_body(content = Object, description = "An update of Telegram's Bot API"),
    responses(
        (status = 200, description = "Taken; the body is empty", body = String, content_type = "text/html"),
        (status = 401, description = "Not from Telegram, or there is no bot", body = FailureBody),
    )
)]
pub(crate) async fn receive(
    request: HttpRequest,
    input: Input,
    root: Root,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let body = input.into_value();
    let key = body.get("access_token").and_then(Value::as_str);
    let key = key.unwrap_or_default().to_owned();
    let secret = request.headers().get(SECRET).map(header_text);
    let update = Update::parse(&body);
    let run = panel.run(move |app| async move {
        let secret = secret.as_deref();
        app.telegram.receive(&key, secret, update, &root.0).await
    });
    run.await?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .finish())
}
