//! `plugin/*`: what is done to the plugins of the program.

use actix_web::web::Data;
use ferroboard_application::Error;
use ferroboard_site::{PluginAction, PluginError};
use serde_json::{Map, Value};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::plugins::NamedPlugin;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::field::Field;
use crate::request::input::Input;
use crate::request::valid::Valid;

/// Replaces the settings of a plugin. One bad value refuses all; what is not sent has its default
/// again, and what is no setting is ignored.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/config",
    request_body = Object,
    responses(
        (status = 200, description = "Replaced", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plugin, or it is not installed", body = FailureBody),
        (status = 422, description = "A value was refused; nothing is saved", body = FailureBody),
    )
)]
pub(crate) async fn save_config(
    session: AdminSession,
    input: Input,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let record = session.record()?;
    let mut fields = input.into_fields();
    let code = Field::from(fields.remove("code").unwrap_or_default()).into_text();
    let values = match fields.remove("config") {
        Some(Value::Object(values)) => Some(values),
        // How PHP and its clients write an object without members.
        Some(Value::Array(items)) if items.is_empty() => Some(Map::new()),
        _ => None,
    };
    let (code, values) = match (code, values) {
        (Some(code), Some(values)) => (code, values),
        (code, values) => {
            let code = code.is_none().then_some(("code", Message::FieldRequired));
            let values = values
                .is_none()
                .then_some(("config", Message::PluginConfigInvalid));
            let refused = code.into_iter().chain(values);
            let refused = refused.map(|(field, message)| (field, vec![message]));
            return Err(Fault::invalid(refused.collect()));
        }
    };
    let run = panel.run(move |app| async move {
        let plugins = &app.administration.plugins;
        plugins.configure(&code, &values, record).await
    });
    run.await?;
    Ok(DONE)
}

/// Does something to the plugin that the body names.
async fn change(
    session: AdminSession,
    body: NamedPlugin,
    action: PluginAction,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let record = session.record()?;
    let code = body.code.into_text().unwrap_or_default();
    let run = panel.run(move |app| async move {
        let plugins = &app.administration.plugins;
        plugins.change(&code, action, record).await
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
    session: AdminSession,
    Valid(body): Valid<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    change(session, body, PluginAction::Install, panel).await
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
    session: AdminSession,
    Valid(body): Valid<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    change(session, body, PluginAction::Uninstall, panel).await
}

/// Switches a plugin on.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/enable",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "It is on", body = SuccessBody<bool>),
        (status = 400, description = "It is not installed", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn enable(
    session: AdminSession,
    Valid(body): Valid<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    change(session, body, PluginAction::Enable, panel).await
}

/// Switches a plugin off; its settings stay.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plugin/disable",
    request_body = NamedPlugin,
    responses(
        (status = 200, description = "It is off", body = SuccessBody<bool>),
        (status = 400, description = "It is not installed", body = FailureBody),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn disable(
    session: AdminSession,
    Valid(body): Valid<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    change(session, body, PluginAction::Disable, panel).await
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
    session: AdminSession,
    Valid(body): Valid<NamedPlugin>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    change(session, body, PluginAction::Upgrade, panel).await
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
    Valid(body): Valid<NamedPlugin>,
) -> Result<Success<bool>, Fault> {
    let code = body.code.text().unwrap_or_default();
    Err(Error::from(PluginError::of_deletion(code)).into())
}
