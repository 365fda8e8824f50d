use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_kernel::StoreError;
use ferroboard_site::ThemeConfigRepository;

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::schema::v2_settings;

#[async_trait]
impl ThemeConfigRepository for SqlTx {
    async fn lock_theme_config(&mut self, setting: &str) -> Result<Option<String>, StoreError> {
        let query = v2_settings::table
            .filter(v2_settings::name.eq(setting))
            .select(v2_settings::value);
        let value = lock!(query)
            .first::<Option<String>>(self.open()?)
            .await
            .optional();
        self.settle(value).map(Option::flatten)
    }
}
