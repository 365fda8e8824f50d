//! Programs that take a subscription by one click.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 leaves unencoded.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How a program takes a link.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Behind this, as `url`, with `name` behind it.
    Named(&'static str),
    /// Behind this, encoded.
    Encoded(&'static str),
    /// Behind this as it is, with the site's name as its fragment.
    Bare(&'static str),
    /// Behind this, encoded, with the site's name as its fragment.
    Titled(&'static str),
    /// As Shadowrocket takes it: in Base64.
    Shadowrocket,
    /// As Quantumult X takes it: in a JSON object.
    QuantumultX,
}

/// A program. `flag` is what tells the panel which format to write; programs that say themselves who and which
/// version they are have none, since a flag would hide the version.
struct Program {
    name: &'static str,
    flag: Option<&'static str>,
    way: Way,
}

const fn program(name: &'static str, flag: Option<&'static str>, way: Way) -> Program {
    Program { name, flag, way }
}

const SING_BOX: Program = program(
    "sing-box",
    None,
    Way::Titled("sing-box://import-remote-profile?url="),
);
const HIDDIFY: Program = program("Hiddify", None, Way::Bare("hiddify://import/"));
const VERGE: Program = program(
    "Clash Verge",
    Some("verge"),
    Way::Named("clash://install-config?url="),
);
const MIHOMO: Program = program(
    "Mihomo Party",
    Some("meta"),
    Way::Named("mihomo://install-config?url="),
);
const FL_CLASH: Program = program(
    "FlClash",
    Some("flclash"),
    Way::Named("flclash://install-config?url="),
);
const STASH: Program = program(
    "Stash",
    Some("stash"),
    Way::Named("stash://install-config?url="),
);
const SURGE: Program = program(
    "Surge",
    Some("surge"),
    Way::Encoded("surge:///install-config?url="),
);

/// Platforms with what runs on them.
const PLATFORMS: &[(&str, &[Program])] = &[
    ("Windows", &[VERGE, MIHOMO, FL_CLASH, HIDDIFY]),
    ("macOS", &[VERGE, MIHOMO, SING_BOX, STASH, SURGE, HIDDIFY]),
    ("Linux", &[VERGE, MIHOMO, FL_CLASH, HIDDIFY]),
    (
        "iOS",
        &[
            program("Shadowrocket", Some("shadowrocket"), Way::Shadowrocket),
            SING_BOX,
            STASH,
            SURGE,
            program("Loon", Some("loon"), Way::Encoded("loon://import?sub=")),
            program("Quantumult X", Some("quantumult-x"), Way::QuantumultX),
            HIDDIFY,
        ],
    ),
    (
        "Android",
        &[
            program(
                "Clash Meta",
                Some("clashmetaforandroid"),
                Way::Named("clash://install-config?url="),
            ),
            FL_CLASH,
            SING_BOX,
            HIDDIFY,
            program(
                "Surfboard",
                Some("surfboard"),
                Way::Encoded("surfboard:///install-config?url="),
            ),
            program("v2rayNG", None, Way::Named("v2rayng://install-sub?url=")),
        ],
    ),
];

/// A platform with links that hand a subscription to its programs.
pub(super) struct Platform {
    /// What it is called.
    pub(super) name: &'static str,
    /// Programs with their links.
    pub(super) apps: Vec<(&'static str, String)>,
}

/// The links of a subscription for every platform. `site` is what the programs are to call it.
pub(super) fn platforms(subscription: &str, site: &str) -> Vec<Platform> {
    let platforms = PLATFORMS.iter();
    platforms
        .map(|&(name, programs)| Platform {
            name,
            apps: programs
                .iter()
                .map(|program| (program.name, program.link(subscription, site)))
                .collect(),
        })
        .collect()
}

impl Program {
    fn link(&self, subscription: &str, site: &str) -> String {
        let url = match self.flag {
            Some(flag) => flagged(subscription, flag),
            None => subscription.to_owned(),
        };
        let name = encoded(site);
        match self.way {
            Way::Named(before) => format!("{before}{}&name={name}", encoded(&url)),
            Way::Encoded(before) => format!("{before}{}", encoded(&url)),
            Way::Bare(before) => format!("{before}{url}#{name}"),
            Way::Titled(before) => format!("{before}{}#{name}", encoded(&url)),
            Way::Shadowrocket => format!("sub://{}?remark={name}", STANDARD.encode(url)),
            Way::QuantumultX => {
                let tag = site.replace([',', '"', '\\'], " ");
                let list = serde_json::json!({"server_remote": [format!("{url}, tag={tag}")]});
                let list = encoded(&list.to_string());
                format!("quantumult-x:///update-configuration?remote-resource={list}")
            }
        }
    }
}

/// The link with the word by which the panel knows the program.
fn flagged(link: &str, flag: &str) -> String {
    let before = if link.contains('?') { '&' } else { '?' };
    format!("{link}{before}flag={flag}")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

#[cfg(test)]
mod tests {
    use ferroboard_subscription::Client;

    use super::*;

    fn link(platform: &str, app: &str) -> String {
        let all = platforms("https://a.test/s/token", "My & site");
        let found = all
            .into_iter()
            .find(|known| known.name == platform)
            .unwrap();
        let mut apps = found.apps.into_iter();
        apps.find(|(name, _)| *name == app).unwrap().1
    }

    #[test]
    fn links_carry_the_subscription_the_flag_and_the_name() {
        assert_eq!(
            link("Windows", "Clash Verge"),
            "clash://install-config?url=https%3A%2F%2Fa.test%2Fs%2Ftoken%3Fflag%3Dverge&name=My%20%26%20site"
        );
        assert_eq!(
            link("iOS", "Shadowrocket"),
            format!(
                "sub://{}?remark=My%20%26%20site",
                STANDARD.encode("https://a.test/s/token?flag=shadowrocket")
            )
        );
        assert_eq!(
            link("iOS", "sing-box"),
            "sing-box://import-remote-profile?url=https%3A%2F%2Fa.test%2Fs%2Ftoken#My%20%26%20site"
        );
        assert_eq!(
            link("Android", "Hiddify"),
            "hiddify://import/https://a.test/s/token#My%20%26%20site"
        );
        assert!(link("iOS", "Quantumult X").contains("tag%3DMy%20%26%20site"));
    }

    #[test]
    fn every_flag_is_one_that_the_panel_knows() {
        for (_, programs) in PLATFORMS {
            for program in *programs {
                if let Some(flag) = program.flag {
                    let client = Client::detect(flag);
                    assert!(client.name.is_some(), "{} {flag}", program.name);
                }
            }
        }
    }
}
