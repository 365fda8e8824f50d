//! What one account may write, and what strangers may make us mail.

use ferroboard_application::{CaptchaAnswers, Error, HostStanding, RequestRoot};
use ferroboard_attempts::{Act, Attempt, Counter, CounterName, Throttled};
use ferroboard_auth::AuthPolicy;
use ferroboard_auth::testing::a_client;
use ferroboard_kernel::{Clock as _, Seconds, UserId};

use crate::{PASSWORD, Panel, address, registration};

impl Panel {
    async fn account(&self, email: &str) -> UserId {
        let token = self.register(email).await.unwrap().token;
        self.who(&token).await.unwrap()
    }

    /// Lets an account have done so much of something within this span of the clock.
    fn has_done(&self, act: Act, user: UserId, count: i64) {
        let now = self.fakes.clock.now();
        let name = CounterName::acts(act, user, now);
        let expires_at = now.plus(act.limit().window);
        self.fakes.store.write(|tables| {
            let counter = Counter { count, expires_at };
            let counters = &mut tables.auth.attempts.counters;
            counters.insert(name.as_str().to_owned(), counter);
        });
    }
}

fn root() -> RequestRoot {
    RequestRoot::new("http://x".to_owned(), HostStanding::Allowed)
}

fn is_throttled<T>(outcome: &Result<T, Error>) -> bool {
    matches!(
        outcome,
        Err(Error::Throttled(Throttled {
            what: Attempt::Act,
            ..
        }))
    )
}

#[tokio::test]
async fn sixty_login_links_are_drawn_within_an_hour_however_many_ask() {
    let panel = Panel::new().await;
    let token = panel.register("a@demo.test").await.unwrap().token;
    let session = panel.session(&token).await.unwrap();
    let crowd = (0..64).map(|_| {
        let (app, session) = (panel.app.clone(), session.clone());
        tokio::spawn(async move {
            let links = &app.login_links;
            links.quick_login_url(&session, None, "http://x").await
        })
    });
    let crowd: Vec<_> = crowd.collect();
    let mut drawn = 0;
    for asked in crowd {
        let outcome = asked.await.unwrap();
        assert!(outcome.is_ok() || is_throttled(&outcome), "{outcome:?}");
        drawn += usize::from(outcome.is_ok());
    }
    assert_eq!(drawn, 60);
    let tokens = || {
        panel
            .fakes
            .store
            .read(|tables| tables.auth.login_tokens.len())
    };
    assert_eq!(tokens(), 60);
    let links = &panel.app.login_links;
    let Err(Error::Throttled(Throttled {
        what: Attempt::Act,
        wait,
    })) = links.quick_login_url(&session, None, "http://x").await
    else {
        panic!("one too many")
    };
    assert!(wait > Seconds::new(0) && wait <= Seconds::hours(1));
    panel.fakes.clock.advance(wait);
    assert!(
        links
            .quick_login_url(&session, None, "http://x")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_is_refused_is_not_done() {
    let panel = Panel::new().await;
    let ann = panel.account("a@demo.test").await;
    for act in Act::ALL {
        panel.has_done(act, ann, act.limit().count);
    }
    let before = panel
        .fakes
        .store
        .read(|tables| tables.users[&ann].auth.clone());
    assert!(is_throttled(
        &panel.app.accounts.reset_security(ann, "http://x").await
    ));
    let token = panel.login("a@demo.test", PASSWORD).await.unwrap().token;
    let command = ferroboard_application::ChangePassword {
        user: ann,
        session: panel.session(&token).await.unwrap().name,
        old: ferroboard_auth::Password::parse(PASSWORD).unwrap(),
        new: ferroboard_auth::Password::parse("another-horse").unwrap(),
        client: a_client(),
    };
    assert!(is_throttled(
        &panel.app.accounts.change_password(command).await
    ));
    let after = panel
        .fakes
        .store
        .read(|tables| tables.users[&ann].auth.clone());
    assert_eq!(after.account.password, before.account.password);
    assert_eq!(
        after.account.subscribe_token,
        before.account.subscribe_token
    );
    panel
        .fakes
        .store
        .read(|tables| assert!(tables.mail.outbox.is_empty()));
    // Somebody else's acts are their own.
    let bob = panel.account("b@demo.test").await;
    assert!(
        panel
            .app
            .accounts
            .reset_security(bob, "http://x")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn acts_are_allowed_up_to_their_limit() {
    let panel = Panel::new().await;
    let ann = panel.account("a@demo.test").await;
    panel.has_done(Act::ResetSecurity, ann, 19);
    let reset = || panel.app.accounts.reset_security(ann, "http://x");
    assert!(reset().await.is_ok());
    assert!(is_throttled(&reset().await));
    panel.fakes.clock.advance(Seconds::hours(1));
    assert!(reset().await.is_ok());
}

#[tokio::test]
async fn a_network_asks_for_so_many_login_links() {
    let panel = Panel::with_settings(&[("login_with_mail_link_enable", "1")]).await;
    // The panel of stories lets a thousand through.
    let now = panel.fakes.clock.now();
    let name = CounterName::mail_links_from("2001:db8::1");
    panel.fakes.store.write(|tables| {
        let counter = Counter {
            count: 999,
            expires_at: now.plus(Seconds::hours(1)),
        };
        let counters = &mut tables.auth.attempts.counters;
        counters.insert(name.as_str().to_owned(), counter);
    });
    let root = root();
    let ask = |email: &'static str, ip: &'static str| {
        let links = &panel.app.login_links;
        links.mail(address(email), None, &root, ip)
    };
    assert_eq!(ask("a@demo.test", "2001:db8::2").await, Ok(()));
    let wait = Seconds::hours(1);
    let refused = Err(Error::Throttled(Throttled {
        what: Attempt::MailLink,
        wait,
    }));
    assert_eq!(ask("b@demo.test", "2001:db8::3").await, refused);
    assert_eq!(ask("b@demo.test", "2001:db8:0:1::3").await, Ok(()));
}

#[tokio::test]
async fn a_mailbox_gets_ten_codes_and_links_from_whatever_network() {
    let panel = Panel::with_settings(&[("login_with_mail_link_enable", "1")]).await;
    let root = root();
    for number in 0..7 {
        let ip = format!("192.0.2.{number}");
        let codes = &panel.app.email_codes;
        let sent = codes.send(address("a@demo.test"), CaptchaAnswers::default(), &ip);
        let sent = sent.await.map(|_| ());
        let links = &panel.app.login_links;
        let linked = links.mail(address("a@demo.test"), None, &root, &ip).await;
        if number < 5 {
            assert_eq!((sent, linked), (Ok(()), Ok(())), "{number}");
        } else {
            // An hour after the tenth, which no refusal prolongs.
            let wait = Seconds::new(3_600 - (number - 4) * 60);
            let code = Err(Error::Throttled(Throttled {
                what: Attempt::EmailCode,
                wait,
            }));
            let link = Err(Error::Throttled(Throttled {
                what: Attempt::MailLink,
                wait,
            }));
            assert_eq!((sent, linked), (code, link), "{number}");
        }
        panel.fakes.clock.advance(Seconds::new(60));
    }
    // Another mailbox is not concerned.
    panel.code_for("b@demo.test").await;
}

#[tokio::test]
async fn a_network_registers_so_many_accounts_whatever_the_site_says() {
    let panel = Panel::new().await;
    let now = panel.fakes.clock.now();
    let wish = registration("a@demo.test");
    let name = CounterName::registrations_within_hour(&wish.client.ip, now);
    let limit = AuthPolicy::REGISTRATIONS_PER_ADDRESS;
    panel.fakes.store.write(|tables| {
        let counter = Counter {
            count: 999,
            expires_at: now.plus(limit.window),
        };
        let counters = &mut tables.auth.attempts.counters;
        counters.insert(name.as_str().to_owned(), counter);
    });
    assert!(panel.register("a@demo.test").await.is_ok());
    let refused = panel.register("b@demo.test").await;
    assert!(
        matches!(
            refused,
            Err(Error::Throttled(Throttled {
                what: Attempt::Registration,
                ..
            }))
        ),
        "{refused:?}"
    );
    panel.fakes.clock.advance(limit.window);
    assert!(panel.register("b@demo.test").await.is_ok());
}
