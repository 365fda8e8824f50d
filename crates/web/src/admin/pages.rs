//! Lists in pages, as the plugin routes of administrators number them.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_listing::{Found, Page, PageRule};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::answer::fault::Fault;
use crate::request::field::Field;
use crate::request::input::Input;
use crate::request::valid;

/// What is asked of a list, like [`Valid`](crate::request::valid::Valid), and which page of it.
pub(crate) struct Listed<T> {
    /// What belongs on the list.
    pub(crate) query: T,
    /// Which page.
    pub(crate) page: PageQuery,
}

impl<T: Validate + DeserializeOwned + 'static> FromRequest for Listed<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // A request is read once: its body is gone then.
        let input = Input::from_request(request, payload);
        Box::pin(async move {
            let input = input.await?;
            let page = valid::read(input.clone())?;
            let query = valid::read(input)?;
            Ok(Self { query, page })
        })
    }
}

/// Which page of a list, by any of the names that tables of administrators give it.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The page, from 1.
    #[param(value_type = Option<i64>, required = false)]
    page: Field,
    /// The same.
    #[param(value_type = Option<i64>, required = false)]
    current: Field,
    /// Rows of a page; each list has a limit.
    #[param(value_type = Option<i64>, required = false)]
    per_page: Field,
    /// The same.
    #[param(value_type = Option<i64>, required = false)]
    page_size: Field,
    /// The same.
    #[serde(rename = "pageSize")]
    #[param(value_type = Option<i64>, required = false)]
    page_size_of_tables: Field,
}

impl PageQuery {
    /// The page that is asked for: of several names for one thing the first that has a number counts.
    pub(crate) fn page(&self, rule: PageRule) -> Page {
        let first = |fields: &[&Field]| fields.iter().find_map(|field| field.integer());
        let number = first(&[&self.page, &self.current]);
        let rows = [&self.per_page, &self.page_size, &self.page_size_of_tables];
        rule.page(number, first(&rows))
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
    use super::*;

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
        let field = |text: &str| Field::Text(text.to_owned());
        let asked = |query: PageQuery| {
            let page = query.page(PageRule::new(15, 1, 100));
            (page.number(), page.rows())
        };
        let query = PageQuery {
            page: field("x"),
            current: field("3"),
            page_size: Field::Null,
            page_size_of_tables: field("10"),
            ..PageQuery::default()
        };
        assert_eq!(asked(query), (3, 10));
        let query = PageQuery {
            page: field("2"),
            current: field("3"),
            per_page: field("1000"),
            page_size: field("10"),
            ..PageQuery::default()
        };
        assert_eq!(asked(query), (2, 100));
        assert_eq!(asked(PageQuery::default()), (1, 15));
    }
}
