//! `mail/template/*`: the texts of mails.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use ferroboard_application::{MailTemplateView, StoredMailTemplate};
use ferroboard_kernel::{Email, UnixSeconds};
use ferroboard_mail::TemplateName;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// What people call a template.
fn label(template: TemplateName, locale: Locale) -> String {
    let label = match template {
        TemplateName::Verify => Message::MailTemplateVerify,
        TemplateName::Notify => Message::MailTemplateNotify,
        TemplateName::RemindExpire => Message::MailTemplateRemindExpire,
        TemplateName::RemindTraffic => Message::MailTemplateRemindTraffic,
        TemplateName::MailLogin => Message::MailTemplateMailLogin,
    };
    label.text(locale).into_owned()
}

/// The template that is meant: `name`. One that there is not is answered so, once all fields are in order.
fn named(read: &mut Reader<'_>) -> Result<TemplateName, Refused> {
    let missing = || Fault::new(StatusCode::NOT_FOUND, Message::MailTemplateUnknown);
    let name = read
        .required("name")
        .string()
        .naming(missing, |name| TemplateName::named(&name));
    name.get()
}

/// A template in the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailTemplateItem {
    name: &'static str,
    /// What people call it.
    label: String,
    /// Whether an administrator wrote its text.
    customized: bool,
    /// Their subject.
    subject: Option<String>,
    /// When they last changed it.
    updated_at: Option<i64>,
}

/// The templates.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/mail/template/list",
    responses((status = 200, description = "All of them", body = SuccessBody<Vec<MailTemplateItem>>))
)]
pub(crate) async fn list(
    _: AdminSession,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<Vec<MailTemplateItem>>, Fault> {
    let run = panel.run(|app| async move { app.administration.mail_templates.list().await });
    let item = |(template, stored): (TemplateName, Option<StoredMailTemplate>)| MailTemplateItem {
        name: template.as_str(),
        label: label(template, locale),
        customized: stored.is_some(),
        updated_at: stored
            .as_ref()
            .and_then(|stored| stored.updated_at)
            .map(UnixSeconds::get),
        subject: stored.map(|stored| stored.subject),
    };
    Ok(Success(run.await?.into_iter().map(item).collect()))
}

/// Which template.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MailTemplateQuery {
    /// `verify`, `notify`, `remindExpire`, `remindTraffic` or `mailLogin`.
    #[param(value_type = String)]
    name: TemplateName,
}

impl Body for MailTemplateQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = named(read)?;
        Ok(Self { name })
    }
}

/// A template with the text that counts.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailTemplateBody {
    name: &'static str,
    label: String,
    /// The placeholders without which the text is refused.
    required_vars: &'static [&'static str],
    /// The others that are filled in.
    optional_vars: &'static [&'static str],
    /// Whether an administrator wrote it.
    customized: bool,
    subject: String,
    /// HTML with placeholders.
    content: String,
}

impl MailTemplateBody {
    fn new(view: MailTemplateView, site_name: &str, locale: Locale) -> Self {
        let label = label(view.template, locale);
        let customized = view.subject.is_some();
        let usual = || format!("{site_name} - {label}");
        Self {
            name: view.template.as_str(),
            required_vars: view.template.required(),
            optional_vars: view.template.optional(),
            customized,
            subject: view.subject.unwrap_or_else(usual),
            content: view.content,
            label,
        }
    }
}

/// A template with the text that counts.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/mail/template/get",
    params(MailTemplateQuery),
    responses(
        (status = 200, description = "The template", body = SuccessBody<MailTemplateBody>),
        (status = 404, description = "There is no such template", body = FailureBody),
        (status = 422, description = "No template was named", body = FailureBody),
    )
)]
pub(crate) async fn get(
    _: AdminSession,
    Read(query): Read<MailTemplateQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<MailTemplateBody>, Fault> {
    let name = query.name;
    let run =
        panel.run(move |app| async move { app.administration.mail_templates.show(name).await });
    let view = run.await?;
    let site_name = &panel.site().site.app_name;
    Ok(Success(MailTemplateBody::new(view, site_name, locale)))
}

/// The text of a template.
#[derive(ToSchema)]
pub struct SaveMailTemplate {
    #[schema(value_type = String)]
    name: TemplateName,
    #[schema(max_length = 255)]
    subject: String,
    /// HTML with `{{…}}` for each required placeholder.
    #[schema(max_length = 500_000)]
    content: String,
}

impl Body for SaveMailTemplate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = named(read);
        let subject = read.required("subject").string().max(255).get();
        let content = read.required("content").string().max(500_000).get();
        Ok(Self {
            name: name?,
            subject: subject?,
            content: content?,
        })
    }
}

impl SaveMailTemplate {
    /// Which template, its subject and its content.
    pub fn into_parts(self) -> (TemplateName, String, String) {
        (self.name, self.subject, self.content)
    }
}

/// Puts a text in the place of the built-in one. It counts for the next mail.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/mail/template/save",
    request_body = SaveMailTemplate,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 404, description = "There is no such template", body = FailureBody),
        (status = 422, description = "A field is missing or odd, or the text lacks a placeholder", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveMailTemplate>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let templates = &app.administration.mail_templates;
        let (name, subject, content) = body.into_parts();
        templates.save(name, subject, content, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Which template.
#[derive(ToSchema)]
pub(crate) struct NamedMailTemplate {
    #[schema(value_type = String)]
    name: TemplateName,
}

impl Body for NamedMailTemplate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = named(read)?;
        Ok(Self { name })
    }
}

/// Goes back to the built-in text.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/mail/template/reset",
    request_body = NamedMailTemplate,
    responses(
        (status = 200, description = "The built-in text counts", body = SuccessBody<bool>),
        (status = 404, description = "There is no such template", body = FailureBody),
        (status = 422, description = "No template was named", body = FailureBody),
    )
)]
pub(crate) async fn reset(
    Changing(change): Changing,
    Read(body): Read<NamedMailTemplate>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let templates = &app.administration.mail_templates;
        templates.reset(body.name, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Whom to mail a template.
#[derive(ToSchema)]
pub struct TestMailTemplate {
    #[schema(value_type = String)]
    name: TemplateName,
    /// The administrator who asks where it is left out.
    #[schema(value_type = Option<String>)]
    email: Option<Email>,
}

impl Body for TestMailTemplate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = named(read);
        let email = read.nullable("email").email().get();
        Ok(Self {
            name: name?,
            email: email?,
        })
    }
}

impl TestMailTemplate {
    /// Which template, and to whom; to the administrator who asks where nobody is named.
    pub fn into_parts(self) -> (TemplateName, Option<Email>) {
        (self.name, self.email)
    }
}

/// Mails a template with sample values, within ten seconds.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/mail/template/test",
    request_body = TestMailTemplate,
    responses(
        (status = 200, description = "Sent", body = SuccessBody<bool>),
        (status = 404, description = "There is no such template", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
        (status = 500, description = "It could not be sent, in the mail server's own words", body = FailureBody),
    )
)]
pub(crate) async fn test(
    Changing(change): Changing,
    Read(body): Read<TestMailTemplate>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let templates = &app.administration.mail_templates;
        let (name, email) = body.into_parts();
        templates.test(name, email, change).await
    });
    run.await?;
    Ok(DONE)
}
