//! The page of the built admin app: what it is told of the site, and the files that its manifest names.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_kernel::constant_time_eq;
use ferroboard_site::Settings;
use serde_json::json;

use super::escaping::{in_html, in_script};
use super::folder;
use super::manifest::Entry;
use super::page::page;
use crate::Panel;
use crate::answer::fault::Fault;

/// What names the files of the app.
const MANIFEST: &str = "manifest.json";
/// How many bytes of it are read.
const LARGEST: u64 = 1024 * 1024;
/// Where the texts of the app lie, and how many languages are loaded.
const LOCALES: &str = "locales";
const MOST_LOCALES: usize = 100;

/// What of the app's folder its page names.
struct App {
    /// Files with its texts, in their order.
    locales: Vec<String>,
    entry: Entry,
}

/// Whether a path is the admin path of this moment and nothing more.
pub(crate) fn is_admin_page(panel: &Panel, path: &str) -> bool {
    let site = panel.site();
    let own = site.admin_path().filter(|own| !own.is_empty());
    let asked = path.strip_prefix('/');
    own.zip(asked)
        .is_some_and(|(own, asked)| constant_time_eq(asked, own))
}

/// The page of the admin app that the operator brings, made from the settings of this moment; `None` where there
/// is none, so that the panel's own console is to be shown, and where the request is not for the admin path,
/// exactly and as it is at this moment.
///
/// # Errors
///
/// 500 where the app's folder could not be read for want of threads.
pub async fn admin_app_page(request: &HttpRequest) -> Result<Option<HttpResponse>, Fault> {
    let Some(panel) = request.app_data::<Data<Panel>>() else {
        return Ok(None);
    };
    let Some(folder) = panel.options.admin_app.clone() else {
        return Ok(None);
    };
    if !is_admin_page(panel, request.path()) {
        return Ok(None);
    }
    let read = web::block(move || read(&folder)).await;
    let app = read.map_err(|error| Fault::internal(error.to_string()))?;
    let site = panel.site();
    Ok(app.map(|app| page(rendered(&site, &app))))
}

/// What the folder has, if it is an app's.
fn read(folder: &Path) -> Option<App> {
    let manifest = manifest(folder);
    if manifest.is_none() {
        let folder = folder.display();
        tracing::warn!(%folder, "web.admin_app has no manifest that can be read; the admin app is not shown");
    }
    let entry = manifest?;
    Some(App {
        locales: locales(&folder.join(LOCALES)),
        entry,
    })
}

fn manifest(folder: &Path) -> Option<Entry> {
    let (file, _): (File, PathBuf) = folder::open(folder, MANIFEST)?;
    let mut manifest = Vec::new();
    file.take(LARGEST).read_to_end(&mut manifest).ok()?;
    Entry::of(&manifest)
}

/// The scripts with the app's texts, by name.
fn locales(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_script = |name: &str| {
        Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "js")
    };
    let mut names: Vec<String> = names
        .filter(|name| is_script(name) && folder::plain(name).is_some())
        .collect();
    names.sort();
    names.truncate(MOST_LOCALES);
    names
}

fn rendered(site: &Settings, app: &App) -> String {
    let title = in_html(&site.site.app_name);
    let settings = in_script(&json!({
        "base_url": "/",
        "title": site.site.app_name,
        "version": env!("CARGO_PKG_VERSION"),
        "logo": site.site.logo.as_deref().unwrap_or_default(),
        "secure_path": site.admin_path().unwrap_or_default(),
    }));
    let mut files = String::new();
    let mut tag = |before: &str, path: &str, after: &str| {
        let path = in_html(path);
        // Nothing fails to be written into a text.
        let _ = writeln!(files, "<{before}=\"/assets/admin/{path}\"{after}");
    };
    for style in &app.entry.styles {
        tag("link rel=\"stylesheet\" crossorigin href", style, ">");
    }
    for import in &app.entry.imports {
        tag("link rel=\"modulepreload\" crossorigin href", import, ">");
    }
    for locale in &app.locales {
        tag("script src", &format!("{LOCALES}/{locale}"), "></script>");
    }
    tag(
        "script type=\"module\" crossorigin src",
        &app.entry.program,
        "></script>",
    );
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <script>window.settings = {settings};</script>\n{files}</head>\n\
         <body>\n<div id=\"root\"></div>\n</body>\n</html>\n"
    )
}
