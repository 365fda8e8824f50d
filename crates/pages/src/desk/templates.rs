//! The texts from which subscriptions are made, and what each client gets of them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::SubscriptionPreview;
use ferroboard_site::{Group, TEMPLATE_FIELDS, TEMPLATE_NAMES};
use ferroboard_subscription::TemplateName;
use ferroboard_web::{Fault, Panel, Root};
use serde_json::{Map, Value};

use super::fields::{Control, Field, Section};
use super::form_page::{FormPage, More, Tab};
use super::typed::Typed;
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::page::{Page, show as answer};
use crate::visitor::Operator;

const SECTION: &str = "/templates";

/// Clients with the words by which they are known, one for each format.
const CLIENTS: [(&str, &str); 13] = [
    ("clash", "Clash"),
    ("meta", "Clash Meta (Mihomo)"),
    ("sing-box", "sing-box"),
    ("stash", "Stash"),
    ("surge", "Surge"),
    ("surfboard", "Surfboard"),
    ("egern", "Egern"),
    ("general", "V2RayN, V2RayNG"),
    ("loon", "Loon"),
    ("quantumult%20x", "Quantumult X"),
    ("shadowrocket", "Shadowrocket"),
    ("shadowsocks", "Shadowsocks"),
    ("xray-json", "Xray JSON"),
];

/// The field of a template's text.
fn field_of(template: TemplateName) -> &'static str {
    let mut fields = TEMPLATE_NAMES.iter().zip(TEMPLATE_FIELDS);
    let found = fields.find(|(name, _)| **name == template.name());
    found.map_or("", |(_, field)| field)
}

/// The client that reads a template.
const fn reader_of(template: TemplateName) -> &'static str {
    match template {
        TemplateName::SingBox => "sing-box",
        TemplateName::Clash => "clash",
        TemplateName::ClashMeta => "meta",
        TemplateName::Stash => "stash",
        TemplateName::Surge => "surge",
        TemplateName::Surfboard => "surfboard",
    }
}

/// Leads to the first template.
pub(super) async fn first(operator: Operator) -> PageResult {
    Ok(go(&operator.to("/templates/clash")))
}

/// A template with its text.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let template = TemplateName::named(&path.1).ok_or(Failure::Unknown)?;
    let typed = stored(&panel).await?;
    form_page(&operator, template, &typed, &form)?.answer(StatusCode::OK)
}

async fn stored(panel: &Panel) -> Result<Typed, Fault> {
    let run = panel.run(|app| async move {
        let settings = &app.administration.settings;
        settings.show(Some(Group::SubscribeTemplate)).await
    });
    let shown = run
        .await?
        .groups
        .into_iter()
        .flat_map(|(_, settings)| settings);
    let members = shown.map(|(key, value)| (key.to_owned(), value));
    Ok(Typed::edited(Value::Object(members.collect())))
}

fn form_page(
    operator: &Operator,
    template: TemplateName,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let page = Page::console(operator, SECTION, "layout.templates")?;
    let name = field_of(template);
    let text = typed.text(name);
    let is_own = !text.is_empty();
    let client = match typed.text("client") {
        client if client.is_empty() => reader_of(template).to_owned(),
        client => client,
    };
    let clients = CLIENTS.map(|(word, label)| (word.to_owned(), label.to_owned()));
    let bare = |label: &str, control| Field {
        name: String::new(),
        id: String::new(),
        label: page.t(label).to_owned(),
        hint: String::new(),
        control,
        value: String::new(),
        chosen: Vec::new(),
        errors: Vec::new(),
        is_needed: false,
    };
    let content = Field {
        name: name.to_owned(),
        id: "template".to_owned(),
        hint: page.t("desk.template_hint").to_owned(),
        errors: form.errors_within(name),
        // What is built in is a good beginning.
        value: if is_own {
            text
        } else {
            template.shipped().to_owned()
        },
        ..bare("desk.template_content", Control::Area(24))
    };
    let client = Field {
        name: "client".to_owned(),
        id: "client".to_owned(),
        value: client,
        ..bare("desk.template_client", Control::Select(clients.into()))
    };
    let title = page.t(if is_own {
        "desk.template_own"
    } else {
        "desk.template_builtin"
    });
    let mut preview = Section::new(page.t("desk.template_preview"), vec![client]);
    page.t("desk.template_preview_hint")
        .clone_into(&mut preview.hint);
    let sections = vec![Section::new(title, vec![content]), preview];
    let tabs = TemplateName::ALL.map(|known| Tab {
        href: operator.to(&format!("/templates/{}", known.name())),
        label: known.name().to_owned(),
        is_current: known == template,
    });
    let here = operator.to(&format!("/templates/{}", template.name()));
    let more = vec![More {
        action: format!("{here}/preview"),
        label: page.t("desk.template_preview").to_owned(),
        opens: true,
    }];
    let mut shown = FormPage::new(page, here, form, sections);
    shown.tabs = tabs.into();
    shown.more = more;
    Ok(shown)
}

/// Saves a template. An empty text, and the built-in one, let the built-in one apply.
pub(super) async fn save(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let template = TemplateName::named(&path.1).ok_or(Failure::Unknown)?;
    let typed = Typed::of(&form);
    let field = field_of(template);
    let text = typed.text(field).replace("\r\n", "\n");
    let is_built_in = text.is_empty() || text.trim() == template.shipped().trim();
    let value = if is_built_in {
        Value::Null
    } else {
        Value::from(text)
    };
    let fields = Map::from_iter([(field.to_owned(), value)]);
    let run = panel
        .run(move |app| async move { app.administration.settings.save(&fields, change).await });
    match run.await {
        Ok(()) => {
            let done = Flash::done("desk.template_saved");
            let path = operator.to(&format!("/templates/{}", template.name()));
            Ok(done.and_go(&operator.visitor, &path))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(&operator, template, &typed, &form)?.answer(status)
        }
    }
}

#[derive(Template)]
#[template(path = "desk/preview.html")]
struct PreviewPage {
    page: Page,
    client: String,
    preview: SubscriptionPreview,
}

/// What a client would get with the text in the form, saved or not.
pub(super) async fn preview(
    operator: Operator,
    path: Path<(String, String)>,
    Root(root): Root,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let template = TemplateName::named(&path.1).ok_or(Failure::Unknown)?;
    let text = form.text(field_of(template)).to_owned();
    let known = CLIENTS.iter().find(|(word, _)| form.is("client", word));
    let (word, label) = known.copied().ok_or(Failure::Unknown)?;
    let run = panel.run(move |app| async move {
        let own = (!text.is_empty()).then_some((template, text));
        let previews = &app.administration.previews;
        previews.subscription(word, own, root.for_asker()).await
    });
    let preview = run.await?;
    let page = Page::console(&operator, SECTION, "desk.template_preview")?;
    answer(&PreviewPage {
        page,
        client: label.to_owned(),
        preview,
    })
}
