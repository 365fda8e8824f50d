//! What customers are told, in words. As every mail of the panel they are English, unless an operator has
//! written a template of their own.

use ferroboard_billing::{Order, OrderKind, Reminder};
use ferroboard_kernel::{Cents, UnixSeconds};
use ferroboard_mail::TemplateName;

use crate::context::Context;

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// The subject of the mail.
    pub(crate) title: String,
    /// The text of the mail, and of the message into the chat.
    pub(crate) text: String,
    /// The template of the mail; all but the general one have a text of their own.
    pub(crate) template: TemplateName,
}

impl Words {
    /// A notice in the general template.
    pub(crate) fn general(title: String, text: String) -> Self {
        Self {
            title,
            text,
            template: TemplateName::Notify,
        }
    }
}

impl<S: ?Sized> Context<S> {
    /// A reminder. Those that Xboard knows have its templates.
    pub(crate) fn reminder_words(&self, reminder: Reminder) -> Words {
        let name = &self.site.current().site.app_name;
        match reminder {
            Reminder::Expiry { end, days: 0 } => Words::general(
                format!("Your service at {name} has ended"),
                format!(
                    "Your subscription ended on {}. Renew it to be connected again.",
                    self.day(end)
                ),
            ),
            Reminder::Expiry { end, days } => Words {
                title: format!("Your service at {name} ends soon"),
                text: format!(
                    "Your subscription ends on {}. Renew it in time to stay connected.",
                    self.day(end)
                ),
                template: match days {
                    1 => TemplateName::RemindExpire,
                    _ => TemplateName::Notify,
                },
            },
            Reminder::Traffic { percent: 100, .. } => Words::general(
                format!("Your traffic at {name} is used up"),
                "You have used all of the traffic of this period.".to_owned(),
            ),
            Reminder::Traffic { percent, .. } => traffic(name, percent),
            Reminder::DailyTraffic => traffic(name, Reminder::MOST),
        }
    }

    /// A payment was received for this order.
    pub(crate) fn payment_words(&self, order: &Order) -> Words {
        let name = &self.site.current().site.app_name;
        let fee = order.handling.unwrap_or(Cents::ZERO);
        let amount = self.money(order.total.checked_add(fee).unwrap_or(order.total));
        let what = match order.kind {
            OrderKind::TopUp => "a top-up of your balance",
            OrderKind::TrafficPackage => "a traffic package",
            OrderKind::TrafficReset => "a reset of your traffic",
            OrderKind::New | OrderKind::Renewal | OrderKind::Change => "your subscription",
        };
        let number = order.trade_no.as_str();
        Words::general(
            format!("Your payment to {name} was received"),
            format!("{amount} were received for {what}. The number of the order is {number}."),
        )
    }

    /// Somebody logged in from this address, which the account does not know.
    pub(crate) fn login_words(&self, ip: &str, at: UnixSeconds) -> Words {
        let name = &self.site.current().site.app_name;
        Words::general(
            format!("A login to your account at {name} from a new address"),
            format!(
                "Somebody logged in to your account from {ip} on {}. If it was not you, change your \
                 password, which ends every other login.",
                self.day(at)
            ),
        )
    }

    /// An amount with the sign of the site's currency.
    pub(crate) fn money(&self, amount: Cents) -> String {
        let sign = &self.site.current().site.currency_symbol;
        format!("{sign}{amount}")
    }

    /// A time by the clock of the panel's zone.
    pub(crate) fn day(&self, at: UnixSeconds) -> String {
        self.options.zone.wall_clock(at).to_string()
    }
}

fn traffic(name: &str, percent: i64) -> Words {
    Words {
        title: format!("{percent}% of your traffic at {name} is used"),
        text: format!("You have used at least {percent}% of the traffic of this period."),
        template: if percent == Reminder::MOST {
            TemplateName::RemindTraffic
        } else {
            TemplateName::Notify
        },
    }
}
