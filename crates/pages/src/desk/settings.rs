//! The settings of the site, group by group, each with what it does.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_site::{FieldKind, Group, SettingField};
use ferroboard_web::{Fault, Panel};
use serde_json::{Map, Value};

use super::fields::{Control, Field, Section};
use super::form_page::{FormPage, More, Tab};
use super::typed::Typed;
use crate::catalogue;
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::page::Page;
use crate::visitor::Operator;

const SECTION: &str = "/settings";
/// What is ticked to take a secret away.
const CLEARED: &str = "cleared";

/// What our own form asks for beside what `config/fetch` shows to pages of the family, which do not know it.
const MAIL_LINK: SettingField = SettingField {
    key: "login_with_mail_link_enable",
    kind: FieldKind::Switch,
    is_optional: false,
    is_secret: false,
};

/// The settings that the form of a group asks for.
fn fields_of(group: Group) -> Vec<SettingField> {
    let mut fields = group.fields();
    if group == Group::Safe {
        let place = fields
            .iter()
            .position(|field| field.key == "captcha_enable");
        fields.insert(place.unwrap_or(fields.len()), MAIL_LINK);
    }
    fields
}

/// Leads to the first group.
pub(super) async fn first(operator: Operator) -> PageResult {
    Ok(go(&operator.to("/settings/site")))
}

/// The group of this name that has a form here; templates have pages of their own.
fn group(name: &str) -> Result<Group, Failure> {
    let group = Group::named(name).filter(|group| *group != Group::SubscribeTemplate);
    group.ok_or(Failure::Unknown)
}

/// The settings of a group.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let group = group(&path.1)?;
    let typed = stored(&panel, group).await?;
    form_page(&operator, group, &typed, &typed, &form)?.answer(StatusCode::OK)
}

async fn stored(panel: &Panel, group: Group) -> Result<Typed, Fault> {
    let run =
        panel.run(move |app| async move { app.administration.settings.show(Some(group)).await });
    let page = run.await?;
    let has_link = page.settings.safe.login_with_mail_link_enable;
    let shown = page.groups.into_iter().flat_map(|(_, settings)| settings);
    let members = shown.map(|(key, value)| (key.to_owned(), value));
    let mut members: Map<String, Value> = members.collect();
    if group == Group::Safe {
        members.insert(MAIL_LINK.key.to_owned(), Value::from(has_link));
    }
    Ok(Typed::edited(Value::Object(members)))
}

/// The name of the text that a setting is called by.
fn label_of(key: &str) -> String {
    format!("desk.{key}")
}

/// What explains a setting; those that are alike share a text.
fn hint_of(page: &Page, key: &str) -> String {
    let own = format!("desk.{key}_hint");
    let shared = match key {
        key if key.ends_with("_version") => "desk.app_version_hint",
        key if key.ends_with("_download_url") => "desk.app_download_hint",
        key if key.starts_with("recaptcha") || key.starts_with("turnstile") => {
            "desk.captcha_key_hint"
        }
        _ => "",
    };
    let known = catalogue::known(page.lang(), &own);
    known
        .or_else(|| catalogue::known(page.lang(), shared))
        .unwrap_or_default()
        .to_owned()
}

fn form_page(
    operator: &Operator,
    group: Group,
    stored: &Typed,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let title = format!("desk.group_{}", group.name());
    let page = Page::console(operator, SECTION, &title)?;
    let mut fields = Vec::new();
    for setting in fields_of(group) {
        fields.push(field(&page, &setting, stored, typed, form));
        let has_secret = setting.is_secret && !stored.text(setting.key).is_empty();
        if has_secret && setting.is_optional {
            fields.push(clearing(&page, &setting, typed));
        }
    }
    let section = Section {
        hint: page
            .t(&format!("desk.group_{}_about", group.name()))
            .to_owned(),
        ..Section::new("", fields)
    };
    let groups = Group::ALL.into_iter();
    let groups = groups.filter(|known| *known != Group::SubscribeTemplate);
    let tabs = groups.map(|known| Tab {
        href: operator.to(&format!("/settings/{}", known.name())),
        label: page.t(&format!("desk.group_{}", known.name())).to_owned(),
        is_current: known == group,
    });
    let tabs = tabs.collect();
    let mut more = Vec::new();
    if group == Group::Email {
        more.push(More {
            action: operator.to("/settings/email/test"),
            label: page.t("desk.mail_try").to_owned(),
            opens: false,
        });
    }
    let action = operator.to(&format!("/settings/{}", group.name()));
    let mut shown = FormPage::new(page, action, form, vec![section]);
    shown.tabs = tabs;
    shown.more = more;
    Ok(shown)
}

/// A setting on the page. A secret is never shown: an empty field keeps it.
fn field(page: &Page, setting: &SettingField, stored: &Typed, typed: &Typed, form: &Form) -> Field {
    let key = setting.key;
    let is_set = setting.is_secret && !stored.text(key).is_empty();
    let mut hint = hint_of(page, key);
    if is_set {
        hint = format!("{hint} {}", page.t("desk.secret_kept"));
    }
    let value = match setting.kind {
        FieldKind::List => typed.lines(key),
        _ if setting.is_secret => String::new(),
        _ => typed.text(key),
    };
    let control = match setting.kind {
        FieldKind::Switch => Control::Tick,
        FieldKind::Number => {
            choices_of(page, key).map_or(Control::Input("decimal"), Control::Select)
        }
        FieldKind::Line if setting.is_secret => Control::Input("password"),
        FieldKind::Line => Control::Input("text"),
        FieldKind::Text => Control::Area(4),
        FieldKind::List => Control::Area(5),
        FieldKind::Choice(values) => {
            let named = values.iter();
            let named = named.map(|value| ((*value).to_owned(), called(page, key, value)));
            Control::Select(named.collect())
        }
    };
    Field {
        name: key.to_owned(),
        id: key.to_owned(),
        label: page.t(&label_of(key)).to_owned(),
        hint,
        control,
        value,
        chosen: Vec::new(),
        errors: form.errors_within(key),
        is_needed: !setting.is_optional && setting.kind != FieldKind::Switch,
    }
}

/// What a choice is called.
fn called(page: &Page, key: &str, value: &str) -> String {
    if key == "reset_traffic_method" {
        return page.t(&format!("desk.reset_{value}")).to_owned();
    }
    value.to_owned()
}

/// Numbers that are switches.
fn choices_of(page: &Page, key: &str) -> Option<Vec<(String, String)>> {
    let is_switch = matches!(
        key,
        "new_order_event_id" | "renew_order_event_id" | "change_order_event_id"
    );
    is_switch.then(|| {
        vec![
            ("0".to_owned(), page.t("layout.no").to_owned()),
            ("1".to_owned(), page.t("layout.yes").to_owned()),
        ]
    })
}

fn clearing(page: &Page, setting: &SettingField, typed: &Typed) -> Field {
    let name = format!("{CLEARED}.{}", setting.key);
    Field {
        name: format!("{CLEARED}[{}]", setting.key),
        id: format!("{CLEARED}-{}", setting.key),
        label: format!(
            "{}: {}",
            page.t(&label_of(setting.key)),
            page.t("desk.secret_clear")
        ),
        hint: String::new(),
        control: Control::Tick,
        value: typed.text(&name),
        chosen: Vec::new(),
        errors: Vec::new(),
        is_needed: false,
    }
}

/// What the form says, as the API takes it: the fields of the group, and no secret that was left empty.
fn said(group: Group, typed: &Typed) -> Map<String, Value> {
    let mut fields = Map::new();
    for setting in fields_of(group) {
        let key = setting.key;
        let text = typed.text(key);
        let is_cleared = typed.has(&format!("{CLEARED}.{key}"));
        let value = match setting.kind {
            FieldKind::List => {
                let lines = typed.lines(key);
                let items = lines.lines().map(str::trim).filter(|line| !line.is_empty());
                Value::from(items.collect::<Vec<_>>())
            }
            _ if text.is_empty() && setting.is_secret && !is_cleared => continue,
            _ if text.is_empty() => Value::Null,
            _ => Value::from(text),
        };
        fields.insert(key.to_owned(), value);
    }
    fields
}

/// Saves the settings of a group: all of them or, when one is refused, none.
pub(super) async fn save(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let group = group(&path.1)?;
    let typed = Typed::of(&form);
    let fields = said(group, &typed);
    let run = panel
        .run(move |app| async move { app.administration.settings.save(&fields, change).await });
    match run.await {
        Ok(()) => {
            let done = Flash::done("desk.settings_saved");
            // The path of these pages may be another one now.
            let site = panel.site();
            let path = site.admin_path().unwrap_or_default();
            Ok(done.and_go(
                &operator.visitor,
                &format!("/{path}/settings/{}", group.name()),
            ))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            let stored = stored(&panel, group).await?;
            form_page(&operator, group, &stored, &typed, &form)?.answer(status)
        }
    }
}

/// Mails whoever asks, by what stands in the form, saved or not.
pub(super) async fn test_mail(
    operator: Operator,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let typed = Typed::of(&form);
    let fields = said(Group::Email, &typed);
    let run = panel
        .run(move |app| async move { app.administration.test_mails.send(&fields, change).await });
    let tested = run.await;
    let stored = stored(&panel, Group::Email).await?;
    let (status, told) = match tested {
        Ok(tested) => match tested.error {
            None => (StatusCode::OK, Ok(tested.to)),
            Some(reason) => (StatusCode::BAD_GATEWAY, Err(reason)),
        },
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            return form_page(&operator, Group::Email, &stored, &typed, &form)?.answer(status);
        }
    };
    let mut shown = form_page(&operator, Group::Email, &stored, &typed, &form)?;
    match told {
        Ok(to) => shown.told = Some(shown.page.put("desk.mail_tried", "value", to.as_str())),
        Err(reason) => shown.message = Some(shown.page.put("desk.mail_failed", "value", reason)),
    }
    shown.answer(status)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lang::Lang;

    #[test]
    fn every_setting_has_a_name_and_an_explanation() {
        for group in Group::ALL {
            for setting in fields_of(group) {
                let label = catalogue::known(Lang::EnUs, &label_of(setting.key));
                assert!(label.is_some(), "{} has no name", setting.key);
            }
        }
    }

    #[test]
    fn a_secret_that_is_left_empty_is_not_sent() {
        let said = |typed| Value::Object(said(Group::Email, &Typed::edited(typed)));
        let kept = said(json!({"email_host": "h", "email_password": null}));
        assert_eq!(kept["email_host"], "h");
        assert!(kept.get("email_password").is_none());
        let cleared = said(json!({"cleared": {"email_password": "1"}}));
        assert_eq!(cleared["email_password"], Value::Null);
        let typed = said(json!({"email_password": "p", "cleared": {"email_password": "1"}}));
        assert_eq!(typed["email_password"], "p");
    }
}
