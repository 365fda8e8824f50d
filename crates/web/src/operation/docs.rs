//! The description of the API, and a page that shows it. All of it is compiled in.

use std::string::FromUtf8Error;
use std::sync::{Arc, LazyLock, OnceLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use actix_web::web::{Bytes, Data, Path};
use serde_json::Value;
use utoipa_swagger_ui::Config;

use crate::answer::fault::Fault;

/// The OpenAPI document, made when it is first asked for.
pub(crate) struct Description {
    make: fn() -> Value,
    made: OnceLock<Bytes>,
}

impl Description {
    pub(crate) const fn new(make: fn() -> Value) -> Self {
        Self {
            make,
            made: OnceLock::new(),
        }
    }

    fn bytes(&self) -> Bytes {
        let made = self.made.get_or_init(|| (self.make)().to_string().into());
        made.clone()
    }
}

pub(crate) async fn description(document: Data<Description>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache, private"))
        .body(document.bytes())
}

/// The file that is the page.
const INDEX: &str = "index.html";

/// The page under the name of what it describes.
fn titled(page: Vec<u8>) -> Vec<u8> {
    let title =
        |page: String| page.replace("<title>Swagger UI</title>", "<title>Ferroboard API</title>");
    String::from_utf8(page).map_or_else(FromUtf8Error::into_bytes, |page| title(page).into_bytes())
}

/// The page itself, where its relative addresses lead to its files.
const PAGE: &str = "/docs/index.html";

/// Leads to the page.
pub(crate) async fn index() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, PAGE))
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
    let bytes = file.bytes.into_owned();
    Ok(response.body(if path.as_str() == INDEX {
        titled(bytes)
    } else {
        bytes
    }))
}
