use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::SettingQueries;
use ferroboard_kernel::{StoreError, UnixSeconds};
use ferroboard_site::{PluginRecord, PluginRow, SettingChange, SettingRepository, TemplateChange};

use super::super::sql::named_texts::NamedTexts;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, reported};
use super::plugins;
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{v2_settings, v2_subscribe_templates as template};

const SETTINGS: NamedTexts = NamedTexts {
    table: "v2_settings",
    column: "value",
};
const TEMPLATES: NamedTexts = NamedTexts {
    table: "v2_subscribe_templates",
    column: "content",
};

/// A row's number, name and text.
type NamedText = (Int, String, Option<String>);

fn named(rows: Vec<NamedText>) -> Vec<(String, Option<String>)> {
    let rows = rows.into_iter();
    rows.map(|(_, name, text)| (name, text)).collect()
}

#[async_trait]
impl SettingQueries for SqlStore {
    async fn list_settings(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<NamedText> = v2_settings::table
            .order(v2_settings::id)
            .select((v2_settings::id, v2_settings::name, v2_settings::value))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(named(rows))
    }

    async fn list_templates(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<NamedText> = template::table
            .order(template::id)
            .select((template::id, template::name, template::content))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(named(rows))
    }

    async fn list_plugins(&self) -> Result<Vec<PluginRow>, StoreError> {
        let mut connection = self.reader().await?;
        plugins::list(&mut connection).await.map_err(reported)
    }

    async fn list_plugin_records(&self) -> Result<Vec<PluginRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let records = plugins::list_records(&mut connection, self.zone).await;
        records.map_err(reported)
    }
}

#[async_trait]
impl SettingRepository for SqlTx {
    async fn update_setting(
        &mut self,
        name: &str,
        value: Option<&str>,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let shown = self.zone.wall_clock(at);
        let insert = diesel::insert_into(v2_settings::table).values((
            v2_settings::name.eq(name),
            v2_settings::value.eq(value),
            v2_settings::created_at.eq(shown),
            v2_settings::updated_at.eq(shown),
        ));
        let stored = on_duplicate!(insert, v2_settings::name)
            .do_update()
            .set((
                v2_settings::value.eq(value),
                v2_settings::updated_at.eq(shown),
            ))
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }

    async fn update_settings(
        &mut self,
        changes: &[SettingChange],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let texts: Vec<_> = changes
            .iter()
            .map(|change| (change.key, change.value.as_deref()))
            .collect();
        let at = self.zone.wall_clock(at);
        let written = SETTINGS.replace(self.open()?, &texts, at).await;
        self.settle(written)
    }

    async fn update_templates(
        &mut self,
        changes: &[TemplateChange],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let texts: Vec<_> = changes
            .iter()
            .map(|change| (change.name, change.content.as_deref()))
            .collect();
        let at = self.zone.wall_clock(at);
        let written = TEMPLATES.replace(self.open()?, &texts, at).await;
        self.settle(written)
    }

    async fn insert_setting(
        &mut self,
        name: &str,
        value: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let shown = self.zone.wall_clock(at);
        let written: Result<usize, Failure> = async {
            let connection = self.open()?;
            let empty = v2_settings::table
                .filter(v2_settings::name.eq(name))
                .filter(v2_settings::value.is_null());
            let filled = diesel::update(empty)
                .set((
                    v2_settings::value.eq(value),
                    v2_settings::updated_at.eq(shown),
                ))
                .execute(&mut *connection)
                .await?;
            if filled > 0 {
                return Ok(filled);
            }
            let row = (
                v2_settings::name.eq(name),
                v2_settings::value.eq(value),
                v2_settings::created_at.eq(shown),
                v2_settings::updated_at.eq(shown),
            );
            let inserted = insert_or_ignore!(v2_settings::table, row)
                .execute(connection)
                .await?;
            Ok(inserted)
        }
        .await;
        self.settle(written).map(|count| count > 0)
    }
}
