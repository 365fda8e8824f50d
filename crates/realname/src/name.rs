use zeroize::Zeroizing;

use crate::MaskStyle;

/// A person's name in Chinese characters. It is overwritten when it is dropped, and its `Debug` form
/// hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(Zeroizing<String>);

/// The text is no name that the panel accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name")]
pub struct InvalidName;

/// What stands between the parts of a name.
const DOT: char = '·';
/// How else people write it.
const OTHER_DOTS: [char; 3] = ['•', '‧', '・'];
/// The most stars of a mask, so that it does not tell how long a long name is.
const MAX_STARS: usize = 5;

impl PersonName {
    /// The fewest characters.
    pub const MIN_CHARACTERS: usize = 2;
    /// The most characters.
    pub const MAX_CHARACTERS: usize = 30;

    /// Takes a name as it was typed: blanks are removed, every dot becomes `·`.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        // Room for all of it at once: a text that grows leaves its content behind.
        let mut name = Zeroizing::new(String::with_capacity(text.len().saturating_mul(2)));
        for character in text.chars().filter(|character| !character.is_whitespace()) {
            name.push(if OTHER_DOTS.contains(&character) {
                DOT
            } else {
                character
            });
        }
        let fits = (Self::MIN_CHARACTERS..=Self::MAX_CHARACTERS).contains(&name.chars().count());
        let parts_are_han = name
            .split(DOT)
            .all(|part| !part.is_empty() && part.chars().all(is_han));
        if fits && parts_are_han {
            Ok(Self(name))
        } else {
            Err(InvalidName)
        }
    }

    /// Takes a name that was accepted once.
    pub fn stored(name: Zeroizing<String>) -> Self {
        Self(name)
    }

    /// The name itself. Only a cipher, and the audited reveal, need it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The name with all but one character hidden.
    pub fn masked(&self, style: MaskStyle) -> String {
        let hidden = self.0.chars().count().saturating_sub(1).min(MAX_STARS);
        let stars = "*".repeat(hidden);
        match style {
            MaskStyle::Head => self.0.chars().take(1).chain(stars.chars()).collect(),
            MaskStyle::Tail => stars.chars().chain(self.0.chars().last()).collect(),
        }
    }
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// Whether the character is in one of Unicode's blocks of CJK ideographs.
fn is_han(character: char) -> bool {
    matches!(u32::from(character),
        0x3400..=0x4DBF // extension A
        | 0x4E00..=0x9FFF // unified
        | 0xF900..=0xFAFF // compatibility
        | 0x2_0000..=0x2_A6DF // extension B
        | 0x2_A700..=0x2_EE5F // extensions C, D, E, F, I
        | 0x2_F800..=0x2_FA1F // compatibility supplement
        | 0x3_0000..=0x3_347F // extensions G, H, J
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> PersonName {
        PersonName::parse(text).unwrap()
    }

    #[test]
    fn names_are_normalised() {
        for (typed, expected) in [
            ("张三", "张三"),
            ("  张 三\u{3000}", "张三"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("阿‧布", "阿·布"),
            ("阿・布", "阿·布"),
            ("𠮷田", "𠮷田"),
            ("㐀龥", "㐀龥"),
        ] {
            assert_eq!(name(typed).expose(), expected);
        }
        assert_eq!(name(&"王".repeat(30)).expose().chars().count(), 30);
    }

    #[test]
    fn anything_else_is_no_name() {
        let long = "王".repeat(31);
        for text in [
            "",
            " ",
            "张",
            "·",
            "··",
            "·张",
            "张·",
            "张··三",
            "Zhang San",
            "张3",
            "张三x",
            "张.三",
            "张三\0",
            "はな子",
            "김철수",
            long.as_str(),
        ] {
            assert_eq!(PersonName::parse(text), Err(InvalidName), "{text:?}");
        }
    }

    #[test]
    fn masks_show_one_character() {
        for (text, head, tail) in [
            ("张三", "张*", "*三"),
            ("欧阳锋", "欧**", "**锋"),
            ("阿卜杜拉·买买提", "阿*****", "*****提"),
        ] {
            assert_eq!(name(text).masked(MaskStyle::Head), head);
            assert_eq!(name(text).masked(MaskStyle::Tail), tail);
        }
    }

    #[test]
    fn nothing_prints_a_name() {
        assert!(!format!("{:?}", name("张三")).contains('张'));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_judged(text in ".{0,40}") {
            if let Ok(name) = PersonName::parse(&text) {
                let again = PersonName::parse(name.expose());
                proptest::prop_assert_eq!(again, Ok(name.clone()));
                let masked = name.masked(MaskStyle::Head);
                proptest::prop_assert!(masked.chars().filter(|c| *c != '*').count() == 1);
            }
        }
    }
}
