//! Promises about articles and announcements as administrators change them.

use ferroboard_kernel::{AnnouncementId, ArticleId};
use ferroboard_knowledge::testing::{an_announcement, an_article};
use ferroboard_knowledge::{
    ArticleTerms, LongText, ManagedAnnouncement, ManagedArticle, Move, NewAnnouncement, Tags,
};

use crate::contract::{FreshStore, t};

fn text(text: &str) -> LongText {
    LongText::new(text.to_owned()).unwrap()
}

fn terms(show: Option<bool>) -> ArticleTerms {
    ArticleTerms {
        language: "en-US".into(),
        category: "教程 😀".into(),
        title: "<b>'\"\\".into(),
        body: text(&"é".repeat(32_000)),
        show,
    }
}

fn new(title: &str) -> NewAnnouncement {
    NewAnnouncement {
        title: title.into(),
        content: text("<p>😀</p>"),
        img_url: Some("https://demo.test/n.png".into()),
        tags: Tags::new(&["弹窗".into()]),
        show: true,
    }
}

async fn article(fresh: &FreshStore, id: ArticleId) -> Option<ManagedArticle> {
    let mut tx = fresh.begin().await;
    let found = tx.lock_article(id).await.unwrap();
    tx.rollback().await.unwrap();
    found
}

async fn announcement(fresh: &FreshStore, id: AnnouncementId) -> Option<ManagedAnnouncement> {
    let mut tx = fresh.begin().await;
    let found = tx.lock_announcement(id).await.unwrap();
    tx.rollback().await.unwrap();
    found
}

/// Hidden unless something else is said, and without a place.
pub async fn an_article_is_made_changed_and_deleted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let shown = tx.insert_article(&terms(Some(true)), t(1)).await.unwrap();
    let hidden = tx.insert_article(&terms(None), t(1)).await.unwrap();
    assert!(hidden > shown);
    tx.commit().await.unwrap();
    assert!(!article(fresh, hidden).await.unwrap().show);
    let made = article(fresh, shown).await.unwrap();
    assert_eq!((made.show, made.sort, made.created_at), (true, None, t(1)));
    assert_eq!(made.article.body, "é".repeat(32_000));
    let mut changed = made.clone();
    changed.language = "ru".into();
    changed.article.title = "Новый".into();
    changed.article.updated_at = t(9);
    changed.show = false;
    changed.sort = Some(7);
    let mut tx = fresh.begin().await;
    assert!(tx.update_article(&changed).await.unwrap());
    tx.commit().await.unwrap();
    changed.sort = None;
    assert_eq!(article(fresh, shown).await, Some(changed));
    let mut tx = fresh.begin().await;
    assert!(tx.delete_article(shown).await.unwrap());
    assert!(!tx.delete_article(shown).await.unwrap());
    assert!(!tx.update_article(&made).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(article(fresh, shown).await, None);
    assert!(article(fresh, hidden).await.is_some());
}

/// The named ones alone, and nothing else of them.
pub async fn articles_get_new_places(fresh: &FreshStore) {
    for id in 1..=3 {
        fresh.seed.insert_article(&an_article(id)).await;
    }
    let ids = [3, 1, 99, i64::MAX].map(ArticleId::new);
    let mut tx = fresh.begin().await;
    let mut known = tx.lock_article_places(&ids).await.unwrap();
    known.sort();
    let place = |id, place| (ArticleId::new(id), Some(place));
    assert_eq!(known, [place(1, 1), place(3, 3)]);
    let moved = |id, from, to| Move {
        id: ArticleId::new(id),
        from: Some(from),
        to,
    };
    let moves = [moved(3, 3, 1), moved(1, 1, 2)];
    tx.update_article_places(&moves).await.unwrap();
    tx.commit().await.unwrap();
    for (id, expected) in [(1, 2), (2, 2), (3, 1)] {
        let mut row = an_article(id);
        row.sort = Some(expected);
        assert_eq!(article(fresh, ArticleId::new(id)).await, Some(row));
    }
}

/// As it was said.
pub async fn an_announcement_is_made_changed_and_deleted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let id = tx.insert_announcement(&new("A"), t(1)).await.unwrap();
    let other = tx.insert_announcement(&new("B"), t(2)).await.unwrap();
    tx.commit().await.unwrap();
    let mut made = announcement(fresh, id).await.unwrap();
    let said = &made.announcement;
    assert_eq!((said.title.as_str(), said.sort), ("A", None));
    assert_eq!(said.tags.as_deref(), Some(r#"["弹窗"]"#));
    assert_eq!((said.created_at, made.show), (t(1), true));
    made.show = false;
    made.announcement.img_url = None;
    made.announcement.tags = None;
    made.announcement.updated_at = t(9);
    let mut tx = fresh.begin().await;
    assert!(tx.update_announcement(&made).await.unwrap());
    assert!(tx.delete_announcement(other).await.unwrap());
    assert!(!tx.delete_announcement(other).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(announcement(fresh, id).await, Some(made));
    assert_eq!(announcement(fresh, other).await, None);
}

/// The named ones alone.
pub async fn announcements_get_new_places(fresh: &FreshStore) {
    for id in 1..=3 {
        fresh.seed.insert_announcement(&an_announcement(id)).await;
    }
    let ids = [2, 99].map(AnnouncementId::new);
    let mut tx = fresh.begin().await;
    let known = tx.lock_announcement_places(&ids).await.unwrap();
    assert_eq!(known, [(AnnouncementId::new(2), Some(2))]);
    let moves = [Move {
        id: AnnouncementId::new(2),
        from: Some(2),
        to: 1,
    }];
    tx.update_announcement_places(&moves, t(5)).await.unwrap();
    tx.commit().await.unwrap();
    let moved = announcement(fresh, ids[0]).await.unwrap();
    let said = moved.announcement;
    assert_eq!((said.sort, said.updated_at), (Some(1), t(5)));
    let third = announcement(fresh, AnnouncementId::new(3)).await;
    assert_eq!(third, Some(an_announcement(3)));
}
