//! What can be told.

/// Which noun an event is about. Events of one family have data of one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// An account.
    User,
    /// A login session.
    Session,
    /// An order.
    Order,
    /// A payment.
    Payment,
    /// A subscription.
    Subscription,
    /// Money on an account.
    Balance,
    /// Commission of an order.
    Commission,
    /// A request to pay commission out.
    Withdrawal,
    /// A gift card.
    GiftCard,
    /// A ticket.
    Ticket,
    /// A node.
    Node,
    /// A real name.
    RealName,
    /// Devices of a user.
    Device,
    /// The site settings.
    Settings,
    /// A change by an administrator.
    Action,
    /// An endpoint itself.
    Endpoint,
}

macro_rules! kinds {
    ($($name:ident $word:literal $family:ident $told:literal $doc:literal;)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EventKind {
            $(#[doc = $doc] $name,)+
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name that receivers know: `order.paid`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What it says, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $doc,)+
                }
            }

            /// What it is about.
            pub const fn family(self) -> Family {
                match self {
                    $(Self::$name => Family::$family,)+
                }
            }

            /// Whether something in the panel tells it, so that endpoints can want it.
            pub const fn is_offered(self) -> bool {
                match self {
                    $(Self::$name => $told,)+
                }
            }
        }
    };
}

kinds! {
    UserCreated "user.created" User true "An account was made.";
    UserUpdated "user.updated" User true "An administrator changed an account.";
    UserSuspended "user.suspended" User true "An account was banned.";
    UserDeleted "user.deleted" User true "An account was deleted.";
    UserPasswordChanged "user.password_changed" User true "An account has a new password.";
    UserTelegramBound "user.telegram_bound" User true "An account was bound to a Telegram chat.";
    SessionOpened "session.opened" Session true "Somebody logged in.";
    SessionEnded "session.ended" Session true "A login session was ended by its owner.";
    OrderPlaced "order.placed" Order true "An order was placed.";
    OrderPaid "order.paid" Order true "An order was paid.";
    OrderOpened "order.opened" Order true "What an order bought was given.";
    OrderCancelled "order.cancelled" Order true "An order was cancelled before it was paid.";
    OrderExpired "order.expired" Order true "An order was given up that nobody paid.";
    OrderRefunded "order.refunded" Order true "A refund of an order is done.";
    OrderFailed "order.failed" Order true "A paid order could not be opened; it is tried again.";
    PaymentReceived "payment.received" Payment true "A gateway's payment was booked on its order.";
    PaymentReview "payment.review" Payment true "A payment could not be booked on its order as it is.";
    PaymentSettled "payment.settled" Payment true "A payment under review was settled.";
    SubscriptionRenewed "subscription.renewed" Subscription true "A subscription renewed itself.";
    SubscriptionRenewalFailed "subscription.renewal_failed" Subscription true "A subscription could not renew itself.";
    SubscriptionExpiring "subscription.expiring" Subscription true "A subscription ends within a day.";
    SubscriptionExpired "subscription.expired" Subscription true "A subscription has ended.";
    SubscriptionTrafficLow "subscription.traffic_low" Subscription true "Most of the traffic of a subscription is used.";
    SubscriptionTrafficExhausted "subscription.traffic_exhausted" Subscription true "The traffic of a subscription is used up.";
    SubscriptionTrafficReset "subscription.traffic_reset" Subscription true "The traffic of a subscription is counted anew.";
    SubscriptionPlanChanged "subscription.plan_changed" Subscription true "A subscription has another plan.";
    BalanceChanged "balance.changed" Balance true "Money moved on a balance or commission account.";
    CommissionEarned "commission.earned" Commission true "An order earned commission that is still to be confirmed.";
    CommissionPaid "commission.paid" Commission true "Commission was credited to who earned it.";
    CommissionWithdrawalRequested "commission.withdrawal_requested" Withdrawal true "A user asked for commission to be paid out.";
    CommissionWithdrawalClosed "commission.withdrawal_closed" Withdrawal true "A request to pay commission out was closed.";
    GiftCardRedeemed "giftcard.redeemed" GiftCard true "A gift card was redeemed.";
    TicketOpened "ticket.opened" Ticket true "A user opened a ticket.";
    TicketReplied "ticket.replied" Ticket true "Somebody wrote in a ticket.";
    TicketClosed "ticket.closed" Ticket true "A ticket was closed.";
    NodeOnline "node.online" Node true "A node that was silent reports again.";
    NodeOffline "node.offline" Node true "Nothing was heard of a node for a while.";
    NodeOverloaded "node.overloaded" Node true "A node reports that it is overloaded.";
    RealNameSubmitted "realname.submitted" RealName true "A user submitted a real name.";
    RealNameReviewed "realname.reviewed" RealName true "A real name was approved, refused or reset.";
    DeviceLimitReached "device.limit_reached" Device true "A user has as many devices as the subscription allows.";
    SettingsChanged "settings.changed" Settings true "An administrator saved site settings.";
    AdminAction "admin.action" Action true "An administrator changed something.";
    EndpointTest "webhook.test" Endpoint false "An administrator tries an endpoint; sent to it alone.";
}

impl EventKind {
    /// The kind with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// The kinds that endpoints can want.
    pub fn offered() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| kind.is_offered())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_of_one_form_and_found_again() {
        let mut names = BTreeSet::new();
        for kind in EventKind::ALL.iter().copied() {
            let name = kind.as_str();
            assert!(names.insert(name), "{name}");
            assert_eq!(EventKind::named(name), Some(kind));
            let (noun, verb) = name.split_once('.').unwrap();
            for word in [noun, verb] {
                let is_plain = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                assert!(is_plain && !word.is_empty(), "{name}");
            }
            assert!(name.len() <= 64 && kind.meaning().ends_with('.'), "{name}");
        }
        assert!(names.len() >= 40, "{}", names.len());
        assert_eq!(EventKind::named("order.lost"), None);
    }

    /// A test is sent to one endpoint alone.
    #[test]
    fn every_kind_is_offered_but_one() {
        let silent = EventKind::ALL.iter().copied();
        let silent: Vec<EventKind> = silent.filter(|kind| !kind.is_offered()).collect();
        let expected = [EventKind::EndpointTest];
        assert_eq!(silent, expected);
        assert!(EventKind::offered().count() >= 40);
    }
}
