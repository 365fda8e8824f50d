//! Promises about tickets and their messages.

use ferroboard_kernel::{TicketId, UserId};
use ferroboard_tickets::testing::{a_message, a_new_ticket, a_ticket};
use ferroboard_tickets::{
    Level, MessageText, NewTicket, ReplyStatus, Subject, Ticket, TicketError, TicketService,
    TicketStatus,
};

use crate::contract::{FreshStore, t};

const STAFF: UserId = UserId::new(900);
const MISSING: TicketId = TicketId::new(999_999);

async fn opened(fresh: &FreshStore, owner: UserId) -> TicketId {
    let mut tx = fresh.begin().await;
    let id = TicketService
        .open(tx.as_mut(), &a_new_ticket(owner, t(1)))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Every column, whether read with a lock or without, and for its owner alone.
pub async fn an_opened_ticket_is_read_in_full(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let id = opened(fresh, ann).await;
    let expected = Ticket {
        created_at: t(1),
        updated_at: t(1),
        ..a_ticket(id.get(), ann)
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_ticket(id).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(tx.lock_ticket(id).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(tx.find_ticket(MISSING).await.unwrap(), None);
    assert_eq!(tx.lock_ticket(MISSING).await.unwrap(), None);
    assert_eq!(tx.find_open_ticket(ann).await.unwrap(), Some(id));
    assert_eq!(tx.find_open_ticket(bea).await.unwrap(), None);
    assert!(tx.lock_ticket_owner(ann).await.unwrap());
    assert!(!tx.lock_ticket_owner(STAFF).await.unwrap());
    tx.rollback().await.unwrap();
    let view = fresh
        .store
        .find_ticket_view(ann, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.ticket, expected);
    let message = &view.messages[0];
    assert_eq!(view.messages.len(), 1);
    assert_eq!(
        (message.ticket, message.author, message.text.as_str()),
        (id, ann, "It does not work")
    );
    assert_eq!((message.created_at, message.updated_at), (t(1), t(1)));
    for (user, ticket) in [(bea, id), (ann, MISSING)] {
        let view = fresh.store.find_ticket_view(user, ticket).await.unwrap();
        assert_eq!(view, None);
    }
}

/// Markup, right-to-left text, emoji, control characters, and as much as a column holds.
pub async fn texts_are_kept_as_they_were_written(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let largest = "🦀".repeat(16_383);
    let longest = "x".repeat(20_000);
    let subject = "界".repeat(255);
    let texts = [
        "<script>alert('1')</script> & \"quoted\" \\ %_ --",
        "\u{202e}שלום עולם مرحبا",
        "👩‍👩‍👧‍👦 🏳️‍🌈 \r\n\t\u{1} e\u{301}",
        largest.as_str(),
        longest.as_str(),
    ];
    let ticket = NewTicket {
        subject: Subject::parse(&subject).unwrap(),
        message: a_message(texts[0]),
        ..a_new_ticket(ann, t(1))
    };
    let mut tx = fresh.begin().await;
    let id = tx.insert_ticket(&ticket).await.unwrap();
    for text in texts {
        let text = MessageText::parse(text).unwrap();
        tx.insert_ticket_message(id, ann, &text, t(2))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let view = fresh
        .store
        .find_ticket_view(ann, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.ticket.subject, subject);
    for (message, text) in view.messages.iter().zip(texts) {
        assert!(message.text == text, "{:.40}", message.text);
    }
    assert_eq!(view.messages.len(), texts.len());
}

/// Newest first, the larger number first where times are equal.
pub async fn own_tickets_are_listed_newest_first(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut ids = Vec::new();
    for (owner, at) in [(ann, 5), (ann, 9), (bea, 7), (ann, 5), (ann, 1)] {
        let ticket = Ticket {
            created_at: t(at),
            status: TicketStatus::Closed,
            last_reply_by: None,
            level: Level::High,
            ..a_ticket(0, owner)
        };
        ids.push(fresh.seed.insert_ticket(&ticket).await);
    }
    let listed = fresh.store.list_tickets(ann).await.unwrap();
    let order: Vec<_> = listed.iter().map(|ticket| ticket.id).collect();
    assert_eq!(order, [1, 3, 0, 4].map(|place: usize| ids[place]));
    let first = &listed[0];
    assert_eq!((first.level, first.last_reply_by), (Level::High, None));
    let nobody = fresh.store.list_tickets(STAFF).await.unwrap();
    assert_eq!(nobody, []);
}

/// Oldest first, the latest 500 of them.
pub async fn the_latest_messages_are_shown_oldest_first(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let id = opened(fresh, ann).await;
    let other = opened(fresh, fresh.user("bea@demo.test").await).await;
    let mut tx = fresh.begin().await;
    for number in 2..=502 {
        // Their times go backwards: the order is that of the rows.
        let text = a_message(&number.to_string());
        let at = t(1_000 - number);
        let author = if number % 2 == 0 { ann } else { STAFF };
        tx.insert_ticket_message(id, author, &text, at)
            .await
            .unwrap();
    }
    let late = a_message("late");
    tx.insert_ticket_message(other, STAFF, &late, t(3))
        .await
        .unwrap();
    assert_eq!(tx.find_last_author(id).await.unwrap(), Some(ann));
    assert_eq!(tx.find_last_author(other).await.unwrap(), Some(STAFF));
    assert_eq!(tx.find_last_author(MISSING).await.unwrap(), None);
    tx.commit().await.unwrap();
    let view = fresh
        .store
        .find_ticket_view(ann, id)
        .await
        .unwrap()
        .unwrap();
    let texts: Vec<_> = view.messages.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts.len(), 500);
    assert_eq!((texts[0], texts[499]), ("3", "502"));
    assert_eq!(view.messages[0].author, STAFF);
}

/// Who is to write next, who wrote, and when.
pub async fn a_reply_is_noted_on_the_ticket(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let id = opened(fresh, ann).await;
    let mut tx = fresh.begin().await;
    for (status, by, at) in [
        (ReplyStatus::Answered, STAFF, 5),
        (ReplyStatus::Waiting, ann, 6),
    ] {
        tx.update_ticket_reply(id, status, by, t(at)).await.unwrap();
        let ticket = tx.find_ticket(id).await.unwrap().unwrap();
        assert_eq!(
            (ticket.reply_status, ticket.last_reply_by, ticket.updated_at),
            (status, Some(by), t(at))
        );
    }
    tx.commit().await.unwrap();
}

/// Closing what is closed changes nothing.
pub async fn a_ticket_is_closed_once(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let id = opened(fresh, ann).await;
    let mut tx = fresh.begin().await;
    for (ticket, at, expected) in [(id, 5, true), (id, 6, false), (MISSING, 7, false)] {
        let moved = tx.move_ticket_to_closed(ticket, t(at)).await.unwrap();
        assert_eq!(moved, expected);
    }
    assert_eq!(tx.find_open_ticket(ann).await.unwrap(), None);
    tx.commit().await.unwrap();
    let ticket = fresh.store.list_tickets(ann).await.unwrap().remove(0);
    assert_eq!(
        (ticket.status, ticket.updated_at),
        (TicketStatus::Closed, t(5))
    );
}

/// Open, answered, and untouched since.
pub async fn resting_tickets_come_in_batches(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let answered = Ticket {
        reply_status: ReplyStatus::Answered,
        updated_at: t(5),
        ..a_ticket(0, ann)
    };
    let mut resting = Vec::new();
    for ticket in [
        answered.clone(),
        Ticket {
            status: TicketStatus::Closed,
            ..answered.clone()
        },
        Ticket {
            reply_status: ReplyStatus::Waiting,
            ..answered.clone()
        },
        Ticket {
            updated_at: t(6),
            ..answered.clone()
        },
        answered.clone(),
        answered.clone(),
    ] {
        let id = fresh.seed.insert_ticket(&ticket).await;
        if ticket == answered {
            resting.push(id);
        }
    }
    let mut tx = fresh.begin().await;
    let mut seen = Vec::new();
    loop {
        let after = seen.last().copied();
        let batch = tx.list_resting_tickets(t(5), after, 2).await.unwrap();
        if batch.is_empty() {
            break;
        }
        assert!(batch.len() <= 2);
        seen.extend(batch);
    }
    tx.rollback().await.unwrap();
    assert_eq!(seen, resting);
}

/// 16 at once open a ticket for one user.
pub async fn of_many_tickets_of_one_user_one_is_opened(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let opened = fresh
        .race(16, move |_, mut tx| async move {
            let ticket = a_new_ticket(ann, t(1));
            match TicketService.open(tx.as_mut(), &ticket).await {
                Ok(_) => tx.commit().await.map(|()| true),
                Err(TicketError::Store(error)) => Err(error),
                Err(refusal) => {
                    assert_eq!(refusal, TicketError::TicketOpen);
                    tx.rollback().await.map(|()| false)
                }
            }
        })
        .await;
    assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    let tickets = fresh.store.list_tickets(ann).await.unwrap();
    assert_eq!(tickets.len(), 1);
    let view = fresh.store.find_ticket_view(ann, tickets[0].id).await;
    assert_eq!(view.unwrap().unwrap().messages.len(), 1);
}

/// Every reply that got through is there, and none came after the ticket was closed.
pub async fn a_locked_ticket_keeps_replies_out(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let id = opened(fresh, ann).await;
    let said = fresh
        .race(16, move |runner, mut tx| async move {
            let policy = ferroboard_tickets::TicketPolicy::default();
            let outcome = if runner == 7 {
                TicketService
                    .close(tx.as_mut(), id, ann, t(9))
                    .await
                    .map(drop)
            } else {
                let text = a_message("x");
                TicketService
                    .reply(tx.as_mut(), id, ann, &text, policy, t(2))
                    .await
            };
            match outcome {
                Ok(()) => tx.commit().await.map(|()| runner != 7),
                Err(TicketError::Store(error)) => Err(error),
                Err(refusal) => {
                    assert_eq!(refusal, TicketError::TicketClosed);
                    tx.rollback().await.map(|()| false)
                }
            }
        })
        .await;
    let replies = said.iter().filter(|replied| **replied).count();
    let view = fresh
        .store
        .find_ticket_view(ann, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.messages.len(), 1 + replies);
    assert_eq!(view.ticket.status, TicketStatus::Closed);
    assert_eq!(view.ticket.updated_at, t(9), "a reply came after the end");
}
