use ferroboard_application::{CaptchaAnswers, Error, Register};
use ferroboard_attempts::{Attempt, Throttled};
use ferroboard_auth::{AuthError, ClientInfo};
use ferroboard_billing::testing::a_plan;
use ferroboard_invite::InviteError;
use ferroboard_kernel::{PlanId, Seconds, UserId};

use crate::{PASSWORD, Panel, registration};

fn refused(outcome: Result<ferroboard_application::AuthData, Error>) -> AuthError {
    match outcome {
        Err(Error::Auth(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_registration_is_logged_in_and_its_address_is_taken() {
    let panel = Panel::new().await;
    let auth = panel.register("New@Demo.Test").await.unwrap();
    assert_eq!(panel.who(&auth.token).await.unwrap(), UserId::new(1));
    assert!(!auth.is_admin);
    assert_eq!(
        refused(panel.register("new@demo.test").await),
        AuthError::EmailTaken
    );
    assert!(panel.login("NEW@demo.test", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn sixty_four_registrations_of_one_address_make_one_account() {
    let panel = Panel::new().await;
    let all = (0..64).map(|_| panel.register("a@demo.test"));
    let outcomes = futures_util::future::join_all(all).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(panel.fakes.store.read(|tables| tables.users.len()), 1);
}

#[tokio::test]
async fn one_invitation_code_gives_one_inviter() {
    let panel = Panel::new().await;
    panel.register("inviter@demo.test").await.unwrap();
    let inviter = UserId::new(1);
    panel
        .fakes
        .store
        .write(|tables| tables.invite.push_code(inviter, "Ab3dE9xZ", false));
    let all = (0..16).map(|n| {
        let invite_code = Some("AB3DE9XZ".to_owned());
        let command = Register {
            invite_code,
            ..registration(&format!("n{n}@demo.test"))
        };
        panel.app.registration.register(command)
    });
    let outcomes = futures_util::future::join_all(all).await;
    assert!(
        outcomes.iter().all(Result::is_ok),
        "an unusable code is ignored: {outcomes:?}"
    );
    let invited = panel.fakes.store.read(|tables| {
        let rows = tables.users.values();
        rows.filter(|row| row.invite.inviter == Some(inviter))
            .count()
    });
    assert_eq!(invited, 1);
}

#[tokio::test]
async fn a_required_code_that_is_used_refuses_and_leaves_nothing() {
    let panel = Panel::with_settings(&[("invite_force", "1")]).await;
    panel
        .fakes
        .store
        .write(|tables| tables.invite.push_code(UserId::new(9), "USED0001", true));
    assert_eq!(
        refused(panel.register("a@demo.test").await),
        AuthError::InviteCodeRequired
    );
    let invite_code = Some("USED0001".to_owned());
    let command = Register {
        invite_code,
        ..registration("a@demo.test")
    };
    let outcome = panel.app.registration.register(command).await;
    assert_eq!(outcome, Err(Error::Invite(InviteError::CodeInvalid)));
    assert!(panel.fakes.store.read(|tables| tables.users.is_empty()));
}

#[tokio::test]
async fn an_invitation_survives_a_registration_that_fails() {
    let panel = Panel::with_settings(&[("email_verify", "1")]).await;
    panel
        .fakes
        .store
        .write(|tables| tables.invite.push_code(UserId::new(9), "CODE0001", false));
    let command = Register {
        invite_code: Some("CODE0001".to_owned()),
        email_code: Some("000000".to_owned()),
        ..registration("a@demo.test")
    };
    let outcome = panel.app.registration.register(command).await;
    assert_eq!(refused(outcome), AuthError::EmailCodeIncorrect);
    assert!(
        panel
            .fakes
            .store
            .read(|tables| { tables.invite.codes.values().all(|row| !row.code.used) })
    );
}

#[tokio::test]
async fn a_trial_is_granted_and_a_missing_plan_grants_nothing() {
    let settings = [("try_out_plan_id", "7"), ("try_out_hour", "1.5")];
    let panel = Panel::with_settings(&settings).await;
    panel.register("before@demo.test").await.unwrap();
    panel
        .fakes
        .store
        .write(|tables| tables.billing.plans.insert(PlanId::new(7), a_plan(7)));
    panel.register("after@demo.test").await.unwrap();
    let now = ferroboard_kernel::Clock::now(panel.fakes.clock.as_ref());
    panel.fakes.store.read(|tables| {
        let granted = |id| {
            let user = tables.users.get(&UserId::new(id));
            user.and_then(|row| row.billing.subscription())
        };
        assert_eq!(granted(1), None);
        let trial = granted(2).unwrap();
        assert_eq!(trial.plan_id, PlanId::new(7));
        assert_eq!(trial.expired_at, Some(now.plus(Seconds::new(5_400))));
        assert_eq!(trial.device_limit, a_plan(7).device_limit);
        assert_eq!(trial.transfer_enable, a_plan(7).traffic.bytes());
    });
}

#[tokio::test]
async fn registrations_are_limited_for_each_client_address() {
    let settings = [
        ("register_limit_by_ip_enable", "1"),
        ("register_limit_count", "2"),
    ];
    let panel = Panel::with_settings(&settings).await;
    let command = |n| {
        panel
            .app
            .registration
            .register(registration(&format!("n{n}@demo.test")))
    };
    let outcomes = futures_util::future::join_all((0..16).map(command)).await;
    let (done, refusals): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 2);
    for refusal in refusals {
        let wait = Seconds::minutes(60);
        let expected = Throttled {
            what: Attempt::Registration,
            wait,
        };
        assert_eq!(refusal.err(), Some(Error::Throttled(expected)));
    }
    let client = ClientInfo {
        ip: "198.51.100.9".into(),
        user_agent: None,
    };
    let elsewhere = Register {
        client,
        ..registration("x@demo.test")
    };
    assert!(panel.app.registration.register(elsewhere).await.is_ok());
}

#[tokio::test]
async fn a_captcha_is_asked_for() {
    let settings = [("captcha_enable", "1"), ("captcha_type", "turnstile")];
    let panel = Panel::with_settings(&settings).await;
    assert_eq!(
        refused(panel.register("a@demo.test").await),
        AuthError::CaptchaRefused
    );
    let turnstile = Some("wrong".to_owned());
    let captcha = CaptchaAnswers {
        turnstile,
        ..CaptchaAnswers::default()
    };
    let command = Register {
        captcha,
        ..registration("a@demo.test")
    };
    assert_eq!(
        refused(panel.app.registration.register(command).await),
        AuthError::CaptchaRefused
    );
    let panel = Panel::with_settings(&[("captcha_enable", "1"), ("captcha_type", "x")]).await;
    assert_eq!(
        refused(panel.register("a@demo.test").await),
        AuthError::CaptchaUnknown
    );
}
