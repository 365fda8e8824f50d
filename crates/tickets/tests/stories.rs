//! What happens to tickets and withdrawals, told over the in-memory tables.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

use std::collections::BTreeSet;

use ferroboard_kernel::{Cents, StoreError, TicketId, UnixSeconds, UserId};
use ferroboard_tickets::testing::{
    HasTickets, MemoryTickets, a_message, a_new_ticket, a_ticket, a_withdrawal_request,
};
use ferroboard_tickets::{
    ClosedTicket, Level, ReplyStatus, Ticket, TicketError, TicketPolicy, TicketService,
    TicketStatus, WithdrawalPolicy, WithdrawalRepository as _, WithdrawalService, WithdrawalState,
};

const NOW: UnixSeconds = UnixSeconds::new(1_776_297_600);
const LATER: UnixSeconds = UnixSeconds::new(1_776_297_700);
const STAFF: UserId = UserId::new(1);
const ANN: UserId = UserId::new(2);
const BOB: UserId = UserId::new(3);
const ANY_TIME: TicketPolicy = TicketPolicy {
    owners_wait_for_answers: false,
};
const IN_TURN: TicketPolicy = TicketPolicy {
    owners_wait_for_answers: true,
};

struct Desk {
    tables: MemoryTickets,
    users: BTreeSet<UserId>,
}

impl HasTickets for Desk {
    fn tickets(&mut self) -> Result<&mut MemoryTickets, StoreError> {
        Ok(&mut self.tables)
    }

    fn has_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.users.contains(&user))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        error
    }
}

impl Desk {
    fn new() -> Self {
        Self {
            tables: MemoryTickets::default(),
            users: BTreeSet::from([STAFF, ANN, BOB]),
        }
    }

    async fn opened(&mut self) -> TicketId {
        let ticket = a_new_ticket(ANN, NOW);
        TicketService.open(self, &ticket).await.unwrap()
    }

    fn ticket(&self, id: TicketId) -> &Ticket {
        &self.tables.tickets[&id]
    }

    fn said(&self, id: TicketId) -> Vec<(UserId, &str)> {
        let messages = self.tables.messages_of(id);
        messages
            .map(|message| (message.author, message.text.as_str()))
            .collect()
    }
}

fn pays_out() -> WithdrawalPolicy {
    WithdrawalPolicy {
        closed: false,
        methods: vec!["USDT".to_owned()],
        minimum: Cents::new(10_000),
    }
}

#[tokio::test]
async fn a_user_has_one_open_ticket() {
    let mut desk = Desk::new();
    let id = desk.opened().await;
    let expected = Ticket {
        created_at: NOW,
        updated_at: NOW,
        ..a_ticket(id.get(), ANN)
    };
    assert_eq!(desk.ticket(id), &expected);
    assert_eq!(desk.said(id), [(ANN, "It does not work")]);
    let second = TicketService
        .open(&mut desk, &a_new_ticket(ANN, LATER))
        .await;
    assert_eq!(second, Err(TicketError::TicketOpen));
    TicketService
        .close(&mut desk, id, ANN, LATER)
        .await
        .unwrap();
    let next = TicketService
        .open(&mut desk, &a_new_ticket(ANN, LATER))
        .await;
    assert!(next.unwrap() > id);
    let nobody = TicketService
        .open(&mut desk, &a_new_ticket(UserId::new(99), NOW))
        .await;
    assert_eq!(nobody, Err(TicketError::AccountMissing));
}

#[tokio::test]
async fn owner_and_staff_take_turns() {
    let mut desk = Desk::new();
    let id = desk.opened().await;
    let reply = |text: &str| a_message(text);
    let waiting = TicketService
        .reply(&mut desk, id, ANN, &reply("Hello?"), IN_TURN, NOW)
        .await;
    assert_eq!(waiting, Err(TicketError::AnswerAwaited));
    TicketService
        .answer(&mut desk, id, STAFF, &reply("Try again"), LATER)
        .await
        .unwrap();
    let ticket = desk.ticket(id);
    assert_eq!(ticket.reply_status, ReplyStatus::Answered);
    assert_eq!(
        (ticket.last_reply_by, ticket.updated_at),
        (Some(STAFF), LATER)
    );
    TicketService
        .reply(&mut desk, id, ANN, &reply("Thanks"), IN_TURN, LATER)
        .await
        .unwrap();
    TicketService
        .reply(&mut desk, id, ANN, &reply("Really"), ANY_TIME, LATER)
        .await
        .unwrap();
    assert_eq!(desk.ticket(id).reply_status, ReplyStatus::Waiting);
    assert_eq!(
        desk.said(id)[1..],
        [(STAFF, "Try again"), (ANN, "Thanks"), (ANN, "Really")]
    );
}

#[tokio::test]
async fn a_ticket_is_its_owners_and_the_staffs() {
    let mut desk = Desk::new();
    let id = desk.opened().await;
    let text = a_message("x");
    for (who, ticket) in [(BOB, id), (STAFF, id), (ANN, TicketId::new(99))] {
        let refused = TicketService
            .reply(&mut desk, ticket, who, &text, ANY_TIME, NOW)
            .await;
        assert_eq!(refused, Err(TicketError::TicketMissing));
        let refused = TicketService.close(&mut desk, ticket, who, NOW).await;
        assert_eq!(refused, Err(TicketError::TicketMissing));
    }
    let refused = TicketService
        .answer(&mut desk, TicketId::new(99), STAFF, &text, NOW)
        .await;
    assert_eq!(refused, Err(TicketError::TicketMissing));
    assert_eq!(desk.said(id).len(), 1);
    assert_eq!(desk.ticket(id).status, TicketStatus::Open);
}

#[tokio::test]
async fn only_staff_writes_in_a_closed_ticket_and_it_stays_closed() {
    let mut desk = Desk::new();
    let id = desk.opened().await;
    let first = TicketService.close(&mut desk, id, ANN, NOW).await;
    let expected = ClosedTicket {
        was_open: true,
        released: None,
    };
    assert_eq!(first, Ok(expected));
    let again = TicketService.close(&mut desk, id, ANN, LATER).await;
    assert_eq!(again, Ok(ClosedTicket::default()));
    assert_eq!(desk.ticket(id).updated_at, NOW, "closing again is nothing");
    let text = a_message("x");
    let refused = TicketService
        .reply(&mut desk, id, ANN, &text, ANY_TIME, LATER)
        .await;
    assert_eq!(refused, Err(TicketError::TicketClosed));
    TicketService
        .answer(&mut desk, id, STAFF, &text, LATER)
        .await
        .unwrap();
    assert_eq!(desk.ticket(id).status, TicketStatus::Closed);
    assert_eq!(desk.said(id).len(), 2);
}

#[tokio::test]
async fn staff_writes_as_the_owner_in_tickets_of_their_own_and_to_nobody_too() {
    let mut desk = Desk::new();
    let ticket = a_new_ticket(STAFF, NOW);
    let own = TicketService.open(&mut desk, &ticket).await.unwrap();
    let text = a_message("x");
    TicketService
        .answer(&mut desk, own, STAFF, &text, NOW)
        .await
        .unwrap();
    assert_eq!(desk.ticket(own).reply_status, ReplyStatus::Waiting);
    let orphan = desk.opened().await;
    desk.users.remove(&ANN);
    TicketService
        .answer(&mut desk, orphan, STAFF, &text, NOW)
        .await
        .unwrap();
    assert_eq!(desk.said(orphan).len(), 2);
}

#[tokio::test]
async fn an_answered_ticket_closes_after_a_day_unless_somebody_wrote() {
    let mut desk = Desk::new();
    let id = desk.opened().await;
    let day = NOW.plus(TicketPolicy::LIFETIME_OF_ANSWERED);
    assert_eq!(
        TicketService
            .close_stale(&mut desk, id, day)
            .await
            .map(|closed| closed.was_open),
        Ok(false)
    );
    let text = a_message("x");
    TicketService
        .answer(&mut desk, id, STAFF, &text, NOW)
        .await
        .unwrap();
    assert_eq!(
        TicketService
            .close_stale(&mut desk, id, LATER)
            .await
            .map(|closed| closed.was_open),
        Ok(false)
    );
    assert_eq!(
        TicketService
            .close_stale(&mut desk, id, day)
            .await
            .map(|closed| closed.was_open),
        Ok(true)
    );
    assert_eq!(
        TicketService
            .close_stale(&mut desk, id, day)
            .await
            .map(|closed| closed.was_open),
        Ok(false)
    );
    let missing = TicketId::new(99);
    assert_eq!(
        TicketService
            .close_stale(&mut desk, missing, day)
            .await
            .map(|closed| closed.was_open),
        Ok(false)
    );
    assert_eq!(desk.ticket(id).status, TicketStatus::Closed);
}

#[tokio::test]
async fn a_withdrawal_is_a_ticket_that_reserves_everything() {
    let mut desk = Desk::new();
    let request = a_withdrawal_request(ANN);
    let held = Cents::new(20_000);
    let id = WithdrawalService
        .request(&mut desk, &request, held, &pays_out())
        .await
        .unwrap();
    assert_eq!(desk.ticket(id).level, Level::High);
    assert_eq!(desk.ticket(id).subject, "[提现申请]");
    assert_eq!(
        desk.said(id),
        [(ANN, "提现方式：USDT\r\n提现账号：addr\r\n提现金额：200.00")]
    );
    assert_eq!(desk.find_reserved_commission(ANN).await, Ok(held));
    assert_eq!(desk.find_reserved_commission(BOB).await, Ok(Cents::ZERO));
    let again = WithdrawalService
        .request(&mut desk, &request, held, &pays_out())
        .await;
    assert_eq!(again, Err(TicketError::TicketOpen));
    let closed = TicketService
        .close(&mut desk, id, ANN, LATER)
        .await
        .unwrap();
    let released = closed.released.unwrap();
    assert_eq!((released.user, released.ticket), (ANN, id));
    assert_eq!(released.state, WithdrawalState::Released);
    assert_eq!(
        desk.tables.withdrawals[&id].state,
        WithdrawalState::Released
    );
    assert_eq!(desk.find_reserved_commission(ANN).await, Ok(Cents::ZERO));
    let refused = WithdrawalService.pay(&mut desk, id, LATER).await;
    assert_eq!(refused, Err(TicketError::WithdrawalNotRequested));
}

#[tokio::test]
async fn what_another_program_closed_reserves_nothing() {
    let mut desk = Desk::new();
    let request = a_withdrawal_request(ANN);
    let held = Cents::new(20_000);
    let id = WithdrawalService
        .request(&mut desk, &request, held, &pays_out())
        .await
        .unwrap();
    let row = desk.tables.tickets.get_mut(&id).unwrap();
    row.status = TicketStatus::Closed;
    assert_eq!(desk.find_reserved_commission(ANN).await, Ok(Cents::ZERO));
    let refused = WithdrawalService.pay(&mut desk, id, LATER).await;
    assert_eq!(refused, Err(TicketError::WithdrawalNotRequested));
    WithdrawalService
        .request(&mut desk, &request, held, &pays_out())
        .await
        .unwrap();
    assert_eq!(desk.find_reserved_commission(ANN).await, Ok(held));
}

#[tokio::test]
async fn a_withdrawal_is_paid_once_and_its_ticket_is_done() {
    let mut desk = Desk::new();
    let request = a_withdrawal_request(ANN);
    let held = Cents::new(20_000);
    let id = WithdrawalService
        .request(&mut desk, &request, held, &pays_out())
        .await
        .unwrap();
    let paid = WithdrawalService.pay(&mut desk, id, LATER).await.unwrap();
    assert_eq!((paid.user, paid.amount), (ANN, held));
    assert_eq!(paid.state, WithdrawalState::Paid);
    assert_eq!(desk.ticket(id).status, TicketStatus::Closed);
    assert_eq!(desk.tables.withdrawals[&id].state, WithdrawalState::Paid);
    let again = WithdrawalService.pay(&mut desk, id, LATER).await;
    assert_eq!(again, Err(TicketError::WithdrawalNotRequested));
    let closed = TicketService.close(&mut desk, id, ANN, LATER).await;
    assert_eq!(closed, Ok(ClosedTicket::default()));
    assert_eq!(
        desk.tables.withdrawals[&id].state,
        WithdrawalState::Paid,
        "closing again takes no payment back"
    );
    let plain = desk.opened().await;
    let refused = WithdrawalService.pay(&mut desk, plain, LATER).await;
    assert_eq!(refused, Err(TicketError::WithdrawalNotRequested));
}

#[tokio::test]
async fn the_rules_of_withdrawals_come_before_the_open_ticket() {
    let mut desk = Desk::new();
    desk.opened().await;
    let request = a_withdrawal_request(ANN);
    let below = TicketError::WithdrawalBelowMinimum {
        minimum: Cents::new(10_000),
    };
    for (held, policy, expected) in [
        (
            0,
            WithdrawalPolicy {
                closed: true,
                methods: Vec::new(),
                ..pays_out()
            },
            TicketError::WithdrawalClosed,
        ),
        (
            0,
            WithdrawalPolicy {
                methods: vec!["Bank".to_owned()],
                ..pays_out()
            },
            TicketError::WithdrawalMethodUnsupported,
        ),
        (9_999, pays_out(), below),
        (10_000, pays_out(), TicketError::TicketOpen),
    ] {
        let refused = WithdrawalService
            .request(&mut desk, &request, Cents::new(held), &policy)
            .await;
        assert_eq!(refused, Err(expected));
    }
    assert_eq!(desk.tables.tickets.len(), 1);
    assert!(desk.tables.withdrawals.is_empty());
}
