//! How busy a node, or a machine, is.

use ferroboard_kernel::UnixSeconds;
use serde_json::{Map, Value, json};

/// How much there is of something, and how much of it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// How much there is.
    pub total: i64,
    /// How much is used.
    pub used: i64,
}

impl Usage {
    fn to_json(self) -> Value {
        json!({"total": self.total, "used": self.used})
    }
}

/// Processor, memory and disks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Load {
    /// Percent.
    pub cpu: f64,
    /// Bytes of memory.
    pub memory: Usage,
    /// Bytes of swap space.
    pub swap: Usage,
    /// Bytes of disk space.
    pub disk: Usage,
}

impl Load {
    pub(crate) fn to_json(self, at: UnixSeconds) -> Map<String, Value> {
        let members = [
            ("cpu", json!(self.cpu)),
            ("mem", self.memory.to_json()),
            ("swap", self.swap.to_json()),
            ("disk", self.disk.to_json()),
            ("updated_at", json!(at.get())),
        ];
        let owned = members.map(|(name, value)| (name.to_owned(), value));
        owned.into_iter().collect()
    }
}

/// The load that a node reports.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeLoad {
    /// How busy it is.
    pub load: Load,
    /// `kernel_status`, as the agent sends it.
    pub kernel_status: Value,
}

impl NodeLoad {
    /// Reads what a combined report holds. Numbers that are missing, or are none, are 0.
    pub fn lenient(given: &Value) -> Self {
        let usage = |name: &str| {
            let of = |member: &str| integer(given.get(name).and_then(|usage| usage.get(member)));
            Usage {
                total: of("total"),
                used: of("used"),
            }
        };
        Self {
            load: Load {
                cpu: given.get("cpu").and_then(decimal).unwrap_or_default(),
                memory: usage("mem"),
                swap: usage("swap"),
                disk: usage("disk"),
            },
            kernel_status: given
                .get("kernel_status")
                .filter(|value| is_short(value))
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// As it is kept.
    pub fn to_json(&self, at: UnixSeconds) -> Value {
        let mut members = self.load.to_json(at);
        members.insert("kernel_status".to_owned(), self.kernel_status.clone());
        Value::Object(members)
    }
}

/// What the agent of a node counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeMetrics(pub Value);

impl NodeMetrics {
    /// As they are kept: every known member is there, and no other.
    pub fn to_json(&self, at: UnixSeconds) -> Value {
        metrics(&self.0, at)
    }
}

fn metrics(given: &Value, at: UnixSeconds) -> Value {
    const COUNTERS: [&str; 8] = [
        "uptime",
        "goroutines",
        "active_connections",
        "total_connections",
        "total_users",
        "active_users",
        "inbound_speed",
        "outbound_speed",
    ];
    const PASSED_ON: [&str; 7] = [
        "cpu_per_core",
        "load",
        "speed_limiter",
        "gc",
        "api",
        "ws",
        "limits",
    ];
    let mut members = Map::new();
    for name in COUNTERS {
        members.insert(name.to_owned(), json!(integer(given.get(name))));
    }
    for name in PASSED_ON {
        let value = given
            .get(name)
            .filter(|value| !value.is_null() && is_short(value));
        members.insert(name.to_owned(), value.cloned().unwrap_or_else(|| json!([])));
    }
    let kernel_status = given.get("kernel_status").is_some_and(is_truthy);
    members.insert("kernel_status".to_owned(), json!(kernel_status));
    members.insert("updated_at".to_owned(), json!(at.get()));
    Value::Object(members)
}

/// Whether it fits where it is kept, beside others of its size.
fn is_short(value: &Value) -> bool {
    const MOST_BYTES: usize = 4_096;
    value.to_string().len() <= MOST_BYTES
}

/// A whole number, as a number or in decimal digits; a fraction is cut. 0 for anything else.
fn integer(given: Option<&Value>) -> i64 {
    let text = match given {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Bool(set)) => return i64::from(*set),
        _ => return 0,
    };
    let whole = text.split('.').next().unwrap_or_default();
    whole.parse().unwrap_or(0)
}

fn decimal(given: &Value) -> Option<f64> {
    let number = match given {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

fn is_truthy(given: &Value) -> bool {
    match given {
        Value::Null => false,
        Value::Bool(set) => *set,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: UnixSeconds = UnixSeconds::new(77);

    #[test]
    fn what_a_load_lacks_is_zero() {
        let given = json!({"cpu": "12.5", "mem": {"total": "10", "used": 3.9}, "swap": 5});
        assert_eq!(
            NodeLoad::lenient(&given).to_json(AT),
            json!({
                "cpu": 12.5, "mem": {"total": 10, "used": 3}, "swap": {"total": 0, "used": 0},
                "disk": {"total": 0, "used": 0}, "kernel_status": null, "updated_at": 77,
            })
        );
        let load = NodeLoad::lenient(&json!({"cpu": [], "kernel_status": {"up": true}}));
        assert_eq!(load.to_json(AT)["cpu"], 0.0);
        assert_eq!(load.kernel_status, json!({"up": true}));
    }

    #[test]
    fn metrics_have_every_member() {
        let kept = metrics(
            &json!({"uptime": 10, "total_users": "x", "load": null, "gc": {"n": 1},
                    "kernel_status": "0", "more": 1}),
            AT,
        );
        assert_eq!(
            kept,
            json!({
                "uptime": 10, "goroutines": 0, "active_connections": 0, "total_connections": 0,
                "total_users": 0, "active_users": 0, "inbound_speed": 0, "outbound_speed": 0,
                "cpu_per_core": [], "load": [], "speed_limiter": [], "gc": {"n": 1}, "api": [],
                "ws": [], "limits": [], "kernel_status": false, "updated_at": 77,
            })
        );
        assert_eq!(metrics(&json!([1]), AT)["uptime"], 0);
        let long = json!({"gc": "x".repeat(5_000)});
        assert_eq!(metrics(&long, AT)["gc"], json!([]));
    }
}
