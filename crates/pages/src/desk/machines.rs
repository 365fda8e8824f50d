//! Machines that run several nodes: their secret, how they are installed, and how busy they are.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_application::{MachineNodeView, MachineView};
use ferroboard_kernel::{MachineId, Seconds, UnixSeconds};
use ferroboard_nodes::MachineReading;
use ferroboard_web::forms::SaveMachine;
use ferroboard_web::{Fault, Panel, Root, body_of};
use serde_json::json;

use super::fields::{Kind, Spec, sent};
use super::form_page::{Fact, FormPage, Table};
use super::typed::Typed;
use super::whole_list::{Item, Key, WORDS, found};
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::{Button, Cell, Filter, Head, ListPage, ListQuery, Row, Tone};
use crate::page::Page;
use crate::visitor::Operator;

const SECTION: &str = "/machines";
/// How many readings are shown.
const READINGS: u32 = 60;
/// How far back they lie at most.
const SPAN: Seconds = Seconds::hours(24);

const FIELDS: &[Spec] = &[
    Spec::new("name", "desk.machine_name", Kind::Line).needed(),
    Spec::new("notes", "desk.machine_notes", Kind::Area),
    Spec::new("is_active", "desk.machine_active", Kind::Tick).hint("desk.machine_active_hint"),
];

/// Every machine.
pub(super) async fn list(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.machines.list().await });
    let machines = run.await?;
    let page = Page::console(&operator, SECTION, "layout.machines")?;
    let list = ListQuery::of(&operator.visitor);
    let items = machines
        .iter()
        .map(|machine| item(&page, machine))
        .collect();
    let found = found(&list, items);
    let heads = vec![
        Head::sorted("id", "#"),
        Head::sorted("name", page.t("desk.machine_name")),
        Head::plain(page.t("desk.machine_active")),
        Head::sorted("nodes", page.t("desk.machine_nodes")),
        Head::sorted("seen", page.t("desk.machine_seen")),
        Head::plain(""),
    ];
    let filters = vec![Filter::text(WORDS, page.t("desk.machine_name"))];
    let links = vec![(
        page.to("/machines/new"),
        page.t("desk.machine_new").to_owned(),
    )];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.links = links;
    shown.answer(&request, "machines")
}

fn item(page: &Page, machine: &MachineView) -> Item {
    let (id, terms) = (machine.id, &machine.terms);
    let drop = Button::new(
        page.to(&format!("/machines/{id}/drop")),
        page.t("layout.delete"),
    );
    let (tone, active) = if terms.active {
        (Tone::Good, "layout.yes")
    } else {
        (Tone::Bad, "layout.no")
    };
    let seen = match machine.last_seen_at {
        Some(at) => Cell::Time(at),
        None => Cell::text(page.t("desk.machine_never")),
    };
    let cells = vec![
        Cell::text(id),
        Cell::link(page.to(&format!("/machines/{id}")), &terms.name),
        Cell::state(tone, page.t(active)),
        Cell::text(machine.nodes),
        seen,
        Cell::Buttons(vec![drop.asking(page.t("layout.sure"))]),
    ];
    let seen = machine.last_seen_at.map_or(0, UnixSeconds::get);
    Item {
        row: Row {
            key: id.to_string(),
            cells,
        },
        keys: vec![
            ("id", Key::Number(id.get())),
            ("name", Key::Text(terms.name.to_lowercase())),
            ("nodes", Key::Number(machine.nodes)),
            ("seen", Key::Number(seen)),
        ],
        words: format!(
            "{} {}",
            terms.name,
            terms.notes.as_deref().unwrap_or_default()
        ),
        marks: Vec::new(),
    }
}

/// What is known of a machine beside what administrators say.
struct Known {
    id: MachineId,
    token: String,
    command: String,
    nodes: Vec<MachineNodeView>,
    readings: Vec<MachineReading>,
}

fn form_page(
    operator: &Operator,
    known: Option<Known>,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let title = if known.is_some() {
        "desk.machine_edit"
    } else {
        "desk.machine_new"
    };
    let page = Page::console(operator, SECTION, title)?;
    let Some(known) = known else {
        let action = operator.to("/machines/new");
        return Ok(FormPage::of(page, action, form, typed, FIELDS));
    };
    let here = operator.to(&format!("/machines/{}", known.id));
    let facts = facts(&page, &here, &known);
    let table = history(&page, &known);
    let mut shown = FormPage::of(page, here, form, typed, FIELDS);
    shown.facts = facts;
    shown.table = Some(table);
    Ok(shown)
}

fn facts(page: &Page, here: &str, known: &Known) -> Vec<Fact> {
    let reset = Button::new(format!("{here}/token"), page.t("desk.machine_token_reset"));
    let nodes = known.nodes.iter();
    let nodes: Vec<String> = nodes
        .map(|node| format!("{} ({})", node.name, node.protocol))
        .collect();
    vec![
        Fact {
            id: "command",
            title: page.t("desk.machine_command").to_owned(),
            hint: page.t("desk.machine_command_hint").to_owned(),
            text: known.command.clone(),
            button: None,
        },
        Fact {
            id: "token",
            title: page.t("desk.machine_token").to_owned(),
            hint: page.t("desk.machine_token_reset_hint").to_owned(),
            text: known.token.clone(),
            button: Some(reset.asking(page.t("layout.sure"))),
        },
        Fact {
            id: "nodes",
            title: page.t("desk.machine_nodes").to_owned(),
            hint: match nodes.as_slice() {
                [] => page.t("layout.none").to_owned(),
                nodes => nodes.join(", "),
            },
            text: String::new(),
            button: None,
        },
    ]
}

/// How busy it was, the latest first.
fn history(page: &Page, known: &Known) -> Table {
    let rows = known.readings.iter().rev().map(|reading| {
        let load = &reading.load.load;
        let part = |value: i64, whole: i64| Cell::Part {
            value,
            whole: whole.max(1),
            text: format!("{} / {}", page.bytes(&value), page.bytes(&whole)),
        };
        let speed = reading.load.network.map(|(inward, outward)| {
            let speed = |rate: f64| format!("{rate:.0} B/s");
            format!("↓ {} ↑ {}", speed(inward), speed(outward))
        });
        vec![
            Cell::Time(reading.at),
            Cell::text(format!("{:.1}", load.cpu)),
            part(load.memory.used, load.memory.total),
            part(load.disk.used, load.disk.total),
            Cell::maybe(speed),
        ]
    });
    let heads = [
        "desk.time",
        "desk.machine_cpu",
        "desk.machine_memory",
        "desk.machine_disk",
        "desk.node_traffic",
    ];
    Table {
        title: page.t("desk.machine_history").to_owned(),
        heads: heads.map(|head| page.t(head).to_owned()).into(),
        rows: rows.collect(),
        empty: page.t("desk.machine_no_history").to_owned(),
    }
}

/// The form for a new machine.
pub(super) async fn new(operator: Operator, form: Form) -> PageResult {
    let typed = Typed::edited(json!({"is_active": true}));
    form_page(&operator, None, &typed, &form)?.answer(StatusCode::OK)
}

async fn known(panel: &Panel, id: MachineId, Root(root): Root) -> Result<Known, Fault> {
    let run = panel.run(move |app| async move {
        let machines = &app.administration.machines;
        Ok(Known {
            id,
            token: machines.token(id).await?,
            command: machines.install_command(id, &root).await?,
            nodes: machines.nodes(id).await?,
            readings: machines.history(id, Some(SPAN), READINGS).await?,
        })
    });
    run.await
}

/// A machine with its form.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    root: Root,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = MachineId::new(path.1);
    let run = panel.run(|app| async move { app.administration.machines.list().await });
    let machines = run.await?;
    let machine = machines.into_iter().find(|machine| machine.id == id);
    let terms = machine.ok_or(Failure::Unknown)?.terms;
    let typed = Typed::edited(json!({
        "name": terms.name, "notes": terms.notes, "is_active": terms.active,
    }));
    let known = known(&panel, id, root).await?;
    form_page(&operator, Some(known), &typed, &form)?.answer(StatusCode::OK)
}

/// Makes a machine, and shows how it is installed.
pub(super) async fn create(
    operator: Operator,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let typed = Typed::of(&form);
    let fields = sent(FIELDS, &typed, &mut form, "");
    let made: Result<MachineId, Fault> = async {
        let body = body_of::<SaveMachine>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let machines = &app.administration.machines;
            Ok(machines.create(&body.into_terms(), change).await?.id)
        });
        run.await
    }
    .await;
    match made {
        Ok(id) => {
            let done = Flash::done("desk.machine_saved");
            Ok(done.and_go(&operator.visitor, &operator.to(&format!("/machines/{id}"))))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(&operator, None, &typed, &form)?.answer(status)
        }
    }
}

/// Changes what is said of a machine.
pub(super) async fn change(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    root: Root,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = MachineId::new(path.1);
    let typed = Typed::of(&form);
    let mut fields = sent(FIELDS, &typed, &mut form, "");
    fields.put("id", id.get());
    let saved: Result<(), Fault> = async {
        let body = body_of::<SaveMachine>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let machines = &app.administration.machines;
            machines.change(id, &body.into_change(), change).await
        });
        run.await
    }
    .await;
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.machine_saved");
            Ok(done.and_go(&operator.visitor, &operator.to("/machines")))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            let known = known(&panel, id, root).await?;
            form_page(&operator, Some(known), &typed, &form)?.answer(status)
        }
    }
}

/// Gives a machine another secret: with the old one it is let in no longer.
pub(super) async fn reset_token(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let id = MachineId::new(path.1);
    let run = panel
        .run(move |app| async move { app.administration.machines.reset_token(id, change).await });
    run.await?;
    let done = Flash::done("desk.machine_token_done");
    Ok(done.and_go(&operator.visitor, &operator.to(&format!("/machines/{id}"))))
}

/// Deletes a machine; its nodes stay.
pub(super) async fn delete(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let id = MachineId::new(path.1);
    let run =
        panel.run(move |app| async move { app.administration.machines.delete(id, change).await });
    run.await?;
    let done = Flash::done("desk.machine_dropped");
    Ok(done.and_go(&operator.visitor, &operator.to("/machines")))
}
