use ferroboard_application::{ChangePassword, Error, ResetPassword, UserChangeQueries as _};
use ferroboard_attempts::Act;
use ferroboard_auth::testing::a_client;
use ferroboard_auth::{AuthError, Credential, Password};
use ferroboard_invite::InviteError;
use ferroboard_kernel::{Cents, UserId};

use crate::{PASSWORD, Panel};

const USER: UserId = UserId::new(1);

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let panel = Panel::new().await;
    let here = panel.register("a@demo.test").await.unwrap();
    let there = panel.login("a@demo.test", PASSWORD).await.unwrap();
    let credential = Credential::parse(&here.token).unwrap();
    let session = panel
        .app
        .sessions
        .authenticate(&credential)
        .await
        .unwrap()
        .name;
    let change = |old: &str| {
        let (old, new) = (
            Password::typed(old),
            Password::parse("battery-staple").unwrap(),
        );
        let session = session.clone();
        panel.app.accounts.change_password(ChangePassword {
            user: USER,
            session,
            old,
            new,
            client: a_client(),
        })
    };
    let wrong = Err(Error::Auth(AuthError::OldPasswordIncorrect));
    assert_eq!(change("x").await, wrong);
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(0));
    assert_eq!(change(PASSWORD).await, Ok(()));
    assert_eq!(
        panel.app.outbox.deliver_due().await,
        Ok(1),
        "the owner is told"
    );
    assert!(panel.fakes.mailer.sent()[0].html.contains("was changed"));
    assert!(panel.who(&here.token).await.is_ok());
    assert!(panel.who(&there.token).await.is_err());
    assert!(panel.login("a@demo.test", "battery-staple").await.is_ok());
    let all = (0..64).map(|_| change("wrong"));
    let outcomes = futures_util::future::join_all(all).await;
    assert_eq!(
        outcomes
            .into_iter()
            .filter(|outcome| *outcome == wrong)
            .count(),
        5
    );
}

#[tokio::test]
async fn no_bad_password_is_set_anywhere() {
    let panel = Panel::new().await;
    let common = Error::Auth(AuthError::PasswordTooCommon);
    let chosen = Password::parse("password123").unwrap();
    let mut registration = crate::registration("a@demo.test");
    registration.password = chosen.clone();
    let registered = panel.app.registration.register(registration).await;
    assert_eq!(registered.err(), Some(common.clone()));
    let auth = panel.register("a@demo.test").await.unwrap();
    let recovery = &panel.app.recovery;
    let email = crate::address("a@demo.test");
    let replaced = recovery.replace_password(&email, &chosen).await;
    assert_eq!(replaced, Err(common.clone()));
    let email_code = panel.code_for("a@demo.test").await;
    let mut command = ResetPassword {
        email,
        email_code,
        password: chosen.clone(),
        client: a_client(),
    };
    assert_eq!(
        recovery.reset_password(command.clone()).await,
        Err(common.clone())
    );
    let change = ChangePassword {
        user: USER,
        session: panel.session(&auth.token).await.unwrap().name,
        old: Password::parse(PASSWORD).unwrap(),
        new: chosen,
        client: a_client(),
    };
    let changed = panel.app.accounts.change_password(change).await;
    assert_eq!(changed, Err(common));
    command.password = Password::parse("battery-staple").unwrap();
    assert_eq!(
        recovery.reset_password(command).await,
        Ok(()),
        "the code was not used up"
    );
}

#[tokio::test]
async fn never_more_is_transferred_than_there_is() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    panel.fakes.store.write(|tables| {
        tables.user(USER).invite.commission_balance = Cents::new(1_000);
    });
    let all = (0..64).map(|_| panel.app.commissions.transfer(USER, Cents::new(300)));
    let outcomes = futures_util::future::join_all(all).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
    let insufficient = Err(Error::Invite(InviteError::CommissionInsufficient));
    assert_eq!(
        outcomes
            .into_iter()
            .filter(|outcome| *outcome == insufficient)
            .count(),
        61
    );
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.users[&USER].billing.balance, Cents::new(900));
        assert_eq!(
            tables.users[&USER].invite.commission_balance,
            Cents::new(100)
        );
    });
}

#[tokio::test]
async fn a_full_balance_refuses_and_nothing_moves() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    panel.fakes.store.write(|tables| {
        tables.user(USER).invite.commission_balance = Cents::new(100);
        tables.user(USER).billing.balance = Cents::new(2_147_483_600);
    });
    assert!(
        panel
            .app
            .commissions
            .transfer(USER, Cents::new(100))
            .await
            .is_err()
    );
    panel.fakes.store.read(|tables| {
        assert_eq!(
            tables.users[&USER].invite.commission_balance,
            Cents::new(100)
        );
    });
}

#[tokio::test]
async fn a_reset_changes_the_address_and_keeps_the_sessions() {
    let panel = Panel::new().await;
    let auth = panel.register("a@demo.test").await.unwrap();
    let address = panel
        .app
        .accounts
        .reset_security(USER, "http://demo.test")
        .await
        .unwrap();
    assert!(!address.ends_with(auth.subscribe_token.as_str()));
    assert!(panel.who(&auth.token).await.is_ok());
    let nobody = panel
        .app
        .accounts
        .reset_security(UserId::new(99), "http://demo.test")
        .await;
    assert_eq!(nobody, Err(Error::Auth(AuthError::AccountMissing)));
    // One note of the registration, and one of the reset.
    let changes = panel.fakes.store.list_user_changes(0, 10).await.unwrap();
    let changed: Vec<_> = changes.iter().map(|change| change.user).collect();
    assert_eq!(changed, [USER, USER]);
}

#[tokio::test]
async fn views_of_an_invitation_are_counted_with_pauses() {
    let panel = Panel::new().await;
    let id = panel
        .fakes
        .store
        .write(|tables| tables.invite.push_code(USER, "CODE0001", true));
    for ip in ["192.0.2.1", "192.0.2.1", "192.0.2.2"] {
        panel
            .app
            .invitations
            .count_view(Some("code0001"), ip)
            .await
            .unwrap();
    }
    panel
        .app
        .invitations
        .count_view(Some("nope"), "192.0.2.1")
        .await
        .unwrap();
    panel
        .app
        .invitations
        .count_view(None, "192.0.2.1")
        .await
        .unwrap();
    assert_eq!(
        panel
            .fakes
            .store
            .read(|tables| tables.invite.codes[&id].views),
        2
    );
}

#[tokio::test]
async fn what_is_rolled_back_is_told_to_no_node() {
    let panel = Panel::new().await;
    panel.register("ann@demo.test").await.unwrap();
    let told = async || {
        let changes = panel.fakes.store.list_user_changes(0, 99).await.unwrap();
        changes.len()
    };
    let reset = async || {
        let accounts = &panel.app.accounts;
        accounts.reset_security(USER, "http://demo.test").await
    };
    let before = told().await;
    let allowed = usize::try_from(Act::ResetSecurity.limit().count).unwrap();
    for done in 1..=allowed {
        reset().await.unwrap();
        assert_eq!(told().await, before + done);
    }
    // The new identity is written before it is counted, and refused.
    let refused = reset().await;
    assert!(matches!(refused, Err(Error::Throttled(_))), "{refused:?}");
    assert_eq!(told().await, before + allowed);
}
