//! Templates of sing-box.

use crate::names::Names;
use crate::pattern::Pattern;
use crate::tree::{Members, Tree};

/// A template that was read: a JSON document with groups that are waiting for nodes.
#[derive(Debug, Default)]
pub(crate) struct SingBoxTemplate {
    document: Members,
    outbounds: Vec<Outbound>,
}

/// One of `outbounds`.
#[derive(Debug)]
struct Outbound {
    members: Members,
    /// Which nodes belong to it; `None` for what is no group.
    choice: Option<Choice>,
}

/// The nodes of a group.
#[derive(Debug)]
struct Choice {
    include: Option<Condition>,
    exclude: Option<Condition>,
    /// What comes in when no node does; the first that leads to anything.
    fallback: Vec<(String, Condition)>,
}

/// A pattern; what cannot be compiled matches nothing.
#[derive(Debug)]
struct Condition(Option<Pattern>);

impl Condition {
    fn read(value: Option<&Tree>) -> Option<Self> {
        let text = value
            .and_then(Tree::as_text)
            .filter(|text| !text.is_empty())?;
        Some(Self(Pattern::lenient(text)))
    }

    fn matches(&self, tag: &str) -> bool {
        self.0.as_ref().is_some_and(|pattern| pattern.matches(tag))
    }
}

impl SingBoxTemplate {
    /// Reads a template; `None` when it is no JSON, or no object.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Ok(Tree::Map(mut document)) = serde_json::from_str(text) else {
            return None;
        };
        let outbounds = document.take_list("outbounds").into_iter();
        let outbounds = outbounds.filter_map(|outbound| match outbound {
            Tree::Map(members) => Some(Outbound::read(members)),
            _ => None,
        });
        Some(Self {
            outbounds: outbounds.collect(),
            document,
        })
    }

    /// The document with these outbounds, whose tags become unique.
    pub(crate) fn fill(&self, mut outbounds: Vec<Members>) -> Members {
        let own: Vec<&str> = self
            .outbounds
            .iter()
            .filter_map(|outbound| outbound.members.text("tag"))
            .collect();
        let mut names = Names::default();
        for tag in &own {
            names.reserve(tag);
        }
        let tags: Vec<String> = outbounds
            .iter_mut()
            .map(|outbound| {
                let tag = names.claim(outbound.text("tag").unwrap_or_default());
                outbound.put("tag", tag.as_str());
                tag
            })
            .collect();
        let groups = self
            .outbounds
            .iter()
            .map(|outbound| outbound.fill(&own, &tags));
        let mut document = self.document.clone();
        document.put("outbounds", groups.chain(outbounds).collect::<Vec<_>>());
        document
    }
}

impl Outbound {
    fn read(mut members: Members) -> Self {
        let grouping = matches!(members.text("type"), Some("selector" | "urltest"));
        let choice = grouping.then(|| Choice {
            include: Condition::read(members.take("include").as_ref()),
            exclude: Condition::read(members.take("exclude").as_ref()),
            fallback: candidates(members.take("fallback")),
        });
        Self { members, choice }
    }

    fn fill(&self, own: &[&str], tags: &[String]) -> Members {
        let mut members = self.members.clone();
        if let Some(choice) = &self.choice {
            let mut outbounds = members.take_list("outbounds");
            let chosen = choice.of(own, tags);
            outbounds.extend(chosen.into_iter().map(Tree::from));
            members.put("outbounds", outbounds);
        }
        members
    }
}

impl Choice {
    fn of<'a>(&'a self, own: &[&str], tags: &'a [String]) -> Vec<&'a str> {
        let chosen: Vec<&str> = tags
            .iter()
            .map(String::as_str)
            .filter(|tag| {
                self.include
                    .as_ref()
                    .is_none_or(|include| include.matches(tag))
            })
            .filter(|tag| {
                self.exclude
                    .as_ref()
                    .is_none_or(|exclude| !exclude.matches(tag))
            })
            .collect();
        if !chosen.is_empty() {
            return chosen;
        }
        let candidates = self.fallback.iter().map(|(candidate, condition)| {
            let candidate = candidate.as_str();
            if own.contains(&candidate) || tags.iter().any(|tag| tag == candidate) {
                return vec![candidate];
            }
            let tags = tags.iter().map(String::as_str);
            tags.filter(|tag| condition.matches(tag)).collect()
        });
        let mut leading = candidates.filter(|found| !found.is_empty());
        leading.next().unwrap_or_default()
    }
}

/// The candidates of a list, or the one.
fn candidates(value: Option<Tree>) -> Vec<(String, Condition)> {
    let items = match value {
        Some(Tree::List(items)) => items,
        Some(single) => vec![single],
        None => Vec::new(),
    };
    let read = |item: &Tree| {
        let condition = Condition::read(Some(item))?;
        Some((item.as_text()?.to_owned(), condition))
    };
    items.iter().filter_map(read).collect()
}
