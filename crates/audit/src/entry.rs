use std::net::IpAddr;

use ferroboard_kernel::{Email, UnixSeconds, UserId};

/// A row of `v2_admin_audit_log` that is to be written. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// The administrator.
    pub admin: UserId,
    /// What was asked for, as [`action_of`](crate::action_of) calls it.
    pub action: String,
    /// The request's method.
    pub method: String,
    /// The request's path and query, with masked values; at most 512 characters.
    pub uri: String,
    /// The request's fields as a JSON object, with masked values.
    pub input: String,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// When it was asked.
    pub at: UnixSeconds,
}

impl NewAuditEntry {
    /// The row of a command that the operator gives at the console, about an account: no administrator
    /// asks for it, from no address.
    pub fn of_command(command: &str, about: &Email, at: UnixSeconds) -> Self {
        let input = serde_json::json!({"email": about.as_str()});
        Self {
            admin: UserId::new(0),
            action: format!("console.{}", command.replace(' ', "_")),
            method: "CLI".to_owned(),
            uri: format!("ferroboard {command}"),
            input: input.to_string(),
            address: None,
            at,
        }
    }
}

/// What a request changed: JSON objects with the same members, masked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditChange {
    /// The values before.
    pub before: serde_json::Map<String, serde_json::Value>,
    /// The values after.
    pub after: serde_json::Map<String, serde_json::Value>,
}

impl AuditChange {
    /// That one value became another.
    pub fn of(
        name: impl Into<String>,
        before: serde_json::Value,
        after: serde_json::Value,
    ) -> Self {
        let mut change = Self::default();
        change.note(name, before, after);
        change
    }

    /// What became of something that is shown as a JSON object: the members that differ. `null` stands
    /// for what was not there yet, or is gone.
    pub fn between(before: &serde_json::Value, after: &serde_json::Value) -> Self {
        let names = |value: &serde_json::Value| -> Vec<String> {
            let members = value.as_object();
            members.map_or_else(Vec::new, |members| members.keys().cloned().collect())
        };
        let value = |of: &serde_json::Value, name: &str| of.get(name).cloned().unwrap_or_default();
        let mut change = Self::default();
        for name in names(before).into_iter().chain(names(after)) {
            change.note(name.as_str(), value(before, &name), value(after, &name));
        }
        change
    }

    /// Notes that `name` changed; nothing when both values are the same.
    pub fn note(
        &mut self,
        name: impl Into<String>,
        before: serde_json::Value,
        after: serde_json::Value,
    ) {
        if before != after {
            let name = name.into();
            self.before
                .insert(name.clone(), crate::masked(&name, before));
            self.after.insert(name.clone(), crate::masked(&name, after));
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.after.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_that_differ_are_noted_and_secrets_are_hidden() {
        let (before, after) = (
            json!({"name": "a", "show": true, "token": "x"}),
            json!({"name": "b", "show": true, "token": "y"}),
        );
        let change = AuditChange::between(&before, &after);
        assert_eq!(json!(change.before), json!({"name": "a", "token": "***"}));
        assert_eq!(json!(change.after), json!({"name": "b", "token": "***"}));
        let made = AuditChange::between(&json!(null), &json!({"name": "b", "sort": null}));
        assert_eq!(json!(made.before), json!({"name": null}));
        assert_eq!(json!(made.after), json!({"name": "b"}));
        let gone = AuditChange::between(&before, &json!(null));
        assert_eq!(
            json!(gone.after),
            json!({"name": null, "show": null, "token": null})
        );
        assert!(AuditChange::between(&after, &after).is_empty());
    }

    #[test]
    fn only_what_changed_is_noted_and_secrets_are_hidden() {
        let mut change = AuditChange::default();
        change.note("app_name", json!("a"), json!("a"));
        assert!(change.is_empty());
        change.note("app_url", json!(null), json!("https://a.test"));
        change.note("server_token", json!("old"), json!("new"));
        assert_eq!(
            serde_json::Value::Object(change.before),
            json!({"app_url": null, "server_token": "***"})
        );
        assert_eq!(
            serde_json::Value::Object(change.after),
            json!({"app_url": "https://a.test", "server_token": "***"})
        );
    }
}
