use reqwest::header::HeaderMap;
use serde_json::Value;

/// What the panel answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    /// The header's text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The whole body.
    pub(crate) fn body(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(body) => body,
            Err(error) => panic!("{} {error}: {}", self.status, self.text),
        }
    }

    /// `data` of a success.
    pub(crate) fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        let body = self.body();
        assert_eq!(body["status"], "success", "{body}");
        body["data"].clone()
    }

    /// A member of `data` that is a text.
    pub(crate) fn text_of(&self, member: &str) -> String {
        self.data()[member]
            .as_str()
            .unwrap_or_else(|| panic!("{member}: {}", self.text))
            .to_owned()
    }

    /// Asserts a refusal with this status and the envelope that goes with it.
    pub(crate) fn assert_refused(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.body();
        assert_eq!(body["status"], "fail", "{body}");
        assert!(
            body["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{body}"
        );
        assert!(body["data"].is_null(), "{body}");
        for secret in ["SELECT", "v2_", "ferro_", "diesel", "/root/", "panicked"] {
            assert!(!self.text.contains(secret), "{secret} in {}", self.text);
        }
    }

    /// Asserts that `data` is the literal `true`, as the stock theme demands.
    pub(crate) fn assert_true(&self) {
        assert_eq!(self.data(), Value::Bool(true), "{}", self.text);
    }
}
