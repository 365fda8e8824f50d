//! What differs between a user and what an administrator makes of it.

use ferroboard_application::ManagedUser;
use ferroboard_kernel::{GroupId, PlanId, UnixSeconds, UserId};

use super::super::sql::lists;
use crate::lists::{Bind, Statement};

/// What stands behind `SET`: the columns that differ, with their new values. `None` where none does.
pub(super) fn changes(before: &ManagedUser, after: &ManagedUser) -> Option<Statement> {
    let mut set = Changes(lists::statement());
    if before.email != after.email {
        set.column("email", Some(after.email.as_str()));
    }
    set.flag("banned", before.banned, after.banned);
    set.flag("is_admin", before.is_admin, after.is_admin);
    set.flag("is_staff", before.is_staff, after.is_staff);
    let some = |number: i64| Some(number);
    let seconds = |at: Option<UnixSeconds>| at.map(UnixSeconds::get);
    let [was, is] = [before, after].map(|user| {
        [
            ("invite_user_id", user.inviter.map(UserId::get)),
            ("commission_type", some(user.commission_type.code())),
            ("commission_rate", user.commission_rate),
            ("discount", user.discount),
            ("u", some(user.upload)),
            ("d", some(user.download)),
            ("transfer_enable", some(user.transfer_enable)),
            ("plan_id", user.plan.map(PlanId::get)),
            ("group_id", user.group.map(GroupId::get)),
            ("expired_at", seconds(user.expired_at)),
            ("next_reset_at", seconds(user.next_reset_at)),
            ("speed_limit", user.speed_limit),
            ("device_limit", user.device_limit),
        ]
    });
    for (was, (name, value)) in was.into_iter().zip(is) {
        if was.1 != value {
            set.column(name, value);
        }
    }
    if before.remarks != after.remarks {
        set.column("remarks", after.remarks.as_deref());
    }
    (!set.0.is_empty()).then_some(set.0)
}

struct Changes(Statement);

impl Changes {
    fn begin(&mut self, column: &str) -> &mut Statement {
        if !self.0.is_empty() {
            self.0.sql(", ");
        }
        self.0.sql(column).sql(" = ")
    }

    fn column(&mut self, name: &str, value: Option<impl Into<Bind>>) {
        let statement = self.begin(name);
        match value {
            Some(value) => statement.bind(value),
            None => statement.sql("NULL"),
        };
    }

    /// A flag as a text: PostgreSQL reads it as whatever the column is.
    fn flag(&mut self, name: &str, was: bool, is: bool) {
        if was != is {
            self.begin(name).sql(if is { "'1'" } else { "'0'" });
        }
    }
}
