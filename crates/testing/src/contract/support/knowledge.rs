//! Promises about articles and announcements.

use ferroboard_kernel::{AnnouncementId, ArticleId};
use ferroboard_knowledge::testing::{an_announcement, an_article};

use crate::contract::{FreshStore, page, t};

/// Whatever their language.
pub async fn only_shown_articles_are_found(fresh: &FreshStore) {
    let mut english = an_article(1);
    english.language = "en-US".into();
    english.sort = None;
    let mut hidden = an_article(2);
    hidden.show = false;
    for row in [&english, &hidden] {
        fresh.seed.insert_article(row).await;
    }
    let find = |id| fresh.store.find_article(ArticleId::new(id));
    assert_eq!(find(1).await.unwrap(), Some(english.article));
    for id in [2, 99, -1, i64::MAX] {
        assert_eq!(find(id).await.unwrap(), None, "{id}");
    }
}

/// Those without a place first, equal places by number; of the one language alone.
pub async fn articles_are_listed_in_their_order(fresh: &FreshStore) {
    for (id, language, sort, show) in [
        (1, "zh-CN", Some(2), true),
        (2, "zh-CN", Some(1), true),
        (3, "zh-CN", None, true),
        (4, "zh-CN", Some(1), true),
        (5, "zh-CN", Some(0), false),
        (6, "en-US", Some(0), true),
    ] {
        let mut row = an_article(id);
        (row.language, row.sort, row.show) = (language.into(), sort, show);
        fresh.seed.insert_article(&row).await;
    }
    for (language, expected) in [
        ("zh-CN", vec![3, 2, 4, 1]),
        ("en-us", vec![6]),
        ("ru-RU", vec![]),
        ("", vec![]),
        ("zh-C%", vec![]),
        ("zh\0CN", vec![]),
    ] {
        let listed = fresh.store.list_articles(language).await.unwrap();
        let ids: Vec<i64> = listed.iter().map(|article| article.id.get()).collect();
        assert_eq!(ids, expected, "{language:?}");
    }
}

/// In the order of their first article.
pub async fn categories_are_listed_once(fresh: &FreshStore) {
    for (id, category, sort, show) in [
        (1, "b", Some(5), true),
        (2, "a", Some(4), true),
        (3, "b", None, true),
        (4, "c", None, false),
        (5, "A", Some(9), true),
    ] {
        let mut row = an_article(id);
        (row.article.category, row.sort, row.show) = (category.into(), sort, show);
        fresh.seed.insert_article(&row).await;
    }
    let listed = fresh.store.list_article_categories("zh-CN").await.unwrap();
    assert_eq!(listed, ["b", "a", "A"]);
    let none = fresh.store.list_article_categories("zh\0CN").await;
    assert!(none.unwrap().is_empty());
}

/// Markup, emoji, right-to-left text, quotation marks and backslashes; and as much as the column of
/// Xboard's table takes on every database.
pub async fn any_text_comes_back_as_it_was_written(fresh: &FreshStore) {
    let bodies = [
        "<script>alert('1')</script>\r\n\\n \"x\" `y`",
        "😀 مرحبا עולם \u{202e}abc\u{200f} 教程",
        &"é".repeat(32_000),
    ];
    for (id, body) in (1..).zip(bodies) {
        let mut row = an_article(id);
        body.clone_into(&mut row.article.body);
        fresh.seed.insert_article(&row).await;
        let found = fresh.store.find_article(ArticleId::new(id)).await.unwrap();
        assert_eq!(found.unwrap().body, body);
    }
}

/// Those without a place first, equal places with the newer first, and no hidden one is counted.
pub async fn announcements_come_in_pages(fresh: &FreshStore) {
    let empty = fresh.store.list_announcements(page(1, 5)).await.unwrap();
    assert_eq!((empty.rows, empty.total), (Vec::new(), 0));
    for (id, sort, show) in [
        (1, Some(2), true),
        (2, Some(1), true),
        (3, None, true),
        (4, Some(1), true),
        (5, Some(0), false),
    ] {
        let mut row = an_announcement(id);
        (row.announcement.sort, row.show) = (sort, show);
        if id == 1 {
            row.announcement.img_url = Some("https://demo.test/1.png".into());
            row.announcement.tags = Some(r#"["弹窗","b"]"#.into());
            row.announcement.updated_at = t(9);
        }
        fresh.seed.insert_announcement(&row).await;
    }
    for (number, rows, expected) in [
        (1, 5, vec![3, 4, 2, 1]),
        (2, 2, vec![2, 1]),
        (2, 3, vec![1]),
        (2, 5, vec![]),
        (i64::MAX, 5, vec![]),
    ] {
        let asked = page(number, rows);
        let page = fresh.store.list_announcements(asked).await.unwrap();
        let ids: Vec<i64> = page.rows.iter().map(|row| row.id.get()).collect();
        assert_eq!((ids, page.total), (expected, 4), "{asked:?}");
    }
    let page = fresh.store.list_announcements(page(2, 3)).await.unwrap();
    let mut whole = an_announcement(1).announcement;
    whole.id = AnnouncementId::new(1);
    whole.sort = Some(2);
    whole.img_url = Some("https://demo.test/1.png".into());
    whole.tags = Some(r#"["弹窗","b"]"#.into());
    whole.updated_at = t(9);
    assert_eq!(page.rows, [whole]);
}
