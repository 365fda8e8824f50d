//! A whole panel over fakes.
#![allow(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "only tests use it, where a panic is the report"
)]

use std::sync::Arc;

use ferroboard_application::{
    AdminRequest, Application, AuthData, CaptchaAnswers, Change, Error, Login, Options, Register,
    SessionView,
};
use ferroboard_attempts::Limit;
use ferroboard_auth::testing::a_client;
use ferroboard_auth::{AuthPolicy, ClientInfo, Credential, Password};
use ferroboard_kernel::{Email, UserId};

use crate::Fakes;

/// A panel over fakes that show codes and are patient with one address: every use case, and no network,
/// no database, no waiting.
pub struct Panel {
    /// The use cases.
    pub app: Arc<Application>,
    /// What it stands on: set the clock, look at the store, read the mail.
    pub fakes: Fakes,
}

impl Panel {
    /// The password of whoever registers by [`registration`](Self::registration).
    pub const PASSWORD: &'static str = "correct-horse";

    /// A panel where nothing was set.
    pub async fn new() -> Self {
        Self::with_settings(&[]).await
    }

    /// A panel with these rows of `v2_settings`.
    pub async fn with_settings(settings: &[(&str, &str)]) -> Self {
        let generous = |limit: Limit| Limit {
            count: 1_000,
            ..limit
        };
        let options = Options {
            expose_email_codes: true,
            email_codes_per_address: generous(AuthPolicy::EMAIL_CODES_PER_ADDRESS),
            failed_logins_per_address: generous(AuthPolicy::FAILED_LOGINS_PER_ADDRESS),
            registrations_per_address: generous(AuthPolicy::REGISTRATIONS_PER_ADDRESS),
            ..Options::new("story".to_owned())
        };
        Self::with_options(settings, options).await
    }

    /// A panel with these rows of `v2_settings` that neither shows codes nor is patient.
    pub async fn in_production(settings: &[(&str, &str)]) -> Self {
        Self::with_options(settings, Options::new("story".to_owned())).await
    }

    async fn with_options(settings: &[(&str, &str)], options: Options) -> Self {
        let fakes = Fakes::default();
        fakes.store.write(|tables| {
            for (name, value) in settings {
                tables
                    .site
                    .settings
                    .insert((*name).to_owned(), Some((*value).to_owned()));
            }
        });
        let app = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
        Self { app, fakes }
    }

    /// What an administrator may change by the request that asks for this route.
    pub async fn change(&self, admin: UserId, route: &str) -> Change {
        let request = AdminRequest {
            admin,
            method: "POST",
            path: format!("/api/v2/office/{route}"),
            route: route.to_owned(),
            query: String::new(),
            fields: serde_json::Map::new(),
            address: None,
        };
        self.app.administration.audit.record(request).await.unwrap()
    }

    /// The address as a value.
    pub fn address(email: &str) -> Email {
        Email::parse(email).unwrap()
    }

    /// A wish to register with the address and [`Self::PASSWORD`].
    pub fn registration(email: &str) -> Register {
        Register {
            email: Self::address(email),
            password: Password::parse(Self::PASSWORD).unwrap(),
            invite_code: None,
            email_code: None,
            captcha: CaptchaAnswers::default(),
            client: a_client(),
        }
    }

    /// Registers the address.
    ///
    /// # Errors
    ///
    /// What the registration refuses.
    pub async fn register(&self, email: &str) -> Result<AuthData, Error> {
        self.app
            .registration
            .register(Self::registration(email))
            .await
    }

    /// Logs in.
    ///
    /// # Errors
    ///
    /// What the login refuses.
    pub async fn login(&self, email: &str, password: &str) -> Result<AuthData, Error> {
        self.login_from(&a_client().ip, email, password).await
    }

    /// Logs in from this client address.
    ///
    /// # Errors
    ///
    /// What the login refuses.
    pub async fn login_from(
        &self,
        ip: &str,
        email: &str,
        password: &str,
    ) -> Result<AuthData, Error> {
        let (email, password) = (Self::address(email), Password::parse(password).unwrap());
        let client = ClientInfo {
            ip: ip.to_owned(),
            ..a_client()
        };
        self.app
            .login
            .login(Login {
                email,
                password,
                client,
            })
            .await
    }

    /// Has a code mailed to the address; the code.
    pub async fn code_for(&self, email: &str) -> String {
        let sent = self
            .app
            .email_codes
            .send(Self::address(email), CaptchaAnswers::default(), "::1")
            .await;
        sent.unwrap().debug_code.unwrap()
    }

    /// Whose session the token opens.
    ///
    /// # Errors
    ///
    /// When it opens none.
    pub async fn who(&self, token: &str) -> Result<UserId, Error> {
        Ok(self.session(token).await?.account.id)
    }

    /// The session with this token.
    pub async fn session(&self, token: &str) -> Result<SessionView, Error> {
        let credential = Credential::parse(token).unwrap();
        self.app.sessions.authenticate(&credential).await
    }
}
