//! Parts of statements that this program writes the same way each time.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
    is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

/// Words of a statement, as `diesel::dsl::sql` takes them. A statement with those is prepared anew each time, as
/// nobody knows how many different ones there will be; a statement with these is prepared once for each
/// connection. So they must be one of a few texts, and never hold a value.
#[derive(Debug, Clone)]
pub(crate) struct Fixed<ST> {
    words: Cow<'static, str>,
    kind: PhantomData<ST>,
}

pub(crate) fn fixed<ST>(words: impl Into<Cow<'static, str>>) -> Fixed<ST> {
    Fixed {
        words: words.into(),
        kind: PhantomData,
    }
}

impl<ST: TypedExpressionType> Expression for Fixed<ST> {
    type SqlType = ST;
}

impl<ST, DB: Backend> QueryFragment<DB> for Fixed<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&self.words);
        Ok(())
    }
}

/// The words are known when the statement is written: it is found again by them.
impl<ST> QueryId for Fixed<ST> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<QS, ST> SelectableExpression<QS> for Fixed<ST> where Self: Expression {}

impl<QS, ST> AppearsOnTable<QS> for Fixed<ST> where Self: Expression {}

impl<ST, GB> ValidGrouping<GB> for Fixed<ST> {
    type IsAggregate = is_aggregate::Never;
}
