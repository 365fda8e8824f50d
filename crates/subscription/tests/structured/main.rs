//! The formats that are documents: Clash and its relatives, and sing-box. What they say is read back
//! with parsers that know nothing of how it was written.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "everything here is a test: a panic is the report, and a table is as long as what it covers"
)]

mod clash;
mod clash_meta;
mod sing_box;
mod stash;
mod templates;
mod versions;

use ferroboard_protocol::Protocol;
use ferroboard_subscription::testing::{FirstDrawn, a_node, a_site, a_subscriber};
use ferroboard_subscription::{Client, Document, Export, ExportNode, Templates, export};
use serde_json::{Value, json};

/// Templates with nothing but one group.
const CLASH: &str = "proxy-groups: [{name: All, type: select, proxies: []}]";
const SING_BOX: &str = r#"{"outbounds":[{"type":"selector","tag":"All"}],"route":{"rules":[]}}"#;

fn bare_templates() -> Templates {
    templates([
        ("clash", CLASH),
        ("clashmeta", CLASH),
        ("stash", CLASH),
        ("singbox", SING_BOX),
    ])
}

fn templates<const N: usize>(rows: [(&str, &str); N]) -> Templates {
    Templates::from_rows(rows.map(|(name, text)| (name.to_owned(), Some(text.to_owned()))))
}

fn document(agent: &str, templates: &Templates, nodes: Vec<ExportNode>) -> Document {
    let export_of = Export {
        site: &a_site(),
        subscriber: &a_subscriber(),
        nodes,
        templates,
        random: &FirstDrawn,
    };
    export(&Client::detect(agent), export_of)
}

fn read(document: &Document) -> Value {
    if document.content_type == "text/yaml" {
        serde_saphyr::from_str(&document.body).unwrap()
    } else {
        serde_json::from_str(&document.body).unwrap()
    }
}

/// The nodes as the client finds them, without what templates add.
fn written(agent: &str, nodes: Vec<ExportNode>) -> Vec<Value> {
    let document = document(agent, &bare_templates(), nodes);
    let found = read(&document);
    match found.get("proxies") {
        Some(proxies) => proxies.as_array().unwrap().clone(),
        None => found["outbounds"].as_array().unwrap()[1..].to_vec(),
    }
}

/// Asserts for each row what is written of a node with these settings, beside `base`.
fn assert_rows(agent: &str, base: &Value, rows: &[(Protocol, Value, Value)]) {
    for (protocol, settings, expected) in rows {
        let found = written(agent, vec![a_node(*protocol, settings)]);
        let expected = with(base.clone(), expected.clone());
        assert_eq!(found, [expected], "{agent} {protocol} {settings}");
    }
}

/// An object with further members, or with others of the same name.
fn with(mut base: Value, more: Value) -> Value {
    let Value::Object(more) = more else {
        panic!("an object")
    };
    base.as_object_mut().unwrap().extend(more);
    base
}

fn clash_base() -> Value {
    json!({"name": "Node", "server": "n.test", "port": 443})
}

fn with_ports(node: ExportNode) -> ExportNode {
    ExportNode {
        port: 30_005,
        ports: Some("30000-30010".into()),
        ..node
    }
}

fn named(name: &str) -> ExportNode {
    ExportNode {
        name: name.into(),
        ..a_node(Protocol::Socks, &json!({}))
    }
}
