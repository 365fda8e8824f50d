//! `plugin/*`: what is done to the plugins of the program.

use actix_web::web::Data;
use ferroboard_application::{Change, Error};
use ferroboard_site::{BundledPlugin, PluginAction, PluginError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::plugins::NamedPlugin;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// The settings that a plugin is to have.
pub(crate) struct PluginSettings {
    code: String,
    values: Map<String, Value>,
}

impl Body for PluginSettings {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let code = read.required("code").text();
        let code = code.says(Message::FieldRequired).get();
        // An empty object is none: every setting would have its default again.
        let values = read.required("config");
        let values = values.parse(Message::PluginConfigInvalid, |given| match given {
            Given::Object(values) => Some(values.clone()),
            _ => None,
        });
        let values = values.get();
        Ok(Self {
            code: code?,
            values: values?,
        })
    }
}

/// What was done to a plugin.
#[derive(Serialize, ToSchema)]
pub(crate) struct PluginDone {
    /// What was done, where clients of the reference look for it.
    message: String,
    /// Always true.
    data: bool,
}

impl PluginDone {
    fn saying(message: Message, locale: Locale) -> Bare<Self> {
        Bare(Self {
            message: message.text(locale).into_owned(),
            data: true,
        })
    }
}

/// Replaces the settings of a plugin. One bad value refuses all; what is not sent has its default
/// again, and what is no setting is ignored.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/config",
    request_body = Object,
    responses(
        (status = 200, description = "Replaced", body = PluginDone),
        (status = 400, description = "There is no such plugin, it is not installed, or it has no settings", body = FailureBody),
        (status = 422, description = "No value, or one that was refused; nothing is saved", body = FailureBody),
    )
)]
pub(crate) async fn save_config(
    Changing(change): Changing,
    Read(body): Read<PluginSettings>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<PluginDone>, Fault> {
    let plugin = BundledPlugin::with_code(&body.code);
    if plugin.is_some_and(|plugin| plugin.fields.is_empty()) {
        return Err(Fault::refused(Message::PluginUnconfigurable));
    }
    let run = panel.run(move |app| async move {
        let plugins = &app.administration.plugins;
        plugins.configure(&body.code, &body.values, change).await
    });
    run.await?;
    Ok(PluginDone::saying(Message::PluginConfigSaved, locale))
}

/// Does something to the plugin that the body names.
async fn act(
    change: Change,
    body: NamedPlugin,
    action: PluginAction,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let code = body.code;
    let run = panel.run(move |app| async move {
        let plugins = &app.administration.plugins;
        plugins.change(&code, action, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Installs a plugin; it is still switched off.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/install",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "Installed", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plugin, or it is installed", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn install(
    Changing(change): Changing,
    Read(body): Read<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    act(change, body, PluginAction::Install, panel).await
}

/// Uninstalls a plugin that is switched off; its settings are forgotten.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/uninstall",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "Uninstalled", body = SuccessBody<bool>),
        (status = 400, description = "It is not installed, or still switched on", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn uninstall(
    Changing(change): Changing,
    Read(body): Read<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    act(change, body, PluginAction::Uninstall, panel).await
}

/// Switches a plugin on.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/enable",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "It is on", body = PluginDone),
        (status = 400, description = "It is not installed", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn enable(
    Changing(change): Changing,
    Read(body): Read<NamedPlugin>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<PluginDone>, Fault> {
    act(change, body, PluginAction::Enable, panel).await?;
    Ok(PluginDone::saying(Message::PluginSwitchedOn, locale))
}

/// Switches a plugin off; its settings stay.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/disable",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "It is off", body = PluginDone),
        (status = 400, description = "It is not installed", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn disable(
    Changing(change): Changing,
    Read(body): Read<NamedPlugin>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<PluginDone>, Fault> {
    act(change, body, PluginAction::Disable, panel).await?;
    Ok(PluginDone::saying(Message::PluginSwitchedOff, locale))
}

/// Notes that a plugin has the program's version.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/upgrade",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "Noted", body = SuccessBody<bool>),
        (status = 400, description = "It is not installed, or up to date", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn upgrade(
    Changing(change): Changing,
    Read(body): Read<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    act(change, body, PluginAction::Upgrade, panel).await
}

/// Refused: packages of plugins hold PHP.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/upload",
    responses((status = 400, description = "Packages cannot be run", body = FailureBody))
)]
pub(crate) async fn upload(_: AdminSession) -> Result<Success<bool>, Fault> {
    Err(Error::from(PluginError::PackageRefused).into())
}

/// Refused: every plugin is a part of the program.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/delete",
    request_body = NamedPlugin,
    responses(
        (status = 400, description = "There is no such plugin", body = FailureBody),
        (status = 403, description = "It is a part of the program", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    _: AdminSession,
    Read(body): Read<NamedPlugin>,
) -> Result<Success<bool>, Fault> {
    Err(Error::from(PluginError::of_deletion(&body.code)).into())
}
