//! `plugin/*`: the plugins of the program.

use actix_web::web::Data;
use ferroboard_application::PluginView;
use ferroboard_kernel::UnixSeconds;
use ferroboard_site::PluginKind;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::plugin_fields::{self, ShownField};
use crate::admin::plugin_texts;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::answer::stored::stored_json;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Who wrote the plugins.
const AUTHOR: &str = "Ferroboard";

/// What plugins can be for.
#[derive(Serialize, ToSchema)]
pub(crate) struct PluginType {
    /// `feature` or `payment`.
    value: &'static str,
    label: String,
    description: String,
    icon: &'static str,
}

/// What plugins can be for.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/plugin/types",
    responses((status = 200, description = "The two kinds", body = SuccessBody<Vec<PluginType>>))
)]
pub(crate) async fn types(_: AdminSession, locale: Locale) -> Success<Vec<PluginType>> {
    let shown = |kind: PluginKind| {
        let (label, description, icon) = match kind {
            PluginKind::Feature => (
                Message::PluginKindFeature,
                Message::PluginKindFeatureAbout,
                "🔧",
            ),
            PluginKind::Payment => (
                Message::PluginKindPayment,
                Message::PluginKindPaymentAbout,
                "💳",
            ),
        };
        PluginType {
            value: kind.name(),
            label: label.text(locale).into_owned(),
            description: description.text(locale).into_owned(),
            icon,
        }
    };
    Success(PluginKind::ALL.map(shown).into())
}

/// Which plugins to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PluginQuery {
    /// Only those that are for this: `feature` or `payment`.
    #[param(rename = "type")]
    kind: Option<String>,
}

impl Body for PluginQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let kind = read.given("type").owned_text();
        Ok(Self { kind })
    }
}

/// A plugin.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedPlugin {
    /// The number of its row; null while nothing was ever changed.
    id: Option<i64>,
    code: &'static str,
    name: &'static str,
    version: &'static str,
    description: &'static str,
    author: &'static str,
    /// `feature` or `payment`.
    #[serde(rename = "type")]
    kind: &'static str,
    is_installed: bool,
    is_enabled: bool,
    /// Whether it belongs to every panel.
    is_protected: bool,
    /// Always false: every plugin is a part of the program.
    can_be_deleted: bool,
    /// The settings by name; an empty list where there are none.
    #[schema(value_type = Value)]
    config: Value,
    /// What is stored of the settings.
    #[schema(value_type = Value)]
    raw_config: Value,
    /// Always empty.
    readme: &'static str,
    /// Whether the program has a later version than the row.
    need_upgrade: bool,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    admin_menus: Value,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    admin_crud: Value,
    installed_at: Option<i64>,
    created_at: Option<i64>,
    updated_at: Option<i64>,
}

impl ListedPlugin {
    fn of(view: &PluginView, locale: Locale) -> Self {
        let plugin = view.plugin;
        let is_installed = view.state.is_installed();
        let shown = plugin_fields::shown(view, locale);
        let config = if shown.is_empty() {
            Value::Array(Vec::new())
        } else {
            serde_json::to_value(&shown).unwrap_or_default()
        };
        let record = view.record.as_ref();
        Self {
            id: record.map(|record| record.id.get()),
            code: plugin.code,
            name: plugin_texts::name(plugin, locale),
            version: plugin.version,
            description: plugin_texts::description(plugin, locale),
            author: AUTHOR,
            kind: plugin.kind.name(),
            is_installed,
            is_enabled: view.state.enabled,
            is_protected: plugin.is_standard,
            can_be_deleted: false,
            config,
            raw_config: stored_json(view.state.config.as_deref()),
            readme: "",
            need_upgrade: view.state.needs_upgrade(plugin),
            admin_menus: Value::Null,
            admin_crud: Value::Null,
            installed_at: record
                .and_then(|record| record.state.installed_at)
                .map(UnixSeconds::get),
            created_at: record
                .and_then(|record| record.created_at)
                .map(UnixSeconds::get),
            updated_at: record
                .and_then(|record| record.updated_at)
                .map(UnixSeconds::get),
        }
    }
}

/// The plugins of the program, how they stand, and their settings.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/plugin/getPlugins",
    params(PluginQuery),
    responses((status = 200, description = "The plugins", body = SuccessBody<Vec<ListedPlugin>>))
)]
pub(crate) async fn list(
    _: AdminSession,
    Read(query): Read<PluginQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<Vec<ListedPlugin>>, Fault> {
    let kind = query.kind.as_deref().map(PluginKind::named);
    let listed = match kind {
        // Nothing is of a kind that there is not.
        Some(None) => Vec::new(),
        kind => {
            let kind = kind.flatten();
            let run =
                panel.run(move |app| async move { app.administration.plugins.list(kind).await });
            run.await?
        }
    };
    let listed = listed.iter();
    Ok(Success(
        listed.map(|view| ListedPlugin::of(view, locale)).collect(),
    ))
}

/// Whether an integration is switched on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Integration {
    enabled: bool,
    /// How far it is a part of the program.
    status: &'static str,
}

/// The three integrations.
#[derive(Serialize, ToSchema)]
pub(crate) struct Integrations {
    real_name_verification: Integration,
    user_online_devices: Integration,
    user_add_ipv6_subscription: Integration,
}

/// Which of the integrations are switched on.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/plugin/integration-status",
    responses((status = 200, description = "The three", body = SuccessBody<Integrations>))
)]
pub(crate) async fn integrations(_: AdminSession, panel: Data<Panel>) -> Success<Integrations> {
    let plugins = panel.plugins();
    let integration = |enabled, status| Integration { enabled, status };
    Success(Integrations {
        real_name_verification: integration(plugins.real_name.enabled, "complete"),
        user_online_devices: integration(plugins.online_devices.enabled, "complete"),
        user_add_ipv6_subscription: integration(
            plugins.ipv6_subscription.enabled,
            "integrated_with_runtime_sync",
        ),
    })
}

/// Which plugin.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NamedPlugin {
    /// Its code.
    pub(super) code: String,
}

impl Body for NamedPlugin {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let code = read.required("code").text().get()?;
        Ok(Self { code })
    }
}

/// The settings of a plugin by name; nothing for a plugin that there is not.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/plugin/config",
    params(NamedPlugin),
    responses(
        (status = 200, description = "The settings", body = SuccessBody<std::collections::HashMap<String, ShownField>>),
        (status = 422, description = "No plugin was named", body = FailureBody),
    )
)]
pub(crate) async fn config(
    _: AdminSession,
    Read(query): Read<NamedPlugin>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<plugin_fields::ShownFields>, Fault> {
    let code = query.code;
    let run = panel.run(move |app| async move { app.administration.plugins.find(&code).await });
    let view = run.await?;
    Ok(Success(view.map_or_else(Default::default, |view| {
        plugin_fields::shown(&view, locale)
    })))
}
