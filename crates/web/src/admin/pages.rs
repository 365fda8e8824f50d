//! Lists in pages, as the plugin routes of administrators number them.

use ferroboard_listing::{Found, Page, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::request::body::Body;
use crate::request::reader::{Reader, Refused};

/// Which page of a list, by any of the names that tables of administrators give it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The page, from 1.
    page: Option<i64>,
    /// The same.
    current: Option<i64>,
    /// Rows of a page; each list has a limit.
    per_page: Option<i64>,
    /// The same.
    page_size: Option<i64>,
    /// The same.
    #[param(rename = "pageSize")]
    page_size_of_tables: Option<i64>,
}

impl Body for PageQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let number = |name| read.given(name).integer();
        Ok(Self {
            page: number("page"),
            current: number("current"),
            per_page: number("per_page"),
            page_size: number("page_size"),
            page_size_of_tables: number("pageSize"),
        })
    }
}

impl PageQuery {
    /// The page that is asked for: of several names for one thing the first that has a number counts.
    pub(crate) fn page(&self, rule: PageRule) -> Page {
        let rows = self.per_page.or(self.page_size);
        let rows = rows.or(self.page_size_of_tables);
        rule.page(self.page.or(self.current), rows)
    }
}

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Paged<T> {
    /// Rows on all pages.
    total: i64,
    current_page: i64,
    per_page: i64,
    /// At least 1.
    last_page: i64,
    data: Vec<T>,
}

impl<T> Paged<T> {
    /// The page with what was found for it.
    pub(crate) fn new(page: Page, found: Found<T>) -> Self {
        Self {
            total: found.total,
            current_page: page.number(),
            per_page: page.rows(),
            last_page: page.last(found.total),
            data: found.rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::request::body::body_of;
    use crate::request::input::Input;

    #[test]
    fn a_page_has_five_members_and_no_status() {
        let page = PageRule::always(10).page(Some(2), None);
        let found = Found {
            rows: vec!["a", "b"],
            total: 12,
        };
        assert_eq!(
            serde_json::to_string(&Paged::new(page, found)).unwrap(),
            r#"{"total":12,"current_page":2,"per_page":10,"last_page":2,"data":["a","b"]}"#
        );
    }

    #[test]
    fn a_page_has_several_names() {
        let asked = |fields: Value| {
            let query: PageQuery = body_of(&Input::of_json(&fields)).unwrap();
            let page = query.page(PageRule::new(15, 1, 100));
            (page.number(), page.rows())
        };
        let fields = json!({"page": "x", "current": "3", "page_size": null, "pageSize": "10"});
        assert_eq!(asked(fields), (3, 10));
        let fields = json!({"page": "2", "current": "3", "per_page": "1000", "page_size": "10"});
        assert_eq!(asked(fields), (2, 100));
        assert_eq!(asked(json!({})), (1, 15));
    }
}
