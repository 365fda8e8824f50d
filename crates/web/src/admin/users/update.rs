//! `user/update` and `user/setInviteUser`.
#![allow(
    clippy::option_option,
    reason = "a field is left out, null or a value, and each means something else"
)]

use actix_web::web::Data;
use ferroboard_application::UserForm;
use ferroboard_auth::Password;
use ferroboard_invite::CommissionMode;
use ferroboard_kernel::{Cents, Decimal, Email, GroupId, PlanId, UnixSeconds, UserId};
use ferroboard_knowledge::LongText;
use utoipa::ToSchema;

use super::list::NamedUser;
use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// What is to be written into a user's row. What is left out stays as it is.
#[derive(ToSchema)]
pub struct UpdateUser {
    #[schema(value_type = i64)]
    id: UserId,
    #[schema(value_type = Option<String>)]
    email: Option<Email>,
    /// At least 8 characters; null changes nothing.
    #[schema(value_type = Option<String>)]
    password: Option<Password>,
    banned: Option<bool>,
    is_admin: Option<bool>,
    is_staff: Option<bool>,
    /// Null for none; the group follows the plan.
    #[schema(value_type = Option<i64>)]
    plan_id: Option<Option<PlanId>>,
    /// Which nodes may be used, whatever the plan says; null for none.
    #[schema(value_type = Option<i64>)]
    group_id: Option<Option<GroupId>>,
    /// Bytes that may be used.
    transfer_enable: Option<i64>,
    u: Option<i64>,
    d: Option<i64>,
    /// Null for ever.
    #[schema(value_type = Option<i64>)]
    expired_at: Option<Option<UnixSeconds>>,
    /// In units of the currency: `12.34`. Below zero only where it is so already.
    #[schema(value_type = Option<f64>)]
    balance: Option<Cents>,
    /// The same.
    #[schema(value_type = Option<f64>)]
    commission_balance: Option<Cents>,
    /// 0 as the site says, 1 every order, 2 the first one; any other number is as good as 0.
    #[schema(value_type = Option<i64>)]
    commission_type: Option<CommissionMode>,
    /// Percent; null as the site says.
    #[schema(value_type = Option<i64>)]
    commission_rate: Option<Option<i64>>,
    /// Percent off every order; null for none.
    #[schema(value_type = Option<i64>)]
    discount: Option<Option<i64>>,
    #[schema(value_type = Option<i64>)]
    speed_limit: Option<Option<i64>>,
    #[schema(value_type = Option<i64>)]
    device_limit: Option<Option<i64>>,
    /// At most 65,535 bytes.
    #[schema(value_type = Option<String>)]
    remarks: Option<Option<String>>,
    /// The address of who invited the user, as it is stored; null for nobody.
    #[schema(value_type = Option<String>)]
    invite_user_email: Option<Option<Email>>,
}

/// The least that `balance`, `commission_balance`, `speed_limit` and `device_limit` hold.
const LEAST: i64 = -2_147_483_648;
/// The most that they hold.
const MOST: i64 = 2_147_483_647;
/// What `remarks` holds, in bytes.
const LONGEST_REMARKS: i64 = 65_535;

impl Body for UpdateUser {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = NamedUser::read(read);
        let email = read.optional("email").email().get();
        let password = password(read);
        let banned = flag(read, "banned", Message::UserBannedInvalid);
        let is_admin = flag(read, "is_admin", Message::UserAdminInvalid);
        let is_staff = flag(read, "is_staff", Message::UserStaffInvalid);
        let plan = read.nullable("plan_id").integer();
        let plan = plan.says(Message::UserPlanInvalid);
        let plan = plan.map(|id| Some(PlanId::new(id))).change();
        let group = read.nullable("group_id").integer();
        let group = group.map(|id| Some(GroupId::new(id))).change();
        let transfer_enable = traffic(read, "transfer_enable", Message::UserTrafficInvalid);
        let u = traffic(read, "u", Message::UserUploadInvalid);
        let d = traffic(read, "d", Message::UserDownloadInvalid);
        let expired_at = read.nullable("expired_at").integer();
        let expired_at = expired_at.says(Message::UserExpiryInvalid);
        let expired_at = expired_at.map(|at| Some(UnixSeconds::new(at))).change();
        let balance = money(read, "balance", Message::UserBalanceInvalid);
        let commission_balance = money(read, "commission_balance", Message::UserCommissionInvalid);
        // Rows hold numbers without a meaning, which count as 0 wherever they are read.
        let kind = read.optional("commission_type").integer();
        let kind = kind.map(|code| CommissionMode::from_code(code).unwrap_or_default());
        let kind = kind.get();
        let says = [
            Message::UserRateInvalid,
            Message::UserRateTooSmall,
            Message::UserRateTooLarge,
        ];
        let commission_rate = percent(read, "commission_rate", says);
        let says = [
            Message::UserDiscountInvalid,
            Message::UserDiscountTooSmall,
            Message::UserDiscountTooLarge,
        ];
        let discount = percent(read, "discount", says);
        let speed_limit = limit(read, "speed_limit", Message::UserSpeedInvalid);
        let device_limit = limit(read, "device_limit", Message::UserDevicesInvalid);
        let remarks = read.nullable("remarks").text();
        let too_long = Message::FieldTooLong {
            limit: LONGEST_REMARKS,
        };
        let remarks = remarks.parse(too_long, LongText::new);
        let remarks = remarks.map(|text| Some(text.into_string())).change();
        // It need not be an address: whoever has it is found.
        let inviter = read.nullable("invite_user_email").text();
        let inviter = inviter.map(|text| Some(Email::stored(&text))).change();
        Ok(Self {
            id: id?.id,
            email: email?,
            password: password?,
            banned: banned?,
            is_admin: is_admin?,
            is_staff: is_staff?,
            plan_id: plan?.cleared_to(None),
            group_id: group?.cleared_to(None),
            transfer_enable: transfer_enable?,
            u: u?,
            d: d?,
            expired_at: expired_at?.cleared_to(None),
            balance: balance?,
            commission_balance: commission_balance?,
            commission_type: kind?,
            commission_rate: commission_rate?,
            discount: discount?,
            speed_limit: speed_limit?,
            device_limit: device_limit?,
            remarks: remarks?.cleared_to(None),
            invite_user_email: inviter?.cleared_to(None),
        })
    }
}

/// A password that bcrypt reads to its end.
pub(super) fn hashable(password: Password) -> Result<Password, Message> {
    if password.expose().len() > 72 {
        return Err(Message::PasswordOver72Bytes);
    }
    Ok(password)
}

/// A new password. Of one that is too short the reference says so in words of its own.
fn password(read: &mut Reader<'_>) -> Result<Option<Password>, Refused> {
    let typed = read.given("password").text().unwrap_or_default();
    let is_short = typed.chars().count() < Password::MIN_CHARACTERS;
    let password = read.nullable("password").password();
    let password = if is_short {
        password.says(Message::UserPasswordTooShort)
    } else {
        password
    };
    password.judge(hashable).get()
}

fn flag(read: &mut Reader<'_>, field: &'static str, odd: Message) -> Result<Option<bool>, Refused> {
    read.optional(field).boolean().says(odd).get()
}

/// Bytes, as many as a column holds: rows have odd numbers, and a form that is sent whole says them again. The
/// pages multiply by gigabytes, so that a fraction of one is cut off.
fn traffic(
    read: &mut Reader<'_>,
    field: &'static str,
    odd: Message,
) -> Result<Option<i64>, Refused> {
    let bytes = |given: Given<'_>| {
        given
            .integer()
            .or_else(|| Some(given.decimal()?.truncated()))
    };
    read.optional(field).parse(odd, bytes).get()
}

/// An amount in units of the currency, to the cent.
fn money(
    read: &mut Reader<'_>,
    field: &'static str,
    odd: Message,
) -> Result<Option<Cents>, Refused> {
    let amount = read.optional(field).numeric().says(odd);
    let amount = amount.map(Decimal::hundredths);
    let amount = amount.judge(|cents| match cents {
        ..LEAST => Err(Message::FieldTooSmall),
        LEAST..=MOST => Ok(Cents::new(cents)),
        _ => Err(Message::FieldTooLarge),
    });
    amount.get()
}

/// A number from 0 to 100 that null takes away; what is said of what is none, of less and of more.
fn percent(
    read: &mut Reader<'_>,
    field: &'static str,
    says: [Message; 3],
) -> Result<Option<Option<i64>>, Refused> {
    let [odd, below, beyond] = says;
    let number = read.nullable(field).integer().says(odd);
    let number = number.min(0).says(below).max(100).says(beyond);
    Ok(number.map(Some).change()?.cleared_to(None))
}

/// Whatever number a column of limits holds; null takes it away.
fn limit(
    read: &mut Reader<'_>,
    field: &'static str,
    odd: Message,
) -> Result<Option<Option<i64>>, Refused> {
    let number = read.nullable(field).integer().says(odd);
    let number = number.min(LEAST).max(MOST);
    Ok(number.map(Some).change()?.cleared_to(None))
}

impl UpdateUser {
    /// Who is changed, and to what.
    pub fn into_form(self) -> (UserId, UserForm) {
        let form = UserForm {
            email: self.email,
            password: self.password,
            banned: self.banned,
            is_admin: self.is_admin,
            is_staff: self.is_staff,
            plan: self.plan_id,
            group: self.group_id,
            transfer_enable: self.transfer_enable,
            upload: self.u,
            download: self.d,
            expired_at: self.expired_at,
            balance: self.balance,
            commission_balance: self.commission_balance,
            commission_type: self.commission_type,
            commission_rate: self.commission_rate,
            discount: self.discount,
            speed_limit: self.speed_limit,
            device_limit: self.device_limit,
            remarks: self.remarks,
            inviter: self.invite_user_email,
        };
        (self.id, form)
    }
}

/// Changes a user. Money goes through the ledger; a ban and a new password end all sessions.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/update",
    request_body = UpdateUser,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such user, plan, group or inviter; the address is taken; it is oneself, or the last administrator", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<UpdateUser>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (user, form) = body.into_form();
    let run = panel
        .run(move |app| async move { app.administration.users.change(user, form, change).await });
    run.await?;
    Ok(DONE)
}

/// Who invited a user.
#[derive(ToSchema)]
pub(crate) struct SetInviter {
    #[schema(value_type = i64)]
    id: UserId,
    /// The address of who did, as it is stored; null for nobody. It must be said.
    #[schema(value_type = Option<String>, required = true)]
    invite_user_email: Option<Email>,
}

impl Body for SetInviter {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = NamedUser::read(read);
        let is_said = !matches!(read.given("invite_user_email"), Given::Absent);
        let unsaid = (!is_said).then(|| read.complain("invite_user_email", Message::FieldRequired));
        let inviter = read.nullable("invite_user_email").text();
        let inviter = inviter.map(|text| Email::stored(&text)).get();
        let id = id?.id;
        match unsaid {
            Some(refused) => Err(refused),
            None => Ok(Self {
                id,
                invite_user_email: inviter?,
            }),
        }
    }
}

/// Writes who invited a user.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/setInviteUser",
    request_body = SetInviter,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such user, or nobody with the address", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn set_inviter(
    Changing(change): Changing,
    Read(body): Read<SetInviter>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let users = &app.administration.users;
        users
            .set_inviter(body.id, body.invite_user_email, change)
            .await
    });
    run.await?;
    Ok(DONE)
}
