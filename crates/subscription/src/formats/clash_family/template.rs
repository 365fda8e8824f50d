//! Templates of Clash's relatives.

use std::collections::HashSet;

use crate::names::Names;
use crate::pattern::Pattern;
use crate::tree::{Members, Tree};
use crate::{Host, Site};

/// Proxies that every core has of itself.
const BUILT_IN: [&str; 7] = [
    "DIRECT",
    "REJECT",
    "REJECT-DROP",
    "PASS",
    "PASS-RULE",
    "COMPATIBLE",
    "GLOBAL",
];

/// A template that was read: a YAML document with groups that are waiting for nodes.
#[derive(Debug, Default)]
pub(crate) struct ClashTemplate {
    document: Members,
    proxies: Vec<Tree>,
    groups: Vec<Group>,
    rules: Vec<Tree>,
}

/// One of `proxy-groups`.
#[derive(Debug)]
struct Group {
    members: Members,
    /// What the template itself puts into it.
    entries: Vec<String>,
    /// Which nodes come behind; `None` means all.
    chosen: Option<Vec<Pattern>>,
}

impl ClashTemplate {
    /// Reads a template; `None` when it is no YAML, or no map.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // `off` and its like are texts: `find-process-mode: off`.
        let options = serde_saphyr::options! { strict_booleans: true };
        let Ok(Tree::Map(mut document)) = serde_saphyr::from_str_with_options(text, options) else {
            return None;
        };
        let groups = document.take_list("proxy-groups").into_iter();
        let groups = groups.filter_map(|group| match group {
            Tree::Map(members) => Some(Group::read(members)),
            _ => None,
        });
        Some(Self {
            groups: groups.collect(),
            proxies: document.take_list("proxies"),
            rules: document.take_list("rules"),
            document,
        })
    }

    /// The document with these proxies, whose names become unique.
    pub(crate) fn fill(&self, mut proxies: Vec<Members>, site: &Site) -> String {
        let names = self.name_proxies(&mut proxies, site);
        let mut groups: Vec<(&Group, Vec<String>)> = self
            .groups
            .iter()
            .map(|group| (group, group.fill(&names)))
            .collect();
        let removed = remove_empty(&mut groups);

        let groups: Vec<Members> = groups
            .into_iter()
            .map(|(group, entries)| {
                let mut members = group.members.clone();
                members.put("proxies", entries);
                members
            })
            .collect();
        let own = site.host.as_ref().map(Host::name);
        let own = own.map(|name| format!("DOMAIN,{name},DIRECT").into());
        let rules = self.rules.iter().filter(|rule| !leads_to(rule, &removed));

        let mut document = self.document.clone();
        document.put("proxies", self.proxies.clone());
        document.put("proxy-groups", groups);
        document.put(
            "rules",
            own.into_iter().chain(rules.cloned()).collect::<Vec<Tree>>(),
        );
        document.substitute("$app_name", &site.name);
        // What an operator calls a node is no text of the template.
        let mut all = document.take_list("proxies");
        all.extend(proxies.into_iter().map(Tree::Map));
        document.put("proxies", all);
        yaml(&document)
    }

    /// Gives each proxy a name that nothing else has, and tells them all.
    fn name_proxies(&self, proxies: &mut [Members], site: &Site) -> Vec<String> {
        let mut names = Names::default();
        for name in BUILT_IN {
            names.reserve(name);
        }
        let groups = self.groups.iter().map(|group| &group.members);
        let own = self.proxies.iter().filter_map(Tree::as_map).chain(groups);
        for name in own.filter_map(|members| members.text("name")) {
            names.reserve(&name.replace("$app_name", &site.name));
        }
        let renamed = proxies.iter_mut().map(|proxy| {
            // Groups have the name where the template's own texts stand.
            let own = proxy.text("name").unwrap_or_default();
            let name = names.claim(&own.replace("$app_name", &site.name));
            proxy.put("name", name.as_str());
            name
        });
        renamed.collect()
    }
}

impl Group {
    fn read(mut members: Members) -> Self {
        let mut entries = Vec::new();
        let mut patterns = Vec::new();
        for entry in members.take_list("proxies") {
            let Some(entry) = entry.as_text() else {
                continue;
            };
            match Pattern::delimited(entry) {
                Some(pattern) => patterns.push(pattern),
                None => entries.push(entry.to_owned()),
            }
        }
        Self {
            members,
            entries,
            chosen: (!patterns.is_empty()).then_some(patterns),
        }
    }

    /// The template's own entries, and behind them the chosen nodes.
    fn fill(&self, names: &[String]) -> Vec<String> {
        let mut entries = self.entries.clone();
        let Some(patterns) = &self.chosen else {
            entries.extend_from_slice(names);
            return entries;
        };
        for pattern in patterns {
            entries.extend(names.iter().filter(|name| pattern.matches(name)).cloned());
        }
        entries
    }
}

/// Removes groups without entries and the entries that name them, until none is empty; tells the
/// names of the removed ones.
fn remove_empty(groups: &mut Vec<(&Group, Vec<String>)>) -> HashSet<String> {
    let mut removed = HashSet::new();
    loop {
        let before = groups.len();
        groups.retain(|(group, entries)| {
            if entries.is_empty() {
                removed.extend(group.members.text("name").map(str::to_owned));
            }
            !entries.is_empty()
        });
        if groups.len() == before {
            return removed;
        }
        for (_, entries) in groups.iter_mut() {
            entries.retain(|entry| !removed.contains(entry));
        }
    }
}

/// Whether a rule sends connections to one of these groups: a core refuses a document with a rule
/// that leads nowhere.
fn leads_to(rule: &Tree, removed: &HashSet<String>) -> bool {
    let fields = rule.as_text().unwrap_or_default().split(',').map(str::trim);
    let target = fields
        .rev()
        .find(|field| !matches!(*field, "no-resolve" | "src"));
    target.is_some_and(|target| removed.contains(target))
}

/// The document as YAML in which every text is quoted: no core can take one for a number, a date or
/// a switch.
pub(crate) fn yaml(document: &Members) -> String {
    let options = serde_saphyr::ser_options! { quote_all: true };
    // Writing to a `String` cannot fail, and the options are constant.
    serde_saphyr::to_string_with_options(document, options).unwrap_or_default()
}
