//! The settings of a gateway as a form asks for them, with what they are called in each language.

use std::collections::HashMap;
use std::sync::LazyLock;

use ferroboard_billing::{GatewayCode, GatewayConfig};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::answer::messages::Locale;

/// One text in Chinese (simplified, then traditional), English, Russian, Persian and Vietnamese.
type Translated = [String; 6];

/// What each setting is called. The file is compiled in, and a test reads it all.
static LABELS: LazyLock<HashMap<String, Translated>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../locales/gateways.json")).unwrap_or_default()
});

/// What a setting of a gateway is called; empty for one that no gateway has.
pub fn label(name: &str, locale: Locale) -> &'static str {
    let Some(texts) = LABELS.get(name) else {
        return "";
    };
    let [
        simplified,
        traditional,
        english,
        russian,
        persian,
        vietnamese,
    ] = texts;
    match locale {
        Locale::ZhCn => simplified,
        Locale::ZhTw => traditional,
        Locale::EnUs => english,
        Locale::RuRu => russian,
        Locale::FaIr => persian,
        Locale::ViVn => vietnamese,
    }
}

/// The settings of a gateway in their order.
pub(crate) struct GatewayFields(Vec<(&'static str, GatewayFieldBody)>);

impl GatewayFields {
    /// Those of this gateway, as they are set.
    pub(super) fn new(gateway: GatewayCode, config: &GatewayConfig, locale: Locale) -> Self {
        let value = |name: &str| {
            let mut values = config.values();
            let found = values.find(|(known, _)| *known == name);
            found.map_or("", |(_, value)| value).to_owned()
        };
        let fields = gateway.fields().iter().map(|field| {
            let body = GatewayFieldBody {
                kind: if field.is_long { "text" } else { "string" },
                label: label(field.name, locale),
                placeholder: "",
                description: "",
                value: value(field.name),
                options: [],
            };
            (field.name, body)
        });
        Self(fields.collect())
    }
}

impl Serialize for GatewayFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, field)| (name, field)))
    }
}

/// A setting of a gateway.
#[derive(Serialize, ToSchema)]
pub(crate) struct GatewayFieldBody {
    /// `string`, or `text` for several lines.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What it is called.
    label: &'static str,
    /// Always empty.
    placeholder: &'static str,
    /// Always empty: the label says it all.
    description: &'static str,
    /// As it is set; empty where it is not.
    value: String,
    /// Always empty.
    #[schema(value_type = Vec<String>)]
    options: [(); 0],
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_setting_has_a_label_in_every_language_and_none_is_left_over() {
        let mut names = BTreeSet::new();
        for gateway in GatewayCode::ALL {
            for field in gateway.fields() {
                names.insert(field.name);
                for locale in Locale::ALL {
                    assert!(!label(field.name, locale).is_empty(), "{}", field.name);
                }
            }
        }
        assert_eq!(LABELS.len(), names.len());
    }
}
