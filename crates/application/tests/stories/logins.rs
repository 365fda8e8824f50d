use ferroboard_application::{
    AuthData, CaptchaAnswers, Error, HostStanding, RequestRoot, ResetPassword,
};
use ferroboard_attempts::{Attempt, Throttled};
use ferroboard_auth::testing::a_client;
use ferroboard_auth::{AuthError, Credential, Password, SessionKey};
use ferroboard_kernel::{Seconds, UserId};
use ferroboard_testing::FastHasher;

use crate::{PASSWORD, Panel, address};

#[tokio::test]
async fn five_failures_lock_and_a_success_forgets_them() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    let wrong = Err(Error::Auth(AuthError::CredentialsIncorrect));
    for _ in 0..4 {
        assert_eq!(panel.login("a@demo.test", "wrong-password").await, wrong);
    }
    assert!(panel.login("a@demo.test", PASSWORD).await.is_ok());
    for _ in 0..5 {
        assert_eq!(panel.login("A@demo.test", "wrong-password").await, wrong);
    }
    let wait = Seconds::minutes(60);
    let locked = Err(Error::Throttled(Throttled {
        what: Attempt::Login,
        wait,
    }));
    assert_eq!(panel.login("a@demo.test", PASSWORD).await, locked);
    panel.fakes.clock.advance(wait);
    assert!(panel.login("a@demo.test", PASSWORD).await.is_ok());
}

fn locked() -> Result<AuthData, Error> {
    let wait = Seconds::minutes(60);
    Err(Error::Throttled(Throttled {
        what: Attempt::Login,
        wait,
    }))
}

#[tokio::test]
async fn strangers_lock_nobody_out_of_where_the_account_is_logged_in() {
    let panel = Panel::new().await;
    let email = "a@demo.test";
    panel.register(email).await.unwrap();
    let wrong = Err(Error::Auth(AuthError::CredentialsIncorrect));
    for network in 0..10 {
        let ip = format!("198.51.100.{network}");
        for _ in 0..5 {
            let tried = panel.login_from(&ip, email, "wrong-password").await;
            assert_eq!(tried, wrong);
        }
        assert_eq!(panel.login_from(&ip, email, PASSWORD).await, locked());
    }
    // Together they have had their fifty tries; the owner's own five are untouched.
    let elsewhere = "203.0.113.1";
    assert_eq!(panel.login_from(elsewhere, email, PASSWORD).await, locked());
    for _ in 0..4 {
        assert_eq!(panel.login(email, "wrong-password").await, wrong);
    }
    assert!(panel.login(email, PASSWORD).await.is_ok());
    // A new password starts from nothing everywhere.
    let code = panel.code_for(email).await;
    let new = "battery-staple";
    let recovered = panel.app.recovery.reset_password(ResetPassword {
        email: address(email),
        email_code: code,
        password: Password::parse(new).unwrap(),
        client: a_client(),
    });
    assert_eq!(recovered.await, Ok(()));
    assert!(panel.login_from(elsewhere, email, new).await.is_ok());
    assert!(panel.login_from("198.51.100.1", email, new).await.is_ok());
}

#[tokio::test]
async fn one_network_is_locked_out_and_not_the_account() {
    let panel = Panel::new().await;
    for email in ["a@demo.test", "nobody@demo.test"] {
        let wrong = Err(Error::Auth(AuthError::CredentialsIncorrect));
        for host in 0..5 {
            let ip = format!("2001:db8:1:2::{host}");
            assert_eq!(panel.login_from(&ip, email, "wrong-password").await, wrong);
        }
        let neighbour = "2001:db8:1:2::99";
        assert_eq!(panel.login_from(neighbour, email, PASSWORD).await, locked());
        let elsewhere = "2001:db8:1:3::1";
        assert_eq!(panel.login_from(elsewhere, email, PASSWORD).await, wrong);
    }
}

#[tokio::test]
async fn a_site_of_ipv6_has_the_tries_of_ten_clients() {
    let panel = Panel::in_production(&[]).await;
    let tried = async |network: u32, number: u32| {
        let ip = format!("2001:db8:1:{network:x}::1");
        let email = format!("a{network}-{number}@demo.test");
        panel.login_from(&ip, &email, "wrong-password").await
    };
    let wrong = Err(Error::Auth(AuthError::CredentialsIncorrect));
    for network in 0..10 {
        for number in 0..30 {
            assert_eq!(tried(network, number).await, wrong);
        }
    }
    let wait = Seconds::minutes(10);
    let full = Err(Error::Throttled(Throttled {
        what: Attempt::Login,
        wait,
    }));
    assert_eq!(tried(10, 0).await, full);
    let other_site = panel.login_from("2001:db8:2::1", "a@demo.test", "wrong-password");
    assert_eq!(other_site.await, wrong);
}

/// Lets the tasks run that use cases left behind.
async fn let_others_run() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn while_registration_is_closed_nothing_tells_who_has_an_account() {
    let panel = Panel::in_production(&[("login_with_mail_link_enable", "1")]).await;
    let known = "a@demo.test";
    panel.register(known).await.unwrap();
    panel.fakes.store.write(|tables| {
        let settings = &mut tables.site.settings;
        settings.insert("stop_register".into(), Some("1".into()));
        settings.insert("email_whitelist_enable".into(), Some("1".into()));
        settings.insert("email_whitelist_suffix".into(), Some("other.test".into()));
    });
    panel.app.site().refresh().await.unwrap();
    let outbox = || panel.fakes.store.read(|tables| tables.mail.outbox.len());
    let mut told = Vec::new();
    for email in [known, "nobody@demo.test"] {
        let mut answers = Vec::new();
        let ip = "198.51.100.1";
        let mails = outbox();
        for _ in 0..2 {
            let codes = &panel.app.email_codes;
            let sent = codes
                .send(address(email), CaptchaAnswers::default(), ip)
                .await;
            answers.push(sent.map(|_| ()));
            let links = &panel.app.login_links;
            let root = root(HostStanding::Allowed);
            answers.push(links.mail(address(email), None, &root, ip).await);
        }
        assert_eq!(
            outbox(),
            mails,
            "the answer waits for what only an account needs"
        );
        let_others_run().await;
        assert_eq!(outbox() - mails, if email == known { 2 } else { 0 });
        for _ in 0..4 {
            let recovered = panel.app.recovery.reset_password(ResetPassword {
                email: address(email),
                email_code: "000000".to_owned(),
                password: Password::parse("battery-staple").unwrap(),
                client: a_client(),
            });
            answers.push(recovered.await);
        }
        // The code of an unknown address is stored, tried and void like any other.
        let tries = panel.fakes.store.read(|tables| {
            let code = tables.auth.email_codes.get(&address(email));
            code.map(|code| code.wrong_tries)
        });
        assert_eq!(tries, Some(3), "{email}");
        for _ in 0..6 {
            let tried = panel.login_from(ip, email, "wrong-password").await;
            answers.push(tried.map(|_| ()));
        }
        answers.push(panel.register(email).await.map(|_| ()));
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn of_many_wrong_tries_at_once_five_learn_that_they_are_wrong() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    for email in ["a@demo.test", "nobody@demo.test"] {
        let all = (0..64).map(|_| panel.login(email, "wrong-password"));
        let outcomes = futures_util::future::join_all(all).await;
        let wrong = Err(Error::Auth(AuthError::CredentialsIncorrect));
        assert_eq!(
            outcomes.iter().filter(|outcome| **outcome == wrong).count(),
            5,
            "{email}"
        );
    }
}

#[tokio::test]
async fn an_outdated_hash_is_replaced_by_many_logins_at_once() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    panel.fakes.store.write(|tables| {
        let row = &mut tables.user(UserId::new(1)).auth;
        row.account.password = FastHasher::outdated(PASSWORD);
    });
    let all = (0..16).map(|_| panel.login("a@demo.test", PASSWORD));
    let outcomes = futures_util::future::join_all(all).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let stored = panel.fakes.store.read(|tables| {
        let account = tables.account_with(&address("a@demo.test"));
        account.unwrap().password.clone()
    });
    assert_eq!(stored, FastHasher::current(PASSWORD));
}

#[tokio::test]
async fn a_suspended_account_is_told_so_only_with_its_password() {
    let panel = Panel::new().await;
    let auth = panel.register("a@demo.test").await.unwrap();
    panel.fakes.store.write(|tables| {
        tables.user(UserId::new(1)).auth.account.banned = true;
    });
    let suspended = Error::Auth(AuthError::AccountSuspended);
    let wrong = Error::Auth(AuthError::CredentialsIncorrect);
    assert_eq!(
        panel.login("a@demo.test", "wrong-password").await,
        Err(wrong)
    );
    assert_eq!(
        panel.login("a@demo.test", PASSWORD).await,
        Err(suspended.clone())
    );
    assert_eq!(panel.who(&auth.token).await, Err(suspended));
}

#[tokio::test]
async fn a_login_link_opens_one_session() {
    let panel = Panel::new().await;
    let auth = panel.register("a@demo.test").await.unwrap();
    let session = panel.session(&auth.token).await.unwrap();
    let links = &panel.app.login_links;
    let url = links
        .quick_login_url(&session, Some("order"), "http://demo.test")
        .await;
    let url = url.unwrap();
    let token = url
        .split("verify=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        url,
        format!("http://demo.test/#/login?verify={token}&redirect=order")
    );
    let all = (0..64).map(|_| links.redeem(&token, a_client()));
    let outcomes = futures_util::future::join_all(all).await;
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    let invalid = Err(Error::Auth(AuthError::LoginTokenInvalid));
    assert!(refused.into_iter().all(|outcome| outcome == invalid));
    assert_eq!(links.redeem("nope", a_client()).await, invalid);
}

#[tokio::test]
async fn a_login_link_runs_out() {
    let panel = Panel::new().await;
    let auth = panel.register("a@demo.test").await.unwrap();
    let session = panel.session(&auth.token).await.unwrap();
    let links = &panel.app.login_links;
    let url = links
        .quick_login_url(&session, None, "http://demo.test")
        .await
        .unwrap();
    let token = url
        .split("verify=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    panel.fakes.clock.advance(Seconds::new(60));
    let invalid = Err(Error::Auth(AuthError::LoginTokenInvalid));
    assert_eq!(links.redeem(&token, a_client()).await, invalid);
}

fn root(standing: HostStanding) -> RequestRoot {
    RequestRoot::new("http://demo.test".to_owned(), standing)
}

#[tokio::test]
async fn a_login_link_is_mailed_to_an_address_that_the_operator_named_or_not_at_all() {
    for (app_url, standing, link) in [
        (None, HostStanding::Unknown, None),
        (None, HostStanding::Loopback, None),
        (
            None,
            HostStanding::Allowed,
            Some("http://demo.test/#/login"),
        ),
        (
            Some("https://panel.test"),
            HostStanding::Unknown,
            Some("https://panel.test/#/login"),
        ),
    ] {
        let mut settings = vec![("login_with_mail_link_enable", "1")];
        settings.extend(app_url.map(|url| ("app_url", url)));
        let panel = Panel::with_settings(&settings).await;
        panel.register("a@demo.test").await.unwrap();
        let links = &panel.app.login_links;
        let root = root(standing);
        let mailed = links
            .mail(address("a@demo.test"), None, &root, "192.0.2.1")
            .await;
        let mails = panel.fakes.store.read(|tables| {
            let mails = tables.mail.outbox.values();
            mails
                .map(|kept| kept.mail.values["link"].clone())
                .collect::<Vec<_>>()
        });
        match link {
            Some(link) => {
                assert_eq!(mailed, Ok(()));
                assert!(mails[0].starts_with(link), "{mails:?}");
            }
            None => {
                assert_eq!(mailed, Err(Error::AddressUnknown));
                assert!(mails.is_empty());
                let tokens = panel
                    .fakes
                    .store
                    .read(|tables| tables.auth.login_tokens.len());
                assert_eq!(tokens, 0);
            }
        }
    }
}

#[tokio::test]
async fn mailed_links_do_not_tell_who_has_an_account() {
    let panel = Panel::with_settings(&[("login_with_mail_link_enable", "1")]).await;
    panel.register("a@demo.test").await.unwrap();
    for email in ["a@demo.test", "nobody@demo.test"] {
        let root = root(HostStanding::Allowed);
        let links = &panel.app.login_links;
        let ask = || links.mail(address(email), None, &root, "192.0.2.1");
        assert_eq!(ask().await, Ok(()));
        let wait = Seconds::new(60);
        assert_eq!(
            ask().await,
            Err(Error::Throttled(Throttled {
                what: Attempt::MailLink,
                wait
            }))
        );
    }
    assert_eq!(panel.fakes.store.read(|tables| tables.mail.outbox.len()), 1);
    let off = Panel::new().await;
    let asked = off
        .app
        .login_links
        .mail(
            address("a@demo.test"),
            None,
            &root(HostStanding::Allowed),
            "192.0.2.1",
        )
        .await;
    assert_eq!(asked, Err(Error::Auth(AuthError::MailLinkDisabled)));
}

#[tokio::test]
async fn the_row_decides_about_a_session() {
    let panel = Panel::new().await;
    let (a, b) = (
        panel.register("a@demo.test").await,
        panel.register("b@demo.test").await,
    );
    let (a, b) = (a.unwrap(), b.unwrap());
    let (user_a, user_b) = (UserId::new(1), UserId::new(2));
    let credential = Credential::parse(&a.token).unwrap();
    let session = panel.app.sessions.authenticate(&credential).await.unwrap();
    let listed = panel.app.sessions.list(&session).await.unwrap();
    let key = SessionKey::Name(listed[0].name.clone());
    // Somebody else's key changes nothing.
    panel.app.sessions.remove(user_b, &key).await.unwrap();
    assert_eq!(panel.who(&a.token).await, Ok(user_a));
    panel.app.sessions.remove(user_a, &key).await.unwrap();
    let out = Err(Error::Auth(AuthError::Unauthenticated));
    assert_eq!(panel.who(&a.token).await, out);
    assert_eq!(panel.who("a.b.c").await, out);
    let other_row = Credential::parse(&format!("999|{}", b.token)).unwrap();
    assert!(panel.app.sessions.authenticate(&other_row).await.is_err());
    panel.fakes.clock.advance(Seconds::days(365));
    assert_eq!(panel.who(&b.token).await, out);
}
