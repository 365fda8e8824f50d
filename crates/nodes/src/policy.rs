use ferroboard_kernel::{Seconds, Zone, constant_time_eq};

/// `server_token`: the secret that all nodes share. Every request of theirs is held against it, so it is
/// read where it lies.
pub struct NodeSecret<'a>(pub Option<&'a str>);

impl NodeSecret<'_> {
    /// Whether this is the secret of the nodes. Without a secret there is none that is right.
    pub fn admits(&self, token: &str) -> bool {
        let own = self.0.filter(|own| !own.is_empty());
        own.is_some_and(|own| constant_time_eq(own, token))
    }
}

/// Exactly what this domain reads of the other site settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePolicy {
    /// `server_push_interval`: how long nodes wait between two reports.
    pub push_interval: Seconds,
    /// `server_pull_interval`: how long nodes wait between two questions.
    pub pull_interval: Seconds,
    /// `server_ws_enable`: whether nodes may connect a WebSocket.
    pub socket_enabled: bool,
    /// `server_ws_url`: where, when it is not the panel's own address.
    pub socket_url: Option<String>,
    /// In which zone days and hours are counted.
    pub zone: Zone,
}

impl NodePolicy {
    /// Where agents connect their sockets; `None` when they shall not. `root` is scheme and host of
    /// the panel, as the agent called it.
    pub fn socket_address(&self, root: &str) -> Option<String> {
        let own = self.socket_url.as_deref().map(str::trim);
        let own = own.filter(|own| !own.is_empty());
        self.socket_enabled
            .then(|| dialable(own.unwrap_or(root), root))
    }

    /// For how long what a node tells about its load is true.
    pub fn load_lifetime(&self) -> Seconds {
        Seconds::new(self.push_interval.get().saturating_mul(3).max(300))
    }

    /// Within what time a report of the same content is the same report. Shorter than the interval
    /// of reports: two that are alike by chance, and a little early, both count.
    pub fn repeat_window(&self) -> Seconds {
        Seconds::new((self.push_interval.get().saturating_mul(3) / 4).max(1))
    }
}

/// The address as agents dial it: they take nothing but `ws` and `wss`, and the socket is at `/ws`.
/// Operators write what stands in the browser, or leave the scheme out; then it is the one of `root`.
fn dialable(address: &str, root: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or_else(|| {
        let (scheme, _) = root.split_once("://").unwrap_or(("http", ""));
        (scheme, address.trim_start_matches('/'))
    });
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" | "wss" => "wss",
        _ => "ws",
    };
    let rest = rest.trim_end_matches('/');
    let path = if rest.contains(['/', '?']) { "" } else { "/ws" };
    format!("{scheme}://{rest}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(push: i64) -> NodePolicy {
        NodePolicy {
            push_interval: Seconds::new(push),
            pull_interval: Seconds::new(60),
            socket_enabled: true,
            socket_url: None,
            zone: Zone::default(),
        }
    }

    #[test]
    fn only_the_whole_secret_is_right() {
        assert!(NodeSecret(Some("secret")).admits("secret"));
        for wrong in ["", "secre", "secret ", "Secret"] {
            assert!(!NodeSecret(Some("secret")).admits(wrong), "{wrong}");
        }
        for unset in [None, Some("")] {
            assert!(!NodeSecret(unset).admits(""));
        }
    }

    #[test]
    fn sockets_are_where_the_panel_is_unless_told_otherwise() {
        let mut policy = policy(60);
        let at = |policy: &NodePolicy, root| policy.socket_address(root);
        assert_eq!(at(&policy, "http://a.test").unwrap(), "ws://a.test/ws");
        assert_eq!(
            at(&policy, "https://a.test:8").unwrap(),
            "wss://a.test:8/ws"
        );
        for blank in ["", " "] {
            policy.socket_url = Some(blank.to_owned());
            assert_eq!(at(&policy, "http://a.test").unwrap(), "ws://a.test/ws");
        }
        for (own, expected) in [
            ("wss://b.test/x//", "wss://b.test/x"),
            ("wss://b.test", "wss://b.test/ws"),
            ("ws://b.test:8076/", "ws://b.test:8076/ws"),
            ("https://b.test", "wss://b.test/ws"),
            ("HTTPS://b.test/", "wss://b.test/ws"),
            ("http://b.test:8/ws/", "ws://b.test:8/ws"),
            // Stored by a panel that took anything.
            ("b.test/ws", "wss://b.test/ws"),
            ("//b.test", "wss://b.test/ws"),
            ("[2001:db8::1]:8", "wss://[2001:db8::1]:8/ws"),
        ] {
            policy.socket_url = Some(own.to_owned());
            assert_eq!(at(&policy, "https://a.test").unwrap(), expected, "{own}");
        }
        policy.socket_enabled = false;
        assert_eq!(at(&policy, "http://a.test"), None);
    }

    #[test]
    fn spans_follow_the_interval() {
        for (push, load, window) in [(60, 300, 45), (200, 600, 150), (1, 300, 1), (-5, 300, 1)] {
            let policy = policy(push);
            assert_eq!(policy.load_lifetime().get(), load);
            assert_eq!(policy.repeat_window().get(), window);
        }
    }
}
