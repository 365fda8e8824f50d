//! Every format with every protocol and transport that it holds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "everything here is a test: a panic is the report, and a table is as long as what it covers"
)]

mod egern;
mod general;
mod headers;
mod loon;
mod other;
mod quantumult_x;
mod shadowrocket;
mod strict;
mod surge;
mod xray_json;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_protocol::Protocol;
use ferroboard_subscription::testing::{FirstDrawn, a_node, a_site, a_subscriber};
use ferroboard_subscription::{
    Client, Document, Export, ExportNode, Format, Site, Subscriber, Templates, export,
};
use serde_json::Value;

/// What a client downloads.
struct Download {
    agent: &'static str,
    nodes: Vec<ExportNode>,
    site: Site,
    subscriber: Subscriber,
    templates: Templates,
}

impl Download {
    fn by(agent: &'static str, nodes: Vec<ExportNode>) -> Self {
        Self {
            agent,
            nodes,
            site: a_site(),
            subscriber: a_subscriber(),
            templates: Templates::default(),
        }
    }

    fn document(&self) -> Document {
        let all = Export {
            site: &self.site,
            subscriber: &self.subscriber,
            nodes: self.nodes.clone(),
            templates: &self.templates,
            random: &FirstDrawn,
        };
        export(&Client::detect(self.agent), all)
    }

    /// The lines of the body, out of its base64 where it has one.
    fn lines(&self) -> Vec<String> {
        let body = self.document().body;
        let is_encoded = !matches!(Client::detect(self.agent).format, Format::Loon);
        let text = if is_encoded {
            String::from_utf8(STANDARD.decode(body).unwrap()).unwrap()
        } else {
            body
        };
        assert!(text.is_empty() || text.ends_with("\r\n"), "{text:?}");
        text.split_terminator("\r\n").map(str::to_owned).collect()
    }
}

/// The one line that a client gets of a node.
fn line(agent: &'static str, protocol: Protocol, settings: &Value) -> String {
    line_of(agent, a_node(protocol, settings))
}

fn line_of(agent: &'static str, node: ExportNode) -> String {
    let lines = Download::by(agent, vec![node]).lines();
    let [line] = lines.as_slice() else {
        panic!("not one line: {lines:?}");
    };
    line.clone()
}

fn header<'a>(document: &'a Document, name: &str) -> Option<&'a str> {
    let mut found = document.headers.iter().filter(|(own, _)| *own == name);
    let value = found.next().map(|(_, value)| value.as_str());
    assert!(found.next().is_none(), "{name} stands twice");
    value
}
