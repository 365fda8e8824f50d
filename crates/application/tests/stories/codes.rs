use ferroboard_application::{CaptchaAnswers, Error, Register, ResetPassword};
use ferroboard_attempts::{Attempt, Throttled};
use ferroboard_auth::testing::a_client;
use ferroboard_auth::{AuthError, ClientInfo, Password};
use ferroboard_kernel::Seconds;

use crate::{PASSWORD, Panel, address, registration};

fn reset(email: &str, code: &str) -> ResetPassword {
    ResetPassword {
        email: address(email),
        email_code: code.to_owned(),
        password: Password::parse("battery-staple").unwrap(),
        client: a_client(),
    }
}

const WRONG: Error = Error::Auth(AuthError::EmailCodeIncorrect);

#[tokio::test]
async fn a_code_resets_a_password_once_and_ends_all_sessions() {
    let panel = Panel::new().await;
    let auth = panel.register("a@demo.test").await.unwrap();
    let code = panel.code_for("a@demo.test").await;
    let all = (0..16).map(|_| {
        panel
            .app
            .recovery
            .reset_password(reset("a@demo.test", &code))
    });
    let outcomes = futures_util::future::join_all(all).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
    assert!(panel.who(&auth.token).await.is_err());
    assert!(panel.login("a@demo.test", PASSWORD).await.is_err());
    assert!(panel.login("a@demo.test", "battery-staple").await.is_ok());
}

#[tokio::test]
async fn three_wrong_codes_lock_recovery_for_five_minutes() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    let code = panel.code_for("a@demo.test").await;
    let all = (0..64).map(|_| {
        panel
            .app
            .recovery
            .reset_password(reset("a@demo.test", "000000"))
    });
    let outcomes = futures_util::future::join_all(all).await;
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Err(WRONG))
            .count(),
        3
    );
    let wait = Seconds::new(300);
    let locked = Err(Error::Throttled(Throttled {
        what: Attempt::Recovery,
        wait,
    }));
    assert_eq!(
        panel
            .app
            .recovery
            .reset_password(reset("A@Demo.test", &code))
            .await,
        locked
    );
}

#[tokio::test]
async fn strangers_with_wrong_codes_lock_themselves_out() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    let code = panel.code_for("a@demo.test").await;
    let from_elsewhere = |code: &str| ResetPassword {
        client: ClientInfo {
            ip: "198.51.100.1".to_owned(),
            user_agent: None,
        },
        ..reset("a@demo.test", code)
    };
    let recovery = &panel.app.recovery;
    for _ in 0..3 {
        assert_eq!(
            recovery.reset_password(from_elsewhere("000000")).await,
            Err(WRONG)
        );
    }
    let wait = Seconds::new(300);
    assert_eq!(
        recovery.reset_password(from_elsewhere(&code)).await,
        Err(Error::Throttled(Throttled {
            what: Attempt::Recovery,
            wait
        }))
    );
    assert_eq!(
        recovery.reset_password(reset("a@demo.test", &code)).await,
        Ok(())
    );
}

#[tokio::test]
async fn one_mailbox_gets_ten_codes_an_hour_whoever_asks() {
    let panel = Panel::in_production(&[]).await;
    panel.register("a@demo.test").await.unwrap();
    let ask = |ip: String| {
        let codes = &panel.app.email_codes;
        async move {
            codes
                .send(address("a@demo.test"), CaptchaAnswers::default(), &ip)
                .await
        }
    };
    for network in 0..10 {
        assert!(ask(format!("198.51.100.{network}")).await.is_ok());
        panel.fakes.clock.advance(Seconds::new(60));
    }
    let wait = Seconds::new(3_540);
    let full = Some(Error::Throttled(Throttled {
        what: Attempt::EmailCode,
        wait,
    }));
    assert_eq!(ask("198.51.100.10".to_owned()).await.err(), full);
    // The owner has a budget of his own where he is logged in.
    assert!(ask(a_client().ip).await.is_ok());
    panel.fakes.clock.advance(wait);
    assert!(ask("198.51.100.10".to_owned()).await.is_ok());
    assert_eq!(
        panel.fakes.store.read(|tables| tables.mail.outbox.len()),
        12
    );
}

#[tokio::test]
async fn five_wrong_codes_void_the_code_at_registration() {
    let panel = Panel::with_settings(&[("email_verify", "1")]).await;
    let attempt = |email_code: Option<&str>| {
        let email_code = email_code.map(str::to_owned);
        panel.app.registration.register(Register {
            email_code,
            ..registration("a@demo.test")
        })
    };
    let code = panel.code_for("a@demo.test").await;
    let required = Err(Error::Auth(AuthError::EmailCodeRequired));
    assert_eq!(attempt(None).await, required);
    for _ in 0..5 {
        assert_eq!(attempt(Some("000000")).await, Err(WRONG));
    }
    assert_eq!(attempt(Some(&code)).await, Err(WRONG));
    panel.fakes.clock.advance(Seconds::new(60));
    let code = panel.code_for("a@demo.test").await;
    for _ in 0..4 {
        assert_eq!(attempt(Some("000000")).await, Err(WRONG));
    }
    assert!(attempt(Some(&code)).await.is_ok());
}

#[tokio::test]
async fn a_code_runs_out_after_five_minutes() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    let code = panel.code_for("a@demo.test").await;
    panel.fakes.clock.advance(Seconds::new(300));
    let outcome = panel
        .app
        .recovery
        .reset_password(reset("a@demo.test", &code))
        .await;
    assert_eq!(outcome, Err(WRONG));
}

#[tokio::test]
async fn nobody_learns_who_is_registered_without_a_code() {
    let panel = Panel::new().await;
    let unknown = panel
        .app
        .recovery
        .reset_password(reset("nobody@demo.test", "000000"))
        .await;
    assert_eq!(unknown, Err(WRONG));
    let code = panel.code_for("nobody@demo.test").await;
    let told = panel
        .app
        .recovery
        .reset_password(reset("nobody@demo.test", &code))
        .await;
    assert_eq!(told, Err(Error::Auth(AuthError::NotRegistered)));
}

#[tokio::test]
async fn codes_are_sent_once_a_minute_and_not_to_strangers_while_closed() {
    let panel = Panel::new().await;
    panel.code_for("a@demo.test").await;
    let ask = |email: &str| {
        panel
            .app
            .email_codes
            .send(address(email), CaptchaAnswers::default(), "192.0.2.1")
    };
    let again = ask("A@demo.test").await.err();
    let refused = Some(Error::Throttled(Throttled {
        what: Attempt::EmailCodeAgain,
        wait: Seconds::minutes(1),
    }));
    assert_eq!(again, refused);
    assert_eq!(panel.fakes.store.read(|tables| tables.mail.outbox.len()), 1);
    let closed = Panel::with_settings(&[("stop_register", "1")]).await;
    let sent =
        closed
            .app
            .email_codes
            .send(address("x@demo.test"), CaptchaAnswers::default(), "::1");
    assert!(sent.await.unwrap().debug_code.is_none());
    assert!(
        closed
            .fakes
            .store
            .read(|tables| tables.mail.outbox.is_empty())
    );
}
