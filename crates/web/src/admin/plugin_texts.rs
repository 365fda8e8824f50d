//! What plugins and their settings are called, in each language.

use std::collections::HashMap;
use std::sync::LazyLock;

use ferroboard_site::BundledPlugin;
use serde::Deserialize;

use crate::answer::messages::Locale;

/// One text in Chinese (simplified, then traditional), English and Russian.
type Translated = [String; 4];

#[derive(Deserialize, Default)]
struct Texts {
    /// By code.
    plugins: HashMap<String, PluginTexts>,
    /// The choices of settings, by their value.
    choices: HashMap<String, Translated>,
}

#[derive(Deserialize)]
struct PluginTexts {
    name: Translated,
    description: Translated,
    /// What each setting is called.
    fields: HashMap<String, Translated>,
}

/// The file is compiled in, and a test reads it all.
static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../locales/plugins.json")).unwrap_or_default()
});

fn text(translated: &'static Translated, locale: Locale) -> &'static str {
    let [simplified, traditional, english, russian] = translated;
    match locale {
        Locale::ZhCn => simplified,
        Locale::ZhTw => traditional,
        Locale::RuRu => russian,
        // Only the API asks for these texts, and speaks no Persian and no Vietnamese.
        Locale::EnUs | Locale::FaIr | Locale::ViVn => english,
    }
}

/// What a plugin is called.
pub(super) fn name(plugin: &BundledPlugin, locale: Locale) -> &'static str {
    let texts = TEXTS.plugins.get(plugin.code);
    texts.map_or("", |texts| text(&texts.name, locale))
}

/// What a plugin does.
pub(super) fn description(plugin: &BundledPlugin, locale: Locale) -> &'static str {
    let texts = TEXTS.plugins.get(plugin.code);
    texts.map_or("", |texts| text(&texts.description, locale))
}

/// What a setting of a plugin is called.
pub(super) fn label(plugin: &BundledPlugin, key: &str, locale: Locale) -> &'static str {
    let texts = TEXTS.plugins.get(plugin.code);
    let label = texts.and_then(|texts| texts.fields.get(key));
    label.map_or("", |label| text(label, locale))
}

/// What one of the choices of a setting is called.
pub(super) fn choice(value: &str, locale: Locale) -> &'static str {
    let choice = TEXTS.choices.get(value);
    choice.map_or("", |choice| text(choice, locale))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ferroboard_site::FieldKind;

    use super::*;

    #[test]
    fn everything_has_a_text_in_every_language_and_no_text_is_left_over() {
        let mut choices: BTreeSet<&str> = BTreeSet::new();
        for locale in [Locale::ZhCn, Locale::ZhTw, Locale::EnUs, Locale::RuRu] {
            for plugin in BundledPlugin::ALL {
                assert!(!name(plugin, locale).is_empty(), "{}", plugin.code);
                assert!(!description(plugin, locale).is_empty(), "{}", plugin.code);
                for field in plugin.fields {
                    let label = label(plugin, field.key, locale);
                    assert!(!label.is_empty(), "{} {}", plugin.code, field.key);
                    if let FieldKind::Choice(values) = field.kind() {
                        choices.extend(values);
                    }
                }
                let texts = &TEXTS.plugins[plugin.code];
                assert_eq!(texts.fields.len(), plugin.fields.len(), "{}", plugin.code);
            }
            for value in &choices {
                assert!(!choice(value, locale).is_empty(), "{value}");
            }
        }
        assert_eq!(TEXTS.plugins.len(), BundledPlugin::ALL.len());
        assert_eq!(TEXTS.choices.len(), choices.len());
    }
}
