//! The languages of the pages.

use ferroboard_web::Locale;

/// A language in which pages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    ZhCn,
    ZhTw,
    EnUs,
    RuRu,
    FaIr,
    ViVn,
}

impl Lang {
    /// Each of them, in the order of the catalogue.
    pub(crate) const ALL: [Self; 6] = [
        Self::ZhCn,
        Self::ZhTw,
        Self::EnUs,
        Self::RuRu,
        Self::FaIr,
        Self::ViVn,
    ];

    /// Its tag, as in the `lang` attribute.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::EnUs => "en-US",
            Self::RuRu => "ru-RU",
            Self::FaIr => "fa-IR",
            Self::ViVn => "vi-VN",
        }
    }

    /// What its speakers call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ZhCn => "简体中文",
            Self::ZhTw => "繁體中文",
            Self::EnUs => "English",
            Self::RuRu => "Русский",
            Self::FaIr => "فارسی",
            Self::ViVn => "Tiếng Việt",
        }
    }

    /// Which way it is written, as in the `dir` attribute.
    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::FaIr => "rtl",
            _ => "ltr",
        }
    }

    /// Where its texts stand in the catalogue.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::ZhCn => 0,
            Self::ZhTw => 1,
            Self::EnUs => 2,
            Self::RuRu => 3,
            Self::FaIr => 4,
            Self::ViVn => 5,
        }
    }

    /// The same language, as refusals of use cases are told in it.
    pub(crate) const fn locale(self) -> Locale {
        match self {
            Self::ZhCn => Locale::ZhCn,
            Self::ZhTw => Locale::ZhTw,
            Self::EnUs => Locale::EnUs,
            Self::RuRu => Locale::RuRu,
            Self::FaIr => Locale::FaIr,
            Self::ViVn => Locale::ViVn,
        }
    }

    /// The language of this tag, which may name a script or a region that we do not tell apart.
    pub(crate) fn tagged(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let mut parts = tag.split(['-', '_']);
        let language = match parts.next()? {
            "zh" if parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo")) => Self::ZhTw,
            "zh" => Self::ZhCn,
            "en" => Self::EnUs,
            "ru" => Self::RuRu,
            "fa" => Self::FaIr,
            "vi" => Self::ViVn,
            _ => return None,
        };
        Some(language)
    }

    /// What `Accept-Language` likes best of what there is: English where it likes nothing of it, and the
    /// API's language where it says nothing.
    pub(crate) fn accepted(header: Option<&str>) -> Self {
        let Some(header) = header.filter(|header| !header.trim().is_empty()) else {
            return Self::ZhCn;
        };
        let mut best: Option<(u32, Self)> = None;
        for wanted in header.split(',').take(MOST_LANGUAGES) {
            let (tag, weight) = wanted.split_once(';').unwrap_or((wanted, ""));
            let weight = thousandths(weight);
            let is_better = best.is_none_or(|(known, _)| weight > known);
            if let Some(language) = Self::tagged(tag).filter(|_| weight > 0 && is_better) {
                best = Some((weight, language));
            }
        }
        best.map_or(Self::EnUs, |(_, language)| language)
    }
}

/// How much of a header is read.
const MOST_LANGUAGES: usize = 32;

/// The weight of `q=0.8` in thousandths; 1,000 where there is none.
fn thousandths(parameter: &str) -> u32 {
    let Some(weight) = parameter.trim().strip_prefix("q=") else {
        return 1_000;
    };
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let (whole, part) = (whole.parse::<u32>(), digits.parse::<u32>());
    whole.unwrap_or(0).min(1) * 1_000 + part.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_is_taken() {
        for (header, expected) in [
            (None, Lang::ZhCn),
            (Some(""), Lang::ZhCn),
            (Some("de, fr"), Lang::EnUs),
            (Some("de, ru;q=0.5, vi;q=0.7"), Lang::ViVn),
            (Some("zh-Hant-HK, en"), Lang::ZhTw),
            (Some("en;q=0, fa"), Lang::FaIr),
            (Some("zh"), Lang::ZhCn),
            (Some("ru;q=x, en;q=0.1"), Lang::EnUs),
        ] {
            assert_eq!(Lang::accepted(header), expected, "{header:?}");
        }
    }

    #[test]
    fn tags_lead_back_to_their_languages() {
        for (index, language) in Lang::ALL.into_iter().enumerate() {
            assert_eq!(Lang::tagged(language.tag()), Some(language));
            assert_eq!(language.index(), index);
        }
    }
}
