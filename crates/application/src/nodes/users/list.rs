use std::sync::{Arc, OnceLock, Weak};

use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_nodes::{NodeUser, UserChanges};

/// The users of one set of groups at one moment, by number.
#[derive(Debug, Default)]
pub struct UserList {
    users: Vec<NodeUser>,
    /// When it was made.
    made_at: UnixSeconds,
    /// When the first of them expires.
    expires_at: Option<UnixSeconds>,
    rendered: OnceLock<RenderedList>,
    /// The list that there was before.
    before: Option<Weak<Self>>,
    changes: OnceLock<Arc<UserChanges>>,
}

/// A list as nodes get it.
#[derive(Debug)]
pub struct RenderedList {
    /// The body.
    pub body: Vec<u8>,
    /// Names this body; another one has another tag.
    pub tag: String,
}

impl UserList {
    pub(super) fn new(
        users: Vec<NodeUser>,
        made_at: UnixSeconds,
        expires_at: Option<UnixSeconds>,
    ) -> Self {
        Self {
            users,
            made_at,
            expires_at,
            ..Self::default()
        }
    }

    /// This list, made in place of that one.
    #[must_use]
    pub(super) fn after(self, before: Option<&Arc<Self>>) -> Self {
        Self {
            before: before.map(Arc::downgrade),
            ..self
        }
    }

    /// What makes that list into this one. What makes the one before into this one is worked out once
    /// for all nodes.
    pub fn changes_since(&self, before: &Arc<Self>) -> Arc<UserChanges> {
        let compared = || Arc::new(UserChanges::between(before.users(), &self.users));
        let last = self.before.as_ref().map(Weak::as_ptr);
        if last == Some(Arc::as_ptr(before)) {
            Arc::clone(self.changes.get_or_init(compared))
        } else {
            compared()
        }
    }

    /// The users, by number.
    pub fn users(&self) -> &[NodeUser] {
        &self.users
    }

    /// Whether this user is one of them.
    pub fn names(&self, user: UserId) -> bool {
        let place = self.users.binary_search_by_key(&user, |user| user.id);
        place.is_ok()
    }

    /// The list in the form that most nodes ask for; it is made once for all of them.
    pub fn rendered(&self, render: impl FnOnce(&[NodeUser]) -> RenderedList) -> &RenderedList {
        self.rendered.get_or_init(|| render(&self.users))
    }

    /// Whether nobody has expired since. A list that was made ahead lacks those who expire until then.
    pub(super) fn is_valid(&self, now: UnixSeconds) -> bool {
        let is_made = now.elapsed_since(self.made_at).is_some();
        is_made && self.expires_at.is_none_or(|end| end >= now)
    }
}
