//! Whom something that is done with many users is about.

use std::marker::PhantomData;

use ferroboard_application::UserScope;
use ferroboard_kernel::UserId;
use utoipa::ToSchema;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::Body;
use crate::request::list::{FilterInput, refused};
use crate::request::reader::{Given, Reader, Refused};

/// The most users that are named by their numbers.
const MOST: i64 = 1_000;

/// What decides whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Selected,
    Filtered,
    All,
}

/// The words for it.
const KINDS: &[&str] = &["selected", "filtered", "all"];

/// Whom it is about: the selected, those that a list with the conditions shows, or everybody.
#[derive(ToSchema)]
pub(crate) struct ScopeFields {
    /// `selected`, `filtered` or `all`. Without it the users that are named count, or else the conditions.
    #[schema(value_type = Option<String>)]
    scope: Option<Kind>,
    /// Numbers of users, at most 1,000. What is no number is passed over.
    #[schema(value_type = Option<Vec<i64>>)]
    user_ids: Option<Vec<UserId>>,
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
        // Another word is as good as none.
        let scope = match read.given("scope") {
            Given::Text("selected") => Some(Kind::Selected),
            Given::Text("filtered") => Some(Kind::Filtered),
            Given::Text("all") => Some(Kind::All),
            _ => None,
        };
        let ids = read.nullable("user_ids");
        let ids = ids.each(|id| id.map(number).get()).max(MOST).get();
        let ids = ids?.filter(|ids| !ids.is_empty());
        Ok(Self {
            scope,
            user_ids: ids.map(|ids| ids.into_iter().flatten().collect()),
            filter: PhantomData,
        })
    }
}

/// The number of a user; pages may send it with a fraction, which is cut off.
fn number(given: Given<'_>) -> Option<UserId> {
    let whole = given.integer();
    let whole = whole.or_else(|| Some(given.decimal()?.truncated()));
    whole.map(UserId::new)
}

/// The same where the scope must be one of its words: nobody is banned by a slip.
pub(crate) struct WordedScope(pub(super) ScopeFields);

impl Body for WordedScope {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let word = read.nullable("scope").one_of(KINDS).get();
        let fields = ScopeFields::read(read);
        word?;
        fields.map(Self)
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
            None if self.user_ids.is_some() => Kind::Selected,
            None if !filters.is_empty() => Kind::Filtered,
            None => return everybody(),
        };
        match kind {
            Kind::Selected => match self.user_ids.as_deref() {
                Some(ids @ [_, ..]) => Ok(UserScope::selected(ids.to_vec())),
                _ => Err(Fault::unprocessable(Message::UsersUnselected)),
            },
            Kind::Filtered if filters.is_empty() => everybody(),
            Kind::Filtered => UserScope::filtered(filters).map_err(refused),
            Kind::All => Ok(UserScope::all()),
        }
    }
}
