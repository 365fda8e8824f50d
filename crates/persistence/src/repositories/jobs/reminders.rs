use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_billing::{ReminderRepository, ReminderScope, ReminderSubject};
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, flag};
use crate::integer::{Int, number};
use crate::schema::v2_user;

type Row = (
    Int,
    String,
    Option<Int>,
    Option<Int>,
    Option<Int>,
    Option<Int>,
    Int,
    Int,
    Int,
    Option<Int>,
);

/// Who is of the scope, or almost.
fn condition(scope: ReminderScope) -> String {
    match scope {
        ReminderScope::Ending { after, before } => {
            let (after, before) = (after.get(), before.get());
            format!("expired_at > {after} AND expired_at < {before}")
        }
        ReminderScope::Using { percent, counted } => {
            // A hundredth is rounded down, so that nobody is left out.
            let used =
                format!("transfer_enable > 0 AND u >= transfer_enable / 100 * {percent} - d");
            let used = sums::of_traffic("v2_user", &used);
            match counted {
                Some((from, until)) => {
                    format!("t BETWEEN {} AND {} AND {used}", from.get(), until.get())
                }
                None => used,
            }
        }
    }
}

#[async_trait]
impl ReminderRepository for SqlTx {
    async fn list_reminder_subjects(
        &mut self,
        scope: ReminderScope,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<ReminderSubject>, StoreError> {
        let found = v2_user::table
            .filter(v2_user::id.gt(after.map_or(i64::MIN, UserId::get)))
            .filter(v2_user::banned.eq(flag(false)))
            .filter(no_shadow())
            .filter(sql::<Bool>(&format!("({})", condition(scope))))
            .order(v2_user::id)
            .limit(i64::from(limit))
            .select((
                v2_user::id,
                v2_user::email,
                v2_user::telegram_id,
                v2_user::remind_expire,
                v2_user::remind_traffic,
                v2_user::expired_at,
                v2_user::transfer_enable,
                v2_user::u,
                v2_user::d,
                v2_user::last_reset_at,
            ))
            .load::<Row>(self.open()?)
            .await;
        let is_set = |flag: Option<Int>| flag.is_some_and(Int::is_set);
        let instant = |at: Option<Int>| at.map(|at| UnixSeconds::new(at.0));
        let subject = |row: Row| {
            let (id, email, chat, expire, traffic, end, quota, u, d, reset) = row;
            ReminderSubject {
                user: UserId::new(id.0),
                email: Email::stored(&email),
                chat: number(chat),
                wants_expiry: is_set(expire),
                wants_traffic: is_set(traffic),
                expired_at: instant(end),
                transfer_enable: quota.0,
                used: u.0.saturating_add(d.0),
                last_reset_at: instant(reset),
            }
        };
        Ok(self.settle(found)?.into_iter().map(subject).collect())
    }
}
