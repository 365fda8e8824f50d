use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_billing::{Reminder, ReminderRepository, ReminderSubject};
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, flag};
use crate::integer::Int;
use crate::schema::v2_user;

/// Whether a good part of the traffic is used, but not all of it; how much exactly is decided where
/// sums cannot overflow.
const USED_MUCH: &str =
    "transfer_enable > 0 AND u >= transfer_enable / 2 - d AND u < transfer_enable - d";

type Row = (
    Int,
    String,
    Option<Int>,
    Option<Int>,
    Option<Int>,
    Int,
    Int,
    Int,
);

#[async_trait]
impl ReminderRepository for SqlTx {
    async fn list_reminder_subjects(
        &mut self,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<ReminderSubject>, StoreError> {
        let (now, soon) = (now.get(), now.plus(Reminder::BEFORE_EXPIRY).get());
        let may_be_due = format!(
            "((remind_expire = '1' AND expired_at > {now} AND expired_at < {soon}) \
             OR (remind_traffic = '1' AND {}))",
            sums::of_traffic("v2_user", USED_MUCH),
        );
        let found = v2_user::table
            .filter(v2_user::id.gt(after.map_or(i64::MIN, UserId::get)))
            .filter(v2_user::banned.eq(flag(false)))
            .filter(no_shadow())
            .filter(sql::<Bool>(&may_be_due))
            .order(v2_user::id)
            .limit(i64::from(limit))
            .select((
                v2_user::id,
                v2_user::email,
                v2_user::remind_expire,
                v2_user::remind_traffic,
                v2_user::expired_at,
                v2_user::transfer_enable,
                v2_user::u,
                v2_user::d,
            ))
            .load::<Row>(self.open()?)
            .await;
        let is_set = |flag: Option<Int>| flag.is_some_and(Int::is_set);
        let subject = |(id, email, expire, traffic, end, quota, u, d): Row| ReminderSubject {
            user: UserId::new(id.0),
            email: Email::stored(&email),
            wants_expiry: is_set(expire),
            wants_traffic: is_set(traffic),
            expired_at: end.map(|at| UnixSeconds::new(at.0)),
            transfer_enable: quota.0,
            used: u.0.saturating_add(d.0),
        };
        Ok(self.settle(found)?.into_iter().map(subject).collect())
    }
}
