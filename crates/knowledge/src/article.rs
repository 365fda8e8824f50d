use ferroboard_kernel::{ArticleId, UnixSeconds};

use crate::body;

/// An article that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The row.
    pub id: ArticleId,
    /// What it is about; articles of one category are shown together.
    pub category: String,
    /// The headline.
    pub title: String,
    /// The text (HTML or Markdown), with placeholders and protected parts.
    pub body: String,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

impl Article {
    /// The language of whom names none.
    pub const DEFAULT_LANGUAGE: &str = "zh-CN";

    /// Whether the title or the body holds the keyword, in any letter case. Protected parts count
    /// only for viewers who may read them: otherwise their words could be found out one by one.
    pub fn matches(&self, keyword: &str, may_read_protected: bool) -> bool {
        let keyword = keyword.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&keyword);
        holds(&self.title)
            || if may_read_protected {
                holds(&self.body)
            } else {
                // No word begins before a protected part and ends behind it.
                holds(&body::without_protected(&self.body, "\n"))
            }
    }

    /// The articles by category, categories in the order of their first article.
    pub fn by_category(articles: Vec<Self>) -> Vec<(String, Vec<Self>)> {
        let mut groups: Vec<(String, Vec<Self>)> = Vec::new();
        for article in articles {
            match groups
                .iter_mut()
                .find(|(name, _)| *name == article.category)
            {
                Some((_, group)) => group.push(article),
                None => groups.push((article.category.clone(), vec![article])),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(id: i64, category: &str, body: &str) -> Article {
        Article {
            id: ArticleId::new(id),
            category: category.to_owned(),
            title: "Einrichtung für Windows".to_owned(),
            body: body.to_owned(),
            updated_at: UnixSeconds::new(1),
        }
    }

    #[test]
    fn keywords_are_found_in_any_letter_case() {
        let article = article(1, "a", "100% sicher_heit 教程 😀");
        for (keyword, expected) in [
            ("windows", true),
            ("FÜR", true),
            ("100%", true),
            ("r_h", true),
            ("教程", true),
            ("😀", true),
            ("", true),
            ("%", true),
            ("0_", false),
            ("s%r", false),
            ("linux", false),
        ] {
            assert_eq!(article.matches(keyword, false), expected, "{keyword}");
        }
    }

    #[test]
    fn hidden_words_are_found_by_those_who_may_read_them() {
        let body = "open<!--access start-->secret<!--access end-->end";
        let article = article(1, "a", body);
        for (keyword, may_read, expected) in [
            ("secret", true, true),
            ("secret", false, false),
            ("access start", true, true),
            ("access start", false, false),
            ("openend", false, false),
            ("open", false, true),
            ("end", false, true),
        ] {
            let found = article.matches(keyword, may_read);
            assert_eq!(found, expected, "{keyword} {may_read}");
        }
    }

    #[test]
    fn categories_stand_in_the_order_of_their_first_article() {
        let ids = [(3, "b"), (1, "a"), (2, "b"), (9, "")];
        let articles = ids.map(|(id, category)| article(id, category, ""));
        let groups = Article::by_category(articles.to_vec());
        let numbers = |group: &[Article]| -> Vec<i64> {
            group.iter().map(|article| article.id.get()).collect()
        };
        let groups: Vec<_> = groups
            .iter()
            .map(|(name, group)| (name.as_str(), numbers(group)))
            .collect();
        assert_eq!(groups, [("b", vec![3, 2]), ("a", vec![1]), ("", vec![9])]);
        assert_eq!(Article::by_category(Vec::new()), []);
    }
}
