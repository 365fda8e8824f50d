use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_auth::{LoginTokenRepository, NewLoginToken, TokenDigest};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, rows};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::ferro_login_token;

#[async_trait]
impl LoginTokenRepository for SqlTx {
    async fn insert_login_token(&mut self, token: &NewLoginToken) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(ferro_login_token::table)
            .values((
                ferro_login_token::digest.eq(token.digest.as_str()),
                ferro_login_token::user_id.eq(token.user_id.get()),
                ferro_login_token::expires_at.eq(token.expires_at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn find_login_token(
        &mut self,
        digest: &TokenDigest,
    ) -> Result<Option<UserId>, StoreError> {
        let found = ferro_login_token::table
            .filter(ferro_login_token::digest.eq(digest.as_str()))
            .select(ferro_login_token::user_id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        let user = self.settle(found)?;
        Ok(user.map(|user| UserId::new(user.0)))
    }

    async fn delete_login_tokens(&mut self, user: UserId) -> Result<u64, StoreError> {
        let tokens = ferro_login_token::table.filter(ferro_login_token::user_id.eq(user.get()));
        let deleted = diesel::delete(tokens).execute(self.open()?).await;
        self.settle(deleted).map(rows)
    }

    async fn delete_login_token(
        &mut self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Result<Option<UserId>, StoreError> {
        let taken: Result<Option<UserId>, Failure> = async {
            let connection = self.open()?;
            let token = ferro_login_token::table
                .filter(ferro_login_token::digest.eq(digest.as_str()))
                .select((ferro_login_token::user_id, ferro_login_token::expires_at));
            let row = lock!(token)
                .first::<(Int, Int)>(&mut *connection)
                .await
                .optional()?;
            let Some((user, expires_at)) = row else {
                return Ok(None);
            };
            let token =
                ferro_login_token::table.filter(ferro_login_token::digest.eq(digest.as_str()));
            let deleted = diesel::delete(token).execute(connection).await?;
            let end = UnixSeconds::new(expires_at.0);
            let good = deleted == 1 && end.holds_at(now, NewLoginToken::LONGEST);
            Ok(good.then_some(UserId::new(user.0)))
        }
        .await;
        self.settle(taken)
    }
}
