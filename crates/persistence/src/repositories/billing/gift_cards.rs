use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_giftcard::{
    CardStatus, GiftCard, GiftCardRepository, GiftCode, GiftTemplate, GiftTemplateRepository,
    NewGiftCards, TemplateKind,
};
use ferroboard_kernel::{GiftCardId, GiftTemplateId, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, is_storable, rows};
use crate::failure::Failure;
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::{v2_gift_card_code as card, v2_gift_card_template as template};

/// How many cards one statement makes.
const ROWS_OF_AN_INSERT: usize = 500;

/// The columns of a [`GiftCard`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = card)]
pub(super) struct CardRow {
    id: Int,
    template_id: Int,
    code: String,
    status: Amount,
    expires_at: Option<Int>,
    usage_count: Amount,
    max_usage: Int,
}

impl From<CardRow> for GiftCard {
    fn from(row: CardRow) -> Self {
        Self {
            id: GiftCardId::new(row.id.0),
            template: GiftTemplateId::new(row.template_id.0),
            code: row.code,
            // A status that nobody knows is not one to redeem at.
            status: CardStatus::from_code(row.status.0).unwrap_or(CardStatus::Disabled),
            expires_at: row.expires_at.map(|at| UnixSeconds::new(at.0)),
            usage_count: row.usage_count.0,
            max_usage: row.max_usage.0,
        }
    }
}

/// The columns of a [`GiftTemplate`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = template)]
pub(in super::super) struct TemplateRow {
    id: Int,
    name: String,
    description: Option<String>,
    type_: Int,
    status: Int,
    conditions: Option<String>,
    rewards: Option<String>,
    limits: Option<String>,
    special_config: Option<String>,
    icon: Option<String>,
    background_image: Option<String>,
    theme_color: String,
}

impl From<TemplateRow> for GiftTemplate {
    fn from(row: TemplateRow) -> Self {
        odd_values::tell_no_json(
            "v2_gift_card_template",
            row.id.0,
            &[
                ("conditions", row.conditions.as_deref()),
                ("rewards", row.rewards.as_deref()),
                ("limits", row.limits.as_deref()),
                ("special_config", row.special_config.as_deref()),
            ],
        );
        Self {
            id: GiftTemplateId::new(row.id.0),
            name: row.name,
            description: row.description,
            kind: TemplateKind::from_code(row.type_.0),
            enabled: row.status.is_set(),
            conditions: row.conditions,
            rewards: row.rewards,
            limits: row.limits,
            special_config: row.special_config,
            icon: row.icon,
            background_image: row.background_image,
            theme_color: row.theme_color,
        }
    }
}

/// The card with the code: spelled exactly so, or else in other letter case; of several the one with
/// the lowest number.
async fn find(connection: &mut Conn, code: &GiftCode) -> QueryResult<Option<GiftCard>> {
    let code = code.as_str();
    if !is_storable(code) {
        return Ok(None);
    }
    let alike: Vec<CardRow> = card::table
        .filter(same_but_for_case!(card::code, code))
        .order(card::id)
        .select(CardRow::as_select())
        .load(connection)
        .await?;
    // Databases also take other letters for equal: with and without accents, or Ä and ä.
    let mut alike: Vec<CardRow> = alike
        .into_iter()
        .filter(|row| row.code.eq_ignore_ascii_case(code))
        .collect();
    alike.sort_by_key(|row| row.code != code);
    Ok(alike.into_iter().next().map(GiftCard::from))
}

#[async_trait]
impl GiftTemplateRepository for SqlTx {
    async fn find_gift_template(
        &mut self,
        id: GiftTemplateId,
    ) -> Result<Option<GiftTemplate>, StoreError> {
        let row = template::table
            .filter(template::id.eq(id.get()))
            .select(TemplateRow::as_select())
            .first::<TemplateRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(GiftTemplate::from))
    }
}

#[async_trait]
impl GiftCardRepository for SqlTx {
    async fn find_gift_card(&mut self, code: &GiftCode) -> Result<Option<GiftCard>, StoreError> {
        let found = find(self.open()?, code).await;
        self.settle(found)
    }

    async fn lock_gift_card(&mut self, code: &GiftCode) -> Result<Option<GiftCard>, StoreError> {
        let locked: Result<Option<GiftCard>, Failure> = async {
            let connection = self.open()?;
            let Some(seen) = find(&mut *connection, code).await? else {
                return Ok(None);
            };
            let query = card::table
                .filter(card::id.eq(seen.id.get()))
                .select(CardRow::as_select());
            let row = lock!(query).first::<CardRow>(connection).await.optional()?;
            // It may have been renamed while this waited for the lock.
            let row = row.map(GiftCard::from);
            Ok(row.filter(|row| row.code == seen.code))
        }
        .await;
        self.settle(locked)
    }

    async fn move_gift_card_use(
        &mut self,
        id: GiftCardId,
        user: UserId,
        drawn: Option<&str>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let over = [CardStatus::Expired.code(), CardStatus::Disabled.code()];
        let usable = card::table
            .filter(card::id.eq(id.get()))
            .filter(card::usage_count.lt(card::max_usage))
            .filter(card::status.ne_all(over));
        let drawn = drawn.map(|drawn| card::actual_rewards.eq(json_text!(drawn)));
        let moved = diesel::update(usable)
            .set((
                card::usage_count.eq(card::usage_count + 1),
                card::status.eq(CardStatus::Used.code()),
                card::user_id.eq(user.get()),
                card::used_at.eq(at.get()),
                card::updated_at.eq(at.get()),
                drawn,
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn insert_gift_cards(&mut self, cards: &NewGiftCards) -> Result<(), StoreError> {
        let expires_at = cards
            .expires_at
            .map_or_else(|| "NULL".to_owned(), |at| at.get().to_string());
        let row = |code: &ferroboard_giftcard::DrawnCode| {
            // Codes and names of batches are drawn from digits and letters.
            format!(
                "({}, '{}', '{}', {expires_at}, {}, {at}, {at})",
                cards.template,
                code.as_str(),
                cards.batch.as_str(),
                cards.max_usage,
                at = cards.at.get(),
            )
        };
        let inserted: Result<(), Failure> = async {
            let connection = self.open()?;
            for codes in cards.codes.chunks(ROWS_OF_AN_INSERT) {
                let values: Vec<String> = codes.iter().map(row).collect();
                let insert = format!(
                    "INSERT INTO v2_gift_card_code (template_id, code, batch_id, expires_at, \
                     max_usage, created_at, updated_at) VALUES {}",
                    values.join(", ")
                );
                diesel::sql_query(insert).execute(&mut *connection).await?;
            }
            Ok(())
        }
        .await;
        self.settle(inserted)
    }

    async fn move_expired_gift_cards(
        &mut self,
        now: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let moved: Result<usize, Failure> = async {
            let connection = self.open()?;
            let unused = CardStatus::Unused.code();
            let over: Vec<Int> = card::table
                .filter(card::status.eq(unused))
                .filter(card::expires_at.lt(now.get()))
                .order(card::id)
                .limit(i64::from(limit))
                .select(card::id)
                .load(&mut *connection)
                .await?;
            let ids: Vec<i64> = over.into_iter().map(|id| id.0).collect();
            let over = card::table
                .filter(card::id.eq_any(ids))
                .filter(card::status.eq(unused));
            let moved = diesel::update(over)
                .set((
                    card::status.eq(CardStatus::Expired.code()),
                    card::updated_at.eq(now.get()),
                ))
                .execute(connection)
                .await?;
            Ok(moved)
        }
        .await;
        self.settle(moved).map(rows)
    }
}
