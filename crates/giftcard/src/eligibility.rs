//! Who may redeem a card.

use ferroboard_kernel::{Decimal, PlanId, Seconds, UnixSeconds};

use crate::stored::Object;
use crate::{GiftCardError, PastUses, Recipient, Rewards, TemplateKind};

/// Why a user may not redeem a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The card adds to a subscription, and there is none.
    PlanRequired,
    /// The card gives a plan, and one is running.
    HasActivePlan,
    /// The card is for new users.
    NotNewUser,
    /// The card is for users who have bought something.
    NotPaidUser,
    /// The card is for subscribers of other plans.
    PlanNotAllowed,
    /// The card is for invited users.
    InviterRequired,
    /// The user has had as many cards of this kind as one may, or this one.
    LimitReached,
    /// The user had a card of this kind too recently.
    Cooldown,
}

/// The column `conditions`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// For accounts that are at most so old.
    pub newer_than: Option<Seconds>,
    /// For users with a completed order.
    pub paid_user_only: bool,
    /// For subscribers of these plans, and for users without one.
    pub allowed_plans: Option<Vec<PlanId>>,
    /// For invited users.
    pub require_invite: bool,
}

/// The column `limits`, as far as it limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// How many cards of the template one user may redeem.
    pub max_use_per_user: Option<i64>,
    /// How long after one of them the next.
    pub cooldown: Option<Seconds>,
}

/// How old a new user is at most, in days, where the template does not say.
const NEW_USER_DAYS: i64 = 7;

impl Conditions {
    pub(crate) fn read(members: &Object) -> Result<Self, GiftCardError> {
        let new_user_only = members.flag("new_user_only")?.unwrap_or(false);
        let days = members.integer("new_user_max_days")?;
        let plans = members.integers("allowed_plans")?;
        Ok(Self {
            newer_than: new_user_only.then(|| Seconds::days(days.unwrap_or(NEW_USER_DAYS))),
            paid_user_only: members.flag("paid_user_only")?.unwrap_or(false),
            allowed_plans: plans.map(|plans| plans.into_iter().map(PlanId::new).collect()),
            require_invite: members.flag("require_invite")?.unwrap_or(false),
        })
    }

    /// The first rule that refuses the user answers. `rewards` are the fixed ones of the template.
    pub fn check(
        &self,
        kind: TemplateKind,
        rewards: &Rewards,
        user: &Recipient,
        has_paid: bool,
        now: UnixSeconds,
    ) -> Result<(), Reason> {
        let adds_to_plan = rewards.transfer_enable.is_some()
            || rewards.expire_days.is_some()
            || rewards.reset_package.is_some();
        if kind == TemplateKind::General && adds_to_plan && user.plan_id.is_none() {
            return Err(Reason::PlanRequired);
        }
        if kind == TemplateKind::Plan && user.is_active(now) {
            return Err(Reason::HasActivePlan);
        }
        let is_old = |age| user.created_at < now.minus(age);
        if self.newer_than.is_some_and(is_old) {
            return Err(Reason::NotNewUser);
        }
        if self.paid_user_only && !has_paid {
            return Err(Reason::NotPaidUser);
        }
        if let (Some(allowed), Some(plan)) = (&self.allowed_plans, user.plan_id)
            && !allowed.contains(&plan)
        {
            return Err(Reason::PlanNotAllowed);
        }
        if self.require_invite && user.invited_by.is_none() {
            return Err(Reason::InviterRequired);
        }
        Ok(())
    }
}

impl Limits {
    pub(crate) fn read(members: &Object) -> Result<Self, GiftCardError> {
        let hours = members.decimal("cooldown_hours")?;
        let seconds = |hours: Decimal| hours.times(3_600).map(Seconds::new);
        Ok(Self {
            max_use_per_user: members.integer("max_use_per_user")?,
            cooldown: hours.and_then(seconds),
        })
    }

    /// Whether the user may redeem one more. A limit of 0 is for nobody; the same card is for nobody
    /// twice.
    pub fn check(&self, past: &PastUses, now: UnixSeconds) -> Result<(), Reason> {
        let is_reached = |limit| past.of_template >= limit;
        if past.of_card || self.max_use_per_user.is_some_and(is_reached) {
            return Err(Reason::LimitReached);
        }
        let elapsed = past.latest.and_then(|latest| now.elapsed_since(latest));
        match (self.cooldown, elapsed) {
            (Some(pause), Some(elapsed)) if elapsed < pause => Err(Reason::Cooldown),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::UserId;

    use super::*;
    use crate::testing::a_recipient;

    const NOW: UnixSeconds = UnixSeconds::new(1_000_000_000);
    const DAY: i64 = 86_400;

    fn conditions(json: &str) -> Conditions {
        Conditions::read(&Object::read(Some(json)).unwrap()).unwrap()
    }

    fn check(conditions: &Conditions, user: &Recipient, has_paid: bool) -> Result<(), Reason> {
        let rewards = Rewards::default();
        conditions.check(TemplateKind::General, &rewards, user, has_paid, NOW)
    }

    fn subscriber(plan: i64, end: Option<i64>) -> Recipient {
        Recipient {
            plan_id: Some(PlanId::new(plan)),
            expired_at: end.map(|end| NOW.plus(Seconds::new(end))),
            ..a_recipient(1, NOW)
        }
    }

    #[test]
    fn general_cards_that_add_to_a_plan_need_one() {
        let none = Conditions::default();
        for (json, needs_plan) in [
            (r#"{"balance":1,"device_limit":1}"#, false),
            (r#"{"transfer_enable":0}"#, true),
            (r#"{"expire_days":1}"#, true),
            (r#"{"reset_package":false}"#, true),
            (r#"{"transfer_enable":null}"#, false),
        ] {
            let rewards = Rewards::read(&Object::read(Some(json)).unwrap()).unwrap();
            let of = |kind, user: &Recipient| none.check(kind, &rewards, user, false, NOW);
            let without = of(TemplateKind::General, &a_recipient(1, NOW));
            let refused = needs_plan.then_some(Reason::PlanRequired);
            assert_eq!(without.err(), refused, "{json}");
            assert_eq!(of(TemplateKind::General, &subscriber(1, Some(-5))), Ok(()));
            assert_eq!(of(TemplateKind::Mystery, &a_recipient(1, NOW)), Ok(()));
        }
    }

    #[test]
    fn plan_cards_are_for_those_without_a_running_plan() {
        let none = Conditions::default();
        let banned = Recipient {
            banned: true,
            ..subscriber(1, None)
        };
        for (user, active) in [
            (a_recipient(1, NOW), false),
            (subscriber(1, None), true),
            (subscriber(1, Some(1)), true),
            (subscriber(1, Some(0)), false),
            (banned, false),
        ] {
            let rewards = Rewards::default();
            let outcome = none.check(TemplateKind::Plan, &rewards, &user, false, NOW);
            assert_eq!(outcome.err(), active.then_some(Reason::HasActivePlan));
        }
    }

    #[test]
    fn a_use_that_lies_ahead_makes_nobody_wait() {
        let limits = Limits {
            cooldown: Some(Seconds::hours(1)),
            ..Limits::default()
        };
        for (ahead, refused) in [
            (-3_600, false),
            (-3_599, true),
            (0, true),
            (60, true),
            (61, false),
            (30 * DAY, false),
        ] {
            let past = PastUses {
                latest: Some(NOW.plus(Seconds::new(ahead))),
                ..PastUses::default()
            };
            let outcome = limits.check(&past, NOW);
            assert_eq!(
                outcome.err(),
                refused.then_some(Reason::Cooldown),
                "{ahead}"
            );
        }
    }

    #[test]
    fn a_new_user_is_seven_days_old_at_most() {
        for (json, days) in [
            (r#"{"new_user_only":true}"#, 7),
            (r#"{"new_user_only":1,"new_user_max_days":"3"}"#, 3),
        ] {
            let conditions = conditions(json);
            let made = |age| a_recipient(1, NOW.minus(Seconds::new(age)));
            assert_eq!(check(&conditions, &made(days * DAY), false), Ok(()));
            let older = check(&conditions, &made(days * DAY + 1), false);
            assert_eq!(older, Err(Reason::NotNewUser));
        }
        let switched_off = conditions(r#"{"new_user_only":false,"new_user_max_days":3}"#);
        let ancient = a_recipient(1, UnixSeconds::default());
        assert_eq!(check(&switched_off, &ancient, false), Ok(()));
    }

    #[test]
    fn the_other_conditions_refuse_whom_they_name() {
        let paid = conditions(r#"{"paid_user_only":true}"#);
        let user = a_recipient(1, NOW);
        assert_eq!(check(&paid, &user, false), Err(Reason::NotPaidUser));
        assert_eq!(check(&paid, &user, true), Ok(()));
        let plans = conditions(r#"{"allowed_plans":[1,"2"]}"#);
        let nobody = conditions(r#"{"allowed_plans":[]}"#);
        for (conditions, plan, refused) in [
            (&plans, 1, false),
            (&plans, 2, false),
            (&plans, 3, true),
            (&nobody, 1, true),
        ] {
            let outcome = check(conditions, &subscriber(plan, None), false);
            assert_eq!(outcome.err(), refused.then_some(Reason::PlanNotAllowed));
            assert_eq!(check(conditions, &user, false), Ok(()));
        }
        let invited = conditions(r#"{"require_invite":true}"#);
        assert_eq!(check(&invited, &user, false), Err(Reason::InviterRequired));
        let guest = Recipient {
            invited_by: Some(UserId::new(2)),
            ..user
        };
        assert_eq!(check(&invited, &guest, false), Ok(()));
    }

    #[test]
    fn the_first_condition_in_order_answers() {
        let all = conditions(
            r#"{"new_user_only":true,"paid_user_only":true,"allowed_plans":[2],"require_invite":true}"#,
        );
        let mut user = Recipient {
            created_at: UnixSeconds::default(),
            ..subscriber(1, None)
        };
        assert_eq!(check(&all, &user, false), Err(Reason::NotNewUser));
        user.created_at = NOW;
        assert_eq!(check(&all, &user, false), Err(Reason::NotPaidUser));
        assert_eq!(check(&all, &user, true), Err(Reason::PlanNotAllowed));
        user.plan_id = Some(PlanId::new(2));
        assert_eq!(check(&all, &user, true), Err(Reason::InviterRequired));
    }

    #[test]
    fn limits_count_cards_of_the_template() {
        let limits = |json| Limits::read(&Object::read(Some(json)).unwrap()).unwrap();
        let past = |of_template, ago: Option<i64>| PastUses {
            of_template,
            latest: ago.map(|ago| NOW.minus(Seconds::new(ago))),
            of_card: false,
        };
        let hour = 3_600;
        for (json, past, refused) in [
            ("{}", past(1_000, Some(0)), None),
            (r#"{"max_use_per_user":2}"#, past(1, Some(0)), None),
            (
                r#"{"max_use_per_user":2}"#,
                past(2, Some(0)),
                Some(Reason::LimitReached),
            ),
            (
                r#"{"max_use_per_user":0}"#,
                past(0, None),
                Some(Reason::LimitReached),
            ),
            (r#"{"cooldown_hours":24}"#, past(0, None), None),
            (
                r#"{"cooldown_hours":24}"#,
                past(1, Some(24 * hour - 1)),
                Some(Reason::Cooldown),
            ),
            (r#"{"cooldown_hours":24}"#, past(1, Some(24 * hour)), None),
            (
                r#"{"cooldown_hours":0.5}"#,
                past(1, Some(hour / 2 - 1)),
                Some(Reason::Cooldown),
            ),
            (r#"{"cooldown_hours":0.5}"#, past(1, Some(hour / 2)), None),
        ] {
            assert_eq!(
                limits(json).check(&past, NOW).err(),
                refused,
                "{json} {past:?}"
            );
        }
        let same = PastUses {
            of_card: true,
            ..past(1, Some(DAY))
        };
        assert_eq!(limits("{}").check(&same, NOW), Err(Reason::LimitReached));
    }
}
