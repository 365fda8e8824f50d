use async_trait::async_trait;
use ferroboard_giftcard::{GiftCard, GiftTemplate};
use ferroboard_kernel::{GiftCardId, UnixSeconds, UserId};

use super::seed::number;
use super::{Backend, SqlSeed};
use crate::contract::{GiftCardLine, GiftSeed};

impl SqlSeed {
    /// A number that an insert gives must come after those that were given here.
    async fn go_on_counting(&self, table: &str) {
        if self.sql().backend() == Backend::Postgres {
            let next = format!("SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))");
            self.sql().execute(&next).await;
        }
    }
}

#[async_trait]
impl GiftSeed for SqlSeed {
    async fn insert_gift_template(&self, template: &GiftTemplate) {
        let values = [
            template.id.to_string(),
            self.text(Some(&template.name)),
            self.text(template.description.as_deref()),
            template.kind.code().to_string(),
            i64::from(template.enabled).to_string(),
            self.text(template.conditions.as_deref()),
            self.text(template.rewards.as_deref()),
            self.text(template.limits.as_deref()),
            self.text(template.special_config.as_deref()),
            self.text(template.icon.as_deref()),
            self.text(template.background_image.as_deref()),
            self.text(Some(&template.theme_color)),
        ];
        let statement = format!(
            "INSERT INTO v2_gift_card_template (id, name, description, type, status, conditions, \
             rewards, limits, special_config, icon, background_image, theme_color, admin_id, \
             created_at, updated_at) VALUES ({}, 1, 1, 1)",
            values.join(", ")
        );
        self.sql().execute(&statement).await;
        self.go_on_counting("v2_gift_card_template").await;
    }

    async fn insert_gift_card(&self, card: &GiftCard) {
        let statement = format!(
            "INSERT INTO v2_gift_card_code (id, template_id, code, status, expires_at, usage_count, \
             max_usage, created_at, updated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, 1, 1)",
            card.id,
            card.template,
            self.text(Some(&card.code)),
            card.status.code(),
            number(card.expires_at.map(UnixSeconds::get)),
            card.usage_count,
            card.max_usage,
        );
        self.sql().execute(&statement).await;
        self.go_on_counting("v2_gift_card_code").await;
    }

    async fn gift_card(&self, id: GiftCardId) -> GiftCardLine {
        let query = format!(
            "SELECT status, usage_count, max_usage, user_id, used_at, actual_rewards, batch_id \
             FROM v2_gift_card_code WHERE id = {id}"
        );
        let Some(row) = self.sql().rows(&query).await.into_iter().next() else {
            panic!("no gift card {id}")
        };
        let mut cells = row.into_iter();
        let mut cell = || cells.next().flatten();
        let whole = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
        GiftCardLine {
            status: whole(cell()).unwrap_or(-1),
            usage_count: whole(cell()).unwrap_or(-1),
            max_usage: whole(cell()).unwrap_or(-1),
            user: whole(cell()).map(UserId::new),
            used_at: whole(cell()).map(UnixSeconds::new),
            drawn: cell(),
            batch: cell(),
        }
    }
}
