//! The cookies of the pages.

use actix_web::HttpResponse;
use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// What a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The login.
    Session,
    /// The secret behind the tokens of forms.
    Form,
    /// What the next page says once.
    Flash,
    /// The session of the operator who looks at the pages as somebody else.
    Operator,
    /// The language.
    Lang,
    /// Light or dark.
    Theme,
    /// The time zone; the script writes it.
    Zone,
}

impl Kind {
    /// Its name. Behind TLS what must not be forged has a name that browsers let nobody else set: no
    /// neighbour's host, and nobody in plain HTTP.
    const fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Session, true) => "__Host-session",
            (Self::Session, false) => "session",
            (Self::Form, true) => "__Host-form",
            (Self::Form, false) => "form",
            (Self::Flash, true) => "__Host-flash",
            (Self::Flash, false) => "flash",
            (Self::Operator, true) => "__Host-operator",
            (Self::Operator, false) => "operator",
            (Self::Lang, _) => "lang",
            (Self::Theme, _) => "theme",
            (Self::Zone, _) => "zone",
        }
    }

    /// What the request's headers say of it.
    pub(crate) fn read(self, headers: &HeaderMap, is_secure: bool) -> Option<String> {
        let name = self.name(is_secure);
        let lines = headers.get_all(COOKIE);
        let texts = lines.filter_map(|line| line.to_str().ok());
        let cookies = texts.flat_map(Cookie::split_parse_encoded);
        let mut found = cookies.filter_map(Result::ok);
        let cookie = found.find(|cookie| cookie.name() == name)?;
        Some(cookie.value().to_owned()).filter(|value| !value.is_empty())
    }

    /// The cookie with this value for so many seconds; until the browser ends where none are named.
    pub(crate) fn set(
        self,
        response: &mut HttpResponse,
        is_secure: bool,
        value: &str,
        seconds: Option<i64>,
    ) {
        let name = self.name(is_secure);
        let mut cookie = Cookie::build((name, value.to_owned()))
            .path("/")
            .http_only(self != Self::Zone)
            .secure(is_secure)
            .same_site(SameSite::Lax);
        if let Some(seconds) = seconds {
            cookie = cookie.max_age(Duration::seconds(seconds));
        }
        let line = cookie.build().encoded().to_string();
        if let Ok(line) = HeaderValue::try_from(line) {
            response.headers_mut().append(SET_COOKIE, line);
        }
    }

    /// Has the browser forget it.
    pub(crate) fn clear(self, response: &mut HttpResponse, is_secure: bool) {
        self.set(response, is_secure, "", Some(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_behind_tls_are_bound_to_the_host() {
        let mut response = HttpResponse::Ok().finish();
        Kind::Session.set(&mut response, true, "a b;c", Some(60));
        let line = response
            .headers()
            .get(SET_COOKIE)
            .unwrap()
            .to_str()
            .unwrap();
        assert!(line.starts_with("__Host-session=a%20b%3Bc; "), "{line}");
        for flag in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=60"] {
            assert!(line.contains(flag), "{line}");
        }
        assert!(!line.contains("Domain"));
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_static("x=1; __Host-session=a%20b%3Bc; session=plain");
        headers.insert(COOKIE, value);
        assert_eq!(Kind::Session.read(&headers, true).as_deref(), Some("a b;c"));
        assert_eq!(
            Kind::Session.read(&headers, false).as_deref(),
            Some("plain")
        );
        assert_eq!(Kind::Form.read(&headers, true), None);
    }
}
