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
