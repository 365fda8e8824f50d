//! Stories of the use cases over the in-memory store.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

mod accounts;
mod background;
mod codes;
mod gift_cards;
mod jobs;
mod logins;
mod nodes;
mod outbox;
mod real_names;
mod registrations;
mod reminders;
mod setup;
mod shadows;
mod sockets;
mod tickets;
mod traffic_resets;
mod upkeep;

use std::sync::Arc;

use ferroboard_application::{
    Application, AuthData, CaptchaAnswers, Error, Login, Options, Register, SessionView,
};
use ferroboard_auth::testing::a_client;
use ferroboard_auth::{AuthPolicy, Credential, Limit, Password};
use ferroboard_kernel::{Email, UserId};
use ferroboard_testing::Fakes;

/// A panel over fakes that show codes and are patient with one address.
pub(crate) struct Panel {
    pub(crate) app: Arc<Application>,
    pub(crate) fakes: Fakes,
}

impl Panel {
    pub(crate) async fn new() -> Self {
        Self::with_settings(&[]).await
    }

    pub(crate) async fn with_settings(settings: &[(&str, &str)]) -> Self {
        let fakes = Fakes::default();
        fakes.store.write(|tables| {
            for (name, value) in settings {
                tables
                    .site
                    .settings
                    .insert((*name).to_owned(), Some((*value).to_owned()));
            }
        });
        let generous = |limit: Limit| Limit {
            count: 1_000,
            ..limit
        };
        let options = Options {
            expose_email_codes: true,
            email_codes_per_address: generous(AuthPolicy::EMAIL_CODES_PER_ADDRESS),
            failed_logins_per_address: generous(AuthPolicy::FAILED_LOGINS_PER_ADDRESS),
            ..Options::new("story".to_owned())
        };
        let app = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
        Self { app, fakes }
    }

    pub(crate) async fn register(&self, email: &str) -> Result<AuthData, Error> {
        self.app.registration.register(registration(email)).await
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Result<AuthData, Error> {
        let (email, password) = (address(email), Password::parse(password).unwrap());
        self.app
            .login
            .login(Login {
                email,
                password,
                client: a_client(),
            })
            .await
    }

    pub(crate) async fn code_for(&self, email: &str) -> String {
        let sent = self
            .app
            .email_codes
            .send(address(email), CaptchaAnswers::default(), "::1")
            .await;
        sent.unwrap().debug_code.unwrap()
    }

    pub(crate) async fn who(&self, token: &str) -> Result<UserId, Error> {
        Ok(self.session(token).await?.account.id)
    }

    pub(crate) async fn session(&self, token: &str) -> Result<SessionView, Error> {
        let credential = Credential::parse(token).unwrap();
        self.app.sessions.authenticate(&credential).await
    }
}

pub(crate) const PASSWORD: &str = "correct-horse";

pub(crate) fn address(email: &str) -> Email {
    Email::parse(email).unwrap()
}

pub(crate) fn registration(email: &str) -> Register {
    Register {
        email: address(email),
        password: Password::parse(PASSWORD).unwrap(),
        invite_code: None,
        email_code: None,
        captcha: CaptchaAnswers::default(),
        client: a_client(),
    }
}
