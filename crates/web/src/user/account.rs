use actix_web::web::Data;
use ferroboard_application::AccountView;
use ferroboard_auth::Reminders;
use ferroboard_kernel::{Cents, PlanId, UnixSeconds, lower_hex};
use ferroboard_realname::Status;
use md5::{Digest as _, Md5};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// The account behind a session. Money is in cents, traffic in bytes, times in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountInfo {
    email: String,
    /// Bytes for one period.
    transfer_enable: i64,
    last_login_at: Option<i64>,
    created_at: i64,
    banned: bool,
    remind_expire: bool,
    remind_traffic: bool,
    /// Null never ends; 0 has none.
    expired_at: Option<i64>,
    balance: i64,
    commission_balance: i64,
    plan_id: Option<i64>,
    /// Percent off.
    discount: Option<i64>,
    /// Percent of commission.
    commission_rate: Option<i64>,
    telegram_id: Option<i64>,
    uuid: String,
    avatar_url: String,
    id: i64,
    /// Bytes sent in this period.
    u: i64,
    /// Bytes received in this period.
    d: i64,
    device_limit: Option<i64>,
    /// Mbps.
    speed_limit: Option<i64>,
    is_admin: bool,
    /// 1 where the subscription renews itself from the balance.
    auto_renewal: u8,
    /// Where the real-name verification stands; left out while that plugin is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    real_name_status: Option<&'static str>,
}

impl AccountInfo {
    fn new(account: AccountView, real_name: Option<Status>, avatar_base: &str) -> Self {
        let email = account.email.to_string();
        Self {
            avatar_url: avatar_url(avatar_base, &email),
            email,
            transfer_enable: account.transfer_enable,
            last_login_at: account.last_login_at.map(UnixSeconds::get),
            created_at: account.created_at.get(),
            banned: account.banned,
            remind_expire: account.remind_expire,
            remind_traffic: account.remind_traffic,
            expired_at: account.expired_at.map(UnixSeconds::get),
            balance: account.balance.get(),
            commission_balance: Cents::get(account.commission_balance),
            plan_id: account.plan_id.map(PlanId::get),
            discount: account.discount,
            commission_rate: account.commission_rate,
            telegram_id: account.telegram_id,
            uuid: account.uuid,
            id: account.id.get(),
            u: account.upload,
            d: account.download,
            device_limit: account.device_limit,
            speed_limit: account.speed_limit,
            is_admin: account.is_admin,
            auto_renewal: account.auto_renewal.into(),
            real_name_status: real_name.map(Status::name),
        }
    }
}

fn avatar_url(base: &str, email: &str) -> String {
    let digest = lower_hex(Md5::digest(email.as_bytes()));
    format!("{base}{digest}?s=64&d=identicon")
}

/// The account. It answers from what the session guard read: one database round trip in all, and a
/// second one where real names are verified.
#[utoipa::path(
    get,
    path = "/api/v1/user/info",
    responses((status = 200, description = "The account", body = SuccessBody<AccountInfo>))
)]
pub(crate) async fn info(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<AccountInfo>, Fault> {
    let account = session.0.account;
    let (account, real_name) = if panel.plugins().real_name.enabled {
        let run = panel.run(move |app| async move {
            let real_name = app.real_names.standing(&account).await?;
            Ok((account, real_name))
        });
        run.await?
    } else {
        (account, None)
    };
    let avatar_base = &panel.options.avatar_base;
    Ok(Success(AccountInfo::new(account, real_name, avatar_base)))
}

/// What waits for the user: unpaid orders, open tickets, invited users.
#[utoipa::path(
    get,
    path = "/api/v1/user/getStat",
    responses((status = 200, description = "Three numbers", body = SuccessBody<Vec<i64>>))
)]
pub(crate) async fn overview(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<[i64; 3]>, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.accounts.overview(user).await });
    let counts = run.await?;
    Ok(Success([
        counts.pending_orders,
        counts.open_tickets,
        counts.invited_users,
    ]))
}

/// Whether, and as whom, a client is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginState {
    is_login: bool,
    is_admin: bool,
}

/// Tells that the session is live.
#[utoipa::path(
    get,
    path = "/api/v1/user/checkLogin",
    responses((status = 200, description = "Logged in", body = SuccessBody<LoginState>))
)]
pub(crate) async fn check_login(session: Session) -> Success<LoginState> {
    Success(LoginState {
        is_login: true,
        is_admin: session.0.account.is_admin,
    })
}

/// Which reminder mails the user wants; what is left out stays as it is.
#[derive(ToSchema)]
pub(crate) struct UpdateBody {
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    remind_expire: Option<bool>,
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    remind_traffic: Option<bool>,
    /// Whether the subscription renews itself from the balance.
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 1)]
    auto_renewal: Option<bool>,
}

impl Body for UpdateBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let expire = reminder(read, "remind_expire");
        let traffic = reminder(read, "remind_traffic");
        let renewal = read.nullable("auto_renewal");
        let renewal = renewal.parse(Message::AutoRenewalInvalid, Given::switch);
        let renewal = renewal.get();
        let (remind_expire, remind_traffic) = (expire?, traffic?);
        Ok(Self {
            remind_expire,
            remind_traffic,
            auto_renewal: renewal?,
        })
    }
}

/// A switch that may be left out, but not be null.
fn reminder(read: &mut Reader<'_>, name: &'static str) -> Result<Option<bool>, Refused> {
    let reminder = read.optional(name).boolean();
    reminder.says(Message::ReminderInvalid).get()
}

/// Changes the reminder mails, and whether the subscription renews itself. A second account follows its main
/// account, and renews nothing.
#[utoipa::path(
    post,
    path = "/api/v1/user/update",
    request_body = UpdateBody,
    responses(
        (status = 200, description = "Changed", body = SuccessBody<bool>),
        (status = 403, description = "A second account renews nothing", body = FailureBody),
        (status = 422, description = "A field is malformed", body = FailureBody),
    )
)]
pub(crate) async fn update(
    session: Session,
    Read(body): Read<UpdateBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let reminders = Reminders {
        expire: body.remind_expire,
        traffic: body.remind_traffic,
    };
    let renewal = body.auto_renewal;
    if renewal == Some(true) && session.0.account.shadow_of.is_some() {
        return Err(Fault::of_shadow());
    }
    let run = panel.run(move |app| async move {
        app.accounts.update_reminders(user, reminders).await?;
        match renewal {
            Some(is_on) => app.auto_renewals.switch(user, is_on).await,
            None => Ok(()),
        }
    });
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
    fn reminders_may_be_left_out_but_not_be_null() {
        let said = complaint::<UpdateBody>("remind_expire", &json!(null));
        assert_eq!(said, Some(Message::ReminderInvalid));
        assert_eq!(complaint::<UpdateBody>("remind_expire", &json!("1")), None);
        assert!(body_of::<UpdateBody>(&Input::of_json(&json!({}))).is_ok());
    }

    #[test]
    fn auto_renewal_is_on_or_off_or_left_alone() {
        for (value, expected) in [
            (json!(1), Some(true)),
            (json!("1"), Some(true)),
            (json!(true), Some(true)),
            (json!(0), Some(false)),
            (json!("0"), Some(false)),
            (json!(false), Some(false)),
            (json!(null), None),
        ] {
            let input = Input::of_json(&json!({"auto_renewal": value}));
            let read = body_of::<UpdateBody>(&input).unwrap();
            assert_eq!(read.auto_renewal, expected, "{value}");
        }
        for odd in [json!("x"), json!([0]), json!(2)] {
            let said = complaint::<UpdateBody>("auto_renewal", &odd);
            assert_eq!(said, Some(Message::AutoRenewalInvalid), "{odd}");
        }
    }

    #[test]
    fn the_avatar_is_named_by_the_md5_of_the_address() {
        let expected =
            "https://cdn.v2ex.com/gravatar/69bd711c3a8312ef259518a31dd3bb8d?s=64&d=identicon";
        let base = "https://cdn.v2ex.com/gravatar/";
        assert_eq!(avatar_url(base, "alice@demo.test"), expected);
    }
}
