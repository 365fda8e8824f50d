//! The page of a theme: what it is told of the site, and its program.

use actix_web::http::{StatusCode, Uri};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_application::ActiveTheme;
use ferroboard_site::Settings;
use serde_json::{Value, json};

use super::escaping::{in_html, in_script};
use super::page::page;
use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::client_address::host_of;
use crate::request::hosts::name_of;

/// The languages that themes of the family have.
const LANGUAGES: [&str; 7] = [
    "zh-CN", "en-US", "ja-JP", "vi-VN", "ko-KR", "zh-TW", "fa-IR",
];

/// The page of the theme that customers are to see, made from the settings of this moment; `None` where that are
/// the panel's own pages: they are chosen, or the theme has no folder. Only for the panel's root, `/`.
///
/// # Errors
///
/// 403 where the site is only to be seen under the host of its `app_url` (`safe_mode_enable`) and the request came
/// to another, whichever pages would be shown there.
pub async fn theme_page(request: &HttpRequest) -> Result<Option<HttpResponse>, Fault> {
    let Some(panel) = request.app_data::<Data<Panel>>() else {
        return Ok(None);
    };
    let site = panel.site();
    if !is_at_home(&site, host_of(request)) {
        return Err(Fault::new(StatusCode::FORBIDDEN, Message::HostRefused));
    }
    let run = panel.run(|app| async move { Ok(app.front_page.theme().await) });
    let theme = run.await?;
    Ok(theme.map(|theme| page(rendered(&site, &theme))))
}

/// Whether the site may be seen under this host. Ports do not count: proxies have others.
fn is_at_home(site: &Settings, host: &str) -> bool {
    let home = site.site.app_url.as_deref();
    let home = home.filter(|_| site.safe.safe_mode_enable);
    let home = home.and_then(|home| home.parse::<Uri>().ok());
    // What names no host cannot be compared.
    home.as_ref()
        .and_then(Uri::host)
        .is_none_or(|home| home.eq_ignore_ascii_case(name_of(host)))
}

fn rendered(site: &Settings, active: &ActiveTheme) -> String {
    let name = active.theme.name.as_str();
    let field = |name: &str| match active.config.get(name) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(value) => value.to_string(),
    };
    let color = Some(field("theme_color")).filter(|color| !color.is_empty());
    let assets = format!("/theme/{name}/assets");
    let title = site.site.app_name.as_str();
    let description = site.site.app_description.as_deref().unwrap_or_default();
    let settings = json!({
        "title": title,
        "assets_path": assets,
        "theme": {"color": color.as_deref().unwrap_or("default")},
        "version": env!("CARGO_PKG_VERSION"),
        "background_url": field("background_url"),
        "description": description,
        "i18n": LANGUAGES,
        "logo": site.site.logo.as_deref().unwrap_or_default(),
    });
    let (title, description) = (in_html(title), in_html(description));
    let settings = in_script(&settings);
    // It is the operator's own, and meant to be part of the page.
    let custom = field("custom_html");
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<meta name=\"description\" content=\"{description}\">\n\
         <script>window.routerBase = \"/\"; window.settings = {settings};</script>\n\
         <script type=\"module\" crossorigin src=\"{assets}/umi.js\"></script>\n</head>\n\
         <body>\n<div id=\"app\"></div>\n{custom}\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(rows: &[(&str, &str)]) -> Settings {
        let rows = rows.iter();
        Settings::from_rows(
            rows.map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))),
        )
    }

    #[test]
    fn only_the_safe_mode_looks_at_hosts() {
        let home = ("app_url", "https://Panel.test:8443/x");
        let safe = ("safe_mode_enable", "1");
        for (rows, host, expected) in [
            (&[home, safe][..], "panel.test", true),
            (&[home, safe], "PANEL.test:7001", true),
            (&[home, safe], "evil.test", false),
            (&[home, safe], "panel.test.evil.test", false),
            (&[home, safe], "", false),
            (&[home], "evil.test", true),
            (&[safe], "evil.test", true),
            (
                &[("app_url", "http://[::1]:7001"), safe],
                "[::1]:7001",
                true,
            ),
            (
                &[("app_url", "http://[::1]:7001"), safe],
                "[::2]:7001",
                false,
            ),
        ] {
            assert_eq!(is_at_home(&site(rows), host), expected, "{rows:?} {host}");
        }
    }
}
