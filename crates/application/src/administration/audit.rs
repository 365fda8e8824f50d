//! The record of what administrators did.

pub(crate) mod change;

use std::net::IpAddr;
use std::sync::Arc;

use ferroboard_audit::{NewAuditEntry, action_of, masked_input, masked_query};
use ferroboard_kernel::{AuditId, Email, UnixSeconds, UserId};
use ferroboard_listing::{Direction, Found, Listing, Page, PageRule, Words};
use serde_json::{Map, Value};

use crate::administration::audit::change::Change;
use crate::process::Core;
use crate::transaction::transact;
use crate::{AuditFilter, AuditView, Error, UnitOfWork};

/// The record as a list, which is asked for in fields of its own.
pub const AUDIT_LOG: Listing = Listing {
    columns: &[],
    words: Words::Plain,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::new(10, 10, 1_000),
};

/// How many characters `v2_admin_audit_log.uri` holds.
const URI_LENGTH: usize = 512;
/// The status of what was carried out.
const DONE: u16 = 200;
/// How many bytes `v2_admin_audit_log.request_data` holds.
const INPUT_BYTES: usize = 65_535;

/// A request with which an administrator may change something.
#[derive(Debug, Clone)]
pub struct AdminRequest {
    /// The administrator.
    pub admin: UserId,
    /// The request's method.
    pub method: &'static str,
    /// Its path.
    pub path: String,
    /// What of the path stands behind the admin path: `plan/update`.
    pub route: String,
    /// Its query, without `?`.
    pub query: String,
    /// Its fields, as they were sent.
    pub fields: Map<String, Value>,
    /// The client's address.
    pub address: Option<IpAddr>,
}

/// The record.
pub struct Audit(pub(crate) Arc<Core>);

impl Audit {
    /// Records a request, without its secrets, before it is carried out: what cannot be recorded is
    /// not done.
    pub async fn record(&self, request: AdminRequest) -> Result<Change, Error> {
        let uri = match request.query.as_str() {
            "" => request.path,
            query => format!("{}?{}", request.path, masked_query(query)),
        };
        let entry = NewAuditEntry {
            admin: request.admin,
            action: action_of(&request.route),
            method: request.method.to_owned(),
            uri: shortened(&uri, URI_LENGTH),
            input: recorded(request.fields),
            address: request.address,
            at: self.0.ports.clock.now(),
        };
        let record = transact!(self.0.ports.store, |tx| tx
            .insert_audit_entry(&entry)
            .await?)?;
        let store = Arc::clone(&self.0.ports.store);
        Ok(Change::new(store, record, entry.admin))
    }

    /// Adds how a recorded request was answered.
    pub async fn conclude(&self, record: AuditId, status: u16) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        transact!(self.0.ports.store, |tx| tx
            .insert_audit_outcome(record, status, now)
            .await?)
    }

    /// The recorded requests that match, newest first.
    pub async fn list(&self, filter: AuditFilter, page: Page) -> Result<Found<AuditView>, Error> {
        let store = self.0.ports.store.admin()?;
        Ok(store.list_audit_entries(&filter, page).await?)
    }
}

/// Records a command of the operator's about an account, in the transaction that carries it out: what is
/// recorded was done.
pub(crate) async fn record_command(
    tx: &mut dyn UnitOfWork,
    command: &str,
    about: &Email,
    now: UnixSeconds,
) -> Result<(), Error> {
    let entry = NewAuditEntry::of_command(command, about, now);
    let record = tx.insert_audit_entry(&entry).await?;
    Ok(tx.insert_audit_outcome(record, DONE, now).await?)
}

/// The fields as JSON; only their names where there is no room for all.
fn recorded(fields: Map<String, Value>) -> String {
    let fields = masked_input(fields);
    let names: Vec<String> = fields.keys().cloned().collect();
    let text = Value::Object(fields).to_string().replace("\\u0000", "");
    if text.len() <= INPUT_BYTES {
        text
    } else {
        shortened(&Value::from(names).to_string(), INPUT_BYTES / 4)
    }
}

fn shortened(text: &str, characters: usize) -> String {
    let kept = text.chars().filter(|character| *character != '\0');
    kept.take(characters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_no_room_is_recorded_by_name() {
        let Value::Object(fields) = json!({"a": "x".repeat(INPUT_BYTES), "token": "t"}) else {
            panic!("not an object")
        };
        assert_eq!(recorded(fields), r#"["a"]"#);
    }
}
