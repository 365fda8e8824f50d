//! The themes: which one counts, and how it is configured.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_site::ThemeName;
use ferroboard_web::Panel;
use serde_json::{Map, Value};

use super::fields::{Control, Field, Section};
use super::form_page::FormPage;
use super::typed::Typed;
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::Button;
use crate::page::{Page, show as answer, show_as};
use crate::visitor::Operator;

const SECTION: &str = "/themes";
/// The setting that names the theme in use.
const SETTING: &str = "frontend_theme";
/// What stands for the panel's own pages.
const OWN: &str = "ferroboard";

/// A theme on the page.
struct Shown {
    name: String,
    description: String,
    version: String,
    is_active: bool,
    buttons: Vec<Button>,
}

#[derive(Template)]
#[template(path = "desk/themes.html")]
struct ThemesPage {
    page: Page,
    form: Form,
    themes: Vec<Shown>,
}

/// The themes that there are, the panel's own pages before them.
pub(super) async fn list(operator: Operator, form: Form, panel: Data<Panel>) -> PageResult {
    answer(&themes_page(&operator, form, &panel).await?)
}

async fn themes_page(
    operator: &Operator,
    form: Form,
    panel: &Panel,
) -> Result<ThemesPage, Failure> {
    let run = panel.run(|app| async move { app.administration.themes.list().await });
    let list = run.await?;
    let page = Page::console(operator, SECTION, "layout.themes")?;
    let is_folder = |name: &str| {
        list.themes
            .iter()
            .any(|listed| listed.theme.name.as_str() == name)
    };
    // A theme without a folder is not shown to anybody: the panel's own pages are.
    let is_own = list.active.eq_ignore_ascii_case(OWN) || !is_folder(&list.active);
    let at = |name: &str, action: &str| page.to(&format!("/themes/{name}/{action}"));
    let choose = |name: &str| Button::new(at(name, "use"), page.t("desk.theme_choose"));
    let mut themes = vec![Shown {
        name: OWN.to_owned(),
        description: page.t("desk.theme_own").to_owned(),
        version: String::new(),
        is_active: is_own,
        buttons: if is_own {
            Vec::new()
        } else {
            vec![choose(OWN)]
        },
    }];
    for listed in &list.themes {
        let name = listed.theme.name.as_str();
        if name.eq_ignore_ascii_case(OWN) {
            continue;
        }
        let is_active = !is_own && name == list.active;
        let mut buttons = Vec::new();
        if !is_active {
            buttons.push(choose(name));
        }
        buttons.push(Button::new(
            at(name, "options"),
            page.t("desk.theme_configure"),
        ));
        if listed.can_delete {
            let drop = Button::new(at(name, "drop"), page.t("layout.delete"));
            buttons.push(drop.asking(page.t("layout.sure")));
        }
        let description = listed
            .theme
            .members
            .get("description")
            .and_then(Value::as_str);
        themes.push(Shown {
            name: name.to_owned(),
            description: description.unwrap_or_default().to_owned(),
            version: listed.theme.version(),
            is_active,
            buttons,
        });
    }
    Ok(ThemesPage { page, form, themes })
}

/// Does to a theme what the last part of the path says.
pub(super) async fn act(
    operator: Operator,
    path: Path<(String, String, String)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let name = ThemeName::parse(&path.1).ok_or(Failure::Unknown)?;
    let what = match path.2.as_str() {
        "use" => {
            let fields = Map::from_iter([(SETTING.to_owned(), Value::from(name.as_str()))]);
            let run = panel.run(move |app| async move {
                app.administration.settings.save(&fields, change).await
            });
            run.await?;
            "desk.theme_chosen"
        }
        "drop" => {
            let run = panel.run(move |app| async move {
                app.administration.themes.delete(&name, change).await
            });
            run.await?;
            "desk.theme_dropped"
        }
        "options" => {
            let run = panel.run(move |app| async move {
                let config = app.administration.themes.config(&name, change).await?;
                Ok((name, config))
            });
            let (name, config) = run.await?;
            let typed = Typed::edited(Value::Object(config.ok_or(Failure::Unknown)?));
            return options(&operator, &name, &typed, &panel).await;
        }
        _ => return Err(Failure::Unknown),
    };
    Ok(Flash::done(what).and_go(&operator.visitor, &operator.to(SECTION)))
}

/// The form of a theme's own options, which its package names.
async fn options(
    operator: &Operator,
    name: &ThemeName,
    typed: &Typed,
    panel: &Panel,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.themes.list().await });
    let themes = run.await?.themes;
    let theme = themes.into_iter().find(|listed| listed.theme.name == *name);
    let theme = theme.ok_or(Failure::Unknown)?.theme;
    let page = Page::console_titled(operator, SECTION, name.as_str().to_owned())?;
    let fields = theme.members.get("configs").and_then(Value::as_array);
    let fields = fields.into_iter().flatten();
    let fields = fields.filter_map(|field| option(field, typed)).collect();
    let sections = vec![Section::new(page.t("desk.theme_configure"), fields)];
    let action = operator.to(&format!("/themes/{}", name.as_str()));
    FormPage::new(page, action, &Form::default(), sections).answer(StatusCode::OK)
}

fn option(field: &Value, typed: &Typed) -> Option<Field> {
    let text = |member: &str| {
        field
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let name = field.get("field_name")?.as_str()?.to_owned();
    let control = match text("field_type") {
        "select" => {
            let choices = field.get("select_options").and_then(Value::as_object);
            let choices = choices.into_iter().flatten().map(|(value, label)| {
                let label = label.as_str().unwrap_or(value);
                (value.clone(), label.to_owned())
            });
            Control::Select(choices.collect())
        }
        "textarea" => Control::Area(6),
        _ => Control::Input("text"),
    };
    Some(Field {
        id: name.clone(),
        label: text("label").to_owned(),
        hint: text("placeholder").to_owned(),
        control,
        value: typed.text(&name),
        chosen: Vec::new(),
        errors: Vec::new(),
        is_needed: false,
        name,
    })
}

/// Gives the options of a theme these values.
pub(super) async fn configure(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let name = ThemeName::parse(&path.1).ok_or(Failure::Unknown)?;
    let fields = form.input().fields().iter();
    let values = fields.map(|(name, value)| {
        let value = if value.is_null() {
            Value::from("")
        } else {
            value.clone()
        };
        (name.clone(), value)
    });
    let values: Map<String, Value> = values.collect();
    let run = panel.run(move |app| async move {
        app.administration
            .themes
            .configure(&name, &values, change)
            .await
    });
    run.await?;
    let done = Flash::done("desk.theme_saved");
    Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
}

/// Unpacks a package with a theme.
pub(super) async fn upload(
    operator: Operator,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let package = form.file("file").map(|file| file.content.to_vec());
    let Some(package) = package.filter(|package| !package.is_empty()) else {
        let missing = crate::catalogue::text(operator.visitor.lang(), "desk.refused_missing");
        form.complain("file", missing);
        let shown = themes_page(&operator, form, &panel).await?;
        return show_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let run = panel
        .run(move |app| async move { app.administration.themes.upload(package, change).await });
    match run.await {
        Ok(()) => {
            let done = Flash::done("desk.theme_uploaded");
            Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            show_as(status, &themes_page(&operator, form, &panel).await?)
        }
    }
}
