//! The texts around the nodes, which administrators may change.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use crate::formats::clash_family::template::ClashTemplate;
use crate::formats::sing_box::template::SingBoxTemplate;

/// A template, by its name in `v2_subscribe_templates`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateName {
    /// `singbox`
    SingBox,
    /// `clash`
    Clash,
    /// `clashmeta`
    ClashMeta,
    /// `stash`
    Stash,
    /// `surge`
    Surge,
    /// `surfboard`
    Surfboard,
}

impl TemplateName {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::SingBox,
        Self::Clash,
        Self::ClashMeta,
        Self::Stash,
        Self::Surge,
        Self::Surfboard,
    ];

    /// The name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingBox => "singbox",
            Self::Clash => "clash",
            Self::ClashMeta => "clashmeta",
            Self::Stash => "stash",
            Self::Surge => "surge",
            Self::Surfboard => "surfboard",
        }
    }

    /// The template with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether its clients' documents can be made of this text. Those of Surge and Surfboard are lines of any kind.
    pub fn reads(self, text: &str) -> bool {
        match self {
            Self::SingBox => SingBoxTemplate::parse(text).is_some(),
            Self::Clash | Self::ClashMeta | Self::Stash => ClashTemplate::parse(text).is_some(),
            Self::Surge | Self::Surfboard => true,
        }
    }

    /// The one that the program brings along.
    pub const fn shipped(self) -> &'static str {
        match self {
            Self::SingBox => include_str!("../templates/singbox.json"),
            Self::Clash => include_str!("../templates/clash.yaml"),
            Self::ClashMeta => include_str!("../templates/clashmeta.yaml"),
            Self::Stash => include_str!("../templates/stash.yaml"),
            Self::Surge => include_str!("../templates/surge.conf"),
            Self::Surfboard => include_str!("../templates/surfboard.conf"),
        }
    }
}

/// The templates that are in force. Each is read once, when it is first needed.
#[derive(Debug, Default)]
pub struct Templates {
    stored: BTreeMap<TemplateName, String>,
    clash: OnceLock<ClashTemplate>,
    clash_meta: OnceLock<ClashTemplate>,
    stash: OnceLock<ClashTemplate>,
    sing_box: OnceLock<SingBoxTemplate>,
}

impl Templates {
    /// Reads the rows of the table: name and content. Unknown names mean nothing.
    pub fn from_rows(rows: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let known = rows.into_iter().filter_map(|(name, content)| {
            let content = content.filter(|content| !content.trim().is_empty())?;
            Some((TemplateName::named(&name)?, content))
        });
        Self {
            stored: known.collect(),
            ..Self::default()
        }
    }

    /// The templates that the program brings along, whatever is stored.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Templates> = LazyLock::new(Templates::default);
        &SHIPPED
    }

    /// The stored template, or the shipped one where none is stored.
    pub fn text(&self, name: TemplateName) -> &str {
        self.stored
            .get(&name)
            .map_or(name.shipped(), String::as_str)
    }

    pub(crate) fn clash(&self) -> &ClashTemplate {
        self.read(TemplateName::Clash, &self.clash, ClashTemplate::parse)
    }

    pub(crate) fn clash_meta(&self) -> &ClashTemplate {
        self.read(
            TemplateName::ClashMeta,
            &self.clash_meta,
            ClashTemplate::parse,
        )
    }

    pub(crate) fn stash(&self) -> &ClashTemplate {
        self.read(TemplateName::Stash, &self.stash, ClashTemplate::parse)
    }

    pub(crate) fn sing_box(&self) -> &SingBoxTemplate {
        self.read(
            TemplateName::SingBox,
            &self.sing_box,
            SingBoxTemplate::parse,
        )
    }

    /// The template as it was read, the shipped one where the stored one cannot be.
    fn read<'a, T: Default>(
        &self,
        name: TemplateName,
        cell: &'a OnceLock<T>,
        parse: fn(&str) -> Option<T>,
    ) -> &'a T {
        cell.get_or_init(|| {
            let read = parse(self.text(name)).or_else(|| parse(name.shipped()));
            read.unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_templates_come_before_shipped_ones() {
        let rows = [
            ("clash", Some("proxies: []")),
            ("stash", Some(" \n")),
            ("surge", None),
            ("other", Some("x")),
        ];
        let rows = rows.map(|(name, content)| (name.to_owned(), content.map(str::to_owned)));
        let templates = Templates::from_rows(rows);
        assert_eq!(templates.text(TemplateName::Clash), "proxies: []");
        for name in [
            TemplateName::Stash,
            TemplateName::Surge,
            TemplateName::SingBox,
        ] {
            assert_eq!(templates.text(name), name.shipped());
        }
    }

    #[test]
    fn a_template_is_what_its_clients_read() {
        let yaml = [
            TemplateName::Clash,
            TemplateName::ClashMeta,
            TemplateName::Stash,
        ];
        let good = [
            "a: 1",
            "# Comment\n---\nproxies: []\nproxy-groups: [{name: $app_name, type: select, proxies: [DIRECT]}]",
            "a: &own\n  b: 1\nc:\n  <<: *own\n  d: *own",
            "{\"rules\": [\"MATCH,$app_name\"]}",
        ];
        let broken = ["proxies: [", "a: [", "plain text", "- a", "# nothing"];
        for name in yaml {
            for text in good {
                assert!(name.reads(text), "{name:?} {text}");
            }
            for text in broken {
                assert!(!name.reads(text), "{name:?} {text}");
            }
        }
        for (text, expected) in [
            ("{\"a\":1}", true),
            ("{\"a\":", false),
            ("a: 1", false),
            ("[]", false),
        ] {
            assert_eq!(TemplateName::SingBox.reads(text), expected, "{text}");
        }
        for name in TemplateName::ALL {
            assert!(name.reads(name.shipped()), "{name:?}");
        }
        assert!(TemplateName::Surge.reads("proxies: ["));
    }

    #[test]
    fn every_template_is_found_by_its_name() {
        for name in TemplateName::ALL {
            assert_eq!(TemplateName::named(name.name()), Some(name));
        }
    }
}
