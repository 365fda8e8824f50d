//! What exporters read of a node's settings.

use ferroboard_kernel::Random;
use serde_json::Value;

use crate::ExportNode;
use crate::capability::Security;

/// Of which one is drawn where the fingerprint is to be `random`.
const BROWSERS: [&str; 6] = ["chrome", "firefox", "safari", "ios", "edge", "qq"];

/// What every core can imitate.
const FINGERPRINTS: [&str; 9] = [
    "chrome",
    "firefox",
    "safari",
    "ios",
    "android",
    "edge",
    "360",
    "qq",
    "randomized",
];

impl ExportNode {
    /// A text that is not empty.
    pub(crate) fn filled(&self, path: &str) -> Option<&str> {
        self.settings.text(path).filter(|text| !text.is_empty())
    }

    /// A text, or the first of a list of texts.
    pub(crate) fn first(&self, path: &str) -> Option<&str> {
        self.texts(path).next()
    }

    /// A text, or all texts of a list with commas between them.
    pub(crate) fn joined(&self, path: &str) -> Option<String> {
        let texts: Vec<&str> = self.texts(path).collect();
        (!texts.is_empty()).then(|| texts.join(","))
    }

    /// A text, or one that is drawn from a list of texts.
    pub(crate) fn drawn(&self, path: &str, random: &dyn Random) -> Option<&str> {
        let texts: Vec<&str> = self.texts(path).collect();
        drawn_from(&texts, random)
    }

    /// The texts that are not empty, of a list or the one.
    pub(crate) fn texts(&self, path: &str) -> impl Iterator<Item = &str> {
        texts(self.settings.at(path))
    }

    /// A whole number above zero, such as a bandwidth.
    pub(crate) fn positive(&self, path: &str) -> Option<i64> {
        self.settings.integer(path).filter(|number| *number > 0)
    }

    /// The transport.
    pub(crate) fn network(&self) -> &str {
        self.settings.text("network").unwrap_or_default()
    }

    /// 0 none, 1 TLS, 2 Reality.
    pub(crate) fn tls(&self) -> i64 {
        self.settings.integer("tls").unwrap_or(0)
    }

    /// The kind of disguise of plain TCP, when there is one.
    pub(crate) fn header_type(&self) -> Option<&str> {
        self.filled("network_settings.header.type")
            .filter(|kind| *kind != "none")
    }

    /// The host of httpupgrade and xhttp: the node's own where none is set.
    pub(crate) fn transport_host(&self) -> &str {
        self.first("network_settings.host").unwrap_or(&self.host)
    }

    /// The browser that TLS imitates, when it imitates one; Reality always does. Cores refuse names
    /// that they do not know, and the server is served as well by another browser.
    pub(crate) fn fingerprint(&self, random: &dyn Random) -> Option<&'static str> {
        let is_wanted = self.settings.flag("utls.enabled");
        let wanted = self.filled("utls.fingerprint").filter(|_| is_wanted);
        match wanted.unwrap_or(if is_wanted { "chrome" } else { "none" }) {
            "none" => (self.security() == Security::Reality).then_some("chrome"),
            "random" => drawn_from(&BROWSERS, random),
            named => Some(
                FINGERPRINTS
                    .into_iter()
                    .find(|known| *known == named)
                    .unwrap_or("chrome"),
            ),
        }
    }

    /// The password of Hysteria 2's obfuscation, where that is switched on.
    pub(crate) fn salamander(&self) -> Option<&str> {
        self.obfuscation()?;
        self.filled("obfs.password")
    }
}

/// The texts that are not empty, of a list or the one.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let texts = items.iter().filter_map(Value::as_str);
    texts.filter(|text| !text.is_empty())
}

fn drawn_from<'a>(texts: &[&'a str], random: &dyn Random) -> Option<&'a str> {
    let bound = u64::try_from(texts.len()).unwrap_or(0);
    let drawn = usize::try_from(random.below(bound)).ok()?;
    texts.get(drawn).copied()
}
