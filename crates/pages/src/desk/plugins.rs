//! The plugins of the program: which are installed and switched on, and how they are set.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_application::PluginView;
use ferroboard_site::{FieldKind, PluginAction, PluginField, PluginKind};
use ferroboard_web::Panel;
use serde_json::{Map, Value};

use super::fields::{Control, Field, Section};
use super::form_page::FormPage;
use super::typed::Typed;
use super::whole_list::{Item, Key, WORDS, found};
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::{Button, Cell, Filter, Head, ListPage, ListQuery, Row, Tone};
use crate::page::Page;
use crate::visitor::Operator;

const SECTION: &str = "/plugins";

fn name_of(page: &Page, view: &PluginView) -> String {
    page.t(&format!("desk.plugin_of_{}", view.plugin.code))
        .to_owned()
}

/// The plugins.
pub(super) async fn list(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.plugins.list(None).await });
    let plugins = run.await?;
    let page = Page::console(&operator, SECTION, "layout.plugins")?;
    let list = ListQuery::of(&operator.visitor);
    let items = plugins.iter().map(|view| item(&page, view)).collect();
    let found = found(&list, items);
    let heads = vec![
        Head::sorted("name", page.t("desk.plan_name")),
        Head::plain(page.t("desk.node_state")),
        Head::plain(page.t("desk.plugin_version")),
        Head::plain(""),
    ];
    let kinds = PluginKind::ALL.map(|kind| {
        let label = match kind {
            PluginKind::Feature => "desk.plugin_features",
            PluginKind::Payment => "layout.payments",
        };
        (kind.name().to_owned(), page.t(label).to_owned())
    });
    let filters = vec![
        Filter::text(WORDS, page.t("desk.plan_name")),
        Filter::choice("kind", page.t("desk.plugin_kind"), kinds.into()),
    ];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.answer(&request, "plugins")
}

fn item(page: &Page, view: &PluginView) -> Item {
    let code = view.plugin.code;
    let name = name_of(page, view);
    let about = page.t(&format!("desk.plugin_of_{code}_about")).to_owned();
    let (tone, state) = match (view.state.is_installed(), view.state.enabled) {
        (_, true) => (Tone::Good, "desk.plugin_enabled"),
        (true, false) => (Tone::Warn, "desk.plugin_disabled"),
        (false, false) => (Tone::Plain, "desk.plugin_not_installed"),
    };
    let mut buttons = Vec::new();
    let mut offer = |action: &str, label: &str| {
        let path = page.to(&format!("/plugins/{code}/{action}"));
        let button = Button::new(path, page.t(label));
        buttons.push(match action {
            "uninstall" => button.asking(page.t("desk.plugin_uninstall_sure")),
            _ => button,
        });
    };
    match (view.state.is_installed(), view.state.enabled) {
        (false, _) => offer("install", "desk.plugin_install"),
        (true, true) => offer("disable", "desk.plugin_disable"),
        (true, false) => {
            offer("enable", "desk.plugin_enable");
            offer("uninstall", "desk.plugin_uninstall");
        }
    }
    if view.state.needs_upgrade(view.plugin) {
        offer("upgrade", "desk.plugin_upgrade");
    }
    let has_form = view.state.is_installed() && !view.plugin.fields.is_empty();
    let named = if has_form {
        Cell::link(page.to(&format!("/plugins/{code}")), &name)
    } else {
        Cell::text(&name)
    };
    let cells = vec![
        named,
        Cell::state(tone, page.t(state)),
        Cell::Two {
            text: view.state.version.clone(),
            below: about.clone(),
        },
        Cell::Buttons(buttons),
    ];
    Item {
        row: Row {
            key: code.to_owned(),
            cells,
        },
        keys: vec![("name", Key::Text(name.to_lowercase()))],
        words: format!("{name} {about} {code}"),
        marks: vec![("kind", view.plugin.kind.name().to_owned())],
    }
}

async fn view(panel: &Panel, code: &str) -> Result<PluginView, Failure> {
    let code = code.to_owned();
    let run = panel.run(move |app| async move { app.administration.plugins.find(&code).await });
    run.await?.ok_or(Failure::Unknown)
}

fn form_page(
    operator: &Operator,
    view: &PluginView,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let code = view.plugin.code;
    let title = name_of(&Page::console(operator, SECTION, "layout.plugins")?, view);
    let page = Page::console_titled(operator, SECTION, title)?;
    let fields = view.plugin.fields.iter();
    let fields = fields
        .map(|field| shown(&page, code, field, typed, form))
        .collect();
    let hint = page.t(&format!("desk.plugin_of_{code}_about")).to_owned();
    let action = operator.to(&format!("/plugins/{code}"));
    let mut shown = FormPage::new(page, action, form, vec![Section::new("", fields)]);
    shown.hint = hint;
    Ok(shown)
}

fn shown(page: &Page, code: &str, field: &PluginField, typed: &Typed, form: &Form) -> Field {
    let key = field.key;
    let control = match field.kind() {
        FieldKind::Switch => Control::Tick,
        FieldKind::Number => Control::Input("decimal"),
        FieldKind::Line => Control::Input("text"),
        FieldKind::Text => Control::Area(4),
        FieldKind::List => Control::Area(3),
        FieldKind::Choice(values) => {
            let named = values.iter().map(|value| {
                let label = page.t(&format!("desk.choice_{value}")).to_owned();
                ((*value).to_owned(), label)
            });
            Control::Select(named.collect())
        }
    };
    let value = match field.kind() {
        FieldKind::List => typed.lines(key),
        _ => typed.text(key),
    };
    Field {
        name: key.to_owned(),
        id: key.to_owned(),
        label: page.t(&format!("desk.plugin_of_{code}_{key}")).to_owned(),
        hint: match field.kind() {
            FieldKind::List => page.t("desk.f_lines_hint").to_owned(),
            _ => String::new(),
        },
        control,
        value,
        chosen: Vec::new(),
        errors: form.errors_within(key),
        is_needed: false,
    }
}

/// The settings of a plugin.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let view = view(&panel, &path.1).await?;
    let values = view.values.iter();
    let values = values.map(|(key, value)| ((*key).to_owned(), value.clone()));
    let typed = Typed::edited(Value::Object(values.collect()));
    form_page(&operator, &view, &typed, &form)?.answer(StatusCode::OK)
}

/// Replaces the settings of a plugin: all of them or, when one is refused, none.
pub(super) async fn save(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let view = view(&panel, &path.1).await?;
    let typed = Typed::of(&form);
    let code = view.plugin.code;
    let values = view.plugin.fields.iter().map(|field| {
        let value = match field.kind() {
            FieldKind::List => {
                let lines = typed.lines(field.key);
                let items = lines.lines().map(str::trim).filter(|line| !line.is_empty());
                Value::from(items.collect::<Vec<_>>())
            }
            _ => match typed.text(field.key) {
                text if text.is_empty() => Value::Null,
                text => Value::from(text),
            },
        };
        (field.key.to_owned(), value)
    });
    let values: Map<String, Value> = values.collect();
    let run = panel.run(move |app| async move {
        app.administration
            .plugins
            .configure(code, &values, change)
            .await
    });
    match run.await {
        Ok(()) => {
            let done = Flash::done("desk.plugin_saved");
            Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(&operator, &view, &typed, &form)?.answer(status)
        }
    }
}

/// Does to a plugin what the last part of the path says.
pub(super) async fn act(
    operator: Operator,
    path: Path<(String, String, String)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let action = match path.2.as_str() {
        "install" => PluginAction::Install,
        "uninstall" => PluginAction::Uninstall,
        "enable" => PluginAction::Enable,
        "disable" => PluginAction::Disable,
        "upgrade" => PluginAction::Upgrade,
        _ => return Err(Failure::Unknown),
    };
    let code = path.1.clone();
    let run = panel.run(move |app| async move {
        app.administration
            .plugins
            .change(&code, action, change)
            .await
    });
    run.await?;
    let done = Flash::done("desk.plugin_done");
    Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
}
