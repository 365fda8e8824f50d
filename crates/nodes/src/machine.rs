//! Machines that run several nodes.

use ferroboard_kernel::{MachineId, Random, UnixSeconds, constant_time_eq};
use serde_json::{Value, json};

use crate::{Load, NodeError};

/// A machine (`v2_server_machine`).
#[derive(Clone, PartialEq, Eq)]
pub struct Machine {
    /// The row's number.
    pub id: MachineId,
    /// Its secret.
    pub token: String,
    /// Switched on.
    pub active: bool,
}

impl Machine {
    /// Refuses unless this is the secret of a machine that is switched on.
    pub fn admit(found: Option<Self>, token: &str) -> Result<Self, NodeError> {
        let is_right = |own: &str| constant_time_eq(own, token);
        match found {
            Some(machine) if !machine.token.is_empty() && is_right(&machine.token) => {
                if machine.active {
                    Ok(machine)
                } else {
                    Err(NodeError::MachineDisabled)
                }
            }
            _ => Err(NodeError::MachineUnknown),
        }
    }
}

/// What an administrator says of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachineTerms {
    /// What it is called.
    pub name: String,
    /// What is noted beside it.
    pub notes: Option<String>,
    /// Switched on.
    pub active: bool,
}

/// What becomes of a machine; `None` leaves a column as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachineChange {
    /// What it is called.
    pub name: String,
    /// What is noted beside it, or nothing any more.
    pub notes: Option<Option<String>>,
    /// Whether it is switched on.
    pub active: Option<bool>,
}

impl MachineTerms {
    /// The same once it is changed.
    #[must_use]
    pub fn changed(self, change: &MachineChange) -> Self {
        Self {
            name: change.name.clone(),
            notes: change.notes.clone().unwrap_or(self.notes),
            active: change.active.unwrap_or(self.active),
        }
    }
}

impl Machine {
    /// How many letters and digits a token has.
    const TOKEN_LENGTH: usize = 32;
    /// The agent's own installer.
    const INSTALLER: &'static str =
        "https://raw.githubusercontent.com/cedar2025/xboard-node/dev/install.sh";

    /// Draws a secret.
    pub fn new_token(random: &dyn Random) -> String {
        random.alphanumeric(Self::TOKEN_LENGTH)
    }

    /// What is typed on the machine to have it run its nodes, where `panel` is the panel's address.
    pub fn install_command(&self, panel: &str) -> String {
        format!(
            "curl -fsSL {} | sudo bash -s -- --mode machine --panel {} --token {} --machine-id {}",
            Self::INSTALLER,
            quoted(panel),
            quoted(&self.token),
            self.id
        )
    }
}

/// A text as a shell takes it for one word, whatever stands in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

// The token is a secret.
impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine")
            .field("id", &self.id)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// The load that a machine reports.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MachineLoad {
    /// How busy it is.
    pub load: Load,
    /// Bytes per second in and out, where it tells both.
    pub network: Option<(f64, f64)>,
}

impl MachineLoad {
    /// As it is kept in `v2_server_machine.load_status`.
    pub fn to_json(self, at: UnixSeconds) -> Value {
        let mut members = self.load.to_json(at);
        if let Some((inward, outward)) = self.network {
            let net = json!({"in_speed": inward, "out_speed": outward});
            members.insert("net".to_owned(), net);
        }
        Value::Object(members)
    }
}

/// A row of `v2_server_machine_load_history`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MachineReading {
    /// Whose.
    pub machine: MachineId,
    /// What it reported.
    pub load: MachineLoad,
    /// When.
    pub at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(token: &str, active: bool) -> Machine {
        let (id, token) = (MachineId::new(1), token.to_owned());
        Machine { id, token, active }
    }

    #[test]
    fn a_machine_needs_its_token_before_anything_is_said_about_it() {
        assert!(Machine::admit(Some(machine("abc", true)), "abc").is_ok());
        let refused = |found, token| Machine::admit(found, token).unwrap_err();
        assert_eq!(refused(None, "abc"), NodeError::MachineUnknown);
        assert_eq!(
            refused(Some(machine("abc", true)), "abd"),
            NodeError::MachineUnknown
        );
        assert_eq!(
            refused(Some(machine("abc", false)), "x"),
            NodeError::MachineUnknown
        );
        assert_eq!(
            refused(Some(machine("", true)), ""),
            NodeError::MachineUnknown
        );
        assert_eq!(
            refused(Some(machine("abc", false)), "abc"),
            NodeError::MachineDisabled
        );
    }

    #[test]
    fn the_install_command_quotes_what_a_shell_would_read() {
        let odd = machine("a'b $(id) `c`;d", true);
        let command = odd.install_command("https://p.test/?a=1&b='2'");
        let (start, rest) = command.split_once(" --mode machine ").unwrap();
        assert_eq!(
            start,
            "curl -fsSL https://raw.githubusercontent.com/cedar2025/xboard-node/dev/install.sh | sudo bash -s --"
        );
        let quote = r"'\''";
        let panel = format!("--panel 'https://p.test/?a=1&b={quote}2{quote}'");
        let token = format!("--token 'a{quote}b $(id) `c`;d'");
        assert_eq!(rest, format!("{panel} {token} --machine-id 1"));
    }

    #[test]
    fn what_is_not_said_of_a_machine_stays() {
        let terms = MachineTerms {
            name: "old".into(),
            notes: Some("rack 4".into()),
            active: true,
        };
        let named = MachineChange {
            name: "new".into(),
            ..MachineChange::default()
        };
        let renamed = terms.clone().changed(&named);
        assert_eq!((renamed.name.as_str(), renamed.active), ("new", true));
        assert_eq!(renamed.notes, terms.notes);
        let cleared = MachineChange {
            notes: Some(None),
            active: Some(false),
            ..named
        };
        let cleared = terms.changed(&cleared);
        assert_eq!((cleared.notes, cleared.active), (None, false));
    }

    #[test]
    fn the_network_is_kept_where_it_is_told() {
        let at = UnixSeconds::new(5);
        let quiet = MachineLoad::default();
        assert_eq!(quiet.to_json(at).get("net"), None);
        let network = Some((1.5, 2.0));
        let busy = MachineLoad { network, ..quiet };
        let net = json!({"in_speed": 1.5, "out_speed": 2.0});
        assert_eq!(busy.to_json(at)["net"], net);
    }
}
