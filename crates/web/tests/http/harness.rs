//! A panel over fakes, asked without a socket.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use actix_web::{HttpServer, rt};
use ferroboard_application::{Application, Options, Ports};
use ferroboard_billing::testing::{a_payment_method, a_plan};
use ferroboard_kernel::UserId;
use ferroboard_site::PluginRow;
use ferroboard_testing::Fakes;
use ferroboard_web::{Panel, WebOptions, app};
use serde_json::{Value, json};
use tokio::runtime::Handle;

/// A panel and what is behind it.
pub(crate) struct Site {
    pub(crate) fakes: Fakes,
    panel: Data<Panel>,
    application: Arc<Application>,
}

/// What a client got.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn message(&self) -> String {
        self.body()["message"].as_str().unwrap().to_owned()
    }
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::with(&[], WebOptions::default()).await
    }

    /// A site with these rows in `v2_settings`.
    pub(crate) async fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self::with(settings, WebOptions::default()).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)], web: WebOptions) -> Self {
        let mut options = Options::new("test".into());
        options.expose_email_codes = true;
        Self::with_all(settings, web, options).await
    }

    pub(crate) async fn with_all(
        settings: &[(&str, &str)],
        web: WebOptions,
        options: Options,
    ) -> Self {
        let fakes = Fakes::default();
        fakes.store.write(|tables| {
            for (name, value) in settings {
                let row = ((*name).to_owned(), Some((*value).to_owned()));
                tables.site.settings.extend([row]);
            }
        });
        let ports = fakes.ports();
        Self::over(fakes, ports, web, options).await
    }

    pub(crate) async fn over(
        fakes: Fakes,
        ports: Ports,
        web: WebOptions,
        options: Options,
    ) -> Self {
        let application = Arc::new(Application::new(ports, options).await.unwrap());
        let random = fakes.random.clone();
        let panel = Panel::new(application.clone(), Handle::current(), web, random.as_ref());
        Self {
            fakes,
            panel: Data::new(panel),
            application,
        }
    }

    /// Sends a request as it is, from a peer on the loopback network.
    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        let service = test::init_service(app(self.panel.clone())).await;
        let peer = "127.0.0.1:40000".parse().unwrap();
        let response = test::call_service(&service, request.peer_addr(peer).to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = test::read_body(response).await;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status,
            headers,
            text,
        }
    }

    /// Serves the site at an address of its own, until the test ends.
    pub(crate) fn listen(&self) -> SocketAddr {
        let panel = self.panel.clone();
        let server = HttpServer::new(move || app(panel.clone()));
        let server = server.workers(1).disable_signals();
        let server = server.bind("127.0.0.1:0").unwrap();
        let address = server.addrs()[0];
        rt::spawn(server.run());
        address
    }

    /// Keeps what nodes are told up to date from now on, and has looked once.
    pub(crate) async fn tend(&self) {
        let application = self.application.clone();
        rt::spawn(async move { application.nodes.keep_current().await });
        tokio::task::yield_now().await;
    }

    /// Makes the user an administrator.
    pub(crate) fn promote(&self, user: UserId) {
        self.fakes.store.write(|tables| {
            let row = &mut tables.user(user).auth;
            row.account.is_admin = true;
        });
    }

    /// Makes the panel notice what was written behind its back.
    pub(crate) async fn refresh(&self) {
        self.application.site().refresh().await.unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(TestRequest::post().uri(path).set_json(body))
            .await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        let request = TestRequest::get().uri(path);
        self.send(request.insert_header(("Authorization", format!("Bearer {token}"))))
            .await
    }

    pub(crate) async fn post_as(&self, token: &str, path: &str, body: Value) -> Answer {
        let request = TestRequest::post().uri(path).set_json(body);
        self.send(request.insert_header(("Authorization", format!("Bearer {token}"))))
            .await
    }

    /// A site with these settings and plugins.
    pub(crate) async fn with_plugins(settings: &[(&str, &str)], plugins: Vec<PluginRow>) -> Self {
        let fakes = Fakes::default();
        fakes.store.write(|tables| {
            tables.site.plugins = plugins;
            for (name, value) in settings {
                let row = ((*name).to_owned(), Some((*value).to_owned()));
                tables.site.settings.extend([row]);
            }
        });
        let (ports, options) = (fakes.ports(), Options::new("test".into()));
        Self::over(fakes, ports, WebOptions::default(), options).await
    }

    /// A site with these settings that sells plan 1 through method 1 (`payuuid1`).
    pub(crate) async fn shop(settings: &[(&str, &str)]) -> Self {
        let site = Self::with_settings(settings).await;
        site.sell();
        site
    }

    /// From now on plan 1 is sold through method 1 (`payuuid1`).
    pub(crate) fn sell(&self) {
        self.fakes.store.write(|tables| {
            let (plan, method) = (a_plan(1), a_payment_method(1));
            tables.billing.plans.insert(plan.id, plan);
            tables.billing.payments.insert(method.id, method);
        });
    }

    /// Registers `alice@demo.test` with the password `password-alice`; her token.
    pub(crate) async fn alice(&self) -> String {
        let body = json!({"email": "alice@demo.test", "password": "password-alice"});
        let answer = self.post("/api/v1/passport/auth/register", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body()["data"]["token"].as_str().unwrap().to_owned()
    }
}
