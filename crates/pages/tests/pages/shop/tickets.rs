//! Tickets as conversations.

use actix_web::http::StatusCode;
use ferroboard_kernel::{TicketId, UserId};
use ferroboard_tickets::ReplyStatus;

use super::{alice, bob, has, has_not, page, refused, shop};

const NEW: &str = "/my/tickets/new";
const TICKET: &str = "/my/tickets/1";

#[actix_web::test]
async fn a_conversation_goes_back_and_forth_and_ends() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    has(
        &page(&browser, "/my/tickets").await,
        &["There are no tickets yet.", NEW],
    );
    let fields = [
        ("subject", "It is slow"),
        ("level", "2"),
        ("message", "Since today.\nVery."),
    ];
    let opened = browser.fill(NEW, NEW, &fields).await;
    assert_eq!(opened.leads_to(), TICKET);
    let asked = page(&browser, TICKET).await;
    has(
        &asked,
        &[
            "Your ticket was sent.",
            "It is slow",
            "High",
            "Since today.\nVery.",
            "Waits for an answer",
        ],
    );
    site.fakes.store.write(|tables| {
        let ticket = tables.tickets.tickets.get_mut(&TicketId::new(1)).unwrap();
        ticket.reply_status = ReplyStatus::Answered;
        let mut message = tables.tickets.messages.values().next().unwrap().clone();
        message.id = ferroboard_kernel::TicketMessageId::new(2);
        message.author = UserId::new(77);
        message.text = "Better now?".into();
        tables.tickets.messages.insert(message.id, message);
    });
    let answered = page(&browser, TICKET).await;
    has(
        &answered,
        &["Better now?", "<strong>Support</strong>", "Answered"],
    );
    let replied = browser
        .fill(TICKET, TICKET, &[("message", "Yes, thanks")])
        .await;
    assert_eq!(replied.leads_to(), TICKET);
    has(
        &page(&browser, TICKET).await,
        &["Your reply was sent.", "Yes, thanks", "Waits for an answer"],
    );
    let closed = browser.fill(TICKET, "/my/tickets/1/close", &[]).await;
    assert_eq!(closed.leads_to(), TICKET);
    let ended = page(&browser, TICKET).await;
    has(&ended, &["The ticket is closed.", NEW]);
    has_not(&ended, &["name=\"message\""]);
    has(
        &page(&browser, "/my/tickets").await,
        &["It is slow", "Closed", NEW],
    );
}

#[actix_web::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    let empty = browser
        .fill(
            NEW,
            NEW,
            &[("subject", " "), ("level", "9"), ("message", "")],
        )
        .await;
    refused(
        &empty,
        422,
        &[
            "id=\"subject-error\"",
            "id=\"level-error\"",
            "id=\"message-error\"",
        ],
    );
    let long = "ü".repeat(256);
    let fields = [
        ("subject", long.as_str()),
        ("level", "0"),
        ("message", "typed \u{1F600} text"),
    ];
    let refused_long = browser.fill(NEW, NEW, &fields).await;
    refused(
        &refused_long,
        422,
        &[&long, "At most 255 characters", "typed \u{1F600} text"],
    );
    has(&refused_long.text, &["<option value=\"0\" selected>"]);
    has_not(&refused_long.text, &["id=\"message-error\""]);
    let ok = [("subject", "x"), ("level", "0"), ("message", "y")];
    browser.fill(NEW, NEW, &ok).await;
    let second = [
        ("subject", "second"),
        ("level", "1"),
        ("message", "kept words"),
    ];
    let refused_second = browser.fill(NEW, NEW, &second).await;
    refused(
        &refused_second,
        400,
        &["kept words", "role=\"alert\"", "href=\"/my/tickets/1\""],
    );
    let nothing = browser.fill(TICKET, TICKET, &[("message", "  ")]).await;
    refused(&nothing, 422, &["Write a message"]);
}

#[actix_web::test]
async fn who_must_wait_is_told_so_and_keeps_the_words() {
    let site = shop(&[("ticket_must_wait_reply", "1")]).await;
    let browser = alice(&site).await;
    let fields = [("subject", "x"), ("level", "0"), ("message", "y")];
    browser.fill(NEW, NEW, &fields).await;
    let early = browser
        .fill(TICKET, TICKET, &[("message", "are you there")])
        .await;
    refused(&early, 400, &["are you there", "role=\"alert\""]);
}

#[actix_web::test]
async fn tickets_of_others_are_nowhere() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    let fields = [
        ("subject", "private"),
        ("level", "0"),
        ("message", "secret"),
    ];
    browser.fill(NEW, NEW, &fields).await;
    let other = bob(&site).await;
    let looked = other.get(TICKET).await;
    assert_eq!(looked.status, StatusCode::NOT_FOUND);
    has_not(&looked.text, &["secret", "private"]);
    for (path, message) in [(TICKET, "hello"), ("/my/tickets/1/close", "")] {
        let answer = other.fill(NEW, path, &[("message", message)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    has(&page(&browser, TICKET).await, &["Waits for an answer"]);
    for path in ["/my/tickets/99", "/my/tickets/x", "/my/tickets/0"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}
