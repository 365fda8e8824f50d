//! Patterns by which templates choose nodes, in the dialect of the reference (PCRE).

use fancy_regex::{Regex, RegexBuilder};

/// Characters that may enclose a pattern.
const DELIMITERS: [char; 5] = ['/', '#', '~', '@', '%'];
/// Steps that matching one name may cost before it counts as no match.
const BACKTRACK_LIMIT: usize = 20_000;
/// Longer patterns are refused: nobody writes them, and compiling costs memory.
const MAX_LENGTH: usize = 2_000;

#[derive(Debug, Clone)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// A pattern between delimiters: `/hong kong|hk/i`. `None` when the text is none, or none that
    /// can be compiled.
    pub(crate) fn delimited(text: &str) -> Option<Self> {
        let text = text.trim();
        let delimiter = text.chars().next().filter(|c| DELIMITERS.contains(c))?;
        let inner = text.strip_prefix(delimiter)?;
        let end = unescaped(inner, delimiter)?;
        let (pattern, rest) = inner.split_at_checked(end)?;
        let modifiers = rest.strip_prefix(delimiter)?;
        let mut flags = String::new();
        for modifier in modifiers.chars() {
            match modifier {
                'i' | 'm' | 's' | 'x' => flags.push(modifier),
                // Always so, or without effect on whether something matches.
                'u' | 'D' | 'S' | 'U' | 'X' | 'J' => {}
                _ => return None,
            }
        }
        if flags.is_empty() {
            Self::compile(pattern)
        } else {
            Self::compile(&format!("(?{flags}){pattern}"))
        }
    }

    /// A pattern between delimiters, or without them; then letter case does not count. `None` when
    /// it cannot be compiled.
    pub(crate) fn lenient(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        let enclosed = trimmed.chars().next().is_some_and(|first| {
            let inner = trimmed.get(first.len_utf8()..).unwrap_or_default();
            let behind = inner.rsplit_once(first).map(|(_, modifiers)| modifiers);
            DELIMITERS.contains(&first)
                && behind.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphabetic()))
        });
        if enclosed {
            Self::delimited(trimmed)
        } else {
            Self::compile(&format!("(?i){text}"))
        }
    }

    /// Whether it is found in the text. What costs too many steps is not found.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }

    fn compile(pattern: &str) -> Option<Self> {
        if pattern.len() > MAX_LENGTH {
            return None;
        }
        let mut builder = RegexBuilder::new(pattern);
        builder.backtrack_limit(BACKTRACK_LIMIT);
        builder.build().ok().map(Self)
    }
}

/// Where the delimiter stands for the first time without a backslash before it.
fn unescaped(text: &str, delimiter: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == delimiter && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_between_delimiters() {
        for (pattern, text, found) in [
            ("/hk|hong kong/i", "🇭🇰 HK 01", true),
            ("/hk/", "HK", false),
            ("#^US#", "US 1", true),
            ("~香港~u", "香港 01", true),
            ("/^(?!.*(US|JP)).*$/u", "HK 01", true),
            ("/^(?!.*(US|JP)).*$/u", "JP 01", false),
            ("/a\\/b/", "a/b", true),
            ("/(\\d)\\1/", "node 11", true),
            ("//", "anything", true),
        ] {
            let compiled = Pattern::delimited(pattern).expect(pattern);
            assert_eq!(compiled.matches(text), found, "{pattern} in {text}");
        }
    }

    #[test]
    fn other_texts_are_no_delimited_patterns() {
        for text in [
            "",
            "/",
            "DIRECT",
            "自动选择",
            "/a",
            "/a/z",
            "/a/b/i",
            "/(/",
            "/[/i",
            "🚀 node 🚀",
            "(HK)",
        ] {
            assert!(Pattern::delimited(text).is_none(), "{text}");
        }
        assert!(Pattern::delimited(&format!("/{}/", "a".repeat(MAX_LENGTH + 1))).is_none());
    }

    #[test]
    fn delimiters_may_be_left_out_where_a_pattern_is_expected() {
        for (pattern, text, found) in [
            ("hk|香港", "HK 01", true),
            ("hk|香港", "香港", true),
            ("/hk/", "HK", false),
            ("/hk/i", "HK", true),
            ("a/b", "A/B", true),
            ("", "anything", true),
        ] {
            let compiled = Pattern::lenient(pattern).expect(pattern);
            assert_eq!(compiled.matches(text), found, "{pattern} in {text}");
        }
        for invalid in ["(", "[", "/x/q", "*"] {
            assert!(Pattern::lenient(invalid).is_none(), "{invalid}");
        }
    }

    #[test]
    fn a_pattern_that_would_run_for_ever_matches_nothing() {
        let pattern = Pattern::delimited("/^(?=a)(a+)+\\1$/").unwrap();
        assert!(!pattern.matches(&format!("{}!", "a".repeat(200))));
    }
}
