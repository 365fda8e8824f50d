//! What the operator's own client program asks.

use actix_web::http::header::USER_AGENT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_application::DownloadRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::program_config::ProgramConfig;
use super::subscription::{host_of, written};
use super::token::LinkToken;
use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::client_address::Root;

/// What programs of the first generation call themselves; they read another answer.
const FIRST_GENERATION: [&str; 2] = ["tidalab/4.0.0", "tunnelab/4.0.0"];

/// Versions and addresses of the client programs.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Versions {
    /// Of the program that asks.
    Own {
        #[schema(required = true)]
        version: Option<String>,
        #[schema(required = true)]
        download_url: Option<String>,
    },
    /// Of all programs.
    All {
        #[schema(required = true)]
        windows_version: Option<String>,
        #[schema(required = true)]
        windows_download_url: Option<String>,
        #[schema(required = true)]
        macos_version: Option<String>,
        #[schema(required = true)]
        macos_download_url: Option<String>,
        #[schema(required = true)]
        android_version: Option<String>,
        #[schema(required = true)]
        android_download_url: Option<String>,
    },
}

/// What the operator's client program is told; nothing stands beside it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProgramConfigBody {
    data: ProgramConfig,
}

/// The latest versions of the client programs.
#[utoipa::path(
    get,
    path = "/api/v1/client/app/getVersion",
    params(("token" = String, Query, description = "The token of the subscription link")),
    responses(
        (status = 200, description = "Of all programs, or of the one that asks", body = SuccessBody<Versions>),
        (status = 403, description = "Nobody has this token", body = FailureBody),
        (status = 429, description = "Too many unknown tokens; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn versions(
    token: LinkToken,
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<Success<Versions>, Fault> {
    authenticate(&token, &panel).await?;
    let app = panel.site().app.clone();
    let agent = request.headers().get(USER_AGENT);
    let agent = agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let is_first = FIRST_GENERATION.iter().any(|own| agent.contains(own));
    Ok(Success(match (is_first, agent.contains("Win64")) {
        (false, _) => Versions::All {
            windows_version: app.windows_version,
            windows_download_url: app.windows_download_url,
            macos_version: app.macos_version,
            macos_download_url: app.macos_download_url,
            android_version: app.android_version,
            android_download_url: app.android_download_url,
        },
        (true, true) => Versions::Own {
            version: app.windows_version,
            download_url: app.windows_download_url,
        },
        (true, false) => Versions::Own {
            version: app.macos_version,
            download_url: app.macos_download_url,
        },
    }))
}

/// What the operator's client program shows and does.
#[utoipa::path(
    get,
    path = "/api/v2/client/app/getConfig",
    params(("token" = String, Query, description = "The token of the subscription link")),
    responses(
        (status = 200, description = "Switches, colours, limits and keys", body = ProgramConfigBody),
        (status = 403, description = "Nobody has this token", body = FailureBody),
        (status = 429, description = "Too many unknown tokens; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn config(
    token: LinkToken,
    panel: Data<Panel>,
) -> Result<Bare<ProgramConfigBody>, Fault> {
    let own = token.token.clone();
    let run = panel.run(|app| async move { app.downloads.program_settings(&own).await });
    let (settings, at) = run.await.map_err(|fault| token.refusal(&panel, fault))?;
    let data = ProgramConfig::new(&settings.client_app, at);
    Ok(Bare(ProgramConfigBody { data }))
}

/// The nodes as Clash knows them, for client programs with a core of their own. Without nodes when
/// the subscription cannot be used.
#[utoipa::path(
    get,
    path = "/api/v1/client/app/getConfig",
    params(("token" = String, Query, description = "The token of the subscription link")),
    responses(
        (status = 200, description = "A configuration in YAML", body = String, content_type = "text/yaml"),
        (status = 403, description = "Nobody has this token, or a real name is asked for", body = FailureBody),
        (status = 429, description = "Too many unknown tokens; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn nodes(
    token: LinkToken,
    root: Root,
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let own = token.token.clone();
    let wanted = DownloadRequest {
        root: root.0.into_asker(),
        host: host_of(&request),
        ..DownloadRequest::default()
    };
    let run = panel.run(|app| async move { app.downloads.program_nodes(&own, &wanted).await });
    let document = run.await.map_err(|fault| token.refusal(&panel, fault))?;
    Ok(written(document))
}

async fn authenticate(token: &LinkToken, panel: &Panel) -> Result<(), Fault> {
    let own = token.token.clone();
    let run = panel.run(|app| async move { app.downloads.authenticate(&own).await });
    run.await
        .map(drop)
        .map_err(|fault| token.refusal(panel, fault))
}
