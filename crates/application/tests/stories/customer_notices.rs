//! What customers are told, where, and how often.

use std::sync::Arc;

use ferroboard_application::{
    Application, Error, Job, JobOutcome, NoticeAnswer, NoticeChange, Options,
};
use ferroboard_auth::Reminders;
use ferroboard_billing::testing::{a_payment_method, a_plan, an_order};
use ferroboard_billing::{OrderKind, RawNotice};
use ferroboard_events::EventKind;
use ferroboard_kernel::{Cents, Clock as _, OrderId, Seconds, UnixSeconds, UserId};
use ferroboard_mail::NoticeChannel;
use ferroboard_mail::testing::OutboxState;
use ferroboard_telegram::{ChatId, TelegramError};
use ferroboard_tickets::testing::a_message;
use ferroboard_tickets::{Level, Subject};

use crate::webhooks::received;
use crate::{PASSWORD, Panel};

const CHAT: ChatId = ChatId::new(777);
const HOUR: Seconds = Seconds::hours(1);

/// As on a panel of our own.
const SETTINGS: &[(&str, &str)] = &[
    ("remind_mail_enable", "1"),
    ("app_name", "Demo Panel"),
    ("notice_expire_days", "7,3,1,0"),
    ("notice_traffic_percents", "80,95"),
    ("telegram_bot_token", "123:abc"),
];

impl Panel {
    async fn prompt(&self) -> u64 {
        match self.app.jobs.run(Job::CheckSubscription).await {
            Ok(JobOutcome::Done(notices)) => notices,
            other => panic!("{other:?}"),
        }
    }

    fn bind(&self, user: UserId) {
        let store = &self.fakes.store;
        store.write(|tables| tables.user(user).chat = Some(CHAT));
    }

    /// Counts traffic of a user, as a node that reports it now.
    fn use_traffic(&self, user: UserId, used: i64) {
        let now = self.fakes.clock.now();
        self.fakes.store.write(|tables| {
            let row = tables.user(user);
            row.billing.download = used;
            row.nodes.last_traffic_at = now;
        });
    }

    fn titles(&self) -> Vec<String> {
        self.fakes.store.read(|tables| {
            let rows = tables.mail.outbox.values();
            rows.map(|row| row.mail.subject.clone()).collect()
        })
    }

    /// What waits for chats.
    fn messages(&self) -> Vec<String> {
        self.fakes.store.read(|tables| {
            let rows = tables.mail.chat_messages.values();
            rows.map(|row| row.message.text().to_owned()).collect()
        })
    }

    async fn choose(&self, user: UserId, change: NoticeChange) -> Result<(), Error> {
        self.app.notice_choices.change(user, change).await
    }

    async fn choose_channel(&self, user: UserId, channel: NoticeChannel) {
        let change = NoticeChange {
            channel: Some(channel),
            ..NoticeChange::default()
        };
        self.choose(user, change).await.unwrap();
    }

    /// What was told of subscriptions since it was last asked.
    async fn told_of_subscriptions(&self) -> Vec<EventKind> {
        let calls = received(self).await.into_iter();
        let kinds = calls.map(|call| call.kind);
        kinds
            .filter(|kind| kind.as_str().starts_with("subscription."))
            .collect()
    }

    async fn another_process(&self) -> Application {
        let options = Options::new("another".to_owned());
        Application::new(self.fakes.ports(), options).await.unwrap()
    }
}

#[tokio::test]
async fn the_end_is_announced_at_each_of_the_days_and_when_it_has_come() {
    let panel = Panel::with_settings(SETTINGS).await;
    let user = panel.reminded("ann@demo.test", 10, 8 * 24).await;
    let mut told = Vec::new();
    for hour in 0..10 * 24 {
        if panel.prompt().await > 0 {
            told.push(hour);
        }
        if hour % 5 == 0 {
            assert_eq!(panel.remind().await, 0, "the daily run tells it again");
        }
        panel.fakes.clock.advance(HOUR);
    }
    assert_eq!(told, [25, 5 * 24 + 1, 7 * 24 + 1, 8 * 24]);
    let templates: Vec<&str> = panel.queued().into_iter().map(|(_, name)| name).collect();
    assert_eq!(templates, ["notify", "notify", "remindExpire", "notify"]);
    let titles = panel.titles();
    assert!(titles[0].contains("ends soon") && titles[3].contains("has ended"));
    // Whoever buys has another end, which is far.
    let end = panel.fakes.clock.now().plus(Seconds::days(30));
    panel.fakes.store.write(|tables| {
        tables.user(user).billing.expired_at = Some(end);
    });
    assert_eq!(panel.prompt().await, 0);
}

#[tokio::test]
async fn of_what_was_missed_the_latest_alone_is_told() {
    let panel = Panel::with_settings(SETTINGS).await;
    panel.reminded("ann@demo.test", 10, 8 * 24).await;
    panel.fakes.clock.advance(Seconds::hours(7 * 24 + 12));
    assert_eq!(panel.prompt().await, 1);
    assert_eq!(panel.queued().len(), 1);
    assert_eq!(panel.queued()[0].1, "remindExpire");
    // The clock is set back: what was told stays told, and what it made needless stays untold.
    panel.fakes.clock.advance(Seconds::days(-3));
    assert_eq!(panel.prompt().await, 0);
}

#[tokio::test]
async fn traffic_is_announced_once_in_a_period_at_each_percent() {
    let panel = Panel::with_settings(SETTINGS).await;
    let user = panel.reminded("ann@demo.test", 0, 40 * 24).await;
    let day = Seconds::days(1);
    for (used, notices) in [
        (79, 0),
        (80, 1),
        (90, 0),
        (96, 1),
        (99, 0),
        (100, 0),
        (120, 0),
    ] {
        panel.use_traffic(user, used);
        assert_eq!(panel.prompt().await, notices, "{used}");
        assert_eq!(panel.prompt().await, 0, "{used}");
        panel.fakes.clock.advance(day);
        assert_eq!(panel.remind().await, 0, "{used}");
    }
    let titles = panel.titles();
    assert!(
        titles[0].starts_with("80%") && titles[1].starts_with("95%"),
        "{titles:?}"
    );
    let now = panel.fakes.clock.now();
    panel.fakes.store.write(|tables| {
        tables.user(user).billing.last_reset_at = Some(now);
    });
    panel.use_traffic(user, 97);
    assert_eq!(panel.prompt().await, 1, "of the new period");
    assert_eq!(panel.titles().len(), 3);
}

#[tokio::test]
async fn whoever_wants_no_reminder_gets_none_and_other_programs_are_told_all_the_same() {
    let panel = Panel::with_settings(SETTINGS).await;
    panel.listen();
    let user = panel.reminded("ann@demo.test", 0, 5).await;
    let off = NoticeChange {
        reminders: Reminders {
            expire: Some(false),
            traffic: Some(false),
        },
        ..NoticeChange::default()
    };
    panel.choose(user, off).await.unwrap();
    panel.use_traffic(user, 100);
    for _ in 0..3 {
        assert_eq!(panel.prompt().await, 0);
        assert_eq!(panel.remind().await, 0);
    }
    assert_eq!(
        panel.told_of_subscriptions().await,
        [EventKind::SubscriptionTrafficExhausted]
    );
    panel.fakes.clock.advance(Seconds::hours(6));
    for _ in 0..3 {
        assert_eq!(panel.prompt().await + panel.remind().await, 0);
    }
    assert_eq!(
        panel.told_of_subscriptions().await,
        [EventKind::SubscriptionExpired]
    );
    assert_eq!(panel.titles(), Vec::<String>::new());
    // The next end is told again, and what is used up in the next period.
    let now = panel.fakes.clock.now();
    panel.fakes.store.write(|tables| {
        let row = &mut tables.user(user).billing;
        row.expired_at = Some(now.minus(Seconds::minutes(30)));
        row.last_reset_at = Some(now);
    });
    panel.use_traffic(user, 130);
    panel.prompt().await;
    let both = [
        EventKind::SubscriptionExpired,
        EventKind::SubscriptionTrafficExhausted,
    ];
    assert_eq!(panel.told_of_subscriptions().await, both);
    panel.fakes.clock.advance(Seconds::days(40));
    assert_eq!(panel.prompt().await + panel.remind().await, 0);
    assert_eq!(panel.told_of_subscriptions().await, []);
}

#[tokio::test]
async fn reminders_are_told_to_other_programs_near_the_end_and_when_most_is_used() {
    let panel = Panel::with_settings(SETTINGS).await;
    panel.listen();
    let user = panel.reminded("ann@demo.test", 0, 60).await;
    assert_eq!(panel.prompt().await, 1);
    assert_eq!(
        panel.told_of_subscriptions().await,
        [],
        "three days are no day"
    );
    panel.fakes.clock.advance(Seconds::hours(48));
    panel.use_traffic(user, 85);
    assert_eq!(panel.prompt().await, 2);
    let both = [
        EventKind::SubscriptionExpiring,
        EventKind::SubscriptionTrafficLow,
    ];
    assert_eq!(panel.told_of_subscriptions().await, both);
}

#[tokio::test]
async fn two_processes_at_once_tell_everybody_once() {
    let panel = Panel::with_settings(SETTINGS).await;
    panel.listen();
    let end = panel.reminded("end@demo.test", 10, 20).await;
    let used = panel.reminded("used@demo.test", 0, 500).await;
    panel.use_traffic(used, 96);
    panel.bind(end);
    panel.choose_channel(end, NoticeChannel::Both).await;
    let other = panel.another_process().await;
    let (one, another) = tokio::join!(
        panel.app.jobs.run(Job::CheckSubscription),
        other.jobs.run(Job::RemindMail)
    );
    let done = |outcome| match outcome {
        Ok(JobOutcome::Done(count)) => count,
        other => panic!("{other:?}"),
    };
    assert_eq!(done(one) + done(another), 2);
    assert_eq!((panel.titles().len(), panel.messages().len()), (2, 1));
    let (one, another) = tokio::join!(
        panel.app.chat_outbox.deliver_due(),
        other.chat_outbox.deliver_due()
    );
    assert_eq!(one.unwrap() + another.unwrap(), 1);
    assert_eq!(panel.fakes.bot.sent().len(), 1);
    assert_eq!(panel.told_of_subscriptions().await.len(), 2);
}

#[tokio::test]
async fn a_chat_is_chosen_where_the_account_has_one_and_mail_stands_in_for_it() {
    let panel = Panel::with_settings(SETTINGS).await;
    let user = panel.reminded("ann@demo.test", 0, 500).await;
    let wish = NoticeChange {
        channel: Some(NoticeChannel::Telegram),
        ..NoticeChange::default()
    };
    let refused = Err(Error::Telegram(TelegramError::ChatMissing));
    assert_eq!(panel.choose(user, wish).await, refused);
    panel.bind(user);
    panel.choose(user, wish).await.unwrap();
    let choice = panel.app.notice_choices.choice(user).await.unwrap();
    assert_eq!(choice.channel, Some(NoticeChannel::Telegram));
    assert!(choice.renewal && choice.ticket && !choice.payment && !choice.login);

    panel.use_traffic(user, 80);
    assert_eq!(panel.prompt().await, 1);
    assert_eq!(panel.titles(), Vec::<String>::new());
    assert_eq!(panel.app.chat_outbox.deliver_due().await, Ok(1));
    let sent = panel.fakes.bot.sent();
    assert_eq!(sent[0].0, CHAT);
    assert!(
        sent[0].1.contains("80% of your traffic at Demo Panel"),
        "{sent:?}"
    );
    assert_eq!(panel.messages(), Vec::<String>::new(), "none stays behind");

    let store = &panel.fakes.store;
    store.write(|tables| tables.user(user).chat = None);
    panel.use_traffic(user, 95);
    assert_eq!(panel.prompt().await, 1);
    assert_eq!((panel.titles().len(), panel.messages().len()), (1, 0));
}

#[tokio::test]
async fn reminders_into_chats_need_no_mails_and_a_silent_bot_has_them_mailed() {
    let panel = Panel::with_settings(&[
        ("notice_traffic_percents", "50"),
        ("telegram_bot_token", "123:abc"),
    ])
    .await;
    let ann = panel.reminded("ann@demo.test", 0, 500).await;
    let bob = panel.reminded("bob@demo.test", 0, 500).await;
    panel.bind(ann);
    panel.choose_channel(ann, NoticeChannel::Both).await;
    for user in [ann, bob] {
        panel.use_traffic(user, 60);
    }
    // The site mails no reminders.
    assert_eq!(panel.prompt().await, 1);
    assert_eq!((panel.titles().len(), panel.messages().len()), (0, 1));

    let silent = Panel::with_settings(&[
        ("notice_traffic_percents", "50"),
        ("remind_mail_enable", "1"),
    ])
    .await;
    let ann = silent.reminded("ann@demo.test", 0, 500).await;
    silent.bind(ann);
    silent.choose_channel(ann, NoticeChannel::Telegram).await;
    silent.use_traffic(ann, 60);
    assert_eq!(silent.prompt().await, 1);
    assert_eq!((silent.titles().len(), silent.messages().len()), (1, 0));
}

#[tokio::test]
async fn what_a_dead_process_queued_is_sent_by_another_and_what_it_left_after_its_lease() {
    let panel = Panel::with_settings(SETTINGS).await;
    let user = panel.reminded("ann@demo.test", 0, 500).await;
    panel.bind(user);
    panel.choose_channel(user, NoticeChannel::Telegram).await;
    panel.use_traffic(user, 80);
    panel.prompt().await;
    // It died while Telegram was asked.
    let until = panel.fakes.clock.now().plus(Seconds::new(120));
    panel.fakes.store.write(|tables| {
        let row = tables.mail.chat_messages.values_mut().next().unwrap();
        row.state = OutboxState::Sending(until);
    });
    let other = panel.another_process().await;
    assert_eq!(other.chat_outbox.deliver_due().await, Ok(0));
    panel.fakes.clock.advance(Seconds::new(120));
    assert_eq!(other.chat_outbox.deliver_due().await, Ok(1));
    assert_eq!(panel.fakes.bot.sent().len(), 1);
    assert_eq!(panel.prompt().await, 0);
}

#[tokio::test]
async fn what_telegram_does_not_take_is_repeated_with_pauses_and_given_up() {
    let panel = Panel::with_settings(SETTINGS).await;
    let user = panel.reminded("ann@demo.test", 0, 500).await;
    panel.bind(user);
    panel.choose_channel(user, NoticeChannel::Telegram).await;
    panel.use_traffic(user, 80);
    panel.prompt().await;
    panel.fakes.bot.set_down(true);
    for pause in [10, 60, 300, 1_800, 7_200] {
        assert_eq!(panel.app.chat_outbox.deliver_due().await, Ok(1));
        panel.fakes.clock.advance(Seconds::new(pause - 1));
        assert_eq!(panel.app.chat_outbox.deliver_due().await, Ok(0), "{pause}");
        panel.fakes.clock.advance(Seconds::new(1));
    }
    assert_eq!(panel.app.chat_outbox.deliver_due().await, Ok(1));
    panel.fakes.bot.set_down(false);
    panel.fakes.clock.advance(Seconds::days(1));
    assert_eq!(panel.app.chat_outbox.deliver_due().await, Ok(0));
    assert_eq!(panel.messages().len(), 1, "it stays for people to see");
    panel.fakes.clock.advance(Seconds::days(30));
    panel.app.jobs.run(Job::CleanupMail).await.unwrap();
    assert_eq!(panel.messages().len(), 0);
    assert_eq!(panel.fakes.bot.sent(), []);
}

/// A panel where this user owes 9.90 for an order, with a fee of 0.10.
async fn owing(kind: OrderKind) -> (Panel, UserId) {
    let panel = Panel::with_settings(SETTINGS).await;
    let session = panel.register("ann@demo.test").await.unwrap().token;
    let user = panel.who(&session).await.unwrap();
    panel.fakes.store.write(|tables| {
        let method = a_payment_method(1);
        let mut order = an_order(1, user);
        order.kind = kind;
        order.payment_id = Some(method.id);
        order.handling = Some(Cents::new(10));
        tables.billing.plans.insert(order.plan_id, a_plan(1));
        tables.billing.payments.insert(method.id, method);
        tables.billing.orders.insert(OrderId::new(1), order);
    });
    (panel, user)
}

async fn pay(panel: &Panel) -> NoticeAnswer {
    let number = panel.fakes.store.read(|tables| {
        let order = &tables.billing.orders[&OrderId::new(1)];
        order.trade_no.as_str().to_owned()
    });
    let fields = [
        ("sign", "epay-secret-key"),
        ("trade_no", number.as_str()),
        ("callback_no", "1"),
    ];
    let fields = fields.into_iter();
    let raw = RawNotice {
        method: "POST".to_owned(),
        fields: fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        ..RawNotice::default()
    };
    let answer = panel
        .app
        .payments
        .notice("EPay", "payuuid1", raw, "192.0.2.1");
    answer.await
}

#[tokio::test]
async fn a_payment_is_told_once_to_who_wants_to_know() {
    for wants in [true, false] {
        let (panel, user) = owing(OrderKind::New).await;
        let change = NoticeChange {
            payment: wants.then_some(true),
            ..NoticeChange::default()
        };
        panel.choose(user, change).await.unwrap();
        for _ in 0..2 {
            assert!(matches!(pay(&panel).await, NoticeAnswer::Accepted(_)));
        }
        let titles = panel.titles();
        assert_eq!(titles.len(), usize::from(wants), "{titles:?}");
        if wants {
            assert!(titles[0].contains("was received"));
            panel.fakes.store.read(|tables| {
                let mail = &tables.mail.outbox.values().next().unwrap().mail;
                let content = &mail.values["content"];
                assert!(content.starts_with("¥10.00 were received"), "{content}");
            });
        }
    }
}

#[tokio::test]
async fn an_answer_in_a_ticket_goes_where_its_owner_chose() {
    let panel = Panel::with_settings(SETTINGS).await;
    let session = panel.register("ann@demo.test").await.unwrap().token;
    let user = panel.who(&session).await.unwrap();
    let staff = UserId::new(900);
    let (subject, text) = (Subject::parse("Slow").unwrap(), a_message("It is slow"));
    let opened = panel.app.tickets.open(user, subject, Level::Low, text);
    opened.await.unwrap();
    let ticket = panel.app.tickets.list(user).await.unwrap()[0].id;
    panel.bind(user);
    panel.choose_channel(user, NoticeChannel::Telegram).await;
    let answer = || {
        panel
            .app
            .tickets
            .answer(staff, ticket, a_message("Try again"))
    };
    answer().await.unwrap();
    answer().await.unwrap();
    let messages = panel.messages();
    assert_eq!(messages.len(), 1, "one in half an hour");
    assert!(messages[0].contains("Reply: Try again"), "{messages:?}");
    panel.fakes.clock.advance(HOUR);
    let off = NoticeChange {
        ticket: Some(false),
        ..NoticeChange::default()
    };
    panel.choose(user, off).await.unwrap();
    answer().await.unwrap();
    assert_eq!((panel.titles().len(), panel.messages().len()), (0, 1));
}

#[tokio::test]
async fn a_login_from_a_new_network_is_told_once_a_day() {
    let panel = Panel::with_settings(SETTINGS).await;
    let email = "ann@demo.test";
    let session = panel.register(email).await.unwrap().token;
    let user = panel.who(&session).await.unwrap();
    let login = async |ip: &str| {
        panel.login_from(ip, email, PASSWORD).await.unwrap();
        panel.titles().len()
    };
    assert_eq!(login("198.51.100.1").await, 0, "nobody asked for it");
    let on = NoticeChange {
        login: Some(true),
        ..NoticeChange::default()
    };
    panel.choose(user, on).await.unwrap();
    assert_eq!(login("198.51.100.1").await, 0, "its session lives");
    assert_eq!(login("203.0.113.7").await, 1);
    assert_eq!(login("203.0.113.7").await, 1, "known by now");
    panel.fakes.store.read(|tables| {
        let mail = &tables.mail.outbox.values().next().unwrap().mail;
        let content = &mail.values["content"];
        assert!(content.contains("203.0.113.7"), "{content}");
    });
    // Its sessions end, and it comes again on the same day.
    let forget = || {
        panel.fakes.store.write(|tables| {
            let sessions = &mut tables.auth.sessions;
            sessions.retain(|_, row| {
                let client = row.client.as_ref();
                client.is_none_or(|client| client.ip != "203.0.113.7")
            });
        });
    };
    forget();
    assert_eq!(login("203.0.113.7").await, 1);
    forget();
    panel.fakes.clock.advance(Seconds::days(1));
    assert_eq!(login("203.0.113.7").await, 2);
    // Whoever has no session is at home nowhere.
    panel
        .fakes
        .store
        .write(|tables| tables.auth.sessions.clear());
    assert_eq!(login("192.0.2.200").await, 2);
}

#[tokio::test]
async fn two_changes_at_once_both_count() {
    let panel = Arc::new(Panel::with_settings(SETTINGS).await);
    let session = panel.register("ann@demo.test").await.unwrap().token;
    let user = panel.who(&session).await.unwrap();
    let payment = NoticeChange {
        payment: Some(true),
        ..NoticeChange::default()
    };
    let login = NoticeChange {
        login: Some(true),
        ..NoticeChange::default()
    };
    let (one, other) = tokio::join!(panel.choose(user, payment), panel.choose(user, login));
    assert!(one.is_ok() && other.is_ok());
    let choice = panel.app.notice_choices.choice(user).await.unwrap();
    assert!(choice.payment && choice.login);
    let nobody = UserId::new(999);
    assert!(panel.choose(nobody, login).await.is_err());
}

#[tokio::test]
async fn an_old_end_is_no_news_when_the_panel_begins_to_tell() {
    let panel = Panel::with_settings(SETTINGS).await;
    panel.listen();
    let user = panel.reminded("ann@demo.test", 100, -48).await;
    panel.fakes.store.write(|tables| {
        tables.user(user).nodes.last_traffic_at = UnixSeconds::new(1);
    });
    assert_eq!(panel.prompt().await + panel.remind().await, 0);
    assert_eq!(panel.told_of_subscriptions().await, []);
}
