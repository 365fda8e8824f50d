//! Our style sheet, script and picture: in the program, under names that change with what they hold.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use crate::failure::{Failure, PageResult};

/// How many bytes of a digest stand in a name.
const DIGEST_BYTES: usize = 6;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// A file, ready to be sent.
struct Asset {
    address: String,
    media_type: &'static str,
    plain: Bytes,
    zipped: Option<Bytes>,
}

/// Every file by its own name.
static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let named = Files::iter().filter_map(|name| Some((name.to_string(), asset(&name)?)));
    named.collect()
});

/// The picture as an address that holds it: it is smaller than a request for it.
static ICON: LazyLock<String> = LazyLock::new(|| {
    let icon = ASSETS
        .get("icon.svg")
        .map(|icon| STANDARD.encode(&icon.plain));
    format!("data:image/svg+xml;base64,{}", icon.unwrap_or_default())
});

fn asset(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let (stem, extension) = name.rsplit_once('.')?;
    let digest = file.metadata.sha256_hash();
    let digest = base16ct::lower::encode_string(digest.get(..DIGEST_BYTES)?);
    let plain = Bytes::from(file.data.into_owned());
    Some(Asset {
        address: format!("/assets/pages/{stem}-{digest}.{extension}"),
        media_type: match extension {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        },
        zipped: zipped(&plain),
        plain,
    })
}

fn zipped(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    let zipped = encoder.finish().ok()?;
    (zipped.len() < plain.len()).then(|| Bytes::from(zipped))
}

/// The address of a file; empty where there is none.
pub(crate) fn address(name: &str) -> &'static str {
    ASSETS.get(name).map_or("", |asset| asset.address.as_str())
}

/// The address of our picture.
pub(crate) fn own_icon() -> &'static str {
    &ICON
}

/// What browsers ask for by themselves where a page names no picture: those of themes and of the administrator's
/// application. A day later they may ask again.
pub(crate) async fn icon(request: HttpRequest) -> PageResult {
    let icon = ASSETS.get("icon.svg").ok_or(Failure::Unknown)?;
    Ok(sent(&request, icon, "public, max-age=86400"))
}

/// Answers with a file that a page named.
pub(crate) async fn file(request: HttpRequest) -> PageResult {
    let path = request.path();
    let found = ASSETS.values().find(|asset| asset.address == path);
    let asset = found.ok_or(Failure::Unknown)?;
    Ok(sent(&request, asset, "public, max-age=31536000, immutable"))
}

fn sent(request: &HttpRequest, asset: &Asset, kept: &'static str) -> HttpResponse {
    let accepted = request.headers().get(ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let takes_gzip = accepted.is_some_and(|value| value.contains("gzip"));
    let zipped = asset.zipped.clone().filter(|_| takes_gzip);
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, asset.media_type))
        .insert_header((VARY, HeaderValue::from_static("Accept-Encoding")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static(kept)));
    match zipped {
        Some(zipped) => response
            .insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")))
            .body(zipped),
        None => response.body(asset.plain.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_loads_is_small() {
        let size = |name: &str| ASSETS.get(name).map(|asset| asset.plain.len()).unwrap();
        assert!(size("pages.css") <= 15_000, "{}", size("pages.css"));
        let script = String::from_utf8(ASSETS["pages.js"].plain.to_vec()).unwrap();
        assert!(script.lines().count() <= 400);
        assert!(!script.contains("eval(") && !script.contains("innerHTML"));
        let all: usize = ASSETS
            .values()
            .filter_map(|asset| asset.zipped.as_ref())
            .map(Bytes::len)
            .sum();
        assert!(all < 30_000, "{all}");
    }
}
