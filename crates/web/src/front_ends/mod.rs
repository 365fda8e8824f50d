//! Front ends that the operator brings in folders: themes for customers, and a built admin app. Both are pages
//! that load scripts; the pages are ours, made anew for every request from the settings of that moment.

mod admin_app;
mod escaping;
mod file;
mod folder;
mod hashed_name;
mod manifest;
mod page;
mod theme;

use actix_web::{HttpRequest, HttpResponse};

pub use self::admin_app::admin_app_page;
pub(crate) use self::admin_app::is_admin_page;
pub(crate) use self::file::{admin_file, prepare, theme_file};
pub use self::theme::theme_page;
use crate::answer::fault::Fault;

/// The page at the panel's root.
pub(crate) async fn home(request: HttpRequest) -> Result<HttpResponse, Fault> {
    let page = theme_page(&request).await?;
    page.ok_or_else(Fault::unknown_route)
}

/// The page at the admin path.
pub(crate) async fn admin_page(request: HttpRequest) -> Result<HttpResponse, Fault> {
    let page = admin_app_page(&request).await?;
    page.ok_or_else(Fault::unknown_route)
}
