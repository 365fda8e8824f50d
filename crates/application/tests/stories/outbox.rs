use ferroboard_kernel::Seconds;
use ferroboard_mail::MailTemplate;
use ferroboard_mail::testing::OutboxState;

use crate::Panel;

#[tokio::test]
async fn a_queued_mail_is_sent_once_and_logged() {
    let panel = Panel::with_settings(&[("app_name", "Demo")]).await;
    let code = panel.code_for("a@demo.test").await;
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(1));
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(0));
    let sent = panel.fakes.mailer.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].html.contains(&code) && sent[0].subject.contains("Demo"));
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.mail.log.len(), 1);
        assert_eq!(tables.mail.log[0].template_name, "mail.default.verify");
        assert_eq!(tables.mail.log[0].error, None);
        let kept = format!("{:?}", tables.mail.outbox);
        assert!(!kept.contains(&code), "a sent mail keeps no code");
    });
}

#[tokio::test]
async fn failures_are_repeated_with_pauses_and_end_visibly() {
    let panel = Panel::new().await;
    panel.code_for("a@demo.test").await;
    panel.fakes.mailer.fail_next(100);
    for pause in [10, 60, 300, 1_800, 7_200] {
        assert_eq!(panel.app.outbox.deliver_due().await, Ok(1));
        panel.fakes.clock.advance(Seconds::new(pause - 1));
        assert_eq!(
            panel.app.outbox.deliver_due().await,
            Ok(0),
            "before {pause} seconds"
        );
        panel.fakes.clock.advance(Seconds::new(1));
    }
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(1));
    panel.fakes.clock.advance(Seconds::days(9));
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(0));
    panel.fakes.store.read(|tables| {
        let row = tables.mail.outbox.values().next().unwrap();
        assert!(matches!(row.state, OutboxState::Failed), "{row:?}");
        assert!(row.last_error.is_some());
        assert_eq!(tables.mail.log.len(), 6, "one row for each attempt");
        assert!(tables.mail.log.iter().all(|row| row.error.is_some()));
    });
}

#[tokio::test]
async fn an_administrators_template_replaces_the_built_in_one() {
    let panel = Panel::new().await;
    panel.fakes.store.write(|tables| {
        let subject = "Code: {{code}}".to_owned();
        let content = "<b>{{code}}</b>{{nothing|!}}".to_owned();
        tables
            .mail
            .templates
            .insert("verify".into(), MailTemplate { subject, content });
    });
    let code = panel.code_for("a@demo.test").await;
    panel.app.outbox.deliver_due().await.unwrap();
    let sent = panel.fakes.mailer.sent();
    assert_eq!(sent[0].subject, format!("Code: {code}"));
    assert_eq!(sent[0].html, format!("<b>{code}</b>!"));
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.mail.log[0].template_name, "db:verify");
        let kept = format!("{:?}", tables.mail.log);
        assert!(!kept.contains(&code), "the log holds a code");
    });
}

#[tokio::test]
async fn what_a_dead_sender_left_is_sent_after_its_lease() {
    let panel = Panel::new().await;
    panel.code_for("a@demo.test").await;
    panel.fakes.store.write(|tables| {
        let row = tables.mail.outbox.values_mut().next().unwrap();
        let until = ferroboard_kernel::Clock::now(panel.fakes.clock.as_ref());
        row.state = OutboxState::Sending(until.plus(Seconds::new(120)));
    });
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(0));
    panel.fakes.clock.advance(Seconds::new(121));
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(1));
}
