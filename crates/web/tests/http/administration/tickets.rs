//! Tickets, as administrators answer them.

use ferroboard_kernel::{Cents, Email, Seconds, TicketId, UserId};
use ferroboard_tickets::testing::a_ticket;
use ferroboard_tickets::{ReplyStatus, Ticket, TicketStatus, Withdrawal, WithdrawalState};
use serde_json::json;

use super::office::Office;

const CHIEF: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);

/// Bob, with an open ticket of markup (1) and a closed one (2).
async fn office() -> Office {
    let office = Office::open().await;
    let body = json!({"email": "bob@demo.test", "password": "password-bob"});
    office
        .site
        .post("/api/v1/passport/auth/register", body)
        .await;
    office.site.fakes.store.write(|tables| {
        let open = Ticket {
            subject: "<img src=x> {{url}}".into(),
            ..a_ticket(1, BOB)
        };
        let closed = Ticket {
            status: TicketStatus::Closed,
            ..a_ticket(2, BOB)
        };
        for ticket in [open, closed] {
            tables.tickets.tickets.insert(ticket.id, ticket);
        }
    });
    office
}

fn ticket(office: &Office, id: i64) -> Ticket {
    let store = &office.site.fakes.store;
    store.read(|tables| tables.tickets.tickets[&TicketId::new(id)].clone())
}

fn mails(office: &Office) -> Vec<ferroboard_mail::NewMail> {
    let store = &office.site.fakes.store;
    store.read(|tables| {
        let rows = tables.mail.outbox.values();
        rows.map(|row| row.mail.clone()).collect()
    })
}

#[actix_web::test]
async fn an_answer_is_written_and_mailed_with_everything_escaped() {
    let office = office().await;
    let answer = json!({"id": "1", "message": "<script>alert(1)</script> & more"});
    office.done("ticket/reply", answer).await;
    let answered = ticket(&office, 1);
    assert_eq!(answered.reply_status, ReplyStatus::Answered);
    assert_eq!(answered.last_reply_by, Some(CHIEF));
    let [mail] = mails(&office).try_into().unwrap();
    assert_eq!(mail.to, Email::parse("bob@demo.test").unwrap());
    let own = ferroboard_mail::MailTemplate {
        subject: String::new(),
        content: "<div>{{content}}</div>".into(),
    };
    for template in [None, Some(&own)] {
        let html = mail.rendered(template).html;
        assert!(
            html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"),
            "{html}"
        );
        assert!(html.contains("&lt;img src=x&gt; {{url}}"), "{html}");
        assert!(
            !html.contains("<script") && !html.contains("<img"),
            "{html}"
        );
    }
    let recorded = office.changes().pop().unwrap();
    assert_eq!(recorded[1]["reply_status"], 1);
    assert_eq!(recorded[1]["message"], "<script>alert(1)</script> & more");
}

#[actix_web::test]
async fn one_mail_in_half_an_hour_is_enough() {
    let office = office().await;
    for (after, expected) in [(0, 1), (1_799, 1), (1, 2)] {
        office.site.fakes.clock.advance(Seconds::new(after));
        office
            .done("ticket/reply", json!({"id": 1, "message": "x"}))
            .await;
        assert_eq!(mails(&office).len(), expected, "{after}");
    }
}

#[actix_web::test]
async fn a_closed_ticket_is_answered_and_stays_closed() {
    let office = office().await;
    office
        .done("ticket/reply", json!({"id": 2, "message": "x"}))
        .await;
    let answered = ticket(&office, 2);
    assert_eq!(
        (answered.status, answered.reply_status),
        (TicketStatus::Closed, ReplyStatus::Answered)
    );
}

#[actix_web::test]
async fn in_their_own_ticket_administrators_write_as_its_owner() {
    let office = office().await;
    office.site.fakes.store.write(|tables| {
        let own = a_ticket(3, CHIEF);
        tables.tickets.tickets.insert(own.id, own);
    });
    office
        .done("ticket/reply", json!({"id": 3, "message": "x"}))
        .await;
    assert_eq!(ticket(&office, 3).reply_status, ReplyStatus::Waiting);
}

#[actix_web::test]
async fn a_ticket_is_closed_with_what_it_reserved() {
    let office = office().await;
    office.site.fakes.store.write(|tables| {
        let withdrawal = Withdrawal {
            ticket: TicketId::new(1),
            user: BOB,
            amount: Cents::new(5_000),
            method: "USDT".into(),
            account: "a".into(),
            state: WithdrawalState::Requested,
        };
        tables
            .tickets
            .withdrawals
            .insert(withdrawal.ticket, withdrawal);
    });
    for changes in [1, 1] {
        office.done("ticket/close", json!({"id": 1})).await;
        assert_eq!(ticket(&office, 1).status, TicketStatus::Closed);
        assert_eq!(office.changes().len(), changes);
    }
    let state = office
        .site
        .fakes
        .store
        .read(|tables| tables.tickets.withdrawals[&TicketId::new(1)].state);
    assert_eq!(state, WithdrawalState::Released);
}

#[actix_web::test]
async fn what_is_missing_or_odd_is_told_and_changes_nothing() {
    let office = office().await;
    let read = |office: &Office| {
        let store = &office.site.fakes.store;
        store.read(|tables| format!("{:?}", tables.tickets))
    };
    let before = read(&office);
    let empty = office.post("ticket/reply", json!({})).await;
    assert_eq!(empty.message(), "工单ID不能为空 (and 1 more error)");
    office
        .complains("ticket/reply", json!({}), &["id", "message"])
        .await;
    for (body, field) in [
        (json!({"id": [1], "message": "x"}), "id"),
        (json!({"id": "x", "message": "x"}), "id"),
        (json!({"id": 1, "message": ["x"]}), "message"),
        (json!({"id": 1, "message": true}), "message"),
        (json!({"id": 1, "message": "x".repeat(20_001)}), "message"),
    ] {
        office.complains("ticket/reply", body, &[field]).await;
    }
    office
        .refused(
            "ticket/reply",
            json!({"id": 99, "message": "x"}),
            400,
            "工单不存在",
        )
        .await;
    office
        .refused("ticket/close", json!({}), 422, "工单ID不能为空")
        .await;
    office
        .refused("ticket/close", json!({"id": 99}), 400, "工单不存在")
        .await;
    office
        .refused("ticket/fetch", json!({"id": "x"}), 400, "工单不存在")
        .await;
    for (body, field) in [
        (json!({"status": "open"}), "status"),
        (json!({"reply_status": [[0]]}), "reply_status.0"),
        (json!({"reply_status": "none"}), "reply_status"),
        (json!({"email": ["a"]}), "email"),
        (
            json!({"filter": [{"id": "message", "value": "x"}]}),
            "filter",
        ),
        (json!({"sort": [{"id": "user.token", "desc": 1}]}), "sort"),
    ] {
        office.complains("ticket/fetch", body, &[field]).await;
    }
    assert_eq!(read(&office), before);
    assert!(office.changes().is_empty() && mails(&office).is_empty());
}
