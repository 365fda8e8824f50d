use ferroboard_application::{Job, JobOutcome};
use ferroboard_billing::Subscription;
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, Seconds, UserId};

use crate::Panel;

const ENABLED: &[(&str, &str)] = &[("remind_mail_enable", "1"), ("app_name", "Demo Panel")];

impl Panel {
    /// A user with 100 bytes, of which so many are used, and so many hours until the end.
    pub(crate) async fn reminded(&self, email: &str, used: i64, hours: i64) -> UserId {
        let session = self.register(email).await.unwrap().token;
        let user = self.who(&session).await.unwrap();
        let end = self.fakes.clock.now().plus(Seconds::hours(hours));
        let subscription = Subscription {
            transfer_enable: 100,
            ..a_subscription(end)
        };
        self.fakes.store.write(|tables| {
            let row = &mut tables.user(user).billing;
            row.subscribe(&subscription);
            row.download = used;
        });
        user
    }

    pub(crate) async fn remind(&self) -> u64 {
        match self.app.jobs.run(Job::RemindMail).await {
            Ok(JobOutcome::Done(mails)) => mails,
            other => panic!("{other:?}"),
        }
    }

    /// To whom, and with which template.
    pub(crate) fn queued(&self) -> Vec<(String, &'static str)> {
        self.fakes.store.read(|tables| {
            let rows = tables.mail.outbox.values();
            rows.map(|row| (row.mail.to.to_string(), row.mail.template.as_str()))
                .collect()
        })
    }
}

#[tokio::test]
async fn customers_are_reminded_once_of_each_cause() {
    let panel = Panel::with_settings(ENABLED).await;
    panel.reminded("ends@demo.test", 10, 23).await;
    panel.reminded("used@demo.test", 80, 500).await;
    panel.reminded("both@demo.test", 99, 1).await;
    panel.reminded("fine@demo.test", 79, 24).await;
    assert_eq!(panel.remind().await, 4);
    let expected = [
        ("ends@demo.test", "remindExpire"),
        ("both@demo.test", "remindExpire"),
        ("used@demo.test", "remindTraffic"),
        ("both@demo.test", "remindTraffic"),
    ]
    .map(|(to, template)| (to.to_owned(), template));
    assert_eq!(panel.queued(), expected);
    // Begun again, as after a crash or by hand.
    assert_eq!(panel.remind().await, 0);
    panel.fakes.clock.advance(Seconds::hours(24));
    // Of the traffic once a day; the ends are past, and one has come near.
    assert_eq!(panel.remind().await, 2);
    let last: Vec<_> = panel.queued().into_iter().skip(4).collect();
    assert_eq!(last[0], ("used@demo.test".to_owned(), "remindTraffic"));
    assert_eq!(last[1], ("both@demo.test".to_owned(), "remindTraffic"));
    panel.fakes.store.read(|tables| {
        let mail = &tables.mail.outbox.values().next().unwrap().mail;
        assert!(mail.subject.contains("Demo Panel"), "{}", mail.subject);
        assert_eq!(mail.values["name"], "Demo Panel");
    });
}

#[tokio::test]
async fn a_site_that_wants_no_reminders_sends_none() {
    let panel = Panel::new().await;
    panel.reminded("ends@demo.test", 99, 1).await;
    assert_eq!(panel.remind().await, 0);
    assert_eq!(panel.queued(), []);
}

#[tokio::test]
async fn a_crowd_is_reminded_in_batches() {
    let panel = Panel::with_settings(ENABLED).await;
    let first = panel.reminded("first@demo.test", 90, 500).await;
    panel.fakes.store.write(|tables| {
        let row = tables.users[&first].clone();
        for number in 1_000..1_600 {
            let user = UserId::new(number);
            let mut row = row.clone();
            row.auth.account.id = user;
            tables.users.insert(user, row);
        }
    });
    assert_eq!(panel.remind().await, 601);
    assert_eq!(panel.remind().await, 0);
}
