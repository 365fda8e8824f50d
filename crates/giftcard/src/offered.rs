//! The terms of a template as administrators write them: JSON objects whose known members are of the right
//! kind. What is empty stays empty, and is no 0: a traffic of 0 makes a card need a plan.

use ferroboard_kernel::Decimal;
use serde_json::{Map, Number, Value};

/// The largest number that every reader of JSON keeps whole.
const LARGEST: i64 = 1 << 53;
/// A hundred years, in days and in hours: more is a slip of the hand.
const LARGEST_DAYS: i64 = 36_500;
const LARGEST_HOURS: i64 = LARGEST_DAYS * 24;
/// How many bytes a column of terms has at most.
const LARGEST_COLUMN: usize = 60_000;

/// What a column of a template holds, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedTerms(String);

/// What a member of the terms must be.
#[derive(Clone, Copy)]
enum Member {
    /// A whole number from 0 to this.
    Count(i64),
    /// A number from 0 to this.
    Number(Decimal),
    Flag,
    /// A list of whole numbers.
    Ids,
    /// What a mystery card may turn out to be.
    Outcomes,
}

const NUMBER: Member = Member::Number(Decimal::new(LARGEST_HOURS * 10_000));

const GIVEN: [(&str, Member); 8] = [
    ("balance", Member::Count(LARGEST)),
    ("transfer_enable", Member::Count(LARGEST)),
    ("expire_days", Member::Count(LARGEST_DAYS)),
    ("device_limit", Member::Count(1_000_000)),
    ("reset_package", Member::Flag),
    ("plan_id", Member::Count(LARGEST)),
    ("plan_validity_days", Member::Count(LARGEST_DAYS)),
    ("invite_reward_rate", Member::Number(Decimal::ONE)),
];
const FIXED: [(&str, Member); 1] = [("random_rewards", Member::Outcomes)];
const DRAWN: [(&str, Member); 1] = [("weight", Member::Count(1_000_000_000))];
const CONDITIONS: [(&str, Member); 5] = [
    ("new_user_only", Member::Flag),
    ("new_user_max_days", Member::Count(LARGEST_DAYS)),
    ("paid_user_only", Member::Flag),
    ("allowed_plans", Member::Ids),
    ("require_invite", Member::Flag),
];
const LIMITS: [(&str, Member); 3] = [
    ("max_use_per_user", Member::Count(LARGEST)),
    ("cooldown_hours", NUMBER),
    ("invite_reward_rate", Member::Number(Decimal::ONE)),
];
const SPECIAL: [(&str, Member); 3] = [
    ("start_time", Member::Count(LARGEST)),
    ("end_time", Member::Count(LARGEST)),
    ("festival_bonus", NUMBER),
];

impl OfferedTerms {
    /// What cards give.
    pub fn rewards(members: &Map<String, Value>) -> Option<Self> {
        Self::of(members, &[&GIVEN, &FIXED])
    }

    /// Who may redeem them.
    pub fn conditions(members: &Map<String, Value>) -> Option<Self> {
        Self::of(members, &[&CONDITIONS])
    }

    /// How often.
    pub fn limits(members: &Map<String, Value>) -> Option<Self> {
        Self::of(members, &[&LIMITS])
    }

    /// When they give more.
    pub fn special_config(members: &Map<String, Value>) -> Option<Self> {
        Self::of(members, &[&SPECIAL])
    }

    /// As it is stored.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    fn of(members: &Map<String, Value>, known: &[&[(&str, Member)]]) -> Option<Self> {
        let json = Value::Object(judged(members, known)?).to_string();
        (json.len() <= LARGEST_COLUMN).then_some(Self(json))
    }
}

/// The members as they are kept: those that are known in their kind, others as they are.
fn judged(members: &Map<String, Value>, known: &[&[(&str, Member)]]) -> Option<Map<String, Value>> {
    let judge = |(name, value): (&String, &Value)| {
        let mut known = known.iter().copied().flatten();
        let kept = match known.find(|(known, _)| **known == **name) {
            Some((_, member)) if !value.is_null() => member.judge(value)?,
            _ => value.clone(),
        };
        Some((name.clone(), kept))
    };
    members.iter().map(judge).collect()
}

impl Member {
    fn judge(self, value: &Value) -> Option<Value> {
        match self {
            Self::Count(largest) => count(value, largest),
            Self::Number(largest) => number(value, largest),
            Self::Flag => flag(value),
            Self::Ids => items(value)?.map(|item| count(item, LARGEST)).collect(),
            Self::Outcomes => outcomes(value),
        }
    }
}

/// A whole number, or its digits as a form sends them.
fn count(value: &Value, largest: i64) -> Option<Value> {
    let text = digits(value)?;
    let whole = text.parse().ok();
    let whole: i64 = whole.or_else(|| Decimal::parse(&text)?.whole())?;
    (0..=largest).contains(&whole).then(|| Value::from(whole))
}

fn number(value: &Value, largest: Decimal) -> Option<Value> {
    let text = digits(value)?;
    let number = Decimal::parse(&text)?;
    let fits = Decimal::default() <= number && number <= largest;
    let kept = match value {
        Value::Number(number) => number.clone(),
        _ => number.to_string().parse::<Number>().ok()?,
    };
    fits.then_some(Value::Number(kept))
}

fn flag(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        value => match digits(value)?.as_str() {
            "1" | "true" => Some(Value::Bool(true)),
            "0" | "false" => Some(Value::Bool(false)),
            _ => None,
        },
    }
}

/// A list of what is drawn from by weight. One without any weight could not be drawn from.
fn outcomes(value: &Value) -> Option<Value> {
    let mut weights = 0_i64;
    let mut kept = Vec::new();
    for item in items(value)? {
        let outcome = judged(item.as_object()?, &[&GIVEN, &DRAWN])?;
        let weight = outcome.get("weight").and_then(Value::as_i64);
        weights = weights.checked_add(weight.unwrap_or(0))?;
        kept.push(Value::Object(outcome));
    }
    (kept.is_empty() || weights > 0).then_some(Value::Array(kept))
}

/// The items of a list, or of an object in its place, as forms number them.
fn items(value: &Value) -> Option<Box<dyn Iterator<Item = &Value> + '_>> {
    match value {
        Value::Array(items) => Some(Box::new(items.iter())),
        Value::Object(items) => Some(Box::new(items.values())),
        _ => None,
    }
}

fn digits(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Read = fn(&Map<String, Value>) -> Option<OfferedTerms>;

    fn read(of: Read, value: &Value) -> Option<Value> {
        let terms = of(value.as_object().unwrap())?;
        Some(serde_json::from_str(terms.as_json()).unwrap())
    }

    #[test]
    fn what_is_empty_is_no_zero() {
        let form = json!({"balance": "1000", "transfer_enable": null, "reset_package": "1"});
        let kept = read(OfferedTerms::rewards, &form);
        let expected = json!({"balance": 1000, "transfer_enable": null, "reset_package": true});
        assert_eq!(kept, Some(expected));
    }

    #[test]
    fn known_members_are_judged_and_others_kept() {
        let rewards = json!({
            "balance": 5, "invite_reward_rate": 0.2, "own": {"x": [1, "y"]},
            "random_rewards": {"0": {"weight": "3", "balance": 7}, "1": {"weight": 0}},
        });
        let expected = json!({
            "balance": 5, "invite_reward_rate": 0.2, "own": {"x": [1, "y"]},
            "random_rewards": [{"weight": 3, "balance": 7}, {"weight": 0}],
        });
        assert_eq!(read(OfferedTerms::rewards, &rewards), Some(expected));
        for refused in [
            json!({"balance": "x"}),
            json!({"balance": -1}),
            json!({"balance": 1.5}),
            json!({"balance": 1e300}),
            json!({"balance": [1]}),
            json!({"expire_days": 36_501}),
            json!({"reset_package": 2}),
            json!({"invite_reward_rate": 1.1}),
            json!({"random_rewards": 1}),
            json!({"random_rewards": [1]}),
            json!({"random_rewards": [{"weight": 0}]}),
            json!({"random_rewards": [{"weight": 1, "balance": "x"}]}),
            json!({"own": "x".repeat(70_000)}),
        ] {
            let kept = read(OfferedTerms::rewards, &refused);
            assert_eq!(kept, None, "{}", refused.to_string().len());
        }
    }

    #[test]
    fn conditions_limits_and_festivals_have_members_of_their_own() {
        let conditions = json!({"new_user_only": true, "allowed_plans": ["1", 2]});
        let expected = json!({"new_user_only": true, "allowed_plans": [1, 2]});
        let kept = read(OfferedTerms::conditions, &conditions);
        assert_eq!(kept, Some(expected));
        let limits = json!({"max_use_per_user": 1, "cooldown_hours": 0.5});
        assert_eq!(read(OfferedTerms::limits, &limits), Some(limits));
        let special = json!({"start_time": 1, "end_time": 2, "festival_bonus": 1.5});
        assert_eq!(read(OfferedTerms::special_config, &special), Some(special));
        let refused: [(Read, Value); 4] = [
            (OfferedTerms::conditions, json!({"new_user_only": "maybe"})),
            (OfferedTerms::conditions, json!({"allowed_plans": ["x"]})),
            (OfferedTerms::limits, json!({"cooldown_hours": -1})),
            (OfferedTerms::special_config, json!({"start_time": "now"})),
        ];
        for (of, value) in refused {
            assert_eq!(read(of, &value), None, "{value}");
        }
    }
}
