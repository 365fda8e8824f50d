//! Whom something that is done with many users is about.

use std::marker::PhantomData;

use ferroboard_application::UserScope;
use ferroboard_kernel::UserId;
use utoipa::ToSchema;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::Body;
use crate::request::list::{FilterInput, refused};
use crate::request::reader::{Reader, Refused};

/// The most users that are named by their numbers.
const MOST: i64 = 1_000;

/// What decides whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Selected,
    Filtered,
    All,
}

/// Whom it is about: the selected, those that a list with the conditions shows, or everybody.
#[derive(ToSchema)]
pub(crate) struct ScopeFields {
    /// `selected`, `filtered` or `all`. Without it the users that are named count, or else the conditions.
    #[schema(value_type = Option<String>)]
    scope: Option<Kind>,
    /// Numbers of users, at most 1,000.
    #[schema(value_type = Option<Vec<i64>>)]
    user_ids: Vec<UserId>,
    /// Conditions, as `user/fetch` takes them.
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    filter: PhantomData<FilterInput>,
}

/// Whether nothing said means everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsaid {
    Everybody,
    Nobody,
}

impl Body for ScopeFields {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let scope = read.nullable("scope").text();
        let scope = scope.parse(Message::FieldNotOneOf, |scope| match scope.as_str() {
            "selected" => Some(Kind::Selected),
            "filtered" => Some(Kind::Filtered),
            "all" => Some(Kind::All),
            _ => None,
        });
        let scope = scope.get();
        let ids = read.nullable("user_ids");
        let ids = ids.each(|id| id.integer().map(UserId::new).get()).max(MOST);
        let ids = ids.or(Vec::new());
        Ok(Self {
            scope: scope?,
            user_ids: ids?,
            filter: PhantomData,
        })
    }
}

impl ScopeFields {
    /// The users, if they are said.
    pub(super) fn scope(
        &self,
        FilterInput(filters): FilterInput,
        unsaid: Unsaid,
    ) -> Result<UserScope, Fault> {
        let everybody = || match unsaid {
            Unsaid::Everybody => Ok(UserScope::all()),
            Unsaid::Nobody => Err(Fault::invalid(vec![(
                "scope",
                vec![Message::UserScopeRequired],
            )])),
        };
        let kind = match self.scope {
            Some(kind) => kind,
            None if !self.user_ids.is_empty() => Kind::Selected,
            None if !filters.is_empty() => Kind::Filtered,
            None => return everybody(),
        };
        match kind {
            Kind::Selected if self.user_ids.is_empty() => {
                Err(Fault::unprocessable(Message::UsersUnselected))
            }
            Kind::Selected => Ok(UserScope::selected(self.user_ids.clone())),
            Kind::Filtered if filters.is_empty() => everybody(),
            Kind::Filtered => UserScope::filtered(filters).map_err(refused),
            Kind::All => Ok(UserScope::all()),
        }
    }
}
