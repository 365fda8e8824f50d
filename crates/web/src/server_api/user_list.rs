//! Lists of users as agents get them.

use std::sync::Arc;

use actix_web::web::Bytes;
use ferroboard_application::{RenderedList, UserList};
use ferroboard_nodes::NodeUser;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::tagged;

/// The users of a node.
#[derive(Serialize, ToSchema)]
pub(super) struct UserListBody<'a> {
    users: Vec<UserBody<'a>>,
}

/// A user of a node.
#[derive(Serialize, ToSchema)]
pub(super) struct UserBody<'a> {
    id: i64,
    /// What the user logs in with.
    uuid: &'a str,
    /// Mbps; null and 0 are unlimited.
    speed_limit: Option<i64>,
    /// Devices at once; null and 0 are unlimited.
    device_limit: Option<i64>,
}

impl<'a> From<&'a NodeUser> for UserBody<'a> {
    fn from(user: &'a NodeUser) -> Self {
        Self {
            id: user.id.get(),
            uuid: &user.uuid,
            speed_limit: user.speed_limit,
            device_limit: user.device_limit,
        }
    }
}

/// The list as most agents want it, with its tag.
pub(super) fn render(users: &[NodeUser]) -> RenderedList {
    let users = users.iter().map(UserBody::from).collect();
    // Numbers and texts: nothing in it fails.
    let mut body = serde_json::to_vec(&UserListBody { users }).unwrap_or_default();
    // It is kept, and grew in steps that leave up to half of it unused.
    body.shrink_to_fit();
    RenderedList {
        tag: tagged::tag_of(&body),
        body,
    }
}

/// The rendered list, without a copy of it.
pub(super) fn body_of(list: Arc<UserList>) -> Bytes {
    struct Shared(Arc<UserList>);
    impl AsRef<[u8]> for Shared {
        fn as_ref(&self) -> &[u8] {
            &self.0.rendered(render).body
        }
    }
    Bytes::from_owner(Shared(list))
}
