//! Files of themes and of the admin app.

use std::fs::File;
use std::path::{Path as FilePath, PathBuf};

use actix_files::NamedFile;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
    ContentEncoding, ETAG, Encoding, HeaderMap, HeaderValue, IF_RANGE, Preference, RANGE, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::{self, Data, Path};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};
use ferroboard_site::ThemeName;

use super::folder;
use super::hashed_name::is_hashed;
use super::page::POLICY;
use crate::Panel;
use crate::answer::fault::Fault;

/// What a file that never changes under its name is kept for: a year.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Any other is kept, and asked for again each time.
const ASKED_AGAIN: &str = "public, no-cache";

/// A file of a theme.
pub(crate) async fn theme_file(
    request: HttpRequest,
    path: Path<(String, String)>,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let (theme, path) = path.into_inner();
    let themes = panel.options.themes.as_deref();
    let theme = ThemeName::parse(&theme);
    let folder = themes
        .zip(theme)
        .map(|(themes, theme)| themes.join(theme.as_str()));
    send(&request, folder, path).await
}

/// A file of the admin app.
pub(crate) async fn admin_file(
    request: HttpRequest,
    path: Path<String>,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    send(&request, panel.options.admin_app.clone(), path.into_inner()).await
}

/// What was opened: the file, where it lies, and whether it is compressed.
struct Opened {
    file: File,
    place: PathBuf,
    is_compressed: bool,
}

/// The file, or where there is one beside it that is compressed already and may be sent, that.
fn open(folder: &FilePath, path: &str, takes_compressed: bool) -> Option<Opened> {
    let (file, place) = folder::open(folder, path)?;
    let compressed = takes_compressed
        .then(|| folder::open(folder, &format!("{path}.gz")))
        .flatten();
    let is_compressed = compressed.is_some();
    let file = compressed.map_or(file, |(file, _)| file);
    Some(Opened {
        file,
        place,
        is_compressed,
    })
}

async fn send(
    request: &HttpRequest,
    folder: Option<PathBuf>,
    path: String,
) -> Result<HttpResponse, Fault> {
    let folder = folder.ok_or_else(Fault::unknown_route)?;
    // A part of a file is a part of what it really is.
    let takes_compressed = takes_gzip(request) && !request.headers().contains_key(RANGE);
    let keeps = if is_hashed(&path) {
        FOR_EVER
    } else {
        ASKED_AGAIN
    };
    let opened = web::block(move || open(&folder, &path, takes_compressed)).await;
    let opened = opened.map_err(|error| Fault::internal(error.to_string()))?;
    let opened = opened.ok_or_else(Fault::unknown_route)?;
    let named = NamedFile::from_file(opened.file, &opened.place);
    let mut named = named
        .map_err(|error| Fault::internal(error.to_string()))?
        .disable_content_disposition();
    if opened.is_compressed {
        named = named.set_content_encoding(ContentEncoding::Gzip);
    }
    let mut response = named.into_response(request);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keeps));
    tell_letters(headers);
    if is_program(headers) {
        let (name, policy) = POLICY;
        headers.insert(name, HeaderValue::from_static(policy));
    }
    if opened.is_compressed {
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    Ok(response)
}

/// Texts are UTF-8, which browsers do not assume of every one.
fn tell_letters(headers: &mut HeaderMap) {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let told = kind
        .filter(|kind| kind.starts_with("text/") && !kind.contains(';'))
        .and_then(|kind| HeaderValue::from_str(&format!("{kind}; charset=utf-8")).ok());
    if let Some(told) = told {
        headers.insert(CONTENT_TYPE, told);
    }
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request.get_header::<AcceptEncoding>();
    let gzip = Preference::Specific(Encoding::gzip());
    accepted.is_some_and(|accepted| accepted.ranked().contains(&gzip))
}

/// Whether it is a page, or a script: what a worker may do is said by its own answer.
fn is_program(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/html") || kind.starts_with(b"text/javascript"))
}

/// What surrounds files. Their parts are only sent to who asks for them without condition, as the tag of a file is
/// that of its whole; and a tag says no more than that the content is the same where it was compressed on the way.
pub(crate) async fn prepare<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.headers().contains_key(IF_RANGE) {
        request.headers_mut().remove(RANGE);
    }
    if request.headers().contains_key(RANGE) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    let mut response = next.call(request).await?;
    let is_whole = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    if is_whole
        && headers.contains_key(CONTENT_ENCODING)
        && let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok())
        && let Ok(weak) = HeaderValue::from_str(&format!("W/{tag}"))
        && !tag.starts_with("W/")
    {
        headers.insert(ETAG, weak);
    }
    Ok(response)
}
