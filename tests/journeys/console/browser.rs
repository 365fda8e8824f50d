//! A browser that keeps cookies and sends forms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::Panel;

pub(super) struct Browser<'a> {
    panel: &'a Panel,
    cookies: RefCell<BTreeMap<String, String>>,
}

pub(super) struct Page {
    pub(super) status: u16,
    pub(super) text: String,
    location: String,
    pub(super) kind: String,
}

/// A text as a field of a form or of a query.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

impl Page {
    /// Where it leads on to.
    pub(super) fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        &self.location
    }

    /// Whether all of these stand on it.
    pub(super) fn has(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.text.contains(text), "no {text} in {}", self.text);
        }
    }

    pub(super) fn lacks(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text.contains(text), "{text} in {}", self.text);
        }
    }

    fn token(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"_csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// What the fields of its form hold, as a browser would send them back.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let form = self.text.split_once("<form class=\"card wide\"");
        let form = form.map_or(self.text.as_str(), |(_, form)| form);
        let form = form.split_once("</form>").map_or(form, |(form, _)| form);
        let mut fields = Vec::new();
        for part in form.split('<').skip(1) {
            let (tag, text) = part.split_once('>').unwrap();
            let name = attribute(tag, "name");
            match tag.split_whitespace().next().unwrap_or_default() {
                "input" => {
                    let is_box = tag.contains("type=\"checkbox\"");
                    if !is_box || tag.ends_with("checked") || tag.contains(" checked ") {
                        fields.push((name, attribute(tag, "value")));
                    }
                }
                "textarea" => fields.push((name, plain(text.trim_start_matches('\n')))),
                "select" => fields.push((name, String::new())),
                "option" => {
                    let (_, chosen) = fields.last_mut().unwrap();
                    if tag.contains(" selected") || (chosen.is_empty() && is_first(form, tag)) {
                        *chosen = attribute(tag, "value");
                    }
                }
                _ => {}
            }
        }
        fields.retain(|(name, _)| !name.is_empty() && name != "_csrf");
        fields
    }
}

/// Whether an option is the first of its list, which browsers take where none is chosen.
fn is_first(form: &str, tag: &str) -> bool {
    let option = format!("><{tag}>");
    form.find(&option)
        .is_some_and(|place| !form[..place].ends_with("</option"))
}

/// An attribute of a tag; empty where it has none.
fn attribute(tag: &str, name: &str) -> String {
    let begins = format!(" {name}=\"");
    let value = tag.split_once(&begins).map(|(_, rest)| rest);
    plain(
        value
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default(),
    )
}

/// A text without the signs that HTML writes in another way.
fn plain(text: &str) -> String {
    let signs = [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
    ];
    let text = signs.iter().fold(text.to_owned(), |text, (sign, plain)| {
        text.replace(sign, plain)
    });
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

impl<'a> Browser<'a> {
    pub(super) fn new(panel: &'a Panel) -> Self {
        Self {
            panel,
            cookies: RefCell::default(),
        }
    }

    /// The same at another panel, with its cookies.
    pub(super) fn at(self, panel: &Panel) -> Browser<'_> {
        Browser {
            panel,
            cookies: self.cookies,
        }
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(super) fn keep(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let cookies = self.cookies.borrow().clone();
        let line: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header("cookie", line.join("; "))
            .header("accept-language", "en-US")
            .header("sec-fetch-site", "same-origin");
        let response = request.send().await.unwrap();
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let mut cookies = self.cookies.borrow_mut();
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
        };
        let (location, kind) = (header("location"), header("content-type"));
        Page {
            status: response.status().as_u16(),
            location,
            kind,
            text: response.text().await.unwrap(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Page {
        self.send(self.panel.client().get(self.panel.url(path)))
            .await
    }

    /// A page that there must be.
    pub(super) async fn open(&self, path: &str) -> Page {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page
    }

    /// Sends fields as they are.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.panel.client().post(self.panel.url(path));
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let body = body.collect::<Vec<_>>().join("&");
        let form = "application/x-www-form-urlencoded";
        self.send(request.header("content-type", form).body(body))
            .await
    }

    /// Opens the page of a form, and sends the form with these fields in place of what stands in them.
    pub(super) async fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let shown = self.open(page).await;
        self.send_back(&shown, action, fields).await
    }

    /// Sends the form of a page that is at hand.
    pub(super) async fn send_back(
        &self,
        shown: &Page,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let token = shown.token();
        let kept = shown.fields();
        let is_given = |name: &str| fields.iter().any(|(given, _)| *given == name);
        let mut all = vec![("_csrf", token.as_str())];
        let kept = kept.iter().filter(|(name, _)| !is_given(name));
        all.extend(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Presses a button that sends nothing but these fields.
    pub(super) async fn press(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.open(page).await.token();
        let mut all = vec![("_csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }
}
