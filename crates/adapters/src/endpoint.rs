//! Addresses of services, as an operator writes them.

use url::Url;

/// The text is no address that can be asked over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no address of the form https://HOST/PATH")]
pub struct NotAnEndpoint;

/// Judges an address now: a client would notice only at its first request.
pub(crate) fn check(address: &str) -> Result<(), NotAnEndpoint> {
    let url = Url::parse(address).map_err(|_| NotAnEndpoint)?;
    let is_http = matches!(url.scheme(), "http" | "https");
    if is_http && url.has_host() && url.fragment().is_none() {
        Ok(())
    } else {
        Err(NotAnEndpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_can_be_asked_are_taken() {
        for good in ["https://api.telegram.org", "http://127.0.0.1:8081/bot?x=1"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "::",
            "not a url",
            "api.telegram.org",
            "ftp://h/",
            "https://",
            "https://h/#x",
        ] {
            assert_eq!(check(bad), Err(NotAnEndpoint), "{bad}");
        }
    }
}
