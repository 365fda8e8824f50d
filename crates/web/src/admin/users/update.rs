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
    /// In units of the currency: `12.34`.
    #[schema(value_type = Option<f64>)]
    balance: Option<Cents>,
    /// In units of the currency.
    #[schema(value_type = Option<f64>)]
    commission_balance: Option<Cents>,
    /// 0 as the site says, 1 every order, 2 the first one.
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
    #[schema(value_type = Option<String>)]
    remarks: Option<Option<String>>,
    /// The address of who invited the user; null for nobody.
    #[schema(value_type = Option<String>)]
    invite_user_email: Option<Option<Email>>,
}

/// What `balance` and `commission_balance` hold.
const LARGEST_BALANCE: i64 = 2_147_483_647;
/// What `speed_limit` and `device_limit` hold.
const LARGEST_LIMIT: i64 = 2_147_483_647;
/// An exabyte: more than anybody uses, and so little that the sum of two is a number.
const LARGEST_TRAFFIC: i64 = 1 << 60;
/// The end of the year 9999.
pub(super) const LATEST: i64 = 253_402_214_400;
const LONGEST_REMARKS: i64 = 10_000;

impl Body for UpdateUser {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = NamedUser::read(read);
        let email = read.optional("email").email().get();
        let password = read.nullable("password").password();
        let password = password.judge(hashable).get();
        let banned = read.optional("banned").boolean().get();
        let is_admin = read.optional("is_admin").boolean().get();
        let is_staff = read.optional("is_staff").boolean().get();
        let plan = read.nullable("plan_id").integer();
        let plan = plan.map(|id| Some(PlanId::new(id))).change();
        let group = read.nullable("group_id").integer();
        let group = group.map(|id| Some(GroupId::new(id))).change();
        let transfer_enable = traffic(read, "transfer_enable");
        let (u, d) = (traffic(read, "u"), traffic(read, "d"));
        let expired_at = read.nullable("expired_at").integer().min(0).max(LATEST);
        let expired_at = expired_at.map(|at| Some(UnixSeconds::new(at))).change();
        let balance = money(read, "balance");
        let commission_balance = money(read, "commission_balance");
        let kind = read.optional("commission_type").integer();
        let kind = kind.parse(Message::FieldNotOneOf, CommissionMode::from_code);
        let kind = kind.get();
        let commission_rate = limited(read, "commission_rate", 100);
        let discount = limited(read, "discount", 100);
        let speed_limit = limited(read, "speed_limit", LARGEST_LIMIT);
        let device_limit = limited(read, "device_limit", LARGEST_LIMIT);
        let remarks = read.nullable("remarks").text().max(LONGEST_REMARKS);
        let remarks = remarks.map(Some).change();
        let inviter = read.nullable("invite_user_email").text();
        let inviter = inviter.naming(no_inviter, |text| Email::parse(&text).ok().map(Some));
        let inviter = inviter.change();
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

fn no_inviter() -> Fault {
    Fault::refused(Message::InviterMissing)
}

/// A password that bcrypt reads to its end.
pub(super) fn hashable(password: Password) -> Result<Password, Message> {
    if password.expose().len() > 72 {
        return Err(Message::PasswordOver72Bytes);
    }
    Ok(password)
}

/// Bytes. The pages multiply by gigabytes, so that a fraction of one is cut off.
fn traffic(read: &mut Reader<'_>, field: &'static str) -> Result<Option<i64>, Refused> {
    let bytes = |given: Given<'_>| {
        given
            .integer()
            .or_else(|| Some(given.decimal()?.truncated()))
    };
    let bytes = read.optional(field).parse(Message::FieldNotNumeric, bytes);
    let bounded = bytes.judge(|bytes| match bytes {
        ..0 => Err(Message::FieldTooSmall),
        0..=LARGEST_TRAFFIC => Ok(bytes),
        _ => Err(Message::FieldTooLarge),
    });
    bounded.get()
}

/// An amount in units of the currency, to the cent.
fn money(read: &mut Reader<'_>, field: &'static str) -> Result<Option<Cents>, Refused> {
    let amount = read.optional(field).numeric().map(Decimal::hundredths);
    let amount = amount.judge(|cents| match cents {
        ..0 => Err(Message::FieldTooSmall),
        0..=LARGEST_BALANCE => Ok(Cents::new(cents)),
        _ => Err(Message::FieldTooLarge),
    });
    amount.get()
}

/// A number from 0 that null takes away.
fn limited(
    read: &mut Reader<'_>,
    field: &'static str,
    most: i64,
) -> Result<Option<Option<i64>>, Refused> {
    let number = read.nullable(field).integer().min(0).max(most);
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
    /// The address of who did; null for nobody. It must be said.
    #[schema(value_type = Option<String>, required = true)]
    invite_user_email: Option<Email>,
}

impl Body for SetInviter {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = NamedUser::read(read);
        let is_said = !matches!(read.given("invite_user_email"), Given::Absent);
        let unsaid = (!is_said).then(|| read.complain("invite_user_email", Message::FieldRequired));
        let inviter = read.nullable("invite_user_email").text();
        let inviter = inviter.naming(no_inviter, |text| Email::parse(&text).ok());
        let inviter = inviter.get();
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
