//! What users want to be told, and where.

use actix_web::web::Data;
use ferroboard_application::{AccountView, NoticeChange};
use ferroboard_auth::Reminders;
use ferroboard_mail::{NoticeChannel, NoticeChoice};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// What a user is told of, and where.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotificationsBody {
    /// `mail`, `telegram` or `both`. Notices into a chat are mailed while the account has none.
    channel: &'static str,
    /// Whether the account has a chat.
    telegram_bound: bool,
    /// Of the end of the subscription.
    remind_expire: bool,
    /// Of traffic that is running out.
    remind_traffic: bool,
    /// Of payments that were received.
    payment: bool,
    /// Of renewals.
    renewal: bool,
    /// Of answers in tickets.
    ticket: bool,
    /// Of logins from addresses that are new to the account.
    login: bool,
}

impl NotificationsBody {
    fn new(account: &AccountView, choice: NoticeChoice) -> Self {
        let channel = choice.channel.unwrap_or(NoticeChannel::Mail);
        Self {
            channel: channel.as_str(),
            telegram_bound: account.telegram_id.is_some(),
            remind_expire: account.remind_expire,
            remind_traffic: account.remind_traffic,
            payment: choice.payment,
            renewal: choice.renewal,
            ticket: choice.ticket,
            login: choice.login,
        }
    }
}

/// What the user is told of, and where.
#[utoipa::path(
    get,
    path = "/api/v1/user/notification/fetch",
    responses((status = 200, description = "The choices", body = SuccessBody<NotificationsBody>))
)]
pub(crate) async fn fetch(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<NotificationsBody>, Fault> {
    let account = session.0.account;
    let user = account.id;
    let run = panel.run(move |app| async move { app.notice_choices.choice(user).await });
    let choice = run.await?;
    Ok(Success(NotificationsBody::new(&account, choice)))
}

/// What the user wants to be told, and where; what is left out stays as it is.
#[derive(ToSchema)]
pub(crate) struct SaveNotifications {
    /// `mail`, `telegram` or `both`; the latter two need a chat that is bound to the account.
    #[schema(value_type = String, required = false, pattern = "^(mail|telegram|both)$")]
    channel: Option<NoticeChannel>,
    /// Of the end of the subscription.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    remind_expire: Option<bool>,
    /// Of traffic that is running out.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    remind_traffic: Option<bool>,
    /// Of payments that were received.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    payment: Option<bool>,
    /// Of renewals.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    renewal: Option<bool>,
    /// Of answers in tickets.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    ticket: Option<bool>,
    /// Of logins from addresses that are new to the account.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    login: Option<bool>,
}

impl Body for SaveNotifications {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let channel = read
            .optional("channel")
            .parse(Message::NoticeChannelInvalid, |given| {
                NoticeChannel::named(given.text()?.as_ref())
            })
            .get();
        let remind_expire = switch(read, "remind_expire");
        let remind_traffic = switch(read, "remind_traffic");
        let payment = switch(read, "payment");
        let renewal = switch(read, "renewal");
        let ticket = switch(read, "ticket");
        let login = switch(read, "login");
        Ok(Self {
            channel: channel?,
            remind_expire: remind_expire?,
            remind_traffic: remind_traffic?,
            payment: payment?,
            renewal: renewal?,
            ticket: ticket?,
            login: login?,
        })
    }
}

/// A switch that may be left out, but not be null.
fn switch(read: &mut Reader<'_>, name: &'static str) -> Result<Option<bool>, Refused> {
    let switch = read.optional(name);
    switch
        .parse(Message::NoticeSwitchInvalid, Given::switch)
        .get()
}

impl From<SaveNotifications> for NoticeChange {
    fn from(body: SaveNotifications) -> Self {
        Self {
            channel: body.channel,
            reminders: Reminders {
                expire: body.remind_expire,
                traffic: body.remind_traffic,
            },
            payment: body.payment,
            renewal: body.renewal,
            ticket: body.ticket,
            login: body.login,
        }
    }
}

/// Changes what the user is told of, and where.
#[utoipa::path(
    post,
    path = "/api/v1/user/notification/save",
    request_body = SaveNotifications,
    responses(
        (status = 200, description = "Changed", body = SuccessBody<bool>),
        (status = 400, description = "Telegram was chosen, and the account has no chat", body = FailureBody),
        (status = 422, description = "A field is malformed", body = FailureBody),
    )
)]
pub(crate) async fn save(
    session: Session,
    Read(body): Read<SaveNotifications>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let change = NoticeChange::from(body);
    let run = panel.run(move |app| async move { app.notice_choices.change(user, change).await });
    run.await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::{body_of, complaint};
    use crate::request::input::Input;

    #[test]
    fn everything_may_be_left_out_and_nothing_may_be_null() {
        let empty = body_of::<SaveNotifications>(&Input::of_json(&json!({}))).unwrap();
        assert_eq!(NoticeChange::from(empty), NoticeChange::default());
        let invalid = Some(Message::NoticeSwitchInvalid);
        for name in [
            "remind_expire",
            "remind_traffic",
            "payment",
            "renewal",
            "ticket",
            "login",
        ] {
            for odd in [json!(null), json!(2), json!("x"), json!([])] {
                let said = complaint::<SaveNotifications>(name, &odd);
                assert_eq!(said, invalid, "{name} {odd}");
            }
            assert_eq!(complaint::<SaveNotifications>(name, &json!("1")), None);
        }
        for odd in [json!(null), json!("pigeon"), json!(""), json!(1), json!([])] {
            let said = complaint::<SaveNotifications>("channel", &odd);
            assert_eq!(said, Some(Message::NoticeChannelInvalid), "{odd}");
        }
        for known in NoticeChannel::ALL {
            let said = complaint::<SaveNotifications>("channel", &json!(known.as_str()));
            assert_eq!(said, None);
        }
    }
}
