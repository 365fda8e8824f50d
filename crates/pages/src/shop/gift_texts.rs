//! What gift cards give, in words.

use ferroboard_giftcard::Rewards;
use ferroboard_kernel::{Cents, PlanId};
use serde_json::Value;

use crate::page::Page;

/// What a card gives, each thing in words; `plan` names the plan that it gives.
pub(super) fn rewards(page: &Page, rewards: &Rewards, plan: Option<&str>) -> Vec<String> {
    let given = |amount: Option<i64>| amount.filter(|amount| *amount > 0);
    let count = |name: &'static str, count| page.put(name, "count", count);
    let mut words = Vec::new();
    let money = rewards.balance.filter(|balance| *balance > Cents::ZERO);
    words.extend(money.map(|money| page.put("shop.gift_balance", "amount", page.money(&money))));
    let bytes = given(rewards.transfer_enable);
    words.extend(bytes.map(|bytes| page.put("shop.gift_traffic", "amount", page.bytes(&bytes))));
    if rewards.plan_id.is_some() {
        words.push(match plan {
            Some(name) => page.put("shop.gift_plan", "name", name),
            None => page.t("shop.gift_some_plan").to_owned(),
        });
        let days = given(rewards.plan_validity_days);
        words.extend(days.map(|days| count("shop.gift_plan_days", days)));
    } else {
        let days = given(rewards.expire_days);
        words.extend(days.map(|days| count("shop.gift_days", days)));
    }
    let devices = given(rewards.device_limit);
    words.extend(devices.map(|devices| count("shop.gift_devices", devices)));
    if rewards.reset_package == Some(true) {
        words.push(page.t("shop.gift_reset").to_owned());
    }
    words
}

/// What a record says that a card gave: members that are no numbers are left out.
pub(super) fn recorded(stored: &Value) -> Rewards {
    let number = |name: &str| stored.get(name).and_then(Value::as_i64);
    Rewards {
        balance: number("balance").map(Cents::new),
        transfer_enable: number("transfer_enable"),
        expire_days: number("expire_days"),
        device_limit: number("device_limit"),
        reset_package: stored.get("reset_package").and_then(Value::as_bool),
        plan_id: number("plan_id").map(PlanId::new),
        plan_validity_days: number("plan_validity_days"),
        invite_reward_rate: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn records_are_read_as_far_as_they_can_be() {
        let read = recorded(&json!({
            "balance": 100, "transfer_enable": "x", "reset_package": true, "plan_id": 3, "other": 1,
        }));
        let expected = Rewards {
            balance: Some(Cents::new(100)),
            reset_package: Some(true),
            plan_id: Some(PlanId::new(3)),
            ..Rewards::default()
        };
        assert_eq!(read, expected);
        assert_eq!(recorded(&Value::Null), Rewards::default());
    }
}
