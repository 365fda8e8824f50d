//! Which answers are faults.

use serde_json::Value;

use crate::requests::Request;
use crate::wire::Reply;

/// What is wrong with the answer, if anything.
pub(crate) fn fault(request: &Request, reply: &Reply) -> Option<String> {
    if reply.status >= 500 && !is_unsent(request, reply) {
        return Some(format!("a status of {}", reply.status));
    }
    let kind = reply.header("content-type").unwrap_or_default();
    if !kind.starts_with("application/json") {
        return refusal_without_json(reply, kind);
    }
    if reply.header("x-request-id").is_none_or(str::is_empty) {
        return Some("no id of the request".to_owned());
    }
    if request.method == b"HEAD" {
        return None;
    }
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else {
        return Some("JSON that is none".to_owned());
    };
    let is_refusal = reply.status >= 400;
    if !is_refusal && request.is_bare {
        return None;
    }
    let expected = if is_refusal { "fail" } else { "success" };
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let members = ["status", "message", "data", "error"];
    if members.iter().any(|name| body.get(name).is_none())
        || text("status") != expected
        || text("message").is_empty()
        || (is_refusal && !body["data"].is_null() && !is_form_of_plan(request, &body))
    {
        return Some("not the envelope".to_owned());
    }
    None
}

/// Whether the form of a plan is refused, whose page looks for `data` false.
fn is_form_of_plan(request: &Request, body: &Value) -> bool {
    body["data"] == false && asks_for(request, b"/plan/save")
}

fn asks_for(request: &Request, route: &[u8]) -> bool {
    request
        .target
        .windows(route.len())
        .any(|part| part == route)
}

/// Whether a template's test mail was not taken by the mail server, of whatever settings the requests before
/// have left: the reference answers 500 as well, and its page shows the words.
fn is_unsent(request: &Request, reply: &Reply) -> bool {
    reply.status == 500 && asks_for(request, b"/mail/template/test")
}

/// Only what cannot be read as HTTP, and what speaks plain text by its nature, is refused without JSON.
fn refusal_without_json(reply: &Reply, kind: &str) -> Option<String> {
    let reached_the_panel = reply.header("x-request-id").is_some();
    let is_fine = match reply.status {
        ..400 => reached_the_panel,
        // The words for gateways, and the refusal that clients take for the end of a subscription.
        400 | 403 | 404 if kind.starts_with("text/plain") => reached_the_panel,
        400 | 408 | 413 | 414 | 431 => !reached_the_panel && reply.body.is_empty(),
        _ => false,
    };
    (!is_fine).then(|| format!("{} with {kind:?}", reply.status))
}
