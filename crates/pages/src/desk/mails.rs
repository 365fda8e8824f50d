//! The texts of mails: their form, how they look, and one to try.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_kernel::UnixSeconds;
use ferroboard_listing::Found;
use ferroboard_mail::{MailTemplate, NewMail, TemplateName};
use ferroboard_web::forms::{SaveMailTemplate, TestMailTemplate};
use ferroboard_web::{Fault, Panel, body_of};
use serde_json::json;

use super::fields::{Filled, Kind, Section, Spec, sent};
use super::form_page::{FormPage, More};
use super::typed::Typed;
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::{Button, Cell, Head, ListPage, ListQuery, Row, Tone};
use crate::page::Page;
use crate::visitor::Operator;

const SECTION: &str = "/mail-templates";

/// What a mail may load where it is looked at: pictures, as in a mailbox, and its own styles.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'none'";

const TEXT: &[Spec] = &[
    Spec::new("subject", "desk.mail_subject", Kind::Line).needed(),
    Spec::new("content", "desk.mail_content", Kind::Area).needed(),
];
const TEST: Spec =
    Spec::new("email", "desk.mail_test_to", Kind::Line).hint("desk.mail_test_to_hint");

fn named(name: &str) -> Result<TemplateName, Failure> {
    TemplateName::named(name).ok_or(Failure::Unknown)
}

fn label(page: &Page, template: TemplateName) -> String {
    page.t(&format!("desk.mail_of_{}", template.as_str()))
        .to_owned()
}

/// The templates.
pub(super) async fn list(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.mail_templates.list().await });
    let templates = run.await?;
    let page = Page::console(&operator, SECTION, "layout.mail_templates")?;
    let rows = templates.into_iter().map(|(template, stored)| {
        let name = template.as_str();
        let (tone, text) = match &stored {
            Some(_) => (Tone::Good, "desk.template_own"),
            None => (Tone::Plain, "desk.template_builtin"),
        };
        let changed: Option<UnixSeconds> = stored.as_ref().and_then(|stored| stored.updated_at);
        Row {
            key: name.to_owned(),
            cells: vec![
                Cell::link(
                    page.to(&format!("/mail-templates/{name}")),
                    label(&page, template),
                ),
                Cell::maybe(stored.as_ref().map(|stored| stored.subject.as_str())),
                Cell::state(tone, page.t(text)),
                Cell::time(changed),
            ],
        }
    });
    let rows: Vec<Row> = rows.collect();
    let total = i64::try_from(rows.len()).unwrap_or_default();
    let heads = vec![
        Head::plain(page.t("desk.mail_template")),
        Head::plain(page.t("desk.mail_subject")),
        Head::plain(page.t("desk.node_state")),
        Head::plain(page.t("desk.time")),
    ];
    let list = ListQuery::of(&operator.visitor);
    ListPage::new(page, list, heads, Found { rows, total }).answer(&request, "mail-templates")
}

fn form_page(
    operator: &Operator,
    template: TemplateName,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let page = Page::console(operator, SECTION, "layout.mail_templates")?;
    let filled = Filled {
        page: &page,
        typed,
        form,
    };
    let names = template.required().iter().chain(template.optional());
    let names: Vec<String> = names.map(|name| format!("{{{{{name}}}}}")).collect();
    let text = Section {
        hint: page.put("desk.mail_placeholders", "names", names.join(" ")),
        ..Section::new(label(&page, template), filled.fields(TEXT))
    };
    let test = Section::new(
        page.t("desk.mail_test"),
        vec![filled.field(&TEST, Vec::new())],
    );
    let here = operator.to(&format!("/mail-templates/{}", template.as_str()));
    let more = vec![
        More {
            action: format!("{here}/preview"),
            label: page.t("desk.template_preview").to_owned(),
            opens: true,
        },
        More {
            action: format!("{here}/test"),
            label: page.t("desk.mail_test").to_owned(),
            opens: false,
        },
    ];
    let reset = Button::new(format!("{here}/reset"), page.t("desk.mail_reset"));
    let reset = reset.asking(page.t("layout.sure"));
    let mut shown = FormPage::new(page, here, form, vec![text, test]);
    shown.more = more;
    shown.below = vec![reset];
    Ok(shown)
}

/// A template with the text that counts.
pub(super) async fn show(
    operator: Operator,
    path: Path<(String, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let template = named(&path.1)?;
    let run =
        panel.run(move |app| async move { app.administration.mail_templates.show(template).await });
    let view = run.await?;
    let usual = || {
        let site = operator.visitor.site();
        let text = crate::catalogue::text(operator.visitor.lang(), "layout.notices");
        match template {
            TemplateName::Notify => format!("{} - {text}", site.site.app_name),
            _ => site.site.app_name.clone(),
        }
    };
    let typed = Typed::edited(json!({
        "subject": view.subject.unwrap_or_else(usual), "content": view.content,
    }));
    form_page(&operator, template, &typed, &form)?.answer(StatusCode::OK)
}

/// Puts a text in the place of the built-in one. It counts for the next mail.
pub(super) async fn save(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let template = named(&path.1)?;
    let typed = Typed::of(&form);
    let mut fields = sent(TEXT, &typed, &mut form, "");
    fields.put("name", template.as_str());
    let saved: Result<(), Fault> = async {
        let body = body_of::<SaveMailTemplate>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let (name, subject, content) = body.into_parts();
            let templates = &app.administration.mail_templates;
            templates.save(name, subject, content, change).await
        });
        run.await
    }
    .await;
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.mail_saved");
            Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(&operator, template, &typed, &form)?.answer(status)
        }
    }
}

/// Goes back to the built-in text.
pub(super) async fn reset(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let template = named(&path.1)?;
    let run = panel.run(move |app| async move {
        app.administration
            .mail_templates
            .reset(template, change)
            .await
    });
    run.await?;
    let done = Flash::done("desk.mail_reset_done");
    Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
}

/// Mails the saved text with sample values.
pub(super) async fn test(
    operator: Operator,
    path: Path<(String, String)>,
    Changing(change): Changing,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let template = named(&path.1)?;
    let typed = Typed::of(&form);
    let mut fields = sent(&[TEST], &typed, &mut form, "");
    fields.put("name", template.as_str());
    let to = match typed.text("email") {
        to if to.is_empty() => operator.session.account.email.as_str().to_owned(),
        to => to,
    };
    let tested: Result<(), Fault> = async {
        let body = body_of::<TestMailTemplate>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let (name, to) = body.into_parts();
            app.administration
                .mail_templates
                .test(name, to, change)
                .await
        });
        run.await
    }
    .await;
    match tested {
        Ok(()) => {
            let mut shown = form_page(&operator, template, &typed, &form)?;
            shown.told = Some(shown.page.put("desk.mail_tried", "value", to));
            shown.answer(StatusCode::OK)
        }
        // The mail server's own words are what helps.
        Err(fault)
            if fault
                .told(operator.visitor.lang().locale())
                .fields
                .is_empty() =>
        {
            let reason = fault.told(operator.visitor.lang().locale()).message;
            let mut shown = form_page(&operator, template, &typed, &form)?;
            shown.message = Some(shown.page.put("desk.mail_failed", "value", reason));
            shown.answer(StatusCode::BAD_GATEWAY)
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            form_page(&operator, template, &typed, &form)?.answer(status)
        }
    }
}

/// How the text in the form looks, saved or not: the mail itself, which may do nothing.
pub(super) async fn preview(
    operator: Operator,
    path: Path<(String, String)>,
    form: Form,
) -> PageResult {
    let template = named(&path.1)?;
    let site = &operator.visitor.site().site;
    let url = site.app_url.as_deref().unwrap_or_default();
    let text = MailTemplate {
        subject: form.text("subject").to_owned(),
        content: form.text("content").to_owned(),
    };
    let mail = NewMail {
        to: operator.session.account.email.clone(),
        subject: site.app_name.clone(),
        template,
        values: template.sample(&site.app_name, url),
    };
    let mut response = HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(mail.rendered(Some(&text)).html);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
