//! Many users in little memory.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::iter::Peekable;
use std::rc::Rc;
use std::sync::Arc;

use ferroboard_kernel::{UnixSeconds, UserId};
use uuid::Uuid;

use crate::NodeUser;

/// How many users a block has at most; a fuller one becomes two.
const BLOCK: usize = 1_024;
/// Stands for "no limit said".
const NONE: i32 = i32::MIN;
/// Stands for "never".
const NEVER: i64 = i64::MAX;

/// Users by number, in some 50 bytes each. Copies share the blocks that they lie in, so a copy costs a pointer
/// for a thousand users, and a change of one user the copy of one block.
#[derive(Debug, Clone, Default)]
pub struct UserSet {
    /// None is empty.
    blocks: Vec<Arc<Block>>,
}

#[derive(Debug, Clone)]
struct Block {
    entries: Vec<Entry>,
    /// When the first of them expires.
    next_end: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    id: i64,
    expired_at: i64,
    form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Packed {
        uuid: [u8; 16],
        speed_limit: i32,
        device_limit: i32,
    },
    /// What does not fit: adopted databases have any text and any number.
    Whole(Arc<NodeUser>),
}

/// A user of a [`UserSet`], as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedUser<'a> {
    /// Who.
    pub id: UserId,
    /// What the user logs in with.
    pub uuid: ListedUuid<'a>,
    /// Mbps; `None` and 0 are unlimited.
    pub speed_limit: Option<i64>,
    /// How many devices at once; `None` and 0 are unlimited.
    pub device_limit: Option<i64>,
}

/// A UUID in the form in which it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedUuid<'a> {
    /// It is spelled as UUIDs are: small letters, with hyphens.
    Usual(Uuid),
    /// Any other text.
    Text(&'a str),
}

impl ListedUuid<'_> {
    /// Lends the text, exactly as it is stored.
    pub fn with_text<T>(&self, read: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Usual(uuid) => read(uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
            Self::Text(text) => read(text),
        }
    }
}

impl From<ListedUser<'_>> for NodeUser {
    fn from(listed: ListedUser<'_>) -> Self {
        Self {
            id: listed.id,
            uuid: listed.uuid.with_text(str::to_owned).into(),
            speed_limit: listed.speed_limit,
            device_limit: listed.device_limit,
        }
    }
}

/// The bytes of a text that is spelled as UUIDs are.
fn bytes_of(text: &str) -> Option<[u8; 16]> {
    let uuid = Uuid::try_parse(text).ok()?;
    let usual = ListedUuid::Usual(uuid);
    usual
        .with_text(|spelled| spelled == text)
        .then(|| uuid.into_bytes())
}

/// A limit in four bytes, if it has room there.
fn packed(limit: Option<i64>) -> Option<i32> {
    match limit {
        None => Some(NONE),
        Some(limit) => i32::try_from(limit).ok().filter(|limit| *limit != NONE),
    }
}

fn unpacked(limit: i32) -> Option<i64> {
    (limit != NONE).then(|| i64::from(limit))
}

impl Form {
    fn of(user: &NodeUser) -> Self {
        let parts = || {
            Some(Self::Packed {
                uuid: bytes_of(&user.uuid)?,
                speed_limit: packed(user.speed_limit)?,
                device_limit: packed(user.device_limit)?,
            })
        };
        parts().unwrap_or_else(|| Self::Whole(Arc::new(user.clone())))
    }
}

impl Entry {
    fn new(user: &NodeUser, expired_at: Option<UnixSeconds>) -> Self {
        Self {
            id: user.id.get(),
            expired_at: expired_at.map_or(NEVER, UnixSeconds::get),
            form: Form::of(user),
        }
    }

    fn listed(&self) -> ListedUser<'_> {
        match &self.form {
            Form::Packed {
                uuid,
                speed_limit,
                device_limit,
            } => ListedUser {
                id: UserId::new(self.id),
                uuid: ListedUuid::Usual(Uuid::from_bytes(*uuid)),
                speed_limit: unpacked(*speed_limit),
                device_limit: unpacked(*device_limit),
            },
            Form::Whole(user) => ListedUser {
                id: user.id,
                uuid: ListedUuid::Text(&user.uuid),
                speed_limit: user.speed_limit,
                device_limit: user.device_limit,
            },
        }
    }
}

impl Block {
    fn new(entries: Vec<Entry>) -> Arc<Self> {
        let mut block = Self {
            entries,
            next_end: NEVER,
        };
        block.find_next_end();
        Arc::new(block)
    }

    fn find_next_end(&mut self) {
        let ends = self.entries.iter().map(|entry| entry.expired_at);
        self.next_end = ends.min().unwrap_or(NEVER);
    }

    fn place_of(&self, user: UserId) -> Result<usize, usize> {
        let id = user.get();
        self.entries.binary_search_by_key(&id, |entry| entry.id)
    }

    fn begins_by(&self, user: UserId) -> bool {
        let first = self.entries.first();
        first.is_some_and(|first| first.id <= user.get())
    }

    fn is_full(&self) -> bool {
        self.entries.len() >= BLOCK
    }
}

impl UserSet {
    /// Whether this user is one of them.
    pub fn contains(&self, user: UserId) -> bool {
        let block = self.blocks.get(self.block_of(user));
        block.is_some_and(|block| block.place_of(user).is_ok())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.entries.len()).sum()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// When the first of them expires.
    pub fn next_end(&self) -> Option<UnixSeconds> {
        let next = self.blocks.iter().map(|block| block.next_end).min();
        next.filter(|end| *end != NEVER).map(UnixSeconds::new)
    }

    /// Takes the user in, in place of what was known; whether something is another than before.
    pub fn insert(&mut self, user: &NodeUser, expired_at: Option<UnixSeconds>) -> bool {
        let entry = Entry::new(user, expired_at);
        let number = self.block_of(user.id);
        let is_last = number + 1 >= self.blocks.len();
        let Some(shared) = self.blocks.get_mut(number) else {
            self.blocks.push(Block::new(vec![entry]));
            return true;
        };
        match shared.place_of(user.id) {
            Ok(place) => {
                if shared.entries.get(place) == Some(&entry) {
                    return false;
                }
                let block = Arc::make_mut(shared);
                if let Some(known) = block.entries.get_mut(place) {
                    *known = entry;
                }
                block.find_next_end();
            }
            // Who is read in the order of the numbers fills one block after the other.
            Err(place) if is_last && shared.is_full() && place == shared.entries.len() => {
                self.blocks.push(Block::new(vec![entry]));
            }
            Err(place) => {
                let was_full = shared.is_full();
                let block = Arc::make_mut(shared);
                block.next_end = block.next_end.min(entry.expired_at);
                block.entries.insert(place, entry);
                if was_full {
                    let second = block.entries.split_off(BLOCK / 2);
                    block.entries.shrink_to_fit();
                    block.find_next_end();
                    self.blocks.insert(number + 1, Block::new(second));
                }
            }
        }
        true
    }

    /// Takes the user out; whether there was one.
    pub fn remove(&mut self, user: UserId) -> bool {
        let number = self.block_of(user);
        let Some(shared) = self.blocks.get_mut(number) else {
            return false;
        };
        let Ok(place) = shared.place_of(user) else {
            return false;
        };
        let block = Arc::make_mut(shared);
        block.entries.remove(place);
        block.find_next_end();
        if block.entries.is_empty() {
            self.blocks.remove(number);
        }
        true
    }

    /// Takes those out who have expired before `now`; whether there were any.
    pub fn remove_expired(&mut self, now: UnixSeconds) -> bool {
        let now = now.get();
        let mut is_other = false;
        for shared in &mut self.blocks {
            if shared.next_end < now {
                let block = Arc::make_mut(shared);
                block.entries.retain(|entry| entry.expired_at >= now);
                block.find_next_end();
                is_other = true;
            }
        }
        if is_other {
            self.blocks.retain(|block| !block.entries.is_empty());
        }
        is_other
    }

    /// Where the user lies, or would lie.
    fn block_of(&self, user: UserId) -> usize {
        let last = self.blocks.len().saturating_sub(1);
        if self
            .blocks
            .last()
            .is_some_and(|block| block.begins_by(user))
        {
            return last;
        }
        let after = self.blocks.partition_point(|block| block.begins_by(user));
        after.saturating_sub(1)
    }
}

/// The users of all these sets, by number. Nobody is in two of them.
pub fn merged(sets: &[UserSet]) -> impl Iterator<Item = ListedUser<'_>> {
    Merged::of(sets.iter().map(|set| set.blocks.iter())).map(Entry::listed)
}

/// The users who are other ones in the second sets than in the first, by number, each as in the first and in
/// the second. What both share is not looked at.
pub(crate) fn differences<'a>(
    before: &'a [UserSet],
    after: &'a [UserSet],
) -> impl Iterator<Item = (Option<ListedUser<'a>>, Option<ListedUser<'a>>)> {
    let (old, new) = (addresses(before), addresses(after));
    let mut old_entries =
        Merged::of(before.iter().map(|set| unshared(set, Rc::clone(&new)))).peekable();
    let mut new_entries =
        Merged::of(after.iter().map(|set| unshared(set, Rc::clone(&old)))).peekable();
    std::iter::from_fn(move || {
        loop {
            let order = match (old_entries.peek(), new_entries.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.id.cmp(&new.id),
            };
            let gone = old_entries.next_if(|_| order.is_le());
            let come = new_entries.next_if(|_| order.is_ge());
            if gone.map(|entry| &entry.form) != come.map(|entry| &entry.form) {
                return Some((gone.map(Entry::listed), come.map(Entry::listed)));
            }
        }
    })
}

type Addresses = Rc<HashSet<*const Block>>;

/// Where the blocks of these sets lie.
fn addresses(sets: &[UserSet]) -> Addresses {
    let blocks = sets.iter().flat_map(|set| &set.blocks);
    Rc::new(blocks.map(Arc::as_ptr).collect())
}

fn unshared(set: &UserSet, known: Addresses) -> impl Iterator<Item = &Arc<Block>> {
    let is_unshared = move |block: &&Arc<Block>| !known.contains(&Arc::as_ptr(block));
    set.blocks.iter().filter(is_unshared)
}

/// Entries of several ordered runs of blocks, by number.
struct Merged<'a, I: Iterator<Item = &'a Arc<Block>>> {
    runs: Vec<Peekable<Entries<'a, I>>>,
}

/// The entries of a run of blocks.
struct Entries<'a, I> {
    blocks: I,
    rest: std::slice::Iter<'a, Entry>,
}

impl<'a, I: Iterator<Item = &'a Arc<Block>>> Iterator for Entries<'a, I> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        loop {
            if let Some(entry) = self.rest.next() {
                return Some(entry);
            }
            self.rest = self.blocks.next()?.entries.iter();
        }
    }
}

impl<'a, I: Iterator<Item = &'a Arc<Block>>> Merged<'a, I> {
    fn of(runs: impl Iterator<Item = I>) -> Self {
        let entries = runs.map(|blocks| Entries {
            blocks,
            rest: [].iter(),
        });
        Self {
            runs: entries.map(Iterator::peekable).collect(),
        }
    }
}

impl<'a, I: Iterator<Item = &'a Arc<Block>>> Iterator for Merged<'a, I> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        if let [only] = self.runs.as_mut_slice() {
            return only.next();
        }
        let first = |run: &mut Peekable<Entries<'a, I>>| run.peek().map(|entry| entry.id);
        let heads = self.runs.iter_mut().enumerate();
        let heads = heads.filter_map(|(number, run)| Some((first(run)?, number)));
        let (_, number) = heads.min()?;
        self.runs.get_mut(number)?.next()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(id: i64, uuid: &str, speed_limit: Option<i64>) -> NodeUser {
        NodeUser {
            id: UserId::new(id),
            uuid: uuid.into(),
            speed_limit,
            device_limit: speed_limit,
        }
    }

    fn usual(id: i64) -> NodeUser {
        user(id, &format!("00000000-0000-4000-8000-{id:012}"), None)
    }

    fn all(set: &UserSet) -> Vec<NodeUser> {
        merged(std::slice::from_ref(set))
            .map(NodeUser::from)
            .collect()
    }

    #[test]
    fn texts_and_limits_are_read_as_they_were_written() {
        let uuids = [
            "0a1b2c3d-4e5f-4a1b-8c2d-3e4f5a6b7c8d",
            "00000000-0000-0000-0000-000000000000",
            "0A1B2C3D-4E5F-4A1B-8C2D-3E4F5A6B7C8D",
            "0a1b2c3d4e5f4a1b8c2d3e4f5a6b7c8d",
            "{0a1b2c3d-4e5f-4a1b-8c2d-3e4f5a6b7c8d}",
            "urn:uuid:0a1b2c3d-4e5f-4a1b-8c2d-3e4f5a6b7c8d",
            "0a1b2c3d-4e5f-4a1b-8c2d-3e4f5a6b7c8g",
            "",
            " ",
            "密码\u{0}\"\\",
        ];
        let limits = [
            None,
            Some(0),
            Some(-1),
            Some(i64::from(i32::MAX)),
            Some(i64::from(i32::MAX) + 1),
            Some(i64::from(i32::MIN)),
            Some(i64::from(i32::MIN) + 1),
            Some(i64::MIN),
            Some(i64::MAX),
        ];
        let (mut set, mut users) = (UserSet::default(), Vec::new());
        for uuid in uuids {
            for limit in limits {
                let id = i64::try_from(users.len()).unwrap();
                users.push(user(id, uuid, limit));
                assert!(set.insert(&users[users.len() - 1], None));
            }
        }
        assert_eq!(all(&set), users);
        assert_eq!(set.len(), users.len());
        assert_eq!(size_of::<Entry>(), 48);
    }

    #[test]
    fn a_change_copies_one_block() {
        let mut set = UserSet::default();
        for id in 1..=5_000 {
            assert!(set.insert(&usual(id), None));
        }
        assert_eq!(set.blocks.len(), 5);
        let before = set.clone();
        assert!(!set.insert(&usual(2_500), None));
        assert!(set.remove(UserId::new(2_500)));
        assert!(!set.remove(UserId::new(2_500)));
        let shared = before.blocks.iter().zip(&set.blocks);
        let shared = shared.filter(|(old, new)| Arc::ptr_eq(old, new)).count();
        assert_eq!(shared, 4);
        let [before, set] = [[before], [set]];
        let differing: Vec<_> = differences(&before, &set).collect();
        assert_eq!(differing.len(), 1);
        assert_eq!(differing[0].0.map(NodeUser::from), Some(usual(2_500)));
        assert_eq!(differing[0].1, None);
    }

    #[test]
    fn who_expires_goes_when_the_time_is_over() {
        let mut set = UserSet::default();
        let end = |id: i64| (id % 2 == 0).then(|| UnixSeconds::new(id));
        for id in 1..=3_000 {
            set.insert(&usual(id), end(id));
        }
        assert_eq!(set.next_end(), Some(UnixSeconds::new(2)));
        assert!(!set.remove_expired(UnixSeconds::new(2)));
        assert!(set.remove_expired(UnixSeconds::new(3)));
        assert_eq!(set.next_end(), Some(UnixSeconds::new(4)));
        assert!(set.remove_expired(UnixSeconds::new(i64::MAX)));
        assert_eq!((set.len(), set.next_end()), (1_500, None));
        assert!(set.insert(&usual(1), Some(UnixSeconds::new(9))));
        assert!(set.remove_expired(UnixSeconds::new(10)));
        assert!(!set.contains(UserId::new(1)) && set.contains(UserId::new(3)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Against a map of the standard library, over three sets, with steps that fill and empty blocks.
        #[test]
        fn sets_are_what_was_put_into_them(
            steps in prop::collection::vec((0_usize..3, 0_i64..60, 1_i64..2_000, any::<bool>()), 0..12),
        ) {
            use std::collections::BTreeMap;
            let mut sets = [UserSet::default(), UserSet::default(), UserSet::default()];
            let mut known: BTreeMap<i64, (usize, NodeUser)> = BTreeMap::new();
            let mut before = (sets.clone(), known.clone());
            let last = steps.len();
            for (step, (number, from, length, is_put)) in steps.into_iter().enumerate() {
                if step + 1 == last {
                    before = (sets.clone(), known.clone());
                }
                for id in (from * 100)..(from * 100 + length) {
                    for (other, set) in sets.iter_mut().enumerate() {
                        if !is_put || other != number {
                            let is_known = known.get(&id).is_some_and(|(place, _)| *place == other);
                            prop_assert_eq!(set.remove(UserId::new(id)), is_known);
                        }
                    }
                    if is_put {
                        sets[number].insert(&usual(id), None);
                        known.insert(id, (number, usual(id)));
                    } else {
                        known.remove(&id);
                    }
                }
            }
            let users: Vec<NodeUser> = merged(&sets).map(NodeUser::from).collect();
            let expected: Vec<NodeUser> = known.values().map(|(_, user)| user.clone()).collect();
            prop_assert_eq!(users, expected);
            let mut sizes = sets.iter().flat_map(|set| &set.blocks).map(|block| block.entries.len());
            let are_bounded = sizes.all(|size| (1..=BLOCK).contains(&size));
            prop_assert!(are_bounded);
            let ids = |known: &BTreeMap<i64, (usize, NodeUser)>| -> HashSet<i64> {
                known.keys().copied().collect()
            };
            let (old, new) = (ids(&before.1), ids(&known));
            let mut expected: Vec<i64> = old.symmetric_difference(&new).copied().collect();
            expected.sort_unstable();
            let differing = differences(&before.0, &sets);
            let differing = differing.map(|(gone, come)| gone.or(come).unwrap().id.get());
            prop_assert_eq!(differing.collect::<Vec<_>>(), expected);
        }
    }
}
