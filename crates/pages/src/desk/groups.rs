//! The permission groups: which nodes a subscription may use.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_kernel::GroupId;
use ferroboard_web::forms::SaveNodeGroup;
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

const SECTION: &str = "/groups";

const FIELDS: &[Spec] = &[Spec::new("name", "desk.group_name", Kind::Line).needed()];

/// The groups with who is in them.
pub(super) async fn list(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.groups.list().await });
    let groups = run.await?;
    let page = Page::console(&operator, SECTION, "layout.groups")?;
    let list = ListQuery::of(&operator.visitor);
    let items = groups.into_iter().map(|view| {
        let (id, name) = (view.group.id, view.group.name);
        let drop = Button::new(
            operator.to(&format!("/groups/{id}/drop")),
            page.t("layout.delete"),
        );
        let cells = vec![
            Cell::text(id),
            Cell::link(operator.to(&format!("/groups/{id}")), &name),
            Cell::text(view.users),
            Cell::text(view.nodes),
            Cell::Buttons(vec![drop.asking(page.t("layout.sure"))]),
        ];
        Item {
            row: Row {
                key: id.to_string(),
                cells,
            },
            keys: vec![
                ("id", Key::Number(id.get())),
                ("name", Key::Text(name.to_lowercase())),
                ("users", Key::Number(view.users)),
                ("nodes", Key::Number(view.nodes)),
            ],
            words: name,
            marks: Vec::new(),
        }
    });
    let found = found(&list, items.collect());
    let heads = vec![
        Head::sorted("id", "#"),
        Head::sorted("name", page.t("desk.group_name")),
        Head::sorted("users", page.t("desk.group_users")),
        Head::sorted("nodes", page.t("desk.group_nodes")),
        Head::plain(""),
    ];
    let filters = vec![Filter::text(WORDS, page.t("desk.group_name"))];
    let links = vec![(
        operator.to("/groups/new"),
        page.t("desk.group_new").to_owned(),
    )];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.links = links;
    shown.answer(&request, "groups")
}

fn form_page(
    operator: &Operator,
    id: Option<GroupId>,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let title = if id.is_some() {
        "desk.group_edit"
    } else {
        "desk.group_new"
    };
    let page = Page::console(operator, SECTION, title)?;
    let action = match id {
        Some(id) => operator.to(&format!("/groups/{id}")),
        None => operator.to("/groups/new"),
    };
    Ok(FormPage::of(page, action, form, typed, FIELDS))
}

/// The form for a new group.
pub(super) async fn new(operator: Operator, form: Form) -> PageResult {
    form_page(&operator, None, &Typed::default(), &form)?.answer(StatusCode::OK)
}

/// The form of a group that there is.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = GroupId::new(path.1);
    let run = panel.run(|app| async move { app.administration.groups.list().await });
    let groups = run.await?;
    let group = groups.into_iter().find(|view| view.group.id == id);
    let group = group.ok_or(Failure::Unknown)?.group;
    let typed = Typed::edited(json!({"name": group.name}));
    form_page(&operator, Some(id), &typed, &form)?.answer(StatusCode::OK)
}

/// Makes a group.
pub(super) async fn create(
    operator: Operator,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(&operator, None, changing, form, &panel).await
}

/// Calls a group otherwise.
pub(super) async fn rename(
    operator: Operator,
    path: Path<(String, i64)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(
        &operator,
        Some(GroupId::new(path.1)),
        changing,
        form,
        &panel,
    )
    .await
}

async fn save(
    operator: &Operator,
    id: Option<GroupId>,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> PageResult {
    let typed = Typed::of(&form);
    let saved = async {
        let mut fields = sent(FIELDS, &typed, &mut form, "");
        fields.put("id", id.map(GroupId::get));
        let body = body_of::<SaveNodeGroup>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let groups = &app.administration.groups;
            match body.into_parts() {
                (Some(id), name) => groups.rename(id, &name, change).await,
                (None, name) => groups.create(&name, change).await,
            }
        });
        run.await
    };
    let saved: Result<(), Fault> = saved.await;
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.group_saved");
            Ok(done.and_go(&operator.visitor, &operator.to("/groups")))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(operator, id, &typed, &form)?.answer(status)
        }
    }
}

/// Deletes a group that nothing has.
pub(super) async fn delete(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let id = GroupId::new(path.1);
    let run =
        panel.run(move |app| async move { app.administration.groups.delete(id, change).await });
    run.await?;
    let done = Flash::done("desk.group_dropped");
    Ok(done.and_go(&operator.visitor, &operator.to("/groups")))
}
