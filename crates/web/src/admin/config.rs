//! `config/*`: the site settings.

use actix_web::web::Data;
use ferroboard_application::SettingsPage;
use ferroboard_site::{Group, Settings};
use serde_json::{Map, Value};
use utoipa::IntoParams;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::input::Input;
use crate::request::reader::{Reader, Refused};

/// Which settings to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConfigQuery {
    /// One group: `invite`, `site`, `subscribe`, `frontend`, `server`, `email`, `telegram`, `app`,
    /// `safe` or `subscribe_template`; anything else for all.
    #[param(value_type = Option<String>)]
    key: Option<Group>,
}

impl Body for ConfigQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let key = read.given("key").text();
        Ok(Self {
            key: key.and_then(|key| Group::named(&key)),
        })
    }
}

/// The settings by group. All of them together come with five of the site's basics beside the groups.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/config/fetch",
    params(ConfigQuery),
    responses((status = 200, description = "The groups", body = SuccessBody<Value>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(query): Read<ConfigQuery>,
    panel: Data<Panel>,
) -> Result<Success<Value>, Fault> {
    let only = query.key;
    let run = panel.run(move |app| async move { app.administration.settings.show(only).await });
    Ok(Success(Value::Object(shown(run.await?, only.is_none()))))
}

fn shown(page: SettingsPage, with_basics: bool) -> Map<String, Value> {
    let mut data = Map::new();
    for (group, settings) in page.groups {
        let settings = settings.into_iter();
        let members = settings.map(|(key, value)| (key.to_owned(), value));
        data.insert(group.name().to_owned(), Value::Object(members.collect()));
    }
    if with_basics {
        data.extend(basics(&page.settings));
    }
    data
}

/// What the site is called and where it is, for clients that look for it outside the groups.
fn basics(settings: &Settings) -> [(String, Value); 5] {
    let (site, server) = (&settings.site, &settings.server);
    [
        ("app_name", Value::from(site.app_name.as_str())),
        ("app_url", Value::from(site.app_url.clone())),
        ("secure_path", Value::from(settings.admin_path())),
        (
            "server_pull_interval",
            Value::from(server.server_pull_interval),
        ),
        (
            "server_push_interval",
            Value::from(server.server_push_interval),
        ),
    ]
    .map(|(key, value)| (key.to_owned(), value))
}

/// Saves any of the settings. One bad value refuses all; names that are no settings are ignored. A new
/// `secure_path` counts at once.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/config/save",
    request_body = Object,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 422, description = "A value was refused; nothing is saved", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    input: Input,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let fields = input.into_fields();
    let run = panel
        .run(move |app| async move { app.administration.settings.save(&fields, change).await });
    run.await?;
    Ok(DONE)
}

/// The names of the designs of mails.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/config/getEmailTemplate",
    responses((status = 200, description = "Their names", body = SuccessBody<Vec<String>>))
)]
pub(crate) async fn email_designs(_: AdminSession) -> Success<[&'static str; 2]> {
    Success(["classic", "default"])
}

/// The names of the themes.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/config/getThemeTemplate",
    responses((status = 200, description = "Their names", body = SuccessBody<Vec<String>>))
)]
pub(crate) async fn themes(_: AdminSession, panel: Data<Panel>) -> Success<Vec<String>> {
    Success(vec![panel.site().frontend.frontend_theme.clone()])
}
