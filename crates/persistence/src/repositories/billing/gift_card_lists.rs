//! What administrators read about gift cards.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    SelectableHelper as _,
};
use ferroboard_application::{
    CardFilter, GiftCardTotals, GiftOfferQueries, OfferedCard, OfferedTemplate, RecordedUsage,
    TemplateFilter, TemplateUses, UsageFilter,
};
use ferroboard_giftcard::{CardRecord, CardStatus, TemplateRecord};
use ferroboard_kernel::{GiftCardId, GiftTemplateId, StoreError, UnixSeconds, UserId, Zone};
use ferroboard_listing::{Found, Page};

use super::super::accounts::user_rows;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, flag, reported};
use super::gift_cards::{CardRow, TemplateRow};
use super::gift_offers::{
    CardFactsRow, TemplateFactsRow, card_record, distinct, template_record, templates,
};
use super::gift_usage_lists::{count_by_quarter, count_by_template, list_usages};
use crate::integer::Int;
use crate::schema::{
    v2_gift_card_code as card, v2_gift_card_template as template, v2_gift_card_usage as usage,
    v2_user,
};

/// How many rows of `$table` belong to each of these templates.
macro_rules! counted {
    ($table:ident, $ids:expr, $connection:expr) => {{
        let rows: Vec<(Int, Int)> = $table::table
            .filter($table::template_id.eq_any($ids))
            .group_by($table::template_id)
            .select(($table::template_id, count_star()))
            .load($connection)
            .await?;
        let rows = rows.into_iter();
        rows.map(|(id, count)| (id.0, count.0))
            .collect::<HashMap<i64, i64>>()
    }};
}

/// The templates that a filter lets through.
macro_rules! templates_of {
    ($filter:expr) => {{
        let filter: &TemplateFilter = $filter;
        let mut query = template::table.into_boxed();
        if let Some(kind) = filter.kind {
            query = query.filter(template::type_.eq(kind));
        }
        if let Some(enabled) = filter.enabled {
            query = query.filter(template::status.eq(flag(enabled)));
        }
        query
    }};
}

async fn list_templates(
    connection: &mut Conn,
    filter: &TemplateFilter,
    page: Page,
) -> QueryResult<Found<OfferedTemplate>> {
    let total: Int = templates_of!(filter)
        .count()
        .get_result(&mut *connection)
        .await?;
    let rows: Vec<(TemplateRow, TemplateFactsRow)> = templates_of!(filter)
        .order((
            template::sort.asc(),
            template::created_at.desc(),
            template::id.asc(),
        ))
        .offset(page.offset())
        .limit(page.rows())
        .select((TemplateRow::as_select(), TemplateFactsRow::as_select()))
        .load(&mut *connection)
        .await?;
    let records: Vec<TemplateRecord> = rows.into_iter().map(template_record).collect();
    let ids: Vec<i64> = records.iter().map(|row| row.template.id.get()).collect();
    let cards = counted!(card, ids.clone(), &mut *connection);
    let uses = counted!(usage, ids, connection);
    let of = |counts: &HashMap<i64, i64>, record: &TemplateRecord| {
        let count = counts.get(&record.template.id.get());
        count.copied().unwrap_or(0)
    };
    let offered = |record: TemplateRecord| OfferedTemplate {
        cards: of(&cards, &record),
        uses: of(&uses, &record),
        record,
    };
    Ok(Found {
        rows: records.into_iter().map(offered).collect(),
        total: total.0,
    })
}

/// The cards that a filter lets through.
macro_rules! cards_of {
    ($filter:expr) => {{
        let filter: &CardFilter = $filter;
        let mut query = card::table.into_boxed();
        if let Some(template) = filter.template {
            query = query.filter(card::template_id.eq(template.get()));
        }
        if let Some(batch) = &filter.batch {
            query = query.filter(card::batch_id.eq(batch.as_str()));
        }
        if let Some(status) = filter.status {
            query = query.filter(card::status.eq(status.code()));
        }
        query
    }};
}

async fn list_cards(
    connection: &mut Conn,
    filter: &CardFilter,
    page: Page,
    zone: Zone,
) -> QueryResult<Found<OfferedCard>> {
    let total: Int = cards_of!(filter)
        .count()
        .get_result(&mut *connection)
        .await?;
    let rows: Vec<(CardRow, CardFactsRow)> = cards_of!(filter)
        .order((card::created_at.desc(), card::id.asc()))
        .offset(page.offset())
        .limit(page.rows())
        .select((CardRow::as_select(), CardFactsRow::as_select()))
        .load(&mut *connection)
        .await?;
    let records: Vec<CardRecord> = rows.into_iter().map(card_record).collect();
    let ids = distinct(records.iter().map(|row| row.card.template.get()));
    let templates = templates(&mut *connection, ids).await?;
    let users = records.iter().filter_map(|row| row.user);
    let users = user_rows::by_number(connection, users, zone).await?;
    let offered = |record: CardRecord| OfferedCard {
        template: templates.get(&record.card.template.get()).cloned(),
        user: record.user.and_then(|user| users.get(&user).cloned()),
        record,
    };
    Ok(Found {
        rows: records.into_iter().map(offered).collect(),
        total: total.0,
    })
}

async fn sum(connection: &mut Conn) -> QueryResult<GiftCardTotals> {
    let templates: Int = template::table.count().get_result(&mut *connection).await?;
    let active: Int = template::table
        .filter(template::status.eq(flag(true)))
        .count()
        .get_result(&mut *connection)
        .await?;
    let codes: Int = card::table.count().get_result(&mut *connection).await?;
    let used: Int = card::table
        .filter(card::status.eq(CardStatus::Used.code()))
        .count()
        .get_result(&mut *connection)
        .await?;
    let usages: Int = usage::table.count().get_result(connection).await?;
    Ok(GiftCardTotals {
        templates: templates.0,
        active_templates: active.0,
        codes: codes.0,
        used_codes: used.0,
        usages: usages.0,
    })
}

#[async_trait]
impl GiftOfferQueries for SqlStore {
    async fn list_gift_templates(
        &self,
        filter: &TemplateFilter,
        page: Page,
    ) -> Result<Found<OfferedTemplate>, StoreError> {
        let mut connection = self.reader().await?;
        let found = list_templates(&mut connection, filter, page).await;
        found.map_err(reported)
    }

    async fn has_gift_template(&self, id: GiftTemplateId) -> Result<bool, StoreError> {
        let mut connection = self.reader().await?;
        let found = template::table
            .filter(template::id.eq(id.get()))
            .select(template::id)
            .first::<Int>(&mut *connection)
            .await
            .optional();
        found.map(|id| id.is_some()).map_err(reported)
    }

    async fn has_gift_user(&self, id: UserId) -> Result<bool, StoreError> {
        let mut connection = self.reader().await?;
        let found = v2_user::table
            .filter(v2_user::id.eq(id.get()))
            .select(v2_user::id)
            .first::<Int>(&mut *connection)
            .await
            .optional();
        found.map(|id| id.is_some()).map_err(reported)
    }

    async fn list_gift_codes(
        &self,
        filter: &CardFilter,
        page: Page,
    ) -> Result<Found<OfferedCard>, StoreError> {
        let mut connection = self.reader().await?;
        let found = list_cards(&mut connection, filter, page, self.zone).await;
        found.map_err(reported)
    }

    async fn list_batch_codes(
        &self,
        batch: &str,
        after: GiftCardId,
        limit: u32,
    ) -> Result<Vec<(GiftCardId, String)>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: QueryResult<Vec<(Int, String)>> = card::table
            .filter(card::batch_id.eq(batch))
            .filter(card::id.gt(after.get()))
            .order(card::id)
            .limit(i64::from(limit))
            .select((card::id, card::code))
            .load(&mut *connection)
            .await;
        let rows = rows.map_err(reported)?.into_iter();
        Ok(rows
            .map(|(id, code)| (GiftCardId::new(id.0), code))
            .collect())
    }

    async fn list_recorded_usages(
        &self,
        filter: &UsageFilter,
        page: Page,
    ) -> Result<Found<RecordedUsage>, StoreError> {
        let mut connection = self.reader().await?;
        let found = list_usages(&mut connection, filter, page).await;
        found.map_err(reported)
    }

    async fn sum_gift_cards(&self) -> Result<GiftCardTotals, StoreError> {
        let mut connection = self.reader().await?;
        sum(&mut connection).await.map_err(reported)
    }

    async fn count_usages_by_quarter(
        &self,
        since: UnixSeconds,
        until: UnixSeconds,
    ) -> Result<Vec<(UnixSeconds, i64)>, StoreError> {
        let mut connection = self.reader().await?;
        let counts = count_by_quarter(&mut connection, since, until).await;
        counts.map_err(reported)
    }

    async fn count_usages_by_template(&self) -> Result<Vec<TemplateUses>, StoreError> {
        let mut connection = self.reader().await?;
        count_by_template(&mut connection).await.map_err(reported)
    }
}
