//! The editor of a node.

use ferroboard_application::{MachineView, ManagedNode, NodeGroupView, NodeRouteView};
use ferroboard_kernel::{MachineId, NodeId};
use ferroboard_nodes::NodeRecord;
use ferroboard_protocol::{Protocol, Settings};
use serde_json::{Value, json};

use super::{SECTION, fields};
use crate::desk::fields::{Field, Filled, Kind, Section, Spec};
use crate::desk::form_page::FormPage;
use crate::desk::typed::Typed;
use crate::failure::Failure;
use crate::form::Form;
use crate::page::Page;
use crate::visitor::Operator;

/// Bytes of a gigabyte.
pub(super) const GIGABYTE: i64 = 1 << 30;

const BASICS: &[Spec] = &[
    Spec::new("name", "desk.node_name", Kind::Line)
        .hint("desk.node_name_hint")
        .needed(),
    Spec::new("host", "desk.node_host", Kind::Line)
        .hint("desk.node_host_hint")
        .needed(),
    Spec::new("port", "desk.node_port", Kind::Line)
        .hint("desk.node_port_hint")
        .needed(),
    Spec::new("server_port", "desk.node_server_port", Kind::Number)
        .hint("desk.node_server_port_hint")
        .needed(),
    Spec::new("rate", "desk.node_rate", Kind::Number)
        .hint("desk.node_rate_hint")
        .needed(),
];
const GROUPS: Spec =
    Spec::new("group_ids", "desk.node_groups", Kind::Several).hint("desk.node_groups_hint");
const SHOW: Spec = Spec::new("show", "desk.node_show", Kind::Tick);
const ENABLED: Spec =
    Spec::new("enabled", "desk.node_enabled", Kind::Tick).hint("desk.node_enabled_hint");
const PARENT: Spec =
    Spec::new("parent_id", "desk.node_parent", Kind::Among).hint("desk.node_parent_hint");
const MACHINE: Spec =
    Spec::new("machine_id", "desk.node_machine", Kind::Among).hint("desk.node_machine_hint");
const ROUTES: Spec =
    Spec::new("route_ids", "desk.node_routes", Kind::Several).hint("desk.node_routes_hint");
const FURTHER: &[Spec] = &[
    Spec::new("tags", "desk.node_tags", Kind::Commas).hint("desk.node_tags_hint"),
    Spec::new("code", "desk.node_code", Kind::Line).hint("desk.node_code_hint"),
    LIMIT,
    Spec::new("rate_time_enable", "desk.node_hours_on", Kind::Tick),
    HOURS,
    Spec::new(
        "private.custom_outbounds",
        "desk.node_outbounds",
        Kind::Json,
    ),
    Spec::new(
        "private.custom_routes",
        "desk.node_custom_routes",
        Kind::Json,
    ),
    Spec::new("private.cert_config", "desk.node_cert", Kind::Json).hint("desk.node_cert_hint"),
];
/// Its text is not what the API takes: gigabytes for bytes.
pub(super) const LIMIT: Spec =
    Spec::new("transfer_enable", "desk.node_limit", Kind::Number).hint("desk.node_limit_hint");
/// Its text is not what the API takes: lines for objects.
pub(super) const HOURS: Spec =
    Spec::new("rate_time_ranges", "desk.node_hours", Kind::Lines).hint("desk.node_hours_hint");

/// Every field of a protocol.
pub(super) fn specs(protocol: Protocol) -> Vec<Spec> {
    let own = fields::of(protocol);
    let others = [GROUPS, SHOW, ENABLED, PARENT, MACHINE, ROUTES];
    let all = BASICS.iter().chain(&others).chain(FURTHER);
    all.copied().chain(own).collect()
}

/// What else there is that a node can name.
pub(super) struct Around {
    pub(super) groups: Vec<NodeGroupView>,
    pub(super) routes: Vec<NodeRouteView>,
    pub(super) machines: Vec<MachineView>,
    pub(super) nodes: Vec<ManagedNode>,
}

/// What stands in the form of a new node.
pub(super) fn blank(protocol: Protocol) -> Typed {
    let usual = json!({
        "network": "tcp",
        "cipher": "aes-128-gcm",
        "tls": u8::from(protocol == Protocol::Trojan),
        "reality_settings": {"server_port": 443},
        "utls": {"enabled": false, "fingerprint": "chrome"},
    });
    let layered = matches!(
        protocol,
        Protocol::Hysteria | Protocol::Tuic | Protocol::Anytls
    );
    let mut usual = Typed::edited(usual);
    if layered {
        usual.put("tls", json!({"server_name": null, "allow_insecure": false}));
    }
    let settings = Value::Object(usual.into_fields());
    let settings = Settings::normalised(protocol, &settings);
    Typed::edited(json!({
        "port": "443", "server_port": 443, "rate": "1", "show": true, "enabled": true,
        "protocol_settings": settings.as_value(),
    }))
}

/// A limit as the form has it.
pub(super) fn gigabytes(bytes: i64) -> String {
    let parts = i128::from(bytes) * 10_000 / i128::from(GIGABYTE);
    let parts = i64::try_from(parts).unwrap_or(i64::MAX);
    ferroboard_kernel::Decimal::new(parts).to_string()
}

/// What stands in the form of a node that there is.
pub(super) fn edited(node: &NodeRecord) -> Typed {
    let hours = node.rate_time_ranges.as_array().into_iter().flatten();
    let hours = hours.map(|range| {
        let text = |name: &str| match range.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        format!("{}-{} {}", text("start"), text("end"), text("rate"))
    });
    let hours: Vec<String> = hours.collect();
    let limit = node.traffic_limit.filter(|limit| *limit > 0);
    Typed::edited(json!({
        "name": node.name,
        "host": node.host,
        "port": node.port,
        "server_port": node.server_port,
        "rate": node.rate.to_string(),
        "group_ids": node.group_ids(),
        "route_ids": node.route_ids,
        "show": node.show,
        "enabled": node.enabled,
        "parent_id": node.parent.map(NodeId::get),
        "machine_id": node.machine.map(MachineId::get),
        "tags": node.tags,
        "code": node.code,
        "transfer_enable": limit.map(gigabytes),
        "rate_time_enable": node.rate_time_enable,
        "rate_time_ranges": hours,
        "private": {
            "custom_outbounds": node.custom_outbounds,
            "custom_routes": node.custom_routes,
            "cert_config": node.cert_config,
        },
        "protocol_settings": node.settings.as_value(),
    }))
}

/// The editor of a protocol.
pub(super) fn page(
    operator: &Operator,
    id: Option<NodeId>,
    protocol: Protocol,
    around: &Around,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let name = if id.is_some() {
        "desk.node_edit"
    } else {
        "desk.node_new"
    };
    let title = catalogue_title(operator, name, protocol);
    let page = Page::console_titled(operator, SECTION, title)?;
    let filled = Filled {
        page: &page,
        typed,
        form,
    };
    let mut basics = filled.fields(BASICS);
    basics.push(filled.field(&GROUPS, groups(around)));
    basics.push(filled.field(&SHOW, Vec::new()));
    let mut own = Section::new(
        format!("{protocol}: {}", page.t("desk.node_of_protocol")),
        filled.fields(&fields::of(protocol)),
    );
    let here = match id {
        Some(id) => operator.to(&format!("/nodes/{id}")),
        None => operator.to(&format!("/nodes/new/{protocol}")),
    };
    let mut button = |what: &str, label: &str| {
        own.buttons
            .push((format!("{here}/{what}"), page.t(label).to_owned()));
    };
    button("fields", "desk.node_refresh");
    if matches!(protocol, Protocol::Vless | Protocol::Trojan) {
        button("reality-keys", "desk.node_draw_reality");
    }
    if fields::tls_of(protocol).is_some() {
        button("ech-keys", "desk.node_draw_ech");
    }
    page.t("desk.node_refresh_hint").clone_into(&mut own.hint);
    let mut further = Section::new(page.t("desk.node_more"), further(&filled, around, id));
    further.is_folded = true;
    let sections = vec![
        Section::new(page.t("desk.node_basic"), basics),
        own,
        further,
    ];
    Ok(FormPage::new(page, here, form, sections))
}

fn catalogue_title(operator: &Operator, name: &str, protocol: Protocol) -> String {
    let text = crate::catalogue::text(operator.visitor.lang(), name);
    format!("{text}: {protocol}")
}

fn groups(around: &Around) -> Vec<(String, String)> {
    let groups = around.groups.iter().map(|view| &view.group);
    groups
        .map(|group| (group.id.to_string(), group.name.clone()))
        .collect()
}

fn further(filled: &Filled<'_>, around: &Around, id: Option<NodeId>) -> Vec<Field> {
    let none = || vec![(String::new(), filled.page.t("layout.none").to_owned())];
    let mut parents = none();
    let nodes = around.nodes.iter().map(|node| &node.view.record);
    let others = nodes.filter(|node| Some(node.id) != id);
    parents
        .extend(others.map(|node| (node.id.to_string(), format!("{} · {}", node.id, node.name))));
    let mut machines = none();
    let named = around.machines.iter();
    machines.extend(named.map(|machine| (machine.id.to_string(), machine.terms.name.clone())));
    let routes = around.routes.iter().map(|view| &view.kept);
    let routes = routes.map(|kept| (kept.route.id.to_string(), kept.remarks.clone()));
    let mut fields = vec![
        filled.field(&ENABLED, Vec::new()),
        filled.field(&MACHINE, machines),
        filled.field(&PARENT, parents),
        filled.field(&ROUTES, routes.collect()),
    ];
    fields.extend(filled.fields(FURTHER));
    fields
}
