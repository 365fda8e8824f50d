use ferroboard_kernel::{ClientNetworks, Email, client_networks, ip_address};

/// Who waits for a password to be hashed or checked, as far as the queue tells them apart: it is fair
/// between networks and between accounts, and lets known clients go first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    /// Where the request came from; `None` for the operator.
    pub networks: Option<ClientNetworks>,
    /// The account that it concerns, whether or not there is one; `None` for the operator.
    pub account: Option<Email>,
    /// Whether the request carries a session or a mailed code, or comes from where the account is logged in.
    pub is_known: bool,
}

impl Requester {
    /// Somebody at this client address who asks about an account.
    pub fn client(email: &Email, ip: &str, is_known: bool) -> Self {
        Self {
            networks: ip_address(ip).map(client_networks),
            account: Some(email.clone()),
            is_known,
        }
    }

    /// The operator at the machine itself.
    pub const fn operator() -> Self {
        Self {
            networks: None,
            account: None,
            is_known: true,
        }
    }
}
