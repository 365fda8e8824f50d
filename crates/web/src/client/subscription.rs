use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_application::DownloadRequest;
use ferroboard_subscription::{Document, Host};
use utoipa::IntoParams;

use super::token::LinkToken;
use crate::Panel;
use crate::answer::envelope::FailureBody;
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::client_address::{Client, Root};
use crate::request::reader::{Reader, Refused};

/// Nobody but the client may keep it: it holds the secrets of one account.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// Which nodes are wanted, and in which format.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DownloadQuery {
    /// Protocols, with `|` or commas between them: `vmess,trojan`.
    types: Option<String>,
    /// Words, one of which is part of a node's name or one of its tags; at most 20 characters.
    filter: Option<String>,
    /// What the client is, in place of its `User-Agent`: `clash`, `sing-box 1.12.0`, `xray-json`.
    flag: Option<String>,
}

impl Body for DownloadQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let types = read.nullable("types").text().get();
        let filter = read.nullable("filter").text().get();
        let flag = read.nullable("flag").text().get();
        Ok(Self {
            types: types?,
            filter: filter?,
            flag: flag?,
        })
    }
}

/// The configuration of a proxy client, in the format that it reads.
#[utoipa::path(
    get,
    path = "/api/v1/client/subscribe",
    params(("token" = String, Query, description = "The token of the subscription link"), DownloadQuery),
    responses(
        (status = 200, description = "The configuration; the content type is the format's", body = String, content_type = "text/plain"),
        (status = 403, description = "Nobody has this token, or a real name is asked for; or, without a body, the subscription cannot be used", body = FailureBody),
        (status = 422, description = "A parameter is no text", body = FailureBody),
        (status = 429, description = "Too many unknown tokens; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn download(
    token: LinkToken,
    client: Client,
    root: Root,
    Read(query): Read<DownloadQuery>,
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let wanted = DownloadRequest {
        flag: query.flag,
        user_agent: client.0.user_agent.unwrap_or_default(),
        types: query.types,
        filter: query.filter,
        root: root.0.into_asker(),
        host: host_of(&request),
    };
    let own = token.token.clone();
    let run = panel.run(|app| async move { app.downloads.configuration(&own, &wanted).await });
    let found = run.await.map_err(|fault| token.refusal(&panel, fault))?;
    Ok(found.map_or_else(unusable, written))
}

/// The configuration of a proxy client, at the address that the subscription link names. The first
/// part of the path is the setting `subscribe_path`, `s` by default.
#[utoipa::path(
    get,
    path = "/{subscribe_path}/{token}",
    params(
        ("subscribe_path" = String, Path, description = "The setting of that name"),
        ("token" = String, Path, description = "The token of the subscription"),
        DownloadQuery
    ),
    responses(
        (status = 200, description = "The configuration; the content type is the format's", body = String, content_type = "text/plain"),
        (status = 403, description = "Nobody has this token, or a real name is asked for; or, without a body, the subscription cannot be used", body = FailureBody),
        (status = 422, description = "A parameter is no text", body = FailureBody),
        (status = 429, description = "Too many unknown tokens; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn download_by_link(
    token: LinkToken,
    client: Client,
    root: Root,
    query: Read<DownloadQuery>,
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    download(token, client, root, query, request, panel).await
}

/// The host that the request names, where it can stand in a configuration.
pub(super) fn host_of(request: &HttpRequest) -> Option<Host> {
    Host::parse(request.headers().get(HOST)?.to_str().ok()?)
}

/// Clients take a refusal without a text for the end of a subscription.
fn unusable() -> HttpResponse {
    HttpResponse::build(StatusCode::FORBIDDEN)
        .insert_header((CONTENT_TYPE, "text/plain; charset=UTF-8"))
        .insert_header((CACHE_CONTROL, PRIVATE))
        .finish()
}

pub(super) fn written(document: Document) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, document.content_type))
        .insert_header((CACHE_CONTROL, PRIVATE));
    for (name, value) in document.headers {
        // A value that no header can hold, such as an address with odd characters, is left out.
        if let Ok(value) = HeaderValue::try_from(value) {
            response.insert_header((HeaderName::from_static(name), value));
        }
    }
    response.body(document.body)
}
