use std::sync::{Arc, OnceLock, Weak};

use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_nodes::{ListedUser, UserChanges, UserSet, merged};
use tokio::sync::OnceCell;

use crate::Error;

/// The users of one set of groups at one moment, by number. It shares them with the table of all users and
/// with the lists of other moments.
#[derive(Debug, Default)]
pub struct UserList {
    /// Of each group those who are in it.
    groups: Vec<UserSet>,
    /// When it was made.
    made_at: UnixSeconds,
    /// When the first of them expires.
    expires_at: Option<UnixSeconds>,
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

/// The place for a rendered list. It is made when somebody asks for it, once for all.
#[derive(Debug, Clone, Default)]
pub(super) struct Rendering(Arc<OnceCell<Arc<RenderedList>>>);

impl Rendering {
    /// The list in this form. It is made on a thread where it holds up nobody.
    pub(super) async fn of(
        &self,
        list: &Arc<UserList>,
        render: fn(&UserList) -> RenderedList,
    ) -> Result<Arc<RenderedList>, Error> {
        let make = || async {
            let list = Arc::clone(list);
            let made = tokio::task::spawn_blocking(move || Arc::new(render(&list)));
            made.await
                .map_err(|error| Error::Internal(error.to_string()))
        };
        Ok(Arc::clone(self.0.get_or_try_init(make).await?))
    }

    /// The list in this form, if it has been made.
    pub(super) fn known(&self) -> Option<Arc<RenderedList>> {
        self.0.get().cloned()
    }
}

impl UserList {
    pub(super) fn new(groups: Vec<UserSet>, made_at: UnixSeconds) -> Self {
        let ends = groups.iter().filter_map(UserSet::next_end);
        Self {
            expires_at: ends.min(),
            groups,
            made_at,
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
        let compared = || Arc::new(UserChanges::between(&before.groups, &self.groups));
        let last = self.before.as_ref().map(Weak::as_ptr);
        if last == Some(Arc::as_ptr(before)) {
            Arc::clone(self.changes.get_or_init(compared))
        } else {
            compared()
        }
    }

    /// Whether nodes get the same from both.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        !UserChanges::exist_between(&other.groups, &self.groups)
    }

    /// The users, by number.
    pub fn users(&self) -> impl Iterator<Item = ListedUser<'_>> {
        merged(&self.groups)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.groups.iter().map(UserSet::len).sum()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(UserSet::is_empty)
    }

    /// Whether this user is one of them.
    pub fn names(&self, user: UserId) -> bool {
        self.groups.iter().any(|group| group.contains(user))
    }

    /// Whether nobody has expired since. A list that was made ahead lacks those who expire until then.
    pub(super) fn is_valid(&self, now: UnixSeconds) -> bool {
        let is_made = now.elapsed_since(self.made_at).is_some();
        is_made && self.expires_at.is_none_or(|end| end >= now)
    }
}
