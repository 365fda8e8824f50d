use ferroboard_kernel::{Decimal, GiftTemplateId, Random, UnixSeconds};

use crate::stored::Object;
use crate::{Conditions, Festival, GiftCardError, Limits, Outcome, Rewards};

/// What kind of card a template makes (`v2_gift_card_template.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateKind {
    /// 1: adds to what the user has.
    General,
    /// 2: gives a plan.
    Plan,
    /// 3: gives what is drawn.
    Mystery,
    /// A kind that nobody knows: it gives its fixed rewards.
    Unknown(i64),
}

impl TemplateKind {
    /// Every known kind.
    pub const ALL: [Self; 3] = [Self::General, Self::Plan, Self::Mystery];

    /// The kind with this code.
    pub const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::General,
            2 => Self::Plan,
            3 => Self::Mystery,
            other => Self::Unknown(other),
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::General => 1,
            Self::Plan => 2,
            Self::Mystery => 3,
            Self::Unknown(code) => code,
        }
    }
}

/// A row of `v2_gift_card_template`. Its terms are JSON as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftTemplate {
    /// The row.
    pub id: GiftTemplateId,
    /// Shown to customers.
    pub name: String,
    /// Shown to customers.
    pub description: Option<String>,
    /// What it makes.
    pub kind: TemplateKind,
    /// Whether its cards may be redeemed.
    pub enabled: bool,
    /// `conditions`.
    pub conditions: Option<String>,
    /// `rewards`.
    pub rewards: Option<String>,
    /// `limits`.
    pub limits: Option<String>,
    /// `special_config`.
    pub special_config: Option<String>,
    /// A picture.
    pub icon: Option<String>,
    /// A picture.
    pub background_image: Option<String>,
    /// A colour.
    pub theme_color: String,
}

/// What a template says, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What its cards are.
    pub kind: TemplateKind,
    /// What every card gives.
    pub rewards: Rewards,
    /// What mystery cards may turn out to be; empty for all others.
    pub outcomes: Vec<Outcome>,
    /// Who may redeem.
    pub conditions: Conditions,
    /// How often.
    pub limits: Limits,
    /// When cards give more.
    pub festival: Option<Festival>,
    /// The inviter's share where the rewards name none.
    rate_in_limits: Option<Decimal>,
}

impl GiftTemplate {
    /// What it says. Refused where that makes no sense.
    pub fn terms(&self) -> Result<Terms, GiftCardError> {
        let rewards = Object::read(self.rewards.as_deref())?;
        let limits = Object::read(self.limits.as_deref())?;
        let outcomes = match self.kind {
            TemplateKind::Mystery => rewards.objects("random_rewards")?,
            _ => Vec::new(),
        };
        let outcomes = outcomes
            .iter()
            .map(Outcome::read)
            .collect::<Result<_, _>>()?;
        Ok(Terms {
            kind: self.kind,
            rewards: Rewards::read(&rewards)?,
            outcomes,
            conditions: Conditions::read(&Object::read(self.conditions.as_deref())?)?,
            limits: Limits::read(&limits)?,
            festival: Festival::read(&Object::read(self.special_config.as_deref())?)?,
            rate_in_limits: limits.decimal("invite_reward_rate")?,
        })
    }
}

impl Terms {
    /// By how much amounts are multiplied at this moment.
    pub fn multiplier(&self, now: UnixSeconds) -> Decimal {
        Festival::multiplier(self.festival, now)
    }

    /// What a card gives that is redeemed at this moment: the fixed rewards with one drawn outcome
    /// laid over them, multiplied.
    pub fn draw(&self, random: &dyn Random, now: UnixSeconds) -> Result<Rewards, GiftCardError> {
        let drawn = if self.outcomes.is_empty() {
            self.rewards
        } else {
            let outcome = Outcome::draw(&self.outcomes, random)?;
            self.rewards.overlaid_by(outcome)
        };
        drawn.times(self.multiplier(now))
    }

    /// The inviter's share of these rewards' balance and traffic; `None` where inviters get nothing.
    pub fn inviter_rate(&self, rewards: &Rewards) -> Option<Decimal> {
        rewards.invite_reward_rate.or(self.rate_in_limits)
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{Cents, PlanId};
    use ferroboard_testing::SeededRandom;

    use super::*;
    use crate::testing::a_template;

    const NOW: UnixSeconds = UnixSeconds::new(100);
    const FESTIVAL: &str = r#"{"start_time":0,"end_time":200,"festival_bonus":1.5}"#;

    fn template(kind: TemplateKind, rewards: &str) -> GiftTemplate {
        GiftTemplate {
            kind,
            rewards: Some(rewards.to_owned()),
            ..a_template(1)
        }
    }

    fn drawn(template: &GiftTemplate) -> Result<Rewards, GiftCardError> {
        template.terms()?.draw(&SeededRandom::new(1), NOW)
    }

    #[test]
    fn an_outcome_is_laid_over_the_fixed_rewards_and_multiplied_with_them() {
        let json = r#"{"balance":1,"device_limit":2,
            "random_rewards":[{"weight":1,"balance":7},{"weight":0,"balance":9}]}"#;
        let mut mystery = template(TemplateKind::Mystery, json);
        let given = drawn(&mystery).unwrap().to_json();
        assert_eq!(given, r#"{"balance":7,"device_limit":2}"#);
        mystery.special_config = Some(FESTIVAL.to_owned());
        let given = drawn(&mystery).unwrap().to_json();
        assert_eq!(given, r#"{"balance":10,"device_limit":3}"#);
        mystery.kind = TemplateKind::General;
        assert_eq!(drawn(&mystery).unwrap().balance, Some(Cents::new(1)));
    }

    #[test]
    fn a_festival_leaves_the_plan_alone() {
        let json = r#"{"plan_id":7,"plan_validity_days":10,"invite_reward_rate":0.2}"#;
        let mut card = template(TemplateKind::Plan, json);
        card.special_config = Some(FESTIVAL.to_owned());
        let given = drawn(&card).unwrap();
        assert_eq!(given.plan_id, Some(PlanId::new(7)));
        assert_eq!(given.plan_validity_days, Some(15));
        assert_eq!(given.invite_reward_rate, Decimal::parse("0.2"));
    }

    #[test]
    fn terms_without_sense_refuse_the_card() {
        let weightless = r#"{"random_rewards":[{"weight":0,"balance":1}]}"#;
        let negative = r#"{"random_rewards":[{"weight":-1},{"weight":2}]}"#;
        for json in [
            weightless,
            negative,
            r#"{"random_rewards":7}"#,
            r#"{"balance":"x"}"#,
        ] {
            let refused = drawn(&template(TemplateKind::Mystery, json));
            assert_eq!(refused, Err(GiftCardError::Misconfigured), "{json}");
        }
        let columns: [fn(&mut GiftTemplate) -> &mut Option<String>; 3] = [
            |template| &mut template.conditions,
            |template| &mut template.limits,
            |template| &mut template.special_config,
        ];
        for column in columns {
            let mut broken = template(TemplateKind::General, "{}");
            assert!(broken.terms().is_ok());
            *column(&mut broken) = Some("[7]".to_owned());
            assert_eq!(broken.terms(), Err(GiftCardError::Misconfigured));
        }
        let empty = template(
            TemplateKind::Mystery,
            r#"{"balance":5,"random_rewards":[]}"#,
        );
        assert_eq!(drawn(&empty).unwrap().to_json(), r#"{"balance":5}"#);
    }

    #[test]
    fn the_rate_may_stand_in_either_place() {
        let mut card = template(TemplateKind::General, r#"{"balance":5}"#);
        let rate = |card: &GiftTemplate| {
            let terms = card.terms().unwrap();
            terms
                .inviter_rate(&terms.rewards)
                .map(|rate| rate.to_string())
        };
        assert_eq!(rate(&card), None);
        card.limits = Some(r#"{"invite_reward_rate":"0.3"}"#.to_owned());
        assert_eq!(rate(&card).as_deref(), Some("0.3"));
        card.rewards = Some(r#"{"invite_reward_rate":0.5}"#.to_owned());
        assert_eq!(rate(&card).as_deref(), Some("0.5"));
    }

    #[test]
    fn kinds_round_trip() {
        for kind in TemplateKind::ALL {
            assert_eq!(TemplateKind::from_code(kind.code()), kind);
        }
        assert_eq!(TemplateKind::from_code(9), TemplateKind::Unknown(9));
    }
}
