//! What every page has: its head, where it stands, and how things are written on it.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand fields over by reference"
)]

use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
};
use askama::Template;
use ferroboard_kernel::{Cents, UnixSeconds};

use crate::assets;
use crate::catalogue;
use crate::failure::{Failure, PageResult};
use crate::format;
use crate::lang::Lang;
use crate::nav::{self, Entry};
use crate::visitor::{Operator, Visitor};

/// What a page may load and do: its style sheet, its script, pictures, and forms that come back to us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data: https:; connect-src 'self'; font-src 'self'; \
                      manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the templates know of the page that they are. Every template of a page has it as `page`.
pub(crate) struct Page {
    visitor: Visitor,
    title: String,
    section: &'static str,
    /// The admin path, on pages of the console.
    console: Option<String>,
    csrf: String,
}

/// What a page says once.
pub(crate) struct Notice {
    /// Whether something is done.
    pub(crate) is_good: bool,
    /// What it says.
    pub(crate) text: String,
}

impl Page {
    /// A page of the customer's with the text of this name as its title. `section` is the path of the entry of
    /// the menu under which it stands, such as `/my/orders`.
    pub(crate) fn new(
        visitor: &Visitor,
        section: &'static str,
        title: &str,
    ) -> Result<Self, Failure> {
        let title = catalogue::text(visitor.lang(), title).to_owned();
        Self::titled(visitor, section, title)
    }

    /// The same with a title that no catalogue has, such as an article's.
    pub(crate) fn titled(
        visitor: &Visitor,
        section: &'static str,
        title: String,
    ) -> Result<Self, Failure> {
        Ok(Self {
            title,
            section,
            console: None,
            csrf: visitor.form_token()?,
            visitor: visitor.clone(),
        })
    }

    /// A page of the console. `section` is the path of its entry of the menu behind the admin path, such as
    /// `/users`.
    pub(crate) fn console(
        operator: &Operator,
        section: &'static str,
        title: &str,
    ) -> Result<Self, Failure> {
        let mut page = Self::new(&operator.visitor, section, title)?;
        page.console = Some(operator.path.clone());
        Ok(page)
    }

    /// The same with a title that no catalogue has.
    pub(crate) fn console_titled(
        operator: &Operator,
        section: &'static str,
        title: String,
    ) -> Result<Self, Failure> {
        let mut page = Self::titled(&operator.visitor, section, title)?;
        page.console = Some(operator.path.clone());
        Ok(page)
    }

    /// The text of this name.
    pub(crate) fn t<'a>(&self, name: &'a str) -> &'a str {
        catalogue::text(self.visitor.lang(), name)
    }

    /// The text of this name with `value` for `{hole}`.
    pub(crate) fn put(&self, name: &str, hole: &str, value: impl Display) -> String {
        filled(self.t(name).to_owned(), hole, &value)
    }

    /// The same with two values.
    pub(crate) fn put2(
        &self,
        name: &str,
        first: &str,
        value: impl Display,
        second: &str,
        other: impl Display,
    ) -> String {
        filled(self.put(name, first, value), second, &other)
    }

    /// Money with the site's sign.
    pub(crate) fn money(&self, amount: &Cents) -> String {
        format::money(*amount, &self.visitor.site().site.currency_symbol)
    }

    /// Bytes in a unit that fits.
    pub(crate) fn bytes(&self, count: &i64) -> String {
        format::bytes(*count)
    }

    /// Day and minute in the viewer's zone.
    pub(crate) fn time(&self, at: &UnixSeconds) -> String {
        format::time(*at, self.visitor.zone())
    }

    /// The day in the viewer's zone.
    pub(crate) fn date(&self, at: &UnixSeconds) -> String {
        format::date(*at, self.visitor.zone())
    }

    /// An instant as the `datetime` attribute has it.
    pub(crate) fn iso(&self, at: &UnixSeconds) -> String {
        format::iso(*at)
    }

    /// What a form carries in `_csrf`.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Who looks at it, and how.
    pub(crate) fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// What the page is called.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// What the site is called.
    pub(crate) fn site_name(&self) -> &str {
        &self.visitor.site().site.app_name
    }

    /// Where the site's picture is, if it has one that pages may show.
    pub(crate) fn logo(&self) -> Option<&str> {
        let logo = self.visitor.site().site.logo.as_deref();
        logo.filter(|logo| logo.starts_with("https://"))
    }

    /// The name of the site's colour.
    pub(crate) fn colour(&self) -> &str {
        &self.visitor.site().frontend.frontend_theme_color
    }

    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.visitor.lang()
    }

    /// Every language, for the switch.
    pub(crate) fn languages(&self) -> [Lang; 6] {
        Lang::ALL
    }

    /// The menu, of the console or of the customer; nothing for whoever is not logged in.
    pub(crate) fn menu(&self) -> Vec<Entry> {
        match (&self.console, self.visitor.session()) {
            (Some(path), _) => nav::console(path, self.section, self.lang()),
            (None, Some(_)) => nav::customer(self.section, self.lang()),
            (None, None) => Vec::new(),
        }
    }

    /// A path of the console, on its pages: `to("/users")`.
    pub(crate) fn to(&self, path: &str) -> String {
        match &self.console {
            Some(console) => format!("/{console}{path}"),
            None => path.to_owned(),
        }
    }

    /// Where the site's name leads: to the first page of the console, or of the customer.
    pub(crate) fn home(&self) -> String {
        match &self.console {
            Some(console) => format!("/{console}"),
            None => "/".to_owned(),
        }
    }

    /// Whether it is one of the console's.
    pub(crate) fn is_console(&self) -> bool {
        self.console.is_some()
    }

    /// Who is logged in.
    pub(crate) fn email(&self) -> Option<&str> {
        let session = self.visitor.session()?;
        Some(session.account.email.as_str())
    }

    /// Where the console is, for administrators.
    pub(crate) fn console_path(&self) -> Option<String> {
        let is_admin = self.visitor.session()?.account.is_admin;
        let path = self.visitor.site().admin_path()?;
        is_admin.then(|| format!("/{path}"))
    }

    /// Whether an operator looks at it as somebody else.
    pub(crate) fn is_acted(&self) -> bool {
        self.visitor.operator_token().is_some() && self.console.is_none()
    }

    /// What it says once.
    pub(crate) fn notice(&self) -> Option<Notice> {
        let (kind, name, value) = self.visitor.take_flash()?;
        let text = catalogue::known(self.lang(), name)?;
        Some(Notice {
            is_good: kind == "good",
            text: filled(text.to_owned(), "value", &value),
        })
    }

    /// The address of an asset of ours: `asset("pages.css")`.
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// The address of the picture that stands for a page.
    pub(crate) fn icon(&self) -> &'static str {
        assets::own_icon()
    }
}

fn filled(text: String, hole: &str, value: &impl Display) -> String {
    text.replace(&format!("{{{hole}}}"), &value.to_string())
}

/// Answers 200 with a page.
pub(crate) fn show(template: &impl Template) -> PageResult {
    show_as(StatusCode::OK, template)
}

/// Answers with a page.
pub(crate) fn show_as(status: StatusCode, template: &impl Template) -> PageResult {
    let text = template.render().map_err(Failure::internal)?;
    let mut response = HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(text);
    let fixed: [(HeaderName, &'static str); 3] = [
        (CACHE_CONTROL, "private, no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        // Forms of ours say where they come from; nobody else learns an address of ours.
        (REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Lets a page load scripts, frames and answers of these origins as well, such as `https://challenges.example.com`.
pub(crate) fn also_from(mut response: HttpResponse, origins: &str) -> HttpResponse {
    let policy = POLICY
        .replace("script-src 'self'", &format!("script-src 'self' {origins}"))
        .replace(
            "connect-src 'self'",
            &format!("connect-src 'self' {origins}; frame-src {origins}"),
        );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
