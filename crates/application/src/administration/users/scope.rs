//! Whom something that is done with many users is about.

use ferroboard_kernel::UserId;
use ferroboard_listing::{Asked, AskedFilter, Given, ListError, ListRequest};
use serde_json::{Value, json};

use super::listing::USERS;

/// Users by their numbers, or by what is asked of their list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserScope {
    ids: Option<Vec<UserId>>,
    filters: Vec<AskedFilter>,
    request: ListRequest,
}

impl UserScope {
    /// Those with these numbers.
    pub fn selected(mut ids: Vec<UserId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Self {
            ids: Some(ids),
            ..Self::all()
        }
    }

    /// Everybody.
    pub fn all() -> Self {
        Self {
            ids: None,
            filters: Vec::new(),
            request: USERS.whole(USERS.pages.page(None, None)),
        }
    }

    /// Those that a list with these conditions shows.
    pub fn filtered(filters: Vec<AskedFilter>) -> Result<Self, ListError> {
        let request = USERS.judge(&Asked {
            filters: filters.clone(),
            ..Asked::default()
        })?;
        Ok(Self {
            ids: None,
            filters,
            request,
        })
    }

    /// The numbers, if they decide.
    pub fn ids(&self) -> Option<&[UserId]> {
        self.ids.as_deref()
    }

    /// The conditions as they were asked for.
    pub fn filters(&self) -> &[AskedFilter] {
        &self.filters
    }

    /// The conditions, in the list's own words.
    pub const fn request(&self) -> &ListRequest {
        &self.request
    }

    /// As it is recorded.
    pub fn to_json(&self) -> Value {
        if let Some(ids) = &self.ids {
            let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
            return json!({"scope": "selected", "ids": ids});
        }
        if self.filters.is_empty() {
            return json!({"scope": "all"});
        }
        let filters = self.filters.iter().map(|filter| {
            let value = match &filter.value {
                Given::One(text) => json!(text),
                Given::Many(texts) => json!(texts),
            };
            json!({"id": filter.column, "value": value, "or": filter.is_or})
        });
        json!({"scope": "filtered", "filter": filters.collect::<Vec<_>>()})
    }

    /// What was recorded; `None` where nothing was that has a meaning today.
    pub fn from_json(stored: &Value) -> Option<Self> {
        match stored.get("scope")?.as_str()? {
            "selected" => {
                let ids = stored.get("ids")?.as_array()?.iter();
                let ids: Option<Vec<UserId>> = ids.map(|id| id.as_i64().map(UserId::new)).collect();
                Some(Self::selected(ids?))
            }
            "filtered" => {
                let filters = stored.get("filter")?.as_array()?.iter().map(filter_of);
                Self::filtered(filters.collect::<Option<_>>()?).ok()
            }
            "all" => Some(Self::all()),
            _ => None,
        }
    }
}

fn filter_of(stored: &Value) -> Option<AskedFilter> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let value = match stored.get("value")? {
        Value::Array(texts) => Given::Many(texts.iter().map(text).collect::<Option<_>>()?),
        one => Given::One(text(one)?),
    };
    Some(AskedFilter {
        column: text(stored.get("id")?)?,
        value,
        is_or: stored.get("or")?.as_bool()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_back_as_it_was_written() {
        let many = Given::Many(vec!["1".to_owned(), "2".to_owned()]);
        let filters = vec![
            AskedFilter::new("email", Given::One("like:a".to_owned())),
            AskedFilter {
                is_or: true,
                ..AskedFilter::new("plan_id", many)
            },
        ];
        let ids = vec![UserId::new(3), UserId::new(1), UserId::new(3)];
        for scope in [
            UserScope::all(),
            UserScope::selected(ids),
            UserScope::filtered(filters).unwrap(),
        ] {
            let stored = scope.to_json().to_string();
            let stored: Value = serde_json::from_str(&stored).unwrap();
            assert_eq!(UserScope::from_json(&stored), Some(scope));
        }
        assert_eq!(UserScope::from_json(&json!({"scope": "x"})), None);
    }

    #[test]
    fn what_the_list_has_not_is_refused() {
        let unknown = AskedFilter::new("password", Given::One("$2y".to_owned()));
        assert!(UserScope::filtered(vec![unknown]).is_err());
    }
}
