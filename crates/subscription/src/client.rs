//! Which client asks: the format that it reads, its name and its version.

use std::cmp::Ordering;

use crate::{TemplateName, version};

/// A configuration format, named after the clients that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Clash and its early relatives.
    Clash,
    /// Clash with Mihomo's core.
    ClashMeta,
    /// Egern.
    Egern,
    /// A list of addresses, one a node; whoever is not recognised gets it.
    General,
    /// Loon.
    Loon,
    /// Quantumult X.
    QuantumultX,
    /// Shadowrocket.
    Shadowrocket,
    /// Shadowsocks clients, which read SIP008.
    Shadowsocks,
    /// sing-box and the clients around it.
    SingBox,
    /// Stash.
    Stash,
    /// Surfboard.
    Surfboard,
    /// Surge.
    Surge,
    /// A list of whole configurations of Xray, one a node, for the apps around it.
    XrayJson,
}

impl Format {
    /// The template around the nodes, where the format has one.
    pub const fn template(self) -> Option<TemplateName> {
        match self {
            Self::Clash => Some(TemplateName::Clash),
            Self::ClashMeta => Some(TemplateName::ClashMeta),
            Self::SingBox => Some(TemplateName::SingBox),
            Self::Stash => Some(TemplateName::Stash),
            Self::Surfboard => Some(TemplateName::Surfboard),
            Self::Surge => Some(TemplateName::Surge),
            Self::Egern
            | Self::General
            | Self::Loon
            | Self::QuantumultX
            | Self::Shadowrocket
            | Self::Shadowsocks
            | Self::XrayJson => None,
        }
    }
}

/// The words by which clients are known. Where several families match, the last one is meant; where
/// several words of one length match, the first one is the client's name.
const FAMILIES: [(Format, &[&str]); 13] = [
    (Format::Clash, &["clash"]),
    (
        Format::ClashMeta,
        &["meta", "verge", "flclash", "nekobox", "clashmetaforandroid"],
    ),
    (
        Format::General,
        &[
            "general", "v2rayn", "v2rayng", "passwall", "ssrplus", "sagernet",
        ],
    ),
    (Format::Loon, &["loon"]),
    (Format::QuantumultX, &["quantumult%20x", "quantumult-x"]),
    (Format::Shadowrocket, &["shadowrocket"]),
    (Format::Shadowsocks, &["shadowsocks"]),
    (Format::SingBox, &["sing-box", "hiddify", "sfm"]),
    (Format::Stash, &["stash"]),
    (Format::Surfboard, &["surfboard"]),
    (Format::Surge, &["surge"]),
    (Format::Egern, &["egern"]),
    (
        Format::XrayJson,
        &["happ", "streisand", "v2raytun", "xray-json"],
    ),
];

/// More words of clients that the reference does not know, which decide about the format alone: their
/// versions are their own, not those of the core or of the client that they are compared with.
const RELATIVES: [(Format, &[&str]); 2] = [
    (
        Format::ClashMeta,
        &[
            "mihomo",
            "nyanpasu",
            "koala",
            "gui.for.clash",
            "clashmi",
            "prizrak",
            "sparkle",
        ],
    ),
    (Format::SingBox, &["singbox"]),
];

/// The first version of Happ that reads configurations of Xray.
const HAPP_WITH_JSON: &str = "1.63.1";

/// The client that asks for a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What it gets.
    pub format: Format,
    /// The word by which it is known, when there is one.
    pub name: Option<&'static str>,
    /// Its version, digits and dots, when it says one.
    pub version: Option<String>,
    /// What it said of itself, in lower case.
    pub agent: String,
    /// The version of the sing-box inside, when it is told.
    core: Option<String>,
}

impl Client {
    /// Recognises a client that asked with this `flag`, if any, under this user agent.
    pub fn asking(flag: Option<&str>, user_agent: &str) -> Self {
        Self::detect(flag.unwrap_or(user_agent))
    }

    /// Recognises a client by the `flag` of the address, or else by its user agent.
    pub fn detect(flag_or_agent: &str) -> Self {
        let agent = flag_or_agent.to_ascii_lowercase();
        let known = |word: &&str| is_named(&agent, word);
        let format = format_of(&agent);
        let numbered = first_numbered_word(&agent);
        let mut version = numbered.map(|(_, number)| number);
        let mut name = numbered.and_then(|(word, _)| words().find(|known| *known == word));
        if name.is_none() {
            name = longest(words().filter(known));
            version = version.or_else(|| name.and_then(|name| number_after(&agent, name)));
        }
        let version = version.or_else(|| number_after(&agent, "/"));
        let reads_json = |own: &str| version::compare(own, HAPP_WITH_JSON) != Ordering::Less;
        let format = match (format, name) {
            (Format::XrayJson, Some("happ")) if !version.is_some_and(reads_json) => Format::General,
            (format, _) => format,
        };
        Self {
            format,
            name,
            version: version.map(str::to_owned),
            core: named_core(&agent).map(str::to_owned),
            agent,
        }
    }

    /// Whether this is the named client, in this version or a later one.
    pub fn is_at_least(&self, name: &str, minimum: &str) -> bool {
        let known = self.version.as_deref().is_some_and(|own| !own.is_empty());
        self.name == Some(name) && known && self.reaches(minimum)
    }

    /// The version of sing-box for which to write: the one that is named, else that of sing-box
    /// itself, else a recent one; `None` when the client tells no version at all.
    pub(crate) fn sing_box_core(&self) -> Option<&str> {
        let known = self.core.as_deref().or(self.version.as_deref())?;
        if self.core.is_some() || self.name == Some("sing-box") {
            Some(known)
        } else {
            Some("1.13.0")
        }
    }

    /// Whether the version is at least `minimum`; no version is lower than any.
    pub(crate) fn reaches(&self, minimum: &str) -> bool {
        let own = self.version.as_deref().unwrap_or_default();
        version::compare(own, minimum) != Ordering::Less
    }
}

fn format_of(agent: &str) -> Format {
    let of = |families: &[(Format, &[&'static str])]| {
        let mut matching = families.iter().rev();
        let found = matching.find(|(_, words)| words.iter().any(|word| is_named(agent, word)));
        found.map(|(format, _)| *format)
    };
    // Whoever names Clash and a relative of it is that relative.
    let family = of(&FAMILIES);
    let other = family.filter(|format| *format != Format::Clash);
    let relative = other.or_else(|| of(&RELATIVES));
    relative.or(family).unwrap_or(Format::General)
}

/// Whether the word is in the text. `happ` begins other words too, so it stands alone or before its
/// version.
fn is_named(agent: &str, word: &str) -> bool {
    match word {
        "happ" => agent == word || agent.starts_with("happ/"),
        _ => agent.contains(word),
    }
}

fn words() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|(_, words)| words.iter().copied())
}

fn longest(words: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    words.reduce(|best, word| if word.len() > best.len() { word } else { best })
}

/// The first word with a version behind it, such as `clash/1.18` or `surge v5`.
fn first_numbered_word(agent: &str) -> Option<(&str, &str)> {
    let of_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut rest = agent;
    while let Some(start) = rest.find(of_word) {
        let from_word = rest.get(start..)?;
        let end = from_word.find(|c| !of_word(c))?;
        let (word, behind) = from_word.split_at_checked(end)?;
        if let Some(number) = number_behind_separators(behind) {
            return Some((word, number));
        }
        rest = behind;
    }
    None
}

/// `1.11.4` of `SFA/1.11.4 (457; sing-box 1.11.4)`.
fn named_core(agent: &str) -> Option<&str> {
    agent.match_indices("sing-box").find_map(|(at, word)| {
        let behind = agent.get(at + word.len()..)?;
        let trimmed = behind.trim_start();
        (trimmed.len() < behind.len()).then(|| leading_version(trimmed))?
    })
}

/// The version behind some occurrence of a word: with separators between them, or directly where
/// the word is the separator itself.
fn number_after<'a>(agent: &'a str, word: &str) -> Option<&'a str> {
    agent.match_indices(word).find_map(|(at, _)| {
        let behind = agent.get(at + word.len()..)?;
        if word == "/" {
            leading_version(behind)
        } else {
            number_behind_separators(behind)
        }
    })
}

fn number_behind_separators(text: &str) -> Option<&str> {
    let trimmed = text.trim_start_matches(|c: char| c == '/' || c.is_ascii_whitespace());
    if trimmed.len() == text.len() {
        return None;
    }
    leading_version(trimmed)
}

/// `1.2.3` of `v1.2.3.4-beta`: at most three numbers.
fn leading_version(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let digits = |from: usize| {
        let tail = text.get(from..).unwrap_or_default();
        tail.bytes().take_while(u8::is_ascii_digit).count()
    };
    let mut end = digits(0);
    if end == 0 {
        return None;
    }
    for _ in 0..2 {
        let more = digits(end + 1);
        if more == 0 || text.as_bytes().get(end) != Some(&b'.') {
            break;
        }
        end += 1 + more;
    }
    text.get(..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    #[allow(clippy::too_many_lines, reason = "a table of clients")]
    fn clients_are_recognised_as_the_reference_does() {
        use Format::{
            Clash, ClashMeta, Egern, General, Loon, QuantumultX, Shadowrocket, Shadowsocks,
            SingBox, Stash, Surfboard, Surge, XrayJson,
        };
        let none = "";
        for (agent, format, name, version) in [
            ("clash-verge/v1.3.8", ClashMeta, "clash", "1.3.8"),
            (
                "FlClash/v0.8.60 clash-verge Platform/android",
                ClashMeta,
                "flclash",
                "0.8.60",
            ),
            (
                "ClashMetaForAndroid/2.10.1.Meta",
                ClashMeta,
                "clashmetaforandroid",
                "2.10.1",
            ),
            ("clash.meta/1.18.3", ClashMeta, "meta", "1.18.3"),
            (
                "mihomo.party/v1.7.5 (clash.meta)",
                ClashMeta,
                "clash",
                "1.7.5",
            ),
            (
                "NekoBox/Android/1.3.1 (Prefer ClashMeta Format)",
                ClashMeta,
                "nekobox",
                "1.3.1",
            ),
            ("ClashforWindows/0.20.39", Clash, "clash", "0.20.39"),
            // Beyond the reference, which takes them for Clash or for nobody.
            ("mihomo/1.18.3", ClashMeta, none, "1.18.3"),
            ("clash-nyanpasu/v1.6.1", ClashMeta, "clash", "1.6.1"),
            ("koala-clash/v0.2", ClashMeta, "clash", "0.2"),
            ("GUI.for.Clash/v1.9.8", ClashMeta, "clash", "1.9.8"),
            (
                "ClashMi/1.0.12 platform/windows mihomo/1.19",
                ClashMeta,
                "clash",
                "1.0.12",
            ),
            ("clashctl-sub mihomo", ClashMeta, "clash", none),
            ("Prizrak-Box/1.0 mihomo/1.19", ClashMeta, none, "1.0"),
            ("GUI.for.SingBox/v1.9.8", SingBox, none, "1.9.8"),
            ("singbox", SingBox, none, none),
            ("Stash/3.1.0 mihomo", Stash, "stash", "3.1.0"),
            ("Egern/2.9.1 CFNetwork/1410", Egern, "egern", "2.9.1"),
            ("Happ/3.4.1/ios", XrayJson, "happ", "3.4.1"),
            ("Happ/1.63.0", General, "happ", "1.63.0"),
            ("happ", General, "happ", none),
            ("Happy/2.0", General, none, "2.0"),
            ("Streisand/1.6.42", XrayJson, "streisand", "1.6.42"),
            ("v2raytun/ios", XrayJson, "v2raytun", none),
            ("xray-json", XrayJson, "xray-json", none),
            (
                "SFA/1.11.4 (457; sing-box 1.11.4; language zh_CN)",
                SingBox,
                "sing-box",
                "1.11.4",
            ),
            ("Karing/1.0.5 sing-box 1.10", SingBox, "sing-box", "1.0.5"),
            ("Stash/2.5.0 Clash/1.9.0", Stash, "stash", "2.5.0"),
            ("Surge iOS/2398", Surge, "surge", "2398"),
            (
                "Shadowrocket/1993 CFNetwork/1410",
                Shadowrocket,
                "shadowrocket",
                "1993",
            ),
            (
                "Quantumult%20X/1.0.30 (iPhone14,3)",
                QuantumultX,
                "quantumult%20x",
                "1.0.30",
            ),
            ("v2rayNG/1.9.5", General, "v2rayng", "1.9.5"),
            ("Mozilla/5.0 (X11)", General, none, "5.0"),
            ("ClashX Meta/v1.4.0", ClashMeta, "meta", "1.4.0"),
            (
                "HiddifyNext/2.5.7 (windows) like ClashMeta v2ray sing-box",
                SingBox,
                "sing-box",
                "2.5.7",
            ),
            ("Loon/734", Loon, "loon", "734"),
            ("Surfboard/2.24.2", Surfboard, "surfboard", "2.24.2"),
            ("ShadowsocksX", Shadowsocks, "shadowsocks", none),
            ("", General, none, none),
            ("/", General, none, none),
            ("clash", Clash, "clash", none),
            ("clash v", Clash, "clash", none),
            ("x (/2.1.b)", General, none, "2.1"),
        ] {
            let client = Client::detect(agent);
            assert_eq!(client.format, format, "{agent}");
            assert_eq!(client.name.unwrap_or_default(), name, "{agent}");
            assert_eq!(
                client.version.as_deref().unwrap_or_default(),
                version,
                "{agent}"
            );
        }
    }

    #[test]
    fn a_flag_stands_for_the_whole_user_agent() {
        for (flag, agent, core) in [
            (
                None,
                "SFA/1.11.4 (457; sing-box 1.11.4; language zh_CN)",
                Some("1.11.4"),
            ),
            (None, "Karing/1.0.5 Sing-Box v1.10", Some("1.10")),
            (None, "sing-box/1.9.3", Some("1.9.3")),
            (None, "Hiddify/2.5.7", Some("1.13.0")),
            (None, "hiddify", None),
            (Some("sing-box"), "SFA/1.9.3 (sing-box 1.9.3)", None),
            (Some("sing-box"), "curl/8.0", None),
            (Some("sing-box/1.12"), "curl/8.0", Some("1.12")),
            (Some("hiddify/3"), "sing-box 1.8", Some("1.13.0")),
        ] {
            assert_eq!(
                Client::asking(flag, agent).sing_box_core(),
                core,
                "{flag:?} {agent}"
            );
        }
    }

    #[test]
    fn features_need_the_name_and_the_version() {
        let client = Client::detect("sing-box 1.11.0");
        assert!(client.is_at_least("sing-box", "1.11.0"));
        assert!(!client.is_at_least("sing-box", "1.11.1"));
        assert!(!client.is_at_least("stash", "1.0"));
        assert!(!Client::detect("sing-box").is_at_least("sing-box", "0"));
    }

    proptest! {
        #[test]
        fn any_text_is_some_client(agent in "\\PC*") {
            let client = Client::detect(&agent);
            if let Some(version) = client.version {
                prop_assert!(version.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
                prop_assert!(client.agent.contains(&version));
            }
        }
    }
}
