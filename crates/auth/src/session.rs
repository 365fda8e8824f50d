use ferroboard_kernel::{SessionNumber, UnixSeconds, UserId, client_network, ip_address};

use crate::TokenDigest;

/// The name of a session: for ours a dashed UUID (the `jti` of its JWT), for one that the reference
/// panel opened whatever its row is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionName(String);

impl SessionName {
    /// Takes a name as the database holds it, or as a generator made it.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a request came from, as far as it is kept with a session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientInfo {
    /// The client's address in its text form, at most 45 characters.
    pub ip: String,
    /// The `User-Agent` header, cut to 512 characters.
    pub user_agent: Option<String>,
}

/// A session about to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Its name, a fresh UUID.
    pub name: SessionName,
    /// Whose it is.
    pub user_id: UserId,
    /// The digest of its token.
    pub digest: TokenDigest,
    /// Where it was opened from.
    pub client: ClientInfo,
    /// When it was opened.
    pub now: UnixSeconds,
    /// When it ends by itself.
    pub expires_at: UnixSeconds,
}

/// How a client names the session to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionKey {
    /// By its name.
    Name(SessionName),
    /// By the number of its row, as the reference's clients do.
    Number(SessionNumber),
}

impl SessionKey {
    /// A text of digits is a row number, any other a name.
    pub fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(number) => Self::Number(SessionNumber::new(number)),
            Err(_) => Self::Name(SessionName::new(text.to_owned())),
        }
    }
}

/// One live session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The row.
    pub number: SessionNumber,
    /// Its name.
    pub name: SessionName,
    /// Address and user agent; unknown for sessions that the reference panel opened.
    pub client: Option<ClientInfo>,
    /// When it was opened; unknown in some imports.
    pub created_at: Option<UnixSeconds>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<UnixSeconds>,
    /// When it ends by itself; `None` for never.
    pub expires_at: Option<UnixSeconds>,
}

impl SessionRecord {
    /// Whether the session was opened from the network of this client address.
    pub fn was_opened_at(&self, ip: &str) -> bool {
        let network = |ip: &str| ip_address(ip).map(client_network);
        let opened = self.client.as_ref().and_then(|client| network(&client.ip));
        opened.is_some() && opened == network(ip)
    }
}

/// Whether a client address is of a network from which none of the account's live sessions was opened, while
/// there are some. What is no address tells nothing.
pub fn is_from_new_network(opened_at: &[String], ip: &str) -> bool {
    let Some(own) = ip_address(ip).map(client_network) else {
        return false;
    };
    let mut known = opened_at.iter().filter_map(|ip| ip_address(ip)).peekable();
    known.peek().is_some() && known.all(|ip| client_network(ip) != own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_new_where_others_are_known() {
        for (opened_at, ip, expected) in [
            (&[][..], "192.0.2.1", false),
            (&["192.0.2.1"][..], "192.0.2.1", false),
            (&["192.0.2.1"][..], "192.0.2.2", true),
            (&["192.0.2.1", "192.0.2.2"][..], "192.0.2.2", false),
            (&["2001:db8:1:2::1"][..], "2001:db8:1:2:ffff::9", false),
            (&["2001:db8:1:2::1"][..], "2001:db8:1:3::1", true),
            (&["", "nowhere"][..], "192.0.2.1", false),
            (&["192.0.2.1"][..], "nowhere", false),
            (&["192.0.2.1"][..], "::ffff:192.0.2.1", false),
        ] {
            let opened_at: Vec<String> = opened_at.iter().map(|ip| (*ip).to_owned()).collect();
            let found = is_from_new_network(&opened_at, ip);
            assert_eq!(found, expected, "{opened_at:?} {ip}");
        }
    }

    #[test]
    fn a_session_knows_the_network_that_it_was_opened_from() {
        let session = |ip: Option<&str>| SessionRecord {
            number: SessionNumber::new(1),
            name: SessionName::new("one".into()),
            client: ip.map(|ip| ClientInfo {
                ip: ip.to_owned(),
                user_agent: None,
            }),
            created_at: None,
            last_used_at: None,
            expires_at: None,
        };
        for (opened, asked, expected) in [
            (Some("192.0.2.1"), "192.0.2.1", true),
            (Some("192.0.2.1"), "192.0.2.2", false),
            (Some("2001:db8:1:2::1"), "2001:db8:1:2:3::9", true),
            (Some("2001:db8:1:2::1"), "2001:db8:1:3::1", false),
            (Some("nowhere"), "nowhere", false),
            (None, "192.0.2.1", false),
        ] {
            let was = session(opened).was_opened_at(asked);
            assert_eq!(was, expected, "{opened:?} {asked}");
        }
    }

    #[test]
    fn digits_are_a_row_number() {
        assert_eq!(
            SessionKey::parse("102"),
            SessionKey::Number(SessionNumber::new(102))
        );
        let uuid = "00000002-1111-4111-8111-000000000002";
        assert_eq!(
            SessionKey::parse(uuid),
            SessionKey::Name(SessionName::new(uuid.into()))
        );
    }
}
