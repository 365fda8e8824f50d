//! What each counter is called: failed logins, registrations of an address, wrong codes.

use ferroboard_kernel::{
    Email, PaymentId, Seconds, UnixSeconds, UserId, client_network, ip_address,
};

use crate::Act;

/// The key of one counter in `ferro_counter`, at most 191 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CounterName(String);

impl CounterName {
    /// Wrong passwords at login for an address, whether or not an account has it, from all clients that
    /// the account does not know.
    pub fn failed_logins(email: &Email) -> Self {
        Self(format!("login:{email}"))
    }

    /// Wrong passwords at login for an address from one client address. Counted for as long as the account
    /// has the password of this tag: whoever sets a new one starts from nothing everywhere.
    pub fn failed_logins_at(email: &Email, ip: &str, tag: &str) -> Self {
        Self(format!("login:{email}:{tag}:{}", network(ip)))
    }

    /// Wrong passwords at login from a client address.
    pub fn failed_logins_from(ip: &str) -> Self {
        Self(format!("login-ip:{}", network(ip)))
    }

    /// Wrong codes at password recovery for an address from one client address.
    pub fn failed_recoveries(email: &Email, ip: &str) -> Self {
        Self(format!("forget:{email}:{}", network(ip)))
    }

    /// Codes and login links mailed to an address.
    pub fn mails_to(email: &Email) -> Self {
        Self(format!("mail-to:{email}"))
    }

    /// Codes and login links mailed to an address for a client that its account knows.
    pub fn mails_to_known(email: &Email, ip: &str) -> Self {
        Self(format!("mail-to:{email}:{}", network(ip)))
    }

    /// Registrations from a client address.
    pub fn registrations_from(ip: &str) -> Self {
        Self(format!("register-ip:{}", network(ip)))
    }

    /// E-mail codes asked for from a client address.
    pub fn email_codes_from(ip: &str) -> Self {
        Self(format!("email-code-ip:{}", network(ip)))
    }

    /// The pause between two e-mail codes to one address.
    pub fn email_code_sent(email: &Email) -> Self {
        Self(format!("email-code-sent:{email}"))
    }

    /// The pause between two login links to one address.
    pub fn mail_link_sent(email: &Email) -> Self {
        Self(format!("mail-link-sent:{email}"))
    }

    /// Wrong old passwords when changing the password of an account.
    pub fn failed_password_changes(user: UserId) -> Self {
        Self(format!("password-change:{user}"))
    }

    /// Wrong coupon codes that a user tried.
    pub fn wrong_coupons(user: UserId) -> Self {
        Self(format!("coupon:{user}"))
    }

    /// Unknown codes of gift cards that a user tried.
    pub fn unknown_gift_cards(user: UserId) -> Self {
        Self(format!("gift-card:{user}"))
    }

    /// Unknown codes of gift cards that were tried from a client address.
    pub fn unknown_gift_cards_from(ip: &str) -> Self {
        Self(format!("gift-card-ip:{}", network(ip)))
    }

    /// Real-name submissions of a user.
    pub fn real_name_submissions(user: UserId) -> Self {
        Self(format!("realname:{user}"))
    }

    /// Messages that a user wrote in tickets within the minute in which the instant lies.
    pub fn ticket_messages(user: UserId, at: UnixSeconds) -> Self {
        Self(format!("ticket:{user}:{}", at.get().div_euclid(60)))
    }

    /// The pause between two mails to a user about replies to tickets.
    pub fn ticket_mail_sent(user: UserId) -> Self {
        Self(format!("ticket-mail-sent:{user}"))
    }

    /// The reminder that the subscription ends at this time.
    pub fn expiry_reminder(user: UserId, end: UnixSeconds) -> Self {
        Self(format!("remind-expire:{user}:{}", end.get()))
    }

    /// The reminder that the subscription ends at this time, so many days before it.
    pub fn expiry_reminder_before(user: UserId, end: UnixSeconds, days: i64) -> Self {
        Self(format!("remind-expire:{user}:{}:{days}", end.get()))
    }

    /// The reminder that so many percent of a quota are used, which is counted since this time.
    pub fn traffic_reminder_at(
        user: UserId,
        percent: i64,
        since: Option<UnixSeconds>,
        quota: i64,
    ) -> Self {
        let since = since.map_or(0, UnixSeconds::get);
        Self(format!("remind-traffic:{user}:{percent}:{since}:{quota}"))
    }

    /// That other programs were told of this end of a subscription.
    pub fn end_told(user: UserId, end: UnixSeconds) -> Self {
        Self(format!("told-end:{user}:{}", end.get()))
    }

    /// That other programs were told that a quota is used up, which is counted since this time.
    pub fn exhaustion_told(user: UserId, since: Option<UnixSeconds>, quota: i64) -> Self {
        let since = since.map_or(0, UnixSeconds::get);
        Self(format!("told-exhausted:{user}:{since}:{quota}"))
    }

    /// The notice that somebody logged in to an account from this client address.
    pub fn new_network(user: UserId, ip: &str) -> Self {
        Self(format!("new-network:{user}:{}", network(ip)))
    }

    /// The reminder that most of the traffic is used.
    pub fn traffic_reminder(user: UserId) -> Self {
        Self(format!("remind-traffic:{user}"))
    }

    /// The mark that a user has as many devices as the subscription allows.
    pub fn full_devices(user: UserId) -> Self {
        Self(format!("devices-full:{user}"))
    }

    /// A name as the database holds it.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// How often a user switched a shadow account on.
    pub fn shadow_switches(user: UserId) -> Self {
        Self(format!("shadow:{user}"))
    }

    /// Views of an invitation link from a client address.
    pub fn invite_view(code: &str, ip: &str) -> Self {
        let code: String = code.chars().take(32).collect();
        Self(format!("invite-view:{code}:{}", network(ip)))
    }

    /// Login links by mail asked for from a client address.
    pub fn mail_links_from(ip: &str) -> Self {
        Self(format!("mail-link-ip:{}", network(ip)))
    }

    /// Registrations from a client address within the hour in which the instant lies, whatever the site
    /// settings say of them.
    pub fn registrations_within_hour(ip: &str, at: UnixSeconds) -> Self {
        Self(format!("register-hour:{}:{}", hour(at), network(ip)))
    }

    /// What a user did of a kind that leaves rows, within the act's own span of the clock.
    pub fn acts(act: Act, user: UserId, at: UnixSeconds) -> Self {
        let span = span(at, act.limit().window);
        Self(format!("act:{}:{user}:{span}", act.name()))
    }

    /// Payment notices of this kind that were kept for a payment method, within the day in which the
    /// instant lies.
    pub fn kept_notices(kind: &str, payment: PaymentId, at: UnixSeconds) -> Self {
        let day = span(at, Seconds::days(1));
        Self(format!("notices:{kind}:{payment}:{day}"))
    }

    /// The same from one client address, within the hour.
    pub fn kept_notices_from(kind: &str, payment: PaymentId, ip: &str, at: UnixSeconds) -> Self {
        let network = network(ip);
        Self(format!(
            "notices-ip:{kind}:{payment}:{}:{network}",
            hour(at)
        ))
    }

    /// Tries of a Telegram chat to bind an account.
    pub fn chat_bindings(chat: i64) -> Self {
        Self(format!("telegram-bind:{chat}"))
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In which span of this length an instant lies.
fn span(at: UnixSeconds, length: Seconds) -> i64 {
    at.get().div_euclid(length.get().max(1))
}

fn hour(at: UnixSeconds) -> i64 {
    span(at, Seconds::hours(1))
}

/// What counts as one client. The text form of an address has at most 45 characters; anything that is no
/// address is the name of a wider network ([`Limit::by_network`]), or came from no socket.
fn network(ip: &str) -> String {
    match ip_address(ip) {
        Some(ip) => client_network(ip).to_string(),
        None => ip.chars().take(45).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Email {
        Email::stored("ann@demo.test")
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_their_counters() {
        for name in [
            CounterName::failed_logins_from,
            CounterName::registrations_from,
            CounterName::email_codes_from,
            CounterName::unknown_gift_cards_from,
            CounterName::mail_links_from,
            |ip: &str| CounterName::invite_view("code", ip),
            |ip: &str| CounterName::registrations_within_hour(ip, UnixSeconds::new(0)),
            |ip: &str| {
                let payment = PaymentId::new(1);
                CounterName::kept_notices_from("refused", payment, ip, UnixSeconds::new(0))
            },
            |ip: &str| CounterName::failed_logins_at(&ann(), ip, ""),
            |ip: &str| CounterName::failed_recoveries(&ann(), ip),
            |ip: &str| CounterName::mails_to_known(&ann(), ip),
            |ip: &str| CounterName::new_network(UserId::new(1), ip),
        ] {
            assert_eq!(name("2001:db8:1:2::7"), name("2001:db8:1:2:ffff::8"));
            assert_ne!(name("2001:db8:1:2::7"), name("2001:db8:1:3::7"));
            assert_eq!(name("192.0.2.1"), name("::ffff:192.0.2.1"));
            assert_ne!(name("192.0.2.1"), name("192.0.2.2"));
        }
    }

    #[test]
    fn spans_of_the_clock_have_counters_of_their_own() {
        let act = Act::DrawLoginLink;
        let limit = act.limit();
        let length = limit.window.get();
        let name = |at| CounterName::acts(act, UserId::new(1), UnixSeconds::new(at));
        assert_eq!(name(0), name(length - 1));
        assert_ne!(name(0), name(length));
        assert_ne!(name(0), name(-1));
        for (at, rest) in [(0, length), (length - 1, 1), (length, length), (-1, 1)] {
            assert_eq!(limit.rest_of_span(UnixSeconds::new(at)), Seconds::new(rest));
        }
    }

    #[test]
    fn acts_have_counters_of_their_own_that_fit_the_table() {
        let at = UnixSeconds::new(4_000_000_000);
        let names = Act::ALL.map(|act| CounterName::acts(act, UserId::new(i64::MAX), at));
        for (number, name) in names.iter().enumerate() {
            assert!(name.as_str().len() < 191, "{name:?}");
            assert!(!names.iter().skip(number + 1).any(|other| other == name));
        }
    }
}
