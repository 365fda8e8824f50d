//! What things of the domains are called: the names of their texts.

use ferroboard_billing::{OrderKind, OrderStatus, Period, ResetMethod};
use ferroboard_giftcard::TemplateKind;
use ferroboard_tickets::{Level, ReplyStatus, Ticket, TicketStatus};

use crate::list::Tone;

pub(super) const fn period(period: Period) -> &'static str {
    match period {
        Period::Monthly => "shop.period_monthly",
        Period::Quarterly => "shop.period_quarterly",
        Period::HalfYearly => "shop.period_half_yearly",
        Period::Yearly => "shop.period_yearly",
        Period::TwoYearly => "shop.period_two_yearly",
        Period::ThreeYearly => "shop.period_three_yearly",
        Period::OneTime => "shop.period_one_time",
        Period::ResetTraffic => "shop.period_reset_traffic",
        Period::Traffic => "shop.period_traffic",
        Period::Deposit => "shop.period_deposit",
    }
}

pub(super) const fn order_kind(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::New => "shop.order_kind_new",
        OrderKind::Renewal => "shop.order_kind_renewal",
        OrderKind::Change => "shop.order_kind_change",
        OrderKind::TrafficReset => "shop.order_kind_traffic_reset",
        OrderKind::TrafficPackage => "shop.order_kind_traffic_package",
        OrderKind::TopUp => "shop.order_kind_top_up",
    }
}

pub(super) const fn order_status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "shop.order_pending",
        OrderStatus::Processing => "shop.order_processing",
        OrderStatus::Cancelled => "shop.order_cancelled",
        OrderStatus::Completed => "shop.order_completed",
        OrderStatus::Discounted => "shop.order_discounted",
    }
}

/// How the state of an order looks.
pub(super) const fn order_tone(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Pending | OrderStatus::Processing => Tone::Warn,
        OrderStatus::Cancelled => Tone::Bad,
        OrderStatus::Completed => Tone::Good,
        OrderStatus::Discounted => Tone::Plain,
    }
}

pub(super) const fn reset_method(method: ResetMethod) -> &'static str {
    match method {
        ResetMethod::FirstDayOfMonth => "shop.reset_first_of_month",
        ResetMethod::Monthly => "shop.reset_each_month",
        ResetMethod::Never => "shop.reset_never",
        ResetMethod::FirstDayOfYear => "shop.reset_first_of_year",
        ResetMethod::Yearly => "shop.reset_each_year",
    }
}

pub(super) const fn gift_kind(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::General => "shop.gift_kind_general",
        TemplateKind::Plan => "shop.gift_kind_plan",
        TemplateKind::Mystery => "shop.gift_kind_mystery",
        TemplateKind::Unknown(_) => "shop.gift_kind_unknown",
    }
}

pub(super) const fn ticket_level(level: Level) -> &'static str {
    match level {
        Level::Low => "support.ticket_low",
        Level::Middle => "support.ticket_middle",
        Level::High => "support.ticket_high",
    }
}

/// Where a ticket stands, and how that looks.
pub(super) const fn ticket_state(ticket: &Ticket) -> (Tone, &'static str) {
    match (ticket.status, ticket.reply_status) {
        (TicketStatus::Closed, _) => (Tone::Plain, "support.ticket_closed"),
        (TicketStatus::Open, ReplyStatus::Waiting) => (Tone::Warn, "support.ticket_waiting"),
        (TicketStatus::Open, ReplyStatus::Answered) => (Tone::Good, "support.ticket_answered"),
    }
}
