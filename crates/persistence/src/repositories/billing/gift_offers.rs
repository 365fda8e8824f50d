use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_giftcard::{CardRecord, GiftOfferRepository, GiftTemplate, TemplateRecord};
use ferroboard_kernel::{GiftCardId, GiftTemplateId, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, flag};
use super::gift_cards::{CardRow, TemplateRow};
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::schema::{
    v2_gift_card_code as card, v2_gift_card_template as template, v2_gift_card_usage as usage,
};

/// The columns of a [`TemplateRecord`] beside the template's.
#[derive(Queryable, Selectable)]
#[diesel(table_name = template)]
pub(super) struct TemplateFactsRow {
    sort: Int,
    admin_id: Int,
    created_at: Int,
    updated_at: Int,
}

/// The columns of a [`CardRecord`] beside the card's.
#[derive(Queryable, Selectable)]
#[diesel(table_name = card)]
pub(super) struct CardFactsRow {
    batch_id: Option<String>,
    user_id: Option<Int>,
    used_at: Option<Int>,
    actual_rewards: Option<String>,
    metadata: Option<String>,
    created_at: Int,
    updated_at: Int,
}

/// A template in full.
pub(super) fn template_record((row, facts): (TemplateRow, TemplateFactsRow)) -> TemplateRecord {
    TemplateRecord {
        template: GiftTemplate::from(row),
        sort: facts.sort.0,
        admin: UserId::new(facts.admin_id.0),
        created_at: UnixSeconds::new(facts.created_at.0),
        updated_at: UnixSeconds::new(facts.updated_at.0),
    }
}

/// A card in full.
pub(super) fn card_record((row, facts): (CardRow, CardFactsRow)) -> CardRecord {
    CardRecord {
        card: row.into(),
        batch: facts.batch_id,
        user: facts.user_id.map(|user| UserId::new(user.0)),
        used_at: instant(facts.used_at),
        drawn: facts.actual_rewards,
        metadata: facts.metadata,
        created_at: UnixSeconds::new(facts.created_at.0),
        updated_at: UnixSeconds::new(facts.updated_at.0),
    }
}

/// Numbers of rows, each once.
pub(super) fn distinct(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The templates with these numbers.
pub(super) async fn templates(
    connection: &mut Conn,
    ids: Vec<i64>,
) -> QueryResult<HashMap<i64, TemplateRecord>> {
    let rows: Vec<(TemplateRow, TemplateFactsRow)> = template::table
        .filter(template::id.eq_any(ids))
        .select((TemplateRow::as_select(), TemplateFactsRow::as_select()))
        .load(connection)
        .await?;
    let records = rows.into_iter().map(template_record);
    Ok(records
        .map(|record| (record.template.id.get(), record))
        .collect())
}

/// What of a template may change, as columns.
macro_rules! columns_of {
    ($record:expr) => {{
        let record: &TemplateRecord = $record;
        let said = &record.template;
        (
            template::name.eq(&said.name),
            template::description.eq(said.description.as_deref()),
            template::type_.eq(said.kind.code()),
            template::status.eq(flag(said.enabled)),
            template::conditions.eq(json_text!(said.conditions.as_deref())),
            template::rewards.eq(json_text!(said.rewards.as_deref())),
            template::limits.eq(json_text!(said.limits.as_deref())),
            template::special_config.eq(json_text!(said.special_config.as_deref())),
            template::icon.eq(said.icon.as_deref()),
            template::background_image.eq(said.background_image.as_deref()),
            template::theme_color.eq(&said.theme_color),
            template::sort.eq(record.sort),
            template::updated_at.eq(record.updated_at.get()),
        )
    }};
}

#[async_trait]
impl GiftOfferRepository for SqlTx {
    async fn lock_gift_template(
        &mut self,
        id: GiftTemplateId,
    ) -> Result<Option<TemplateRecord>, StoreError> {
        self.take_turn(id).await?;
        let query = template::table
            .filter(template::id.eq(id.get()))
            .select((TemplateRow::as_select(), TemplateFactsRow::as_select()));
        let row = lock!(query).first(self.open()?).await.optional();
        Ok(self.settle(row)?.map(template_record))
    }

    async fn insert_gift_template(
        &mut self,
        record: &TemplateRecord,
    ) -> Result<GiftTemplateId, StoreError> {
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let insert = diesel::insert_into(template::table).values((
                columns_of!(record),
                template::admin_id.eq(record.admin.get()),
                template::created_at.eq(record.created_at.get()),
            ));
            Ok(insert_returning!(insert, template::id, connection)?)
        }
        .await;
        self.settle(inserted).map(|id| GiftTemplateId::new(id.0))
    }

    async fn update_gift_template(&mut self, record: &TemplateRecord) -> Result<bool, StoreError> {
        let row = template::table.filter(template::id.eq(record.template.id.get()));
        let updated = diesel::update(row)
            .set(columns_of!(record))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn delete_gift_template(&mut self, id: GiftTemplateId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(template::table.filter(template::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }

    async fn find_card_of_template(&mut self, id: GiftTemplateId) -> Result<bool, StoreError> {
        let found = card::table
            .filter(card::template_id.eq(id.get()))
            .select(card::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        self.settle(found).map(|id| id.is_some())
    }

    async fn lock_gift_card_row(
        &mut self,
        id: GiftCardId,
    ) -> Result<Option<CardRecord>, StoreError> {
        let query = card::table
            .filter(card::id.eq(id.get()))
            .select((CardRow::as_select(), CardFactsRow::as_select()));
        let row = lock!(query).first(self.open()?).await.optional();
        Ok(self.settle(row)?.map(card_record))
    }

    async fn update_gift_card(&mut self, record: &CardRecord) -> Result<bool, StoreError> {
        let said = &record.card;
        let updated = diesel::update(card::table.filter(card::id.eq(said.id.get())))
            .set((
                card::status.eq(said.status.code()),
                card::expires_at.eq(said.expires_at.map(UnixSeconds::get)),
                card::max_usage.eq(said.max_usage),
                card::updated_at.eq(record.updated_at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn delete_gift_card(&mut self, id: GiftCardId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(card::table.filter(card::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }

    async fn find_use_of_card(&mut self, id: GiftCardId) -> Result<bool, StoreError> {
        let found = usage::table
            .filter(usage::code_id.eq(id.get()))
            .select(usage::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        self.settle(found).map(|id| id.is_some())
    }
}
