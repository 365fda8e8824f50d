//! Lists of users as agents get them.

use std::sync::Arc;

use actix_web::web::Bytes;
use ferroboard_application::{RenderedList, UserList};
use ferroboard_nodes::{ListedUser, ListedUuid, NodeUser};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::answer::tagged;

/// How many bytes a user takes, about.
const USER_BYTES: usize = 104;

/// The users of a node.
#[derive(Serialize, ToSchema)]
pub(super) struct UserListBody<'a> {
    #[schema(value_type = Vec<UserBody>)]
    users: Users<'a>,
}

/// A user of a node.
#[derive(Serialize, ToSchema)]
pub(super) struct UserBody<'a> {
    id: i64,
    /// What the user logs in with.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text_of")]
    uuid: ListedUuid<'a>,
    /// Mbps; null and 0 are unlimited.
    speed_limit: Option<i64>,
    /// Devices at once; null and 0 are unlimited.
    device_limit: Option<i64>,
}

/// Writes the text that it stands for.
pub(super) fn text_of<S: Serializer>(
    uuid: &ListedUuid<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    uuid.with_text(|text| serializer.serialize_str(text))
}

impl<'a> From<&'a NodeUser> for UserBody<'a> {
    fn from(user: &'a NodeUser) -> Self {
        Self {
            id: user.id.get(),
            uuid: ListedUuid::Text(&user.uuid),
            speed_limit: user.speed_limit,
            device_limit: user.device_limit,
        }
    }
}

impl<'a> From<ListedUser<'a>> for UserBody<'a> {
    fn from(user: ListedUser<'a>) -> Self {
        Self {
            id: user.id.get(),
            uuid: user.uuid,
            speed_limit: user.speed_limit,
            device_limit: user.device_limit,
        }
    }
}

/// The users of a list, written one after the other.
pub(super) struct Users<'a>(pub(super) &'a UserList);

impl Serialize for Users<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.users().map(UserBody::from))
    }
}

/// The list as most agents want it, with its tag.
pub(super) fn render(list: &UserList) -> RenderedList {
    let mut body = Vec::with_capacity(list.len().saturating_mul(USER_BYTES));
    let users = Users(list);
    // Numbers and texts into memory: nothing in it fails.
    let _ = serde_json::to_writer(&mut body, &UserListBody { users });
    // It is kept.
    body.shrink_to_fit();
    RenderedList {
        tag: tagged::tag_of(&body),
        body,
    }
}

/// The rendered list, without a copy of it.
pub(super) fn body_of(list: Arc<RenderedList>) -> Bytes {
    struct Shared(Arc<RenderedList>);
    impl AsRef<[u8]> for Shared {
        fn as_ref(&self) -> &[u8] {
            &self.0.body
        }
    }
    Bytes::from_owner(Shared(list))
}
