//! A user, as it is answered.

use ferroboard_application::{ListedUser, UserView};
use ferroboard_kernel::{Cents, Decimal, GroupId, PlanId, UserId, Zone};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::answer::decimal::number;

/// A user: all that the panel knows but the password. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserBody {
    id: i64,
    invite_user_id: Option<i64>,
    telegram_id: Option<i64>,
    email: String,
    password_algo: Option<String>,
    /// Null where the user stands beside something.
    password_salt: Option<String>,
    /// In lists of users and beside tickets in units of the currency, elsewhere in cents.
    #[schema(value_type = f64)]
    balance: Number,
    /// Percent off every order.
    discount: Option<i64>,
    /// 0 as the site says, 1 every order, 2 the first one.
    commission_type: i64,
    /// In percent.
    commission_rate: Option<i64>,
    /// In the same.
    #[schema(value_type = f64)]
    commission_balance: Number,
    /// When traffic was last reported.
    t: i64,
    u: i64,
    d: i64,
    transfer_enable: i64,
    banned: bool,
    is_admin: bool,
    last_login_at: Option<i64>,
    is_staff: bool,
    last_login_ip: Option<i64>,
    uuid: String,
    group_id: Option<i64>,
    plan_id: Option<i64>,
    speed_limit: Option<i64>,
    remind_expire: Option<bool>,
    remind_traffic: Option<bool>,
    token: String,
    /// Null for ever; 0 where there never was a plan.
    expired_at: Option<i64>,
    next_reset_at: Option<i64>,
    last_reset_at: Option<i64>,
    reset_count: i64,
    device_limit: Option<i64>,
    online_count: Option<i64>,
    /// As a text, in the site's time zone.
    last_online_at: Option<String>,
    remarks: Option<String>,
    created_at: i64,
    updated_at: i64,
}

/// What stands beside a user by number and name.
#[derive(Serialize, ToSchema)]
pub(crate) struct NamedRow {
    id: i64,
    name: String,
}

/// Who invited a user.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviterBody {
    id: i64,
    email: String,
}

/// A user of the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedUserBody {
    #[serde(flatten)]
    user: UserBody,
    /// Bytes used.
    total_used: i64,
    plan: Option<NamedRow>,
    invite_user: Option<InviterBody>,
    group: Option<NamedRow>,
    subscribe_url: String,
}

/// A user, and who invited it.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundUserBody {
    #[serde(flatten)]
    user: UserBody,
    invite_user: Option<UserBody>,
}

/// Whose a ticket is, with amounts in units of the currency.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketOwnerBody {
    #[serde(flatten)]
    user: UserBody,
    subscribe_url: String,
}

/// Cents in units of the currency, as PHP writes numbers: 1.00 is 1.
fn units(cents: Cents) -> Number {
    let units = Decimal::new(cents.get().saturating_mul(100));
    number(units).unwrap_or_else(|| Number::from(0))
}

fn cents(cents: Cents) -> Number {
    Number::from(cents.get())
}

impl UserBody {
    /// A user beside what it did: without the salt of the password, amounts in cents.
    pub(crate) fn beside(user: UserView, zone: Zone) -> Self {
        Self {
            password_salt: None,
            ..Self::of(user, cents, zone)
        }
    }

    fn of(user: UserView, money: fn(Cents) -> Number, zone: Zone) -> Self {
        let seen = user.last_online_at.map(|at| zone.wall_clock(at));
        Self {
            id: user.id.get(),
            invite_user_id: user.inviter.map(UserId::get),
            telegram_id: user.telegram_id,
            email: user.email,
            password_algo: user.password_algo,
            password_salt: user.password_salt,
            balance: money(user.balance),
            discount: user.discount,
            commission_type: user.commission_type,
            commission_rate: user.commission_rate,
            commission_balance: money(user.commission_balance),
            t: user.last_traffic_at,
            u: user.upload,
            d: user.download,
            transfer_enable: user.transfer_enable,
            banned: user.banned,
            is_admin: user.is_admin,
            last_login_at: user.last_login_at,
            is_staff: user.is_staff,
            last_login_ip: user.last_login_ip,
            uuid: user.uuid,
            group_id: user.group.map(GroupId::get),
            plan_id: user.plan.map(PlanId::get),
            speed_limit: user.speed_limit,
            remind_expire: user.remind_expire,
            remind_traffic: user.remind_traffic,
            token: user.token,
            expired_at: user.expired_at,
            next_reset_at: user.next_reset_at,
            last_reset_at: user.last_reset_at,
            reset_count: user.reset_count,
            device_limit: user.device_limit,
            online_count: user.online_count,
            last_online_at: seen.map(|shown| shown.format("%Y-%m-%d %H:%M:%S").to_string()),
            remarks: user.remarks,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

impl ListedUserBody {
    pub(super) fn of(listed: ListedUser, zone: Zone) -> Self {
        Self::with(listed, units, zone)
    }

    /// As lists of older panels have it: money in cents.
    pub(crate) fn in_cents(listed: ListedUser, zone: Zone) -> Self {
        Self::with(listed, cents, zone)
    }

    fn with(listed: ListedUser, money: fn(Cents) -> Number, zone: Zone) -> Self {
        let ListedUser {
            user,
            subscribe_url,
        } = listed;
        let named = |id: Option<i64>, name: &Option<String>| {
            let (id, name) = id.zip(name.clone())?;
            Some(NamedRow { id, name })
        };
        let inviter = user.inviter.zip(user.inviter_email.clone());
        Self {
            total_used: user.used(),
            plan: named(user.plan.map(PlanId::get), &user.plan_name),
            group: named(user.group.map(GroupId::get), &user.group_name),
            invite_user: inviter.map(|(id, email)| InviterBody {
                id: id.get(),
                email,
            }),
            subscribe_url,
            user: UserBody::of(user, money, zone),
        }
    }
}

impl FoundUserBody {
    pub(super) fn of(user: UserView, inviter: Option<UserView>, zone: Zone) -> Self {
        Self {
            user: UserBody::of(user, cents, zone),
            invite_user: inviter.map(|inviter| UserBody::of(inviter, cents, zone)),
        }
    }
}

impl TicketOwnerBody {
    pub(crate) fn of(owner: ListedUser, zone: Zone) -> Self {
        Self {
            user: UserBody {
                password_salt: None,
                ..UserBody::of(owner.user, units, zone)
            },
            subscribe_url: owner.subscribe_url,
        }
    }
}
