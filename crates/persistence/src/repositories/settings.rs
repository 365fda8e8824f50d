use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ferroboard_application::SettingQueries;
use ferroboard_kernel::StoreError;
use ferroboard_site::SettingRepository;

use super::{SqlStore, SqlTx, reported};
use crate::failure::Failure;
use crate::schema::v2_settings;

#[async_trait]
impl SettingQueries for SqlStore {
    async fn list_settings(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut connection = self.reader().await?;
        v2_settings::table
            .order(v2_settings::id)
            .select((v2_settings::name, v2_settings::value))
            .load(&mut *connection)
            .await
            .map_err(reported)
    }
}

#[async_trait]
impl SettingRepository for SqlTx {
    async fn update_setting(&mut self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        let insert = diesel::insert_into(v2_settings::table)
            .values((v2_settings::name.eq(name), v2_settings::value.eq(value)));
        let stored = on_duplicate!(insert, v2_settings::name)
            .do_update()
            .set(v2_settings::value.eq(value))
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }

    async fn insert_setting(&mut self, name: &str, value: &str) -> Result<bool, StoreError> {
        let written: Result<usize, Failure> = async {
            let connection = self.open()?;
            let empty = v2_settings::table
                .filter(v2_settings::name.eq(name))
                .filter(v2_settings::value.is_null());
            let filled = diesel::update(empty)
                .set(v2_settings::value.eq(value))
                .execute(&mut *connection)
                .await?;
            if filled > 0 {
                return Ok(filled);
            }
            let row = (v2_settings::name.eq(name), v2_settings::value.eq(value));
            let inserted = insert_or_ignore!(v2_settings::table, row)
                .execute(connection)
                .await?;
            Ok(inserted)
        }
        .await;
        self.settle(written).map(|count| count > 0)
    }
}
