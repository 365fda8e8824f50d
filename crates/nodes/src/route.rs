use ferroboard_kernel::RouteId;

/// A rule that nodes apply to traffic (`v2_server_route`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRoute {
    /// The row's number.
    pub id: RouteId,
    /// What it is about.
    pub matches: Vec<String>,
    /// What happens to that: `block`, `direct`, `dns` or `proxy`.
    pub action: String,
    /// With what.
    pub action_value: Option<String>,
}

/// A rule with what administrators note beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRoute {
    /// The rule.
    pub route: NodeRoute,
    /// What it is for.
    pub remarks: String,
}

/// What a rule can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAction {
    /// Refuse the traffic.
    Block,
    /// Let it out without a proxy.
    Direct,
    /// Look its names up at another server.
    Dns,
    /// Send it through another outbound.
    Proxy,
}

impl RouteAction {
    /// What all of them are called.
    pub const NAMES: [&'static str; 4] = ["block", "direct", "dns", "proxy"];

    /// The action that is called so.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "block" => Self::Block,
            "direct" => Self::Direct,
            "dns" => Self::Dns,
            "proxy" => Self::Proxy,
            _ => return None,
        })
    }

    /// What agents call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Direct => "direct",
            Self::Dns => "dns",
            Self::Proxy => "proxy",
        }
    }
}

/// What an administrator says of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteTerms {
    /// What it is for.
    pub remarks: String,
    /// What it is about; none of them is empty.
    pub matches: Vec<String>,
    /// What happens to that.
    pub action: RouteAction,
    /// With what.
    pub action_value: Option<String>,
}

impl RouteTerms {
    /// The column `match`: a list without gaps.
    pub fn stored_matches(&self) -> String {
        serde_json::Value::from(self.matches.as_slice()).to_string()
    }
}

impl NodeRoute {
    /// The texts of the column `match`, without empty ones.
    pub fn matches_from_json(stored: &str) -> Vec<String> {
        let parsed = serde_json::from_str(stored).unwrap_or_default();
        let items = match parsed {
            serde_json::Value::Array(items) => items,
            // How PHP writes a list with gaps.
            serde_json::Value::Object(members) => {
                members.into_iter().map(|(_, item)| item).collect()
            }
            _ => Vec::new(),
        };
        let texts = items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned));
        texts.filter(|text| !text.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_have_names() {
        for name in RouteAction::NAMES {
            assert_eq!(RouteAction::named(name).map(RouteAction::name), Some(name));
        }
        assert_eq!(RouteAction::named("Block"), None);
    }

    #[test]
    fn matches_are_stored_as_they_are_read() {
        let matches = vec!["domain:a.test".to_owned(), r#"quo"te"#.to_owned()];
        let terms = RouteTerms {
            remarks: "r".into(),
            matches: matches.clone(),
            action: RouteAction::Block,
            action_value: None,
        };
        let stored = terms.stored_matches();
        assert_eq!(NodeRoute::matches_from_json(&stored), matches);
    }

    #[test]
    fn matches_are_a_list_whatever_was_stored() {
        for (stored, expected) in [
            (r#"["a:b","","c"]"#, vec!["a:b".to_owned(), "c".to_owned()]),
            (r#"{"0":"a","2":"b"}"#, vec!["a".to_owned(), "b".to_owned()]),
            ("null", vec![]),
            ("broken", vec![]),
            ("[1,null]", vec![]),
        ] {
            assert_eq!(NodeRoute::matches_from_json(stored), expected, "{stored}");
        }
    }
}
