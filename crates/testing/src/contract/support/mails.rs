//! Promises about the outbox.

use ferroboard_kernel::{Seconds, UnixSeconds};
use ferroboard_mail::testing::a_mail;
use ferroboard_mail::{MailTemplate, NewMail, QueuedMail, TemplateName, TemplateSource};

use crate::contract::{FreshStore, MailLogEntry, OutboxEntry, T0, t};

const LEASE: Seconds = Seconds::minutes(1);

async fn queue(fresh: &FreshStore, mail: &NewMail, at: UnixSeconds) {
    let mut tx = fresh.begin().await;
    tx.insert_mail(mail, at).await.unwrap();
    tx.commit().await.unwrap();
}

/// Takes what is due at this second for the next minute.
async fn take(fresh: &FreshStore, seconds: i64) -> Vec<QueuedMail> {
    let mut tx = fresh.begin().await;
    let taken = tx.lock_due_mails(10, t(seconds), LEASE).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

async fn take_one(fresh: &FreshStore, seconds: i64) -> QueuedMail {
    let mut taken = take(fresh, seconds).await;
    assert_eq!(taken.len(), 1);
    taken.remove(0)
}

async fn only_row(fresh: &FreshStore) -> OutboxEntry {
    let mut rows = fresh.seed.outbox().await;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// With its values, and under the lease that was asked for.
pub async fn a_queued_message_is_due_at_once(fresh: &FreshStore) {
    let mut mail = a_mail("ann@demo.test").with_html("<b>\n</b>");
    mail.template = TemplateName::MailLogin;
    mail.subject = "Login to “Panel”".into();
    mail.values
        .insert("link".into(), "http://demo.test/?a=1&b='2'\\\"密\"".into());
    queue(fresh, &mail, T0).await;
    let taken = take_one(fresh, 0).await;
    assert_eq!((&taken.mail, taken.attempts), (&mail, 0));
    assert_eq!(taken.leased_until, t(60));
    assert_eq!(only_row(fresh).await.status, 1);
}

/// No more than the limit.
pub async fn due_messages_come_oldest_first(fresh: &FreshStore) {
    for number in 0..5 {
        queue(fresh, &a_mail(&format!("u{number}@demo.test")), T0).await;
    }
    let mut tx = fresh.begin().await;
    let taken = tx.lock_due_mails(3, t(1), LEASE).await.unwrap();
    tx.commit().await.unwrap();
    let to: Vec<&str> = taken.iter().map(|taken| taken.mail.to.as_str()).collect();
    assert_eq!(to, ["u0@demo.test", "u1@demo.test", "u2@demo.test"]);
    assert_eq!(take(fresh, 1).await.len(), 2);
}

/// With their own values each.
pub async fn many_messages_are_queued_at_once(fresh: &FreshStore) {
    let mails: Vec<NewMail> = (0..3)
        .map(|number| NewMail {
            template: TemplateName::RemindTraffic,
            subject: format!("it's “{number}” \\"),
            ..a_mail(&format!("u{number}@demo.test"))
        })
        .collect();
    let mut tx = fresh.begin().await;
    tx.insert_mails(&mails, T0).await.unwrap();
    tx.insert_mails(&[], T0).await.unwrap();
    tx.commit().await.unwrap();
    let taken = take(fresh, 0).await;
    let taken: Vec<NewMail> = taken.into_iter().map(|taken| taken.mail).collect();
    assert_eq!(taken, mails);
}

/// What a killed sender left behind is sent by another.
pub async fn a_leased_message_is_not_due_until_the_lease_runs_out(fresh: &FreshStore) {
    queue(fresh, &a_mail("ann@demo.test"), T0).await;
    let first = take_one(fresh, 0).await;
    assert_eq!(take(fresh, 59).await, []);
    let second = take_one(fresh, 60).await;
    assert_eq!((second.id, second.leased_until), (first.id, t(120)));
}

/// By whichever clock it was queued, leased or put back.
pub async fn a_message_waits_no_longer_than_its_rule_says(fresh: &FreshStore) {
    const MONTH: i64 = 30 * 86_400;
    queue(fresh, &a_mail("ann@demo.test"), t(MONTH)).await;
    let ahead = take_one(fresh, 0).await;
    let mut tx = fresh.begin().await;
    let taken = tx.lock_due_mails(10, t(MONTH), LEASE).await.unwrap();
    assert_eq!(taken.len(), 1, "{ahead:?}");
    tx.commit().await.unwrap();
    let taken = take_one(fresh, 0).await;
    let mut tx = fresh.begin().await;
    let retry_at = Some(t(MONTH));
    let moved = tx.move_mail_to_failed(&taken, "refused", retry_at, t(MONTH));
    assert!(moved.await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(take_one(fresh, 0).await.id, ahead.id);
}

/// Whoever asks at once.
pub async fn each_message_goes_to_one_of_many_senders(fresh: &FreshStore) {
    for number in 0..12 {
        queue(fresh, &a_mail(&format!("u{number}@demo.test")), T0).await;
    }
    let taken = fresh
        .race(6, |_, mut tx| async move {
            let taken = tx.lock_due_mails(5, t(1), LEASE).await?;
            tx.commit().await.map(|()| taken)
        })
        .await;
    let mut ids: Vec<i64> = taken
        .into_iter()
        .flatten()
        .map(|taken| taken.id.get())
        .collect();
    ids.extend(take(fresh, 1).await.into_iter().map(|taken| taken.id.get()));
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(
        (ids.len(), count),
        (12, 12),
        "a message was taken twice, or never"
    );
}

/// A code need not lie around once it was mailed.
pub async fn a_sent_message_forgets_its_values(fresh: &FreshStore) {
    queue(fresh, &a_mail("ann@demo.test"), T0).await;
    let taken = take_one(fresh, 0).await;
    assert!(only_row(fresh).await.has_values);
    let mut tx = fresh.begin().await;
    assert!(tx.move_mail_to_sent(&taken, t(5)).await.unwrap());
    tx.commit().await.unwrap();
    let row = only_row(fresh).await;
    assert_eq!(
        (row.status, row.has_values, row.last_error),
        (2, false, None)
    );
    assert_eq!(take(fresh, 9_999).await, []);
}

/// And knows how many there were.
pub async fn a_failed_attempt_is_repeated_at_its_time(fresh: &FreshStore) {
    queue(fresh, &a_mail("ann@demo.test"), T0).await;
    let first = take_one(fresh, 0).await;
    let mut tx = fresh.begin().await;
    let moved = tx
        .move_mail_to_failed(&first, "it's refused", Some(t(100)), t(5))
        .await;
    assert!(moved.unwrap());
    tx.commit().await.unwrap();
    let row = only_row(fresh).await;
    assert_eq!((row.status, row.attempts, row.has_values), (0, 1, true));
    assert_eq!(row.last_error.as_deref(), Some("it's refused"));
    assert_eq!(take(fresh, 99).await, []);
    let second = take_one(fresh, 100).await;
    assert_eq!((second.attempts, &second.mail), (1, &first.mail));
}

/// Without what it would have said.
pub async fn a_message_that_is_given_up_stays_visible(fresh: &FreshStore) {
    queue(fresh, &a_mail("ann@demo.test"), T0).await;
    let taken = take_one(fresh, 0).await;
    let mut tx = fresh.begin().await;
    assert!(
        tx.move_mail_to_failed(&taken, "refused", None, t(5))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let row = only_row(fresh).await;
    assert_eq!((row.status, row.attempts, row.has_values), (3, 1, false));
    assert_eq!(row.last_error.as_deref(), Some("refused"));
    assert_eq!(take(fresh, 9_999).await, []);
}

/// Another sender holds the message now.
pub async fn a_sender_that_lost_its_lease_changes_nothing(fresh: &FreshStore) {
    queue(fresh, &a_mail("ann@demo.test"), T0).await;
    let late = take_one(fresh, 0).await;
    let holder = take_one(fresh, 60).await;
    let mut tx = fresh.begin().await;
    assert!(!tx.move_mail_to_sent(&late, t(61)).await.unwrap());
    assert!(
        !tx.move_mail_to_failed(&late, "late", None, t(61))
            .await
            .unwrap()
    );
    assert!(tx.move_mail_to_sent(&holder, t(61)).await.unwrap());
    assert!(!tx.move_mail_to_sent(&holder, t(61)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(only_row(fresh).await.status, 2);
}

/// As the reference panel does, with the queued subject.
pub async fn deliveries_are_logged(fresh: &FreshStore) {
    let mut mail = a_mail("ann@demo.test");
    let mut tx = fresh.begin().await;
    tx.insert_mail_log(&mail, TemplateSource::BuiltIn, None, t(1))
        .await
        .unwrap();
    mail.template = TemplateName::RemindTraffic;
    tx.insert_mail_log(&mail, TemplateSource::Stored, Some("it's refused"), t(2))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let entry = |template_name: &str, error: Option<&str>| MailLogEntry {
        email: "ann@demo.test".into(),
        subject: "Your code".into(),
        template_name: template_name.into(),
        error: error.map(Into::into),
    };
    let expected = [
        entry("mail.default.verify", None),
        entry("db:remindTraffic", Some("it's refused")),
    ];
    assert_eq!(fresh.seed.mail_log().await, expected);
}

/// By its name.
pub async fn a_stored_template_is_found(fresh: &FreshStore) {
    let template = MailTemplate {
        subject: "{{name}}".into(),
        content: "<b>码: {{code}}</b>".into(),
    };
    fresh.seed.insert_mail_template("verify", &template).await;
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.find_mail_template("verify").await.unwrap(),
        Some(template)
    );
    assert_eq!(tx.find_mail_template("mailLogin").await.unwrap(), None);
    tx.rollback().await.unwrap();
}

/// Whether or not there was one; and the built-in one counts again.
pub async fn a_template_is_stored_replaced_and_deleted(fresh: &FreshStore) {
    let name = TemplateName::MailLogin;
    let text = |content: &str| MailTemplate {
        subject: "登录 {{name}}".into(),
        content: content.into(),
    };
    for content in ["<a>{{link}}</a>", &"é".repeat(40_000)] {
        let mut tx = fresh.begin().await;
        tx.update_mail_template(name, &text(content), t(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let found = fresh.store.find_mail_text(name).await.unwrap();
        assert_eq!(found, Some(text(content)));
    }
    let none = fresh.store.find_mail_text(TemplateName::Verify).await;
    assert_eq!(none, Ok(None));
    let mut tx = fresh.begin().await;
    assert!(tx.delete_mail_template(name).await.unwrap());
    assert!(!tx.delete_mail_template(name).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.find_mail_text(name).await, Ok(None));
}

/// Waiting and failed ones stay.
pub async fn sent_messages_are_deleted_after_a_while(fresh: &FreshStore) {
    for (address, sent_at) in [("old@demo.test", 10), ("new@demo.test", 500)] {
        queue(fresh, &a_mail(address), T0).await;
        let taken = take_one(fresh, 1).await;
        let mut tx = fresh.begin().await;
        assert!(tx.move_mail_to_sent(&taken, t(sent_at)).await.unwrap());
        tx.commit().await.unwrap();
    }
    queue(fresh, &a_mail("failed@demo.test"), T0).await;
    let taken = take_one(fresh, 1).await;
    let mut tx = fresh.begin().await;
    assert!(
        tx.move_mail_to_failed(&taken, "refused", None, t(10))
            .await
            .unwrap()
    );
    tx.insert_mail(&a_mail("waiting@demo.test"), T0)
        .await
        .unwrap();
    assert_eq!(tx.delete_done_mails(t(100), t(10), 10).await.unwrap(), 1);
    assert_eq!(tx.delete_done_mails(t(100), t(10), 10).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let left: Vec<i64> = fresh
        .seed
        .outbox()
        .await
        .iter()
        .map(|row| row.status)
        .collect();
    assert_eq!(left, [2, 3, 0]);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_done_mails(t(0), t(11), 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.outbox().await.len(), 2);
}

/// It exists exactly when its cause does.
pub async fn a_message_of_a_rolled_back_transaction_is_never_sent(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.insert_mail(&a_mail("ann@demo.test"), T0).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(take(fresh, 1).await, []);
    assert_eq!(fresh.seed.outbox().await, []);
}

/// Some at a time, and with them the lines of the log.
pub async fn lines_of_the_log_are_deleted_some_at_a_time(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    for at in [1, 2, 3, 10] {
        let mail = a_mail("ann@demo.test");
        tx.insert_mail_log(&mail, TemplateSource::BuiltIn, None, t(at))
            .await
            .unwrap();
    }
    for expected in [2, 1, 0] {
        let deleted = tx.delete_done_mails(t(100), t(10), 2).await.unwrap();
        assert_eq!(deleted, expected);
    }
    assert_eq!(tx.delete_done_mails(t(0), t(11), 2).await.unwrap(), 1);
    tx.commit().await.unwrap();
}
