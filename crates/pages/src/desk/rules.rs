//! The rules that nodes apply to traffic.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_kernel::RouteId;
use ferroboard_nodes::KeptRoute;
use ferroboard_web::forms::SaveNodeRoute;
use ferroboard_web::{Fault, Panel, body_of};
use serde_json::json;

use super::fields::{Kind, Spec, sent};
use super::form_page::FormPage;
use super::typed::Typed;
use super::whole_list::{Item, Key, WORDS, found};
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::{Button, Cell, Filter, Head, ListPage, ListQuery, Row};
use crate::page::Page;
use crate::visitor::Operator;

const SECTION: &str = "/routes";

const ACTIONS: &[(&str, &str)] = &[
    ("block", "desk.route_action_block"),
    ("direct", "desk.route_action_direct"),
    ("dns", "desk.route_action_dns"),
    ("proxy", "desk.route_action_proxy"),
];

const FIELDS: &[Spec] = &[
    Spec::new("remarks", "desk.route_remarks", Kind::Line).needed(),
    Spec::new("match", "desk.route_match", Kind::Lines)
        .hint("desk.route_match_hint")
        .needed(),
    Spec::new("action", "desk.route_action", Kind::Choice(ACTIONS)),
    Spec::new("action_value", "desk.route_value", Kind::Line).hint("desk.route_value_hint"),
];

/// Every rule.
pub(super) async fn list(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.routes.list().await });
    let rules = run.await?;
    let page = Page::console(&operator, SECTION, "layout.routes")?;
    let list = ListQuery::of(&operator.visitor);
    let items = rules.iter().map(|view| item(&page, &view.kept)).collect();
    let found = found(&list, items);
    let heads = vec![
        Head::sorted("id", "#"),
        Head::sorted("remarks", page.t("desk.route_remarks")),
        Head::plain(page.t("desk.route_match")),
        Head::sorted("action", page.t("desk.route_action")),
        Head::plain(""),
    ];
    let actions = ACTIONS.iter();
    let actions = actions.map(|(value, label)| ((*value).to_owned(), page.t(label).to_owned()));
    let filters = vec![
        Filter::text(WORDS, page.t("desk.route_remarks")),
        Filter::choice("action", page.t("desk.route_action"), actions.collect()),
    ];
    let links = vec![(page.to("/routes/new"), page.t("desk.route_new").to_owned())];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.links = links;
    shown.answer(&request, "routes")
}

fn item(page: &Page, kept: &KeptRoute) -> Item {
    let route = &kept.route;
    let label = ACTIONS.iter().find(|(value, _)| *value == route.action);
    let action = label.map_or(route.action.as_str(), |(_, label)| page.t(label));
    let drop = Button::new(
        page.to(&format!("/routes/{}/drop", route.id)),
        page.t("layout.delete"),
    );
    let matches = route.matches.join(", ");
    let cells = vec![
        Cell::text(route.id),
        Cell::link(page.to(&format!("/routes/{}", route.id)), &kept.remarks),
        Cell::text(matches.chars().take(200).collect::<String>()),
        Cell::Two {
            text: action.to_owned(),
            below: route.action_value.clone().unwrap_or_default(),
        },
        Cell::Buttons(vec![drop.asking(page.t("layout.sure"))]),
    ];
    Item {
        row: Row {
            key: route.id.to_string(),
            cells,
        },
        keys: vec![
            ("id", Key::Number(route.id.get())),
            ("remarks", Key::Text(kept.remarks.to_lowercase())),
            ("action", Key::Text(route.action.clone())),
        ],
        words: format!("{} {matches}", kept.remarks),
        marks: vec![("action", route.action.clone())],
    }
}

fn form_page(
    operator: &Operator,
    id: Option<RouteId>,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let title = if id.is_some() {
        "desk.route_edit"
    } else {
        "desk.route_new"
    };
    let page = Page::console(operator, SECTION, title)?;
    let action = match id {
        Some(id) => operator.to(&format!("/routes/{id}")),
        None => operator.to("/routes/new"),
    };
    Ok(FormPage::of(page, action, form, typed, FIELDS))
}

/// The form for a new rule.
pub(super) async fn new(operator: Operator, form: Form) -> PageResult {
    let typed = Typed::edited(json!({"action": "block"}));
    form_page(&operator, None, &typed, &form)?.answer(StatusCode::OK)
}

/// The form of a rule that there is.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = RouteId::new(path.1);
    let run = panel.run(|app| async move { app.administration.routes.list().await });
    let rules = run.await?;
    let rule = rules.into_iter().find(|view| view.kept.route.id == id);
    let kept = rule.ok_or(Failure::Unknown)?.kept;
    let typed = Typed::edited(json!({
        "remarks": kept.remarks,
        "match": kept.route.matches,
        "action": kept.route.action,
        "action_value": kept.route.action_value,
    }));
    form_page(&operator, Some(id), &typed, &form)?.answer(StatusCode::OK)
}

/// Makes a rule.
pub(super) async fn create(
    operator: Operator,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(&operator, None, changing, form, &panel).await
}

/// Changes a rule: nodes that name it are told at once.
pub(super) async fn change(
    operator: Operator,
    path: Path<(String, i64)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(
        &operator,
        Some(RouteId::new(path.1)),
        changing,
        form,
        &panel,
    )
    .await
}

async fn save(
    operator: &Operator,
    id: Option<RouteId>,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> PageResult {
    let typed = Typed::of(&form);
    let mut fields = sent(FIELDS, &typed, &mut form, "");
    fields.put("id", id.map(RouteId::get));
    let saved: Result<(), Fault> = async {
        let body = body_of::<SaveNodeRoute>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let routes = &app.administration.routes;
            match body.into_parts() {
                (Some(id), terms) => routes.change(id, &terms, change).await,
                (None, terms) => routes.create(&terms, change).await,
            }
        });
        run.await
    }
    .await;
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.route_saved");
            Ok(done.and_go(&operator.visitor, &operator.to("/routes")))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(operator, id, &typed, &form)?.answer(status)
        }
    }
}

/// Deletes a rule: nodes that name it are told at once.
pub(super) async fn delete(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let id = RouteId::new(path.1);
    let run =
        panel.run(move |app| async move { app.administration.routes.delete(id, change).await });
    run.await?;
    let done = Flash::done("desk.route_dropped");
    Ok(done.and_go(&operator.visitor, &operator.to("/routes")))
}
