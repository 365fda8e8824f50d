use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_application::SecretRepository;
use ferroboard_kernel::{StoreError, UnixSeconds};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::schema::ferro_secret;

#[async_trait]
impl SecretRepository for SqlTx {
    async fn find_secret(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        let value = ferro_secret::table
            .filter(ferro_secret::name.eq(name))
            .select(ferro_secret::value)
            .first(self.open()?)
            .await
            .optional();
        self.settle(value)
    }

    async fn insert_secret(
        &mut self,
        name: &str,
        value: &str,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(ferro_secret::table)
            .values((
                ferro_secret::name.eq(name),
                ferro_secret::value.eq(value),
                ferro_secret::created_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }
}
