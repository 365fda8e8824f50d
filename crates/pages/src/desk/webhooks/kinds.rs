//! The kinds of events as people read them: by their nouns, each with what it says.

use ferroboard_events::EventKind;

use crate::catalogue::known;
use crate::lang::Lang;

/// Kinds of one noun: what people call it, and the kinds with what they say.
pub(super) struct Noun {
    /// The word that the names of its kinds begin with.
    pub(super) word: &'static str,
    /// What people call it.
    pub(super) label: String,
    /// The kinds, each with its name and what it says.
    pub(super) kinds: Vec<(String, String)>,
}

/// The noun that a kind is about: `order` of `order.paid`.
fn noun(kind: EventKind) -> &'static str {
    let name = kind.as_str();
    name.split_once('.').map_or(name, |(noun, _)| noun)
}

/// What people call a noun; the word itself where there is no other.
fn label(word: &str, lang: Lang) -> String {
    let text = known(lang, &format!("console.events_of_{word}"));
    text.unwrap_or(word).to_owned()
}

/// What a kind says, with the name that receivers know it by.
pub(super) fn said(kind: EventKind, lang: Lang) -> String {
    let name = kind.as_str();
    let text = known(lang, &format!("console.event_{}", name.replace('.', "_")));
    text.map_or_else(|| name.to_owned(), |text| format!("{text} ({name})"))
}

/// All kinds that endpoints can want, by nouns in their order.
pub(super) fn offered(lang: Lang) -> Vec<Noun> {
    let mut nouns: Vec<Noun> = Vec::new();
    for kind in EventKind::offered() {
        let one = (kind.as_str().to_owned(), said(kind, lang));
        let word = noun(kind);
        match nouns.iter_mut().find(|noun| noun.word == word) {
            Some(noun) => noun.kinds.push(one),
            None => nouns.push(Noun {
                word,
                label: label(word, lang),
                kinds: vec![one],
            }),
        }
    }
    nouns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_offered_once_under_its_noun() {
        let nouns = offered(Lang::EnUs);
        let names = nouns.iter().flat_map(|noun| &noun.kinds);
        let mut names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        let mut expected: Vec<&str> = EventKind::offered().map(EventKind::as_str).collect();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected);
        let mut words: Vec<&str> = nouns.iter().map(|noun| noun.word).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn every_kind_and_every_noun_has_a_text() {
        for kind in EventKind::ALL.iter().copied() {
            let word = noun(kind);
            for lang in Lang::ALL {
                let text = said(kind, lang);
                assert!(text.ends_with(')'), "{text} {}", lang.tag());
                if kind.is_offered() {
                    assert_ne!(label(word, lang), word, "{}", lang.tag());
                }
            }
        }
    }
}
