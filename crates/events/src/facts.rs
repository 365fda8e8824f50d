//! What is told of each noun: one shape of data for all events of a family.

use ferroboard_kernel::{
    AuditId, Cents, LedgerAccount, LedgerEntry, NodeId, PaymentId, PlanId, TicketId, TradeNo,
    UnixSeconds, UserId, WebhookId,
};
use serde_json::{Value, json};

use crate::{EventKind, Family, NewEvent, Subject};

fn event(kind: EventKind, noun: &str, name: &str, data: Value, at: UnixSeconds) -> NewEvent {
    NewEvent {
        kind,
        subject: Subject::new(noun, name),
        data,
        at,
    }
}

fn of_user(kind: EventKind, user: UserId, data: Value, at: UnixSeconds) -> NewEvent {
    event(kind, "user", &user.to_string(), data, at)
}

fn subscription(
    user: UserId,
    expired_at: Option<UnixSeconds>,
    [from, to]: [Option<PlanId>; 2],
) -> Value {
    json!({
        "user_id": user.get(),
        "expired_at": expired_at.map(UnixSeconds::get),
        "from_plan_id": from.map(PlanId::get),
        "plan_id": to.map(PlanId::get),
    })
}

impl NewEvent {
    /// About an account, a session of it, its real name, its devices or a gift card that it redeemed.
    pub fn about_user(kind: EventKind, user: UserId, at: UnixSeconds) -> Self {
        of_user(kind, user, json!({"user_id": user.get()}), at)
    }

    /// About a subscription, whose plan is not at hand.
    pub fn about_subscription(
        kind: EventKind,
        user: UserId,
        expired_at: Option<UnixSeconds>,
        at: UnixSeconds,
    ) -> Self {
        let data = subscription(user, expired_at, [None, None]);
        of_user(kind, user, data, at)
    }

    /// About a subscription that has another plan: from which to which, `None` being none.
    pub fn about_plan_change(
        user: UserId,
        [from, to]: [Option<PlanId>; 2],
        expired_at: Option<UnixSeconds>,
        at: UnixSeconds,
    ) -> Self {
        let data = subscription(user, expired_at, [from, to]);
        of_user(EventKind::SubscriptionPlanChanged, user, data, at)
    }

    /// About an order. `amount` is what was paid for it beside the balance, or refunded of it; what is not at hand
    /// where it is told is `None`, and null in the data.
    pub fn about_order(
        kind: EventKind,
        trade_no: &TradeNo,
        user: Option<UserId>,
        amount: Option<Cents>,
        at: UnixSeconds,
    ) -> Self {
        let data = json!({
            "trade_no": trade_no.as_str(),
            "user_id": user.map(UserId::get),
            "amount": amount.map(Cents::get),
        });
        event(kind, "order", trade_no.as_str(), data, at)
    }

    /// About a payment by this method; `reason` is why it is not simply booked.
    pub fn about_payment(
        kind: EventKind,
        trade_no: &TradeNo,
        method: PaymentId,
        reason: Option<&str>,
        at: UnixSeconds,
    ) -> Self {
        let data = json!({
            "trade_no": trade_no.as_str(),
            "payment_id": method.get(),
            "reason": reason,
        });
        event(kind, "order", trade_no.as_str(), data, at)
    }

    /// About an entry of the ledger.
    pub fn about_money(account: LedgerAccount, entry: &LedgerEntry) -> Self {
        let account = match account {
            LedgerAccount::Balance => "balance",
            LedgerAccount::Commission => "commission",
        };
        let data = json!({
            "user_id": entry.user.get(),
            "account": account,
            "amount": entry.amount.get(),
            "kind": entry.kind.as_str(),
            "reference": entry.reference,
        });
        of_user(EventKind::BalanceChanged, entry.user, data, entry.at)
    }

    /// About commission of an order, whose buyer this user invited.
    pub fn about_commission(
        kind: EventKind,
        trade_no: &TradeNo,
        inviter: UserId,
        amount: Cents,
        at: UnixSeconds,
    ) -> Self {
        let data = json!({
            "trade_no": trade_no.as_str(),
            "user_id": inviter.get(),
            "amount": amount.get(),
        });
        event(kind, "order", trade_no.as_str(), data, at)
    }

    /// About a request to pay commission out; `state` is where it stands. Neither method nor account are told.
    pub fn about_withdrawal(
        kind: EventKind,
        user: UserId,
        ticket: TicketId,
        (amount, state): (Cents, &str),
        at: UnixSeconds,
    ) -> Self {
        let data = json!({
            "user_id": user.get(),
            "ticket_id": ticket.get(),
            "amount": amount.get(),
            "state": state,
        });
        of_user(kind, user, data, at)
    }

    /// About a ticket. Neither its subject nor its messages are told.
    pub fn about_ticket(
        kind: EventKind,
        ticket: TicketId,
        by: Option<UserId>,
        at: UnixSeconds,
    ) -> Self {
        let data = json!({"ticket_id": ticket.get(), "by_user_id": by.map(UserId::get)});
        event(kind, "ticket", &ticket.to_string(), data, at)
    }

    /// About a node.
    pub fn about_node(kind: EventKind, node: NodeId, at: UnixSeconds) -> Self {
        let data = json!({"node_id": node.get()});
        event(kind, "node", &node.to_string(), data, at)
    }

    /// About settings that were saved, by name: their values may be secrets.
    pub fn about_settings(names: &[&str], at: UnixSeconds) -> Self {
        let data = json!({"names": names});
        event(EventKind::SettingsChanged, "settings", "site", data, at)
    }

    /// About a change by an administrator, by the number of its record.
    pub fn about_action(admin: UserId, record: AuditId, at: UnixSeconds) -> Self {
        let data = json!({"admin_id": admin.get(), "audit_id": record.get()});
        event(
            EventKind::AdminAction,
            "admin",
            &admin.to_string(),
            data,
            at,
        )
    }

    /// What an endpoint is tried with.
    pub fn test_of(endpoint: WebhookId, at: UnixSeconds) -> Self {
        let data = json!({"webhook_id": endpoint.get()});
        event(
            EventKind::EndpointTest,
            "webhook",
            &endpoint.to_string(),
            data,
            at,
        )
    }

    /// An event of this kind as an example.
    pub fn example(kind: EventKind) -> Self {
        let at = UnixSeconds::new(1_767_225_600);
        let user = UserId::new(1);
        let trade_no = TradeNo::stored("2026010112000000001234567".to_owned());
        match kind.family() {
            Family::User
            | Family::Session
            | Family::RealName
            | Family::Device
            | Family::GiftCard => Self::about_user(kind, user, at),
            Family::Withdrawal => {
                let is_closed = kind == EventKind::CommissionWithdrawalClosed;
                let state = if is_closed { "released" } else { "requested" };
                let asked = (Cents::new(10_000), state);
                Self::about_withdrawal(kind, user, TicketId::new(1), asked, at)
            }
            Family::Subscription => {
                let ends = Some(UnixSeconds::new(4_073_558_400));
                if kind == EventKind::SubscriptionPlanChanged {
                    let plans = [1, 2].map(|plan| Some(PlanId::new(plan)));
                    Self::about_plan_change(user, plans, ends, at)
                } else {
                    Self::about_subscription(kind, user, ends, at)
                }
            }
            Family::Order => {
                let amount = matches!(kind, EventKind::OrderPaid | EventKind::OrderRefunded);
                let amount = amount.then(|| Cents::new(1_000));
                Self::about_order(kind, &trade_no, Some(user), amount, at)
            }
            Family::Payment => {
                let reason = (kind == EventKind::PaymentReview).then_some("paid_twice");
                Self::about_payment(kind, &trade_no, PaymentId::new(1), reason, at)
            }
            Family::Balance => {
                let entry = LedgerEntry {
                    user,
                    amount: Cents::new(1_000),
                    kind: ferroboard_kernel::LedgerKind::Deposit,
                    reference: trade_no.to_string(),
                    at,
                };
                Self::about_money(LedgerAccount::Balance, &entry)
            }
            Family::Commission => {
                Self::about_commission(kind, &trade_no, user, Cents::new(100), at)
            }
            Family::Ticket => Self::about_ticket(kind, TicketId::new(1), Some(user), at),
            Family::Node => Self::about_node(kind, NodeId::new(1), at),
            Family::Settings => Self::about_settings(&["app_name"], at),
            Family::Action => Self::about_action(user, AuditId::new(1), at),
            Family::Endpoint => Self::test_of(WebhookId::new(1), at),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn events_of_a_family_have_data_of_one_shape() {
        let mut shapes: BTreeMap<Family, BTreeSet<String>> = BTreeMap::new();
        for kind in EventKind::ALL.iter().copied() {
            let example = NewEvent::example(kind);
            let data = example.data.as_object().unwrap();
            let shape: BTreeSet<String> = data.keys().cloned().collect();
            let known = shapes.entry(kind.family()).or_insert(shape.clone());
            assert_eq!(*known, shape, "{kind:?}");
        }
    }

    #[test]
    fn every_kind_has_an_example_of_its_own() {
        for kind in EventKind::ALL.iter().copied() {
            let example = NewEvent::example(kind);
            assert_eq!(example.kind, kind);
            let data = example.data.as_object().unwrap();
            assert!(!data.is_empty(), "{kind:?}");
            for name in data.keys() {
                for secret in ["password", "token", "secret", "email", "raw"] {
                    assert!(!name.contains(secret), "{kind:?}: {name}");
                }
            }
        }
    }
}
