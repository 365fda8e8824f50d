//! A panel over fakes with its pages, and a browser that keeps cookies and sends forms.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, SET_COOKIE};
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use ferroboard_application::{Application, Options};
use ferroboard_kernel::UserId;
use ferroboard_testing::Fakes;
use ferroboard_web::{Panel, WebOptions, app};
use tokio::runtime::Handle;

/// A panel and what is behind it.
pub(crate) struct Site {
    pub(crate) fakes: Fakes,
    panel: Data<Panel>,
    application: Arc<Application>,
}

/// What a browser got.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The lines that set cookies.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(SET_COOKIE);
        lines.map(|line| line.to_str().unwrap()).collect()
    }

    /// The address that it leads on to.
    pub(crate) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        self.header("location")
    }

    /// What its forms carry.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"_csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Site {
    pub(crate) async fn open(settings: &[(&str, &str)]) -> Self {
        let fakes = Fakes::default();
        fakes.store.write(|tables| {
            for (name, value) in settings {
                let row = ((*name).to_owned(), Some((*value).to_owned()));
                tables.site.settings.extend([row]);
            }
        });
        let mut options = Options::new("test".into());
        options.expose_email_codes = true;
        // What a test changes in the store is seen at once.
        options.node_list_age = Duration::ZERO;
        options.plan_list_age = Duration::ZERO;
        let application = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
        let web = WebOptions::default();
        let random = fakes.random.as_ref();
        let panel = Panel::new(application.clone(), Handle::current(), web, random);
        Self {
            panel: Data::new(panel.with(ferroboard_pages::mount)),
            fakes,
            application,
        }
    }

    /// A browser that speaks English and has been nowhere.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            site: self,
            cookies: RefCell::default(),
            headers: vec![("accept-language", "en-US,en;q=0.9".to_owned())],
        }
    }

    /// Makes the user an administrator.
    pub(crate) fn promote(&self, user: UserId) {
        self.fakes.store.write(|tables| {
            tables.user(user).auth.account.is_admin = true;
        });
    }

    /// Makes the panel notice what was written behind its back.
    pub(crate) async fn refresh(&self) {
        self.application.site().refresh().await.unwrap();
    }
}

/// A browser without scripts.
pub(crate) struct Browser<'a> {
    site: &'a Site,
    cookies: RefCell<BTreeMap<String, String>>,
    headers: Vec<(&'static str, String)>,
}

impl Browser<'_> {
    /// The same with another header on every request.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(crate) fn forget(&self, name: &str) {
        self.cookies.borrow_mut().remove(name);
    }

    pub(crate) fn keep(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn send(&self, mut request: TestRequest) -> Answer {
        for (name, value) in &self.headers {
            request = request.insert_header((*name, value.as_str()));
        }
        let cookies = self.cookies.borrow().clone();
        let line: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !line.is_empty() {
            request = request.insert_header(("cookie", line.join("; ")));
        }
        let service = test::init_service(app(self.site.panel.clone())).await;
        let peer = "127.0.0.1:40000".parse().unwrap();
        let response = test::call_service(&service, request.peer_addr(peer).to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = test::read_body(response).await;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let answer = Answer {
            status,
            headers,
            text,
        };
        self.take(&answer);
        answer
    }

    fn take(&self, answer: &Answer) {
        let mut cookies = self.cookies.borrow_mut();
        for line in answer.cookies() {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    /// Sends a form as it is, to where it leads.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| {
            let encoded = |text: &str| -> String { percent(text) };
            format!("{}={}", encoded(name), encoded(value))
        });
        let body: Vec<String> = body.collect();
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body.join("&"));
        self.send(request).await
    }

    /// Opens the page of a form, and sends the form with these fields.
    pub(crate) async fn fill(&self, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(page).await.token();
        let mut all = vec![("_csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post(to, &all).await
    }

    /// Registers, and is logged in.
    pub(crate) async fn register(&self, email: &str) {
        let fields = [("email", email), ("password", "correct-horse-7")];
        let answer = self.fill("/my/register", "/my/register", &fields).await;
        assert_eq!(answer.leads_to(), "/", "{answer:?}");
    }
}

/// Every byte but letters and digits, percent-encoded.
fn percent(text: &str) -> String {
    let bytes = text.bytes();
    bytes
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
