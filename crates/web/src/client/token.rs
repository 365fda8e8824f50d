//! The token of a subscription link.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_auth::SubscribeToken;
use ferroboard_subscription::SubscriptionError;

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::client_address;

/// The token that a request presents: the `token` of its query, else the end of its path. Whose it
/// is, if anybody's, is not known yet.
pub(crate) struct LinkToken {
    pub(crate) token: SubscribeToken,
    address: IpAddr,
}

impl LinkToken {
    /// What a use case that was refused is answered with: who presents many tokens that nobody has
    /// is asked to wait. Clients take any 403 for an end of their subscription.
    pub(crate) fn refusal(&self, panel: &Panel, error: Fault) -> Fault {
        if error.is(Message::RealNameDemanded) {
            let demanded = Message::RealNameDemanded;
            return error
                .replaced(StatusCode::FORBIDDEN, demanded)
                .coded("realname_required");
        }
        if !error.is(Message::SubscribeTokenUnknown) {
            return error;
        }
        match panel.limits.admit_unknown_token(self.address) {
            Ok(()) => error,
            Err(throttled) => throttled,
        }
    }
}

impl FromRequest for LinkToken {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = presented(request.query_string(), request.match_info().get("token"));
        ready(token.map(|token| Self {
            token,
            address: client_address::address_of(request),
        }))
    }
}

fn presented(query: &str, path: Option<&str>) -> Result<SubscribeToken, Fault> {
    let mut token = path.unwrap_or_default().trim().to_owned();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "token" if !value.trim().is_empty() => value.trim().clone_into(&mut token),
            // A list is nobody's token.
            list if list.starts_with("token[") => {
                return Err(Fault::from(SubscriptionError::TokenUnknown));
            }
            _ => {}
        }
    }
    if token.is_empty() {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            Message::SubscribeTokenMissing,
        ));
    }
    Ok(SubscribeToken::new(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_comes_before_the_path() {
        for (query, path, expected) in [
            ("token=a", None, "a"),
            ("", Some("b"), "b"),
            ("token=a&flag=x", Some("b"), "a"),
            ("token=a&token=c", None, "c"),
            ("token=%20a%20", None, "a"),
            ("token=", Some("b"), "b"),
            ("flag=x", Some(" b "), "b"),
        ] {
            let token = presented(query, path).unwrap();
            assert_eq!(token.as_str(), expected, "{query} {path:?}");
        }
        for (query, path, message) in [
            ("", None, Message::SubscribeTokenMissing),
            ("token=", Some(""), Message::SubscribeTokenMissing),
            ("token[]=a", None, Message::SubscribeTokenUnknown),
            (
                "token[x]=a&token=b",
                Some("c"),
                Message::SubscribeTokenUnknown,
            ),
        ] {
            let fault = presented(query, path).unwrap_err();
            assert!(fault.is(message), "{query} {path:?}");
        }
    }
}
