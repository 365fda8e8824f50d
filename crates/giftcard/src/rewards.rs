use std::fmt::Write as _;

use ferroboard_kernel::{Cents, Decimal, PlanId};

use crate::GiftCardError;
use crate::stored::Object;

/// What a card gives: the keys of the column `rewards`, as far as they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewards {
    /// Money for the balance.
    pub balance: Option<Cents>,
    /// Bytes on top of the traffic.
    pub transfer_enable: Option<i64>,
    /// Days on top of the subscription; nothing beside a plan.
    pub expire_days: Option<i64>,
    /// Devices on top of the limit.
    pub device_limit: Option<i64>,
    /// Whether the traffic is counted anew.
    pub reset_package: Option<bool>,
    /// A plan.
    pub plan_id: Option<PlanId>,
    /// For how many days that plan.
    pub plan_validity_days: Option<i64>,
    /// The inviter's share of balance and traffic.
    pub invite_reward_rate: Option<Decimal>,
}

/// What an inviter gets of somebody else's card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InviterRewards {
    /// Money for the balance.
    pub balance: Option<Cents>,
    /// Bytes on top of the traffic.
    pub transfer_enable: Option<i64>,
}

impl Rewards {
    pub(crate) fn read(members: &Object) -> Result<Self, GiftCardError> {
        Ok(Self {
            balance: members.integer("balance")?.map(Cents::new),
            transfer_enable: members.integer("transfer_enable")?,
            expire_days: members.integer("expire_days")?,
            device_limit: members.integer("device_limit")?,
            reset_package: members.flag("reset_package")?,
            plan_id: members.integer("plan_id")?.map(PlanId::new),
            plan_validity_days: members.integer("plan_validity_days")?,
            invite_reward_rate: members.decimal("invite_reward_rate")?,
        })
    }

    /// These with the others laid over them: what both have is the others'.
    #[must_use]
    pub fn overlaid_by(self, over: Self) -> Self {
        Self {
            balance: over.balance.or(self.balance),
            transfer_enable: over.transfer_enable.or(self.transfer_enable),
            expire_days: over.expire_days.or(self.expire_days),
            device_limit: over.device_limit.or(self.device_limit),
            reset_package: over.reset_package.or(self.reset_package),
            plan_id: over.plan_id.or(self.plan_id),
            plan_validity_days: over.plan_validity_days.or(self.plan_validity_days),
            invite_reward_rate: over.invite_reward_rate.or(self.invite_reward_rate),
        }
    }

    /// So many times the amounts, each cut towards zero. Plan, reset and rate stay.
    pub fn times(self, multiplier: Decimal) -> Result<Self, GiftCardError> {
        let times = |amount: Option<i64>| match amount {
            None => Ok(None),
            Some(amount) => multiplier
                .times(amount)
                .map(Some)
                .ok_or(GiftCardError::Misconfigured),
        };
        Ok(Self {
            balance: times(self.balance.map(Cents::get))?.map(Cents::new),
            transfer_enable: times(self.transfer_enable)?,
            expire_days: times(self.expire_days)?,
            device_limit: times(self.device_limit)?,
            plan_validity_days: times(self.plan_validity_days)?,
            ..self
        })
    }

    /// The inviter's share at this rate, which counts as at most 1. A share of less than one is none.
    pub fn for_inviter(&self, rate: Decimal) -> InviterRewards {
        let rate = rate.clamp(Decimal::default(), Decimal::ONE);
        let share = |amount: i64| rate.times(amount).filter(|share| *share >= 1);
        InviterRewards {
            balance: self
                .balance
                .and_then(|given| share(given.get()))
                .map(Cents::new),
            transfer_enable: self.transfer_enable.and_then(share),
        }
    }

    /// The JSON object that records them.
    pub fn to_json(&self) -> String {
        let mut object = JsonObject::default();
        object.push("balance", self.balance.map(Cents::get));
        object.push("transfer_enable", self.transfer_enable);
        object.push("expire_days", self.expire_days);
        object.push("device_limit", self.device_limit);
        object.push("reset_package", self.reset_package);
        object.push("plan_id", self.plan_id);
        object.push("plan_validity_days", self.plan_validity_days);
        object.push("invite_reward_rate", self.invite_reward_rate);
        object.close()
    }
}

impl InviterRewards {
    /// The JSON object that records them.
    pub fn to_json(&self) -> String {
        let mut object = JsonObject::default();
        object.push("balance", self.balance.map(Cents::get));
        object.push("transfer_enable", self.transfer_enable);
        object.close()
    }
}

/// An object of numbers and flags, which are written in JSON as they are shown.
#[derive(Default)]
struct JsonObject(String);

impl JsonObject {
    fn push(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            let separator = if self.0.is_empty() { "" } else { "," };
            // Writing to a `String` cannot fail.
            let _ = write!(self.0, "{separator}\"{name}\":{value}");
        }
    }

    fn close(self) -> String {
        format!("{{{}}}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rewards(json: &str) -> Rewards {
        Rewards::read(&Object::read(Some(json)).unwrap()).unwrap()
    }

    const EVERYTHING: &str = "{\"balance\":999,\"transfer_enable\":1000,\"expire_days\":3,\
        \"device_limit\":1,\"reset_package\":true,\"plan_id\":7,\"plan_validity_days\":10,\
        \"invite_reward_rate\":0.2}";

    #[test]
    fn what_is_read_is_written() {
        assert_eq!(rewards(EVERYTHING).to_json(), EVERYTHING);
        assert_eq!(rewards("{}").to_json(), "{}");
        assert_eq!(
            rewards(r#"{"random_rewards":[],"note":"x"}"#),
            Rewards::default()
        );
        assert_eq!(InviterRewards::default().to_json(), "{}");
    }

    #[test]
    fn a_festival_multiplies_amounts_alone() {
        let multiplied = rewards(EVERYTHING).times(Decimal::parse("1.5").unwrap());
        let expected = "{\"balance\":1498,\"transfer_enable\":1500,\"expire_days\":4,\
            \"device_limit\":1,\"reset_package\":true,\"plan_id\":7,\"plan_validity_days\":15,\
            \"invite_reward_rate\":0.2}";
        assert_eq!(multiplied.unwrap().to_json(), expected);
        let exact = rewards(r#"{"balance":100}"#).times(Decimal::parse("1.1").unwrap());
        assert_eq!(exact.unwrap().balance, Some(Cents::new(110)));
        let too_much = rewards(r#"{"transfer_enable":9223372036854775807}"#);
        let refused = too_much.times(Decimal::parse("1.5").unwrap());
        assert_eq!(refused, Err(GiftCardError::Misconfigured));
    }

    #[test]
    fn an_outcome_overrides_and_never_adds() {
        let drawn = rewards(r#"{"balance":7,"device_limit":2}"#);
        let laid = rewards(EVERYTHING).overlaid_by(drawn);
        assert_eq!(laid.balance, Some(Cents::new(7)));
        assert_eq!(laid.device_limit, Some(2));
        assert_eq!(laid.expire_days, Some(3));
    }

    #[test]
    fn an_inviters_share_is_cut_and_never_nothing() {
        for (given, rate, share) in [
            (999, "0.2", Some(199)),
            (4, "0.2", None),
            (5, "0.2", Some(1)),
            (100, "0", None),
            (100, "-1", None),
            (100, "7", Some(100)),
            (-100, "0.5", None),
        ] {
            let rewards = Rewards {
                balance: Some(Cents::new(given)),
                transfer_enable: Some(given),
                ..Rewards::default()
            };
            let got = rewards.for_inviter(Decimal::parse(rate).unwrap());
            assert_eq!(got.balance, share.map(Cents::new), "{given} at {rate}");
            assert_eq!(got.transfer_enable, share, "{given} at {rate}");
        }
        assert_eq!(
            Rewards::default().for_inviter(Decimal::ONE),
            InviterRewards::default()
        );
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_the_rate_and_the_bonus_allow(
            amount in 0_i64..1_000_000_000_000,
            bonus in 10_000_i64..=99_900,
            rate in 0_i64..=10_000,
        ) {
            let rewards = Rewards {
                balance: Some(Cents::new(amount)),
                ..Rewards::default()
            };
            let given = rewards.times(Decimal::new(bonus)).unwrap();
            let got = given.balance.unwrap().get();
            prop_assert!(amount <= got);
            let exact = i128::from(amount) * i128::from(bonus);
            prop_assert_eq!(i128::from(got), exact / 10_000);
            let shared = given.for_inviter(Decimal::new(rate)).balance.map_or(0, Cents::get);
            prop_assert!(shared <= got);
            prop_assert_eq!(i128::from(shared), i128::from(got) * i128::from(rate) / 10_000);
        }
    }
}
