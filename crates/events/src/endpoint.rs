//! Endpoints: where events go, which, and with which secret.

use std::collections::BTreeSet;
use std::fmt;

use ferroboard_kernel::{Random, UnixSeconds, WebhookId};

use crate::{EndpointUrl, EventKind};

/// What a body is signed with. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointSecret(String);

impl EndpointSecret {
    /// The fewest characters.
    pub const SHORTEST: usize = 16;
    /// The most characters.
    pub const LONGEST: usize = 128;

    /// The text, if it is long enough and printable ASCII without blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (Self::SHORTEST..=Self::LONGEST).contains(&text.len());
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        (fits && is_plain).then(|| Self(text.to_owned()))
    }

    /// A secret that is drawn: `whsec_` and 190 random bits.
    pub fn draw(random: &dyn Random) -> Self {
        Self(format!("whsec_{}", random.alphanumeric(32)))
    }

    /// A secret as it was written down.
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointSecret(***)")
    }
}

/// Which events an endpoint wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedKinds {
    /// Every kind, those included that come with later versions.
    All,
    /// These.
    Only(BTreeSet<EventKind>),
}

impl WantedKinds {
    /// Whether events of this kind are wanted.
    pub fn has(&self, kind: EventKind) -> bool {
        match self {
            Self::All => kind.is_offered(),
            Self::Only(kinds) => kinds.contains(&kind),
        }
    }

    /// The names, separated by commas; `*` for all.
    pub fn text(&self) -> String {
        match self {
            Self::All => "*".to_owned(),
            Self::Only(kinds) => {
                let names = kinds.iter().map(|kind| kind.as_str());
                names.collect::<Vec<_>>().join(",")
            }
        }
    }

    /// What [`text`](Self::text) wrote; names that no kind has are left out.
    pub fn stored(text: &str) -> Self {
        if text == "*" {
            return Self::All;
        }
        Self::Only(text.split(',').filter_map(EventKind::named).collect())
    }
}

/// What an administrator says about an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointTerms {
    /// Where events are sent.
    pub url: EndpointUrl,
    /// Which.
    pub kinds: WantedKinds,
    /// Whether they are sent at all.
    pub active: bool,
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its number.
    pub id: WebhookId,
    /// What was said about it.
    pub terms: EndpointTerms,
    /// What its bodies are signed with.
    pub secret: EndpointSecret,
    /// Since when no delivery has succeeded, by the database's clock; `None` while they do.
    pub failing_since: Option<UnixSeconds>,
    /// When the panel switched it off because it failed.
    pub switched_off_at: Option<UnixSeconds>,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::testing::SeededRandom;

    use super::*;

    #[test]
    fn secrets_are_long_enough_and_never_shown() {
        for (text, is_secret) in [
            ("0123456789abcdef", true),
            ("0123456789abcde", false),
            ("0123456789 abcdef", false),
            ("0123456789abcdé_", false),
            ("", false),
        ] {
            assert_eq!(EndpointSecret::parse(text).is_some(), is_secret, "{text}");
        }
        assert!(EndpointSecret::parse(&"x".repeat(129)).is_none());
        let drawn = EndpointSecret::draw(&SeededRandom::default());
        assert_eq!(EndpointSecret::parse(drawn.as_str()), Some(drawn.clone()));
        assert_eq!(format!("{drawn:?}"), "EndpointSecret(***)");
    }

    #[test]
    fn kinds_are_read_as_they_were_written() {
        let some = [EventKind::OrderPaid, EventKind::UserCreated];
        for kinds in [
            WantedKinds::All,
            WantedKinds::Only(some.into_iter().collect()),
            WantedKinds::Only(BTreeSet::new()),
        ] {
            assert_eq!(WantedKinds::stored(&kinds.text()), kinds);
        }
        let known = WantedKinds::stored("order.paid,order.lost");
        assert!(known.has(EventKind::OrderPaid) && !known.has(EventKind::UserCreated));
        assert!(WantedKinds::All.has(EventKind::OrderPaid));
        assert!(!WantedKinds::All.has(EventKind::EndpointTest));
    }
}
