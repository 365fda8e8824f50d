use ferroboard_application::{Error, Job, JobOutcome};
use ferroboard_attempts::{Attempt, Throttled};
use ferroboard_invite::InviteError;
use ferroboard_kernel::{Cents, LedgerAccount, LedgerKind, Seconds, TicketId, UserId};
use ferroboard_tickets::testing::{a_message, a_ticket, a_withdrawal_request};
use ferroboard_tickets::{
    Level, ReplyStatus, Subject, Ticket, TicketError, TicketStatus, WithdrawalState,
};

use crate::Panel;

const STAFF: UserId = UserId::new(900);

impl Panel {
    async fn customer(&self, email: &str) -> UserId {
        let token = self.register(email).await.unwrap().token;
        self.who(&token).await.unwrap()
    }

    async fn ask(&self, user: UserId, subject: &str) -> Result<TicketId, Error> {
        let subject = Subject::parse(subject).unwrap();
        let text = a_message("It does not work");
        self.app
            .tickets
            .open(user, subject, Level::Low, text)
            .await?;
        Ok(self.app.tickets.list(user).await.unwrap()[0].id)
    }

    async fn answer(&self, ticket: TicketId, text: &str) -> Result<(), Error> {
        self.app
            .tickets
            .answer(STAFF, ticket, a_message(text))
            .await
    }

    fn earn(&self, user: UserId, cents: i64) {
        self.fakes.store.write(|tables| {
            let row = &mut tables.user(user).invite;
            row.commission_balance = Cents::new(cents);
            let entry = ferroboard_kernel::LedgerEntry {
                user,
                amount: Cents::new(cents),
                kind: LedgerKind::Admin,
                reference: cents.to_string(),
                at: ferroboard_kernel::UnixSeconds::new(1),
            };
            tables.invite.ledger.push(entry);
        });
    }

    async fn withdraw(&self, user: UserId) -> Result<TicketId, Error> {
        let request = a_withdrawal_request(user);
        let (method, words) = (request.method, request.words);
        self.app
            .tickets
            .withdraw(user, method, request.account, words)
            .await?;
        Ok(self.app.tickets.list(user).await.unwrap()[0].id)
    }

    fn state(&self, ticket: TicketId) -> (TicketStatus, WithdrawalState) {
        self.fakes.store.read(|tables| {
            let status = tables.tickets.tickets[&ticket].status;
            (status, tables.tickets.withdrawals[&ticket].state)
        })
    }

    fn assert_books_agree(&self, user: UserId) {
        self.fakes.store.read(|tables| {
            for account in LedgerAccount::ALL {
                let balance = tables.ledger_balance(user, account);
                assert!(balance.agrees(), "{balance:?}");
            }
        });
    }
}

#[tokio::test]
async fn replies_of_staff_are_mailed_once_in_half_an_hour() {
    let panel =
        Panel::with_settings(&[("app_name", "Demo"), ("app_url", "http://demo.test")]).await;
    let ann = panel.customer("ann@demo.test").await;
    let bea = panel.customer("bea@demo.test").await;
    let ticket = panel.ask(ann, "<b>Help</b> {{url}}").await.unwrap();
    let other = panel.ask(bea, "Other").await.unwrap();
    let mailed = || async {
        while panel.app.outbox.deliver_due().await.unwrap() > 0 {}
        panel.fakes.mailer.sent().len()
    };
    panel
        .answer(ticket, "<script>x</script>\r\nsecond & last")
        .await
        .unwrap();
    assert_eq!(mailed().await, 1);
    let mail = panel.fakes.mailer.sent().remove(0);
    assert_eq!(mail.to.as_str(), "ann@demo.test");
    assert_eq!(mail.subject, "Your ticket at Demo was answered");
    assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>Help"));
    assert!(
        mail.html.contains("&lt;script&gt;x&lt;/script&gt;"),
        "{}",
        mail.html
    );
    assert!(
        mail.html.contains("&lt;b&gt;Help&lt;/b&gt; {{url}}"),
        "{}",
        mail.html
    );
    assert!(mail.html.contains("second &amp; last"));
    panel.fakes.clock.advance(Seconds::minutes(29));
    panel.answer(ticket, "more").await.unwrap();
    assert_eq!(mailed().await, 1, "the pause is not over");
    panel.answer(other, "hello").await.unwrap();
    assert_eq!(mailed().await, 2, "the pause is each user's own");
    panel.fakes.clock.advance(Seconds::minutes(1));
    panel.answer(ticket, "and more").await.unwrap();
    assert_eq!(mailed().await, 3, "later replies do not prolong the pause");
    let view = panel.app.tickets.show(ann, ticket).await.unwrap();
    assert_eq!(view.messages.len(), 4);
    assert_eq!(view.ticket.reply_status, ReplyStatus::Answered);
    assert_eq!(view.ticket.last_reply_by, Some(STAFF));
}

#[tokio::test]
async fn a_long_reply_is_mailed_in_part_and_a_refused_one_not_at_all() {
    let panel = Panel::new().await;
    let ann = panel.customer("ann@demo.test").await;
    let ticket = panel.ask(ann, "Help").await.unwrap();
    let missing = panel.answer(TicketId::new(99), "x").await;
    assert_eq!(missing, Err(Error::Ticket(TicketError::TicketMissing)));
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(0));
    panel.answer(ticket, &"z".repeat(20_000)).await.unwrap();
    panel.app.outbox.deliver_due().await.unwrap();
    let html = &panel.fakes.mailer.sent()[0].html;
    assert_eq!(html.matches('z').count(), 5_000);
    assert!(html.contains('…'));
    panel.fakes.store.write(|tables| {
        tables.users.remove(&ann);
    });
    panel.fakes.clock.advance(Seconds::hours(1));
    panel.answer(ticket, "nobody reads this").await.unwrap();
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(0));
}

#[tokio::test]
async fn the_job_closes_what_staff_answered_a_day_ago() {
    let panel = Panel::new().await;
    let ann = panel.customer("ann@demo.test").await;
    let bea = panel.customer("bea@demo.test").await;
    let answered = panel.ask(ann, "Answered").await.unwrap();
    let waiting = panel.ask(bea, "Waiting").await.unwrap();
    panel.answer(answered, "Done").await.unwrap();
    panel.fakes.store.write(|tables| {
        // More than one batch, and one that only looks answered.
        let answered = Ticket {
            reply_status: ReplyStatus::Answered,
            last_reply_by: Some(STAFF),
            ..a_ticket(0, UserId::new(50))
        };
        for _ in 0..250 {
            tables.tickets.push_ticket(answered.clone());
        }
        tables.tickets.push_ticket(Ticket {
            last_reply_by: Some(answered.owner),
            ..answered
        });
    });
    panel.fakes.clock.advance(Seconds::new(86_399));
    let run = || panel.app.jobs.run(Job::CheckTicket);
    assert_eq!(run().await, Ok(JobOutcome::Done(250)));
    panel.fakes.clock.advance(Seconds::new(1));
    assert_eq!(run().await, Ok(JobOutcome::Done(1)));
    assert_eq!(run().await, Ok(JobOutcome::Done(0)));
    panel.fakes.store.read(|tables| {
        let status = |id: TicketId| tables.tickets.tickets[&id].status;
        assert_eq!(status(answered), TicketStatus::Closed);
        assert_eq!(status(waiting), TicketStatus::Open);
        assert_eq!(status(TicketId::new(253)), TicketStatus::Open);
    });
}

#[tokio::test]
async fn a_refused_message_is_not_counted_and_not_kept() {
    let panel = Panel::new().await;
    let ann = panel.customer("ann@demo.test").await;
    let ticket = panel.ask(ann, "Help").await.unwrap();
    for _ in 0..20 {
        let refused = panel.ask(ann, "Again").await;
        assert_eq!(refused, Err(Error::Ticket(TicketError::TicketOpen)));
    }
    let reply = || panel.app.tickets.reply(ann, ticket, a_message("x"));
    for _ in 0..9 {
        reply().await.unwrap();
    }
    for _ in 0..3 {
        let refused = reply().await;
        assert!(matches!(
            refused,
            Err(Error::Throttled(Throttled {
                what: Attempt::TicketMessage,
                ..
            }))
        ));
    }
    let view = panel.app.tickets.show(ann, ticket).await.unwrap();
    assert_eq!(view.messages.len(), 10);
}

#[tokio::test]
async fn a_withdrawal_is_paid_from_what_it_reserved() {
    let panel = Panel::new().await;
    let ann = panel.customer("ann@demo.test").await;
    panel.earn(ann, 20_000);
    let ticket = panel.withdraw(ann).await.unwrap();
    panel.earn(ann, 20_500);
    panel.fakes.store.write(|tables| {
        // The second gift replaced the balance; the ledger is to say the same.
        tables.invite.ledger.last_mut().unwrap().amount = Cents::new(500);
    });
    let moved = panel.app.commissions.transfer(ann, Cents::new(501)).await;
    assert_eq!(moved, Err(Error::Invite(InviteError::CommissionReserved)));
    panel
        .app
        .commissions
        .transfer(ann, Cents::new(500))
        .await
        .unwrap();
    panel.app.tickets.pay_withdrawal(ticket).await.unwrap();
    assert_eq!(
        panel.state(ticket),
        (TicketStatus::Closed, WithdrawalState::Paid)
    );
    let again = panel.app.tickets.pay_withdrawal(ticket).await;
    assert_eq!(
        again,
        Err(Error::Ticket(TicketError::WithdrawalNotRequested))
    );
    panel.fakes.store.read(|tables| {
        let held = tables.users[&ann].invite.commission_balance;
        assert_eq!(held, Cents::ZERO);
        let last = tables.invite.ledger.last().unwrap();
        assert_eq!(last.kind, LedgerKind::Withdrawal);
        assert_eq!(last.reference, ticket.to_string());
        assert_eq!(last.amount, Cents::new(-20_000));
    });
    panel.assert_books_agree(ann);
}

#[tokio::test]
async fn a_payment_that_the_balance_does_not_cover_changes_nothing() {
    let panel = Panel::new().await;
    let ann = panel.customer("ann@demo.test").await;
    panel.earn(ann, 20_000);
    let ticket = panel.withdraw(ann).await.unwrap();
    // An operator of another program has taken it already.
    panel.fakes.store.write(|tables| {
        let row = &mut tables.user(ann).invite;
        row.commission_balance = Cents::new(19_999);
    });
    let refused = panel.app.tickets.pay_withdrawal(ticket).await;
    assert_eq!(
        refused,
        Err(Error::Invite(InviteError::CommissionInsufficient))
    );
    let expected = (TicketStatus::Open, WithdrawalState::Requested);
    assert_eq!(panel.state(ticket), expected);
}

#[tokio::test]
async fn whoever_closes_the_ticket_releases_the_commission() {
    let panel = Panel::new().await;
    let ann = panel.customer("ann@demo.test").await;
    panel.earn(ann, 20_000);
    let first = panel.withdraw(ann).await.unwrap();
    panel.app.tickets.close(ann, first).await.unwrap();
    let released = (TicketStatus::Closed, WithdrawalState::Released);
    assert_eq!(panel.state(first), released);
    let second = panel.withdraw(ann).await.unwrap();
    panel.answer(second, "Which network?").await.unwrap();
    panel.fakes.clock.advance(Seconds::days(1));
    let closed = panel.app.jobs.run(Job::CheckTicket).await;
    assert_eq!(closed, Ok(JobOutcome::Done(1)));
    assert_eq!(panel.state(second), released);
    let paid = panel.app.tickets.pay_withdrawal(second).await;
    assert_eq!(
        paid,
        Err(Error::Ticket(TicketError::WithdrawalNotRequested))
    );
    panel
        .app
        .commissions
        .transfer(ann, Cents::new(20_000))
        .await
        .unwrap();
    panel.assert_books_agree(ann);
}
