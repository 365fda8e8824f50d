//! How busy a node says it is.

use ferroboard_kernel::Decimal;
use serde_json::Value;

/// How busy a node is, in whole percent from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct NodeLoad {
    /// Of its processor.
    pub(super) cpu: Option<i64>,
    /// Of its memory.
    pub(super) memory: Option<i64>,
}

impl NodeLoad {
    /// Reads what an agent reported; what it did not tell, or told in another way, is not known.
    pub(super) fn read(reported: &Value) -> Self {
        let memory = reported.get("mem");
        let bytes = |name| memory?.get(name)?.as_i64();
        Self {
            cpu: reported.get("cpu").and_then(whole).map(percent),
            memory: share(bytes("used"), bytes("total")),
        }
    }

    /// Whether anything of it is known.
    pub(super) const fn is_known(self) -> bool {
        self.cpu.is_some() || self.memory.is_some()
    }
}

fn whole(number: &Value) -> Option<i64> {
    let number = number.as_number()?.to_string();
    Decimal::parse(&number).map(Decimal::truncated)
}

fn percent(number: i64) -> i64 {
    number.clamp(0, 100)
}

fn share(used: Option<i64>, total: Option<i64>) -> Option<i64> {
    let (used, total) = (used?, total?);
    let share = i128::from(used)
        .checked_mul(100)?
        .checked_div(i128::from(total).max(0))?;
    i64::try_from(share).ok().map(percent)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_told_is_not_known() {
        for (reported, cpu, memory) in [
            (
                json!({"cpu": 12.7, "mem": {"used": 1, "total": 4}}),
                Some(12),
                Some(25),
            ),
            (
                json!({"cpu": 250, "mem": {"used": 9, "total": 4}}),
                Some(100),
                Some(100),
            ),
            (
                json!({"cpu": -1, "mem": {"used": -1, "total": 4}}),
                Some(0),
                Some(0),
            ),
            (
                json!({"cpu": "7", "mem": {"used": 1, "total": 0}}),
                None,
                None,
            ),
            (
                json!({"mem": {"used": i64::MAX, "total": i64::MAX}}),
                None,
                Some(100),
            ),
            (json!({"mem": {"used": 1}}), None, None),
            (json!([]), None, None),
        ] {
            let load = NodeLoad::read(&reported);
            assert_eq!((load.cpu, load.memory), (cpu, memory), "{reported}");
            assert_eq!(load.is_known(), cpu.is_some() || memory.is_some());
        }
    }
}
