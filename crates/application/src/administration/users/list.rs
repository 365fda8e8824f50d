//! Users, as administrators look for them.

use ferroboard_kernel::{LedgerAccount, UserId};
use ferroboard_listing::{Found, ListRequest, Page};

use super::columns::{ListedUser, UserView};
use super::error::UserRefused;
use crate::administration::context::AdminContext;
use crate::{Error, StatementLine, addresses};

/// Users.
pub struct Users(pub(crate) AdminContext);

impl Users {
    /// The users that are asked for. Their links lead to `root` where the site has no other address.
    pub async fn list(&self, request: ListRequest, root: &str) -> Result<Found<ListedUser>, Error> {
        let found = self.0.ports.store.admin()?.list_users(&request).await?;
        Ok(found.map(|user| self.listed(user, root)))
    }

    /// A user, and who invited it, if that account is still there.
    pub async fn find(&self, user: UserId) -> Result<(UserView, Option<UserView>), Error> {
        let store = self.0.ports.store.admin()?;
        let found = store.find_user(user).await?.ok_or(UserRefused::Missing)?;
        let inviter = match found.inviter {
            Some(inviter) => store.find_user(inviter).await?,
            None => None,
        };
        Ok((found, inviter))
    }

    /// What a user owns, entry by entry, as the user reads it; also of one that was deleted.
    pub async fn statement(
        &self,
        user: UserId,
        account: Option<LedgerAccount>,
        page: Page,
    ) -> Result<Found<StatementLine>, Error> {
        let store = &self.0.ports.store;
        Ok(store.list_statement(user, account, page).await?)
    }

    /// The user with its link, as the user sees it.
    pub(super) fn listed(&self, user: UserView, root: &str) -> ListedUser {
        ListedUser {
            subscribe_url: self.link(&user.token, root),
            user,
        }
    }

    /// The subscription link that carries this token.
    pub(super) fn link(&self, token: &str, root: &str) -> String {
        let token = ferroboard_auth::SubscribeToken::new(token.to_owned());
        let random = self.0.ports.random.as_ref();
        addresses::subscription(&self.0.site.current(), root, &token, random)
    }
}
