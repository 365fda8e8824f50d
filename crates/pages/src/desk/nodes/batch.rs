//! What is done to many nodes at once.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_kernel::NodeId;
use ferroboard_web::forms::SwitchNodes;
use ferroboard_web::{Panel, body_of};
use serde_json::Value;

use super::SECTION;
use crate::console::guard::Changing;
use crate::desk::fields::{Filled, Kind, Section, Spec};
use crate::desk::form_page::FormPage;
use crate::desk::typed::Typed;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::page::Page;
use crate::visitor::Operator;

/// What a switch becomes; nothing leaves it as it is.
const TURNED: &[(&str, &str)] = &[
    ("", "desk.node_keep"),
    ("1", "layout.yes"),
    ("0", "layout.no"),
];
const SWITCHES: &[Spec] = &[
    Spec::new("show", "desk.node_show", Kind::Choice(TURNED)),
    Spec::new("enabled", "desk.node_enabled", Kind::Choice(TURNED)),
];
const MACHINE: Spec = Spec::new("machine_id", "desk.node_batch_machine", Kind::Among);

/// The numbers of the nodes that were ticked.
fn ticked(form: &Form) -> Vec<NodeId> {
    let numbers = form.many("ids").into_iter();
    let numbers = numbers.filter_map(|number| number.parse().ok());
    numbers.map(NodeId::new).collect()
}

/// Does to the ticked nodes what the path says: shows the form of their switches, or acts at once.
pub(in crate::desk) async fn act(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let nodes = ticked(&form);
    if nodes.is_empty() {
        let nothing = Flash::refused("desk.node_nothing_chosen");
        return Ok(nothing.and_go(&operator.visitor, &operator.to("/nodes")));
    }
    let count = nodes.len();
    match path.1.as_str() {
        "edit" => {
            return form_page(&operator, &form, &panel)
                .await?
                .answer(StatusCode::OK);
        }
        "switch" => return switch(&operator, Changing(change), form, &panel).await,
        "reset" => {
            let run = panel.run(move |app| async move {
                app.administration
                    .nodes
                    .reset_all_traffic(nodes, change)
                    .await
            });
            run.await?;
        }
        "drop" => {
            let run = panel.run(move |app| async move {
                app.administration.nodes.delete_all(nodes, change).await
            });
            run.await?;
        }
        _ => return Err(Failure::Unknown),
    }
    let done = Flash::done("desk.node_batched").with(count);
    Ok(done.and_go(&operator.visitor, &operator.to("/nodes")))
}

/// The form of the switches of those that were ticked.
async fn form_page(operator: &Operator, form: &Form, panel: &Panel) -> Result<FormPage, Failure> {
    let run = panel.run(|app| async move { app.administration.machines.list().await });
    let machines = run.await?;
    let page = Page::console(operator, SECTION, "desk.node_batch")?;
    let mut choices = vec![
        (String::new(), page.t("desk.node_keep").to_owned()),
        ("0".to_owned(), page.t("layout.none").to_owned()),
    ];
    let named = machines.into_iter();
    choices.extend(named.map(|machine| (machine.id.to_string(), machine.terms.name)));
    let typed = Typed::of(form);
    let filled = Filled {
        page: &page,
        typed: &typed,
        form,
    };
    let mut fields = filled.fields(SWITCHES);
    fields.push(filled.field(&MACHINE, choices));
    let ids = ticked(form).into_iter();
    let hidden = ids.map(|id| ("ids[]".to_owned(), id.to_string())).collect();
    let sections = vec![Section::new("", fields)];
    let mut shown = FormPage::new(page, operator.to("/nodes/many/switch"), form, sections);
    shown.hidden = hidden;
    Ok(shown)
}

async fn switch(
    operator: &Operator,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> PageResult {
    let mut fields = form.input().clone().into_fields();
    // An empty choice leaves a switch as it is; null would take the machine away.
    fields.retain(|_, value| *value != Value::Null);
    let switched = match body_of::<SwitchNodes>(&Typed::edited(Value::Object(fields)).into_input())
    {
        Ok(body) => {
            let (ids, switches) = body.into_parts();
            let count = ids.len();
            let run = panel.run(move |app| async move {
                app.administration
                    .nodes
                    .switch_all(ids, switches, change)
                    .await
            });
            run.await.map(|()| count)
        }
        Err(fault) => Err(fault),
    };
    match switched {
        Ok(count) => {
            let done = Flash::done("desk.node_batched").with(count);
            Ok(done.and_go(&operator.visitor, &operator.to("/nodes")))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(operator, &form, panel).await?.answer(status)
        }
    }
}
