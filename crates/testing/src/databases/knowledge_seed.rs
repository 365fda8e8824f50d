use async_trait::async_trait;
use ferroboard_application::TrafficLogView;
use ferroboard_knowledge::{ManagedAnnouncement, ManagedArticle};

use super::SqlSeed;
use super::seed::number;
use crate::contract::KnowledgeSeed;

#[async_trait]
impl KnowledgeSeed for SqlSeed {
    async fn insert_article(&self, row: &ManagedArticle) {
        let article = &row.article;
        let statement = format!(
            "INSERT INTO v2_knowledge (id, language, category, title, body, sort, `show`, \
             created_at, updated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            article.id,
            self.text(Some(&row.language)),
            self.text(Some(&article.category)),
            self.text(Some(&article.title)),
            self.text(Some(&article.body)),
            number(row.sort),
            i64::from(row.show),
            row.created_at.get(),
            article.updated_at.get(),
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_announcement(&self, row: &ManagedAnnouncement) {
        let announcement = &row.announcement;
        let statement = format!(
            "INSERT INTO v2_notice (id, sort, title, content, `show`, img_url, tags, created_at, \
             updated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            announcement.id,
            number(announcement.sort),
            self.text(Some(&announcement.title)),
            self.text(Some(&announcement.content)),
            i64::from(row.show),
            self.text(announcement.img_url.as_deref()),
            self.text(announcement.tags.as_deref()),
            announcement.created_at.get(),
            announcement.updated_at.get(),
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_traffic(&self, record_type: &str, row: &TrafficLogView) {
        let at = row.record_at.get();
        let statement = format!(
            "INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, \
             created_at, updated_at) VALUES ({}, {}.{:02}, {}, {}, '{record_type}', {at}, {at}, {at})",
            row.user,
            row.rate / 100,
            row.rate % 100,
            row.upload,
            row.download,
        );
        self.sql().execute(&statement).await;
    }
}
