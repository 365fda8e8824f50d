//! The description of the API, and a page that shows it. All of it is compiled in.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::Config;

use crate::fault::Fault;
use crate::openapi;

/// The OpenAPI document, made when it is first asked for.
pub(crate) async fn description() -> HttpResponse {
    static DOCUMENT: LazyLock<Bytes> =
        LazyLock::new(|| openapi::document().to_json().unwrap_or_default().into());
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache, private"))
        .body(DOCUMENT.clone())
}

/// The page's own addresses are relative to `/docs/`.
pub(crate) async fn index(request: HttpRequest) -> HttpResponse {
    let target = format!("{}/", request.path());
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, target))
        .finish()
}

/// A file of the page.
pub(crate) async fn file(path: Path<String>) -> Result<HttpResponse, Fault> {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from("/openapi.json")));
    let found = utoipa_swagger_ui::serve(&path, Arc::clone(&CONFIG));
    let file = found.map_err(|error| Fault::internal(error.to_string()))?;
    let file = file.ok_or_else(Fault::unknown_route)?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, file.content_type));
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(file.bytes.into_owned()))
}
