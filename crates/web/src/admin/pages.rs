//! Lists in pages, as the plugin routes of administrators number them.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
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
    /// The part that is asked for: `usual` rows where nothing is said, at most `most`.
    pub(crate) fn part(&self, usual: i64, most: i64) -> Part {
        let pages = [&self.page, &self.current];
        let rows = [&self.per_page, &self.page_size, &self.page_size_of_tables];
        Part::asked(&pages, &rows, usual, most)
    }
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// The page, from 1.
    page: i64,
    /// Rows of a page.
    rows: i64,
}

impl Part {
    /// What was asked for: of several names for one thing the first that has a number counts.
    fn asked(pages: &[&Field], rows: &[&Field], usual: i64, most: i64) -> Self {
        let first = |fields: &[&Field]| fields.iter().find_map(|field| field.integer());
        Self {
            page: first(pages).unwrap_or(1).max(1),
            rows: first(rows).unwrap_or(usual).clamp(1, most),
        }
    }

    pub(crate) fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.rows)
    }

    pub(crate) fn limit(self) -> i64 {
        self.rows
    }

    /// The page with these rows, of so many in all.
    pub(crate) fn of<T>(self, rows: Vec<T>, total: i64) -> Paged<T> {
        let full = total.saturating_add(self.rows - 1) / self.rows;
        Paged {
            total,
            current_page: self.page,
            per_page: self.rows,
            last_page: full.max(1),
            data: rows,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_bounds() {
        let field = |text: &str| Field::Text(text.to_owned());
        for (page, rows, offset, limit) in [
            (Field::Absent, Field::Absent, 0, 15),
            (field("3"), field("10"), 20, 10),
            (field("0"), field("0"), 0, 1),
            (field("-5"), field("1000"), 0, 100),
            (field("x"), Field::Null, 0, 15),
            (field("9223372036854775807"), field("100"), i64::MAX, 100),
        ] {
            let part = Part::asked(&[&page], &[&Field::Absent, &rows], 15, 100);
            assert_eq!((part.offset(), part.limit()), (offset, limit));
        }
        let part = Part::asked(&[], &[], 10, 10);
        for (total, last) in [(0, 1), (10, 1), (11, 2)] {
            assert_eq!(part.of(Vec::<()>::new(), total).last_page, last);
        }
    }
}
