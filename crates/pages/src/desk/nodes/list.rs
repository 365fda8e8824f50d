//! The nodes as a list.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ferroboard_application::ManagedNode;
use ferroboard_kernel::UnixSeconds;
use ferroboard_protocol::Protocol;
use ferroboard_web::Panel;

use super::SECTION;
use crate::desk::whole_list::{Item, Key, WORDS, found};
use crate::failure::PageResult;
use crate::list::{Bulk, Button, Cell, Filter, Head, ListPage, ListQuery, Row, Tone};
use crate::page::Page;
use crate::visitor::Operator;

/// What can be done with the nodes that are ticked: paths and the names of their texts.
const BULK: [(&str, &str); 3] = [
    ("edit", "desk.node_batch"),
    ("reset", "desk.node_batch_reset"),
    ("drop", "desk.node_batch_drop"),
];

/// Every node in its order, with what was reported for it.
pub(in crate::desk) async fn show(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.nodes.list().await });
    let (nodes, now) = run.await?;
    let page = Page::console(&operator, SECTION, "layout.nodes")?;
    let list = ListQuery::of(&operator.visitor);
    let items = nodes.iter().enumerate();
    let items = items
        .map(|(place, node)| item(&page, place, node, now))
        .collect();
    let found = found(&list, items);
    let heads = vec![
        Head::sorted("place", "#"),
        Head::sorted("name", page.t("desk.node_name")),
        Head::plain(page.t("desk.node_host")),
        Head::sorted("state", page.t("desk.node_state")),
        Head::sorted("online", page.t("desk.node_users")),
        Head::sorted("traffic", page.t("desk.node_traffic")),
        Head::sorted("rate", page.t("desk.node_rate")),
        Head::plain(page.t("desk.node_groups")),
        Head::plain(page.t("desk.node_show")),
        Head::plain(""),
    ];
    let filters = filters(&page);
    let bulk = BULK.into_iter().map(|(path, label)| Bulk {
        action: page.to(&format!("/nodes/many/{path}")),
        label: page.t(label).to_owned(),
        confirm: page.t("layout.sure").to_owned(),
    });
    let bulk = bulk.collect();
    let links = vec![(page.to("/nodes/new"), page.t("desk.node_new").to_owned())];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.bulk = bulk;
    shown.links = links;
    shown.answer(&request, "nodes")
}

fn filters(page: &Page) -> Vec<Filter> {
    let yes_or_no = || {
        vec![
            ("1".to_owned(), page.t("layout.yes").to_owned()),
            ("0".to_owned(), page.t("layout.no").to_owned()),
        ]
    };
    let protocols = Protocol::ALL.map(|protocol| (protocol.to_string(), protocol.to_string()));
    let states = [0, 1, 2].map(|state| (state.to_string(), page.t(state_of(state).0).to_owned()));
    vec![
        Filter::text(WORDS, page.t("desk.node_name")),
        Filter::choice("protocol", page.t("desk.node_protocol"), protocols.into()),
        Filter::choice("available", page.t("desk.node_state"), states.into()),
        Filter::choice("show", page.t("desk.node_show"), yes_or_no()),
    ]
}

fn state_of(availability: u8) -> (&'static str, Tone) {
    match availability {
        0 => ("desk.node_offline", Tone::Bad),
        1 => ("desk.node_idle", Tone::Warn),
        _ => ("desk.node_online", Tone::Good),
    }
}

fn item(page: &Page, place: usize, managed: &ManagedNode, now: UnixSeconds) -> Item {
    let node = &managed.view.record;
    let id = node.id;
    let availability = managed.view.state.availability(now);
    let (state, tone) = state_of(availability);
    let groups = managed.view.groups.iter().map(|(_, name)| name.as_str());
    let groups: Vec<&str> = groups.collect();
    let carried = node.upload.saturating_add(node.download);
    let traffic = match node.traffic_limit.filter(|limit| *limit > 0) {
        Some(limit) => Cell::Part {
            value: carried.min(limit),
            whole: limit,
            text: format!("{} / {}", page.bytes(&carried), page.bytes(&limit)),
        },
        None => Cell::Bytes(carried),
    };
    let parent = managed.parent.as_ref();
    let below = match parent {
        Some(parent) => format!("{} · {} ↑ {}", node.protocol, id, parent.name),
        None => format!("{} · {id}", node.protocol),
    };
    let place = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1);
    let cells = vec![
        Cell::text(place),
        Cell::Links(vec![(page.to(&format!("/nodes/{id}")), node.name.clone())]),
        Cell::Two {
            text: format!("{}:{}", node.host, node.port),
            below,
        },
        Cell::state(tone, page.t(state)),
        Cell::text(managed.view.state.online_users),
        traffic,
        Cell::text(node.rate),
        Cell::text(groups.join(", ")),
        switch(page, managed),
        Cell::Buttons(buttons(page, managed)),
    ];
    Item {
        row: Row {
            key: id.to_string(),
            cells,
        },
        keys: vec![
            ("place", Key::Number(place)),
            ("name", Key::Text(node.name.to_lowercase())),
            ("state", Key::Number(availability.into())),
            ("online", Key::Number(managed.view.state.online_users)),
            ("traffic", Key::Number(carried)),
            ("rate", Key::Number(node.rate.ten_thousandths())),
        ],
        words: format!("{} {} {}", node.name, node.host, node.protocol),
        marks: vec![
            ("protocol", node.protocol.to_string()),
            ("available", availability.to_string()),
            ("show", u8::from(node.show).to_string()),
        ],
    }
}

/// Whether customers see it, and what turns that.
fn switch(page: &Page, managed: &ManagedNode) -> Cell {
    let node = &managed.view.record;
    let label = page.t(if node.show { "layout.yes" } else { "layout.no" });
    let path = page.to(&format!("/nodes/{}/switch", node.id));
    let mut button = Button::new(path, label).sending("show", u8::from(!node.show));
    button.tone = if node.show { Tone::Good } else { Tone::Plain };
    Cell::Switch(button)
}

fn buttons(page: &Page, managed: &ManagedNode) -> Vec<Button> {
    let at = |action: &str| page.to(&format!("/nodes/{}/{action}", managed.view.record.id));
    vec![
        Button::new(at("up"), page.t("desk.node_move_up")),
        Button::new(at("down"), page.t("desk.node_move_down")),
        Button::new(at("copy"), page.t("desk.node_copy")),
        Button::new(at("reset"), page.t("desk.node_reset")).asking(page.t("layout.sure")),
        Button::new(at("drop"), page.t("layout.delete")).asking(page.t("layout.sure")),
    ]
}
