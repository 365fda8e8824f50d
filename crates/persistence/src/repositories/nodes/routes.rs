use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::{NodeRouteQueries, NodeRouteView};
use ferroboard_kernel::{RouteId, StoreError, UnixSeconds};
use ferroboard_nodes::{KeptRoute, NodeRoute, NodeRouteRepository, RouteTerms};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, reported};
use crate::failure::Failure;
use crate::integer::Int;
use crate::odd_values;
use crate::schema::v2_server_route;

/// The most rules that the list holds.
const LIST_LENGTH: i64 = 5_000;

/// A row of `v2_server_route`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_server_route)]
struct RouteRow {
    id: Int,
    remarks: String,
    match_: String,
    action: String,
    action_value: Option<String>,
    created_at: Int,
    updated_at: Int,
}

impl From<RouteRow> for NodeRouteView {
    fn from(row: RouteRow) -> Self {
        odd_values::tell_no_json(
            "v2_server_route",
            row.id.0,
            &[("match", Some(row.match_.as_str()))],
        );
        let route = NodeRoute {
            id: RouteId::new(row.id.0),
            matches: NodeRoute::matches_from_json(&row.match_),
            action: row.action,
            action_value: row.action_value,
        };
        Self {
            kept: KeptRoute {
                route,
                remarks: row.remarks,
            },
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

#[async_trait]
impl NodeRouteRepository for SqlTx {
    async fn lock_node_route(&mut self, id: RouteId) -> Result<Option<KeptRoute>, StoreError> {
        self.take_turn(id).await?;
        let query = v2_server_route::table
            .filter(v2_server_route::id.eq(id.get()))
            .select(RouteRow::as_select());
        let row = lock!(query).first::<RouteRow>(self.open()?).await;
        let row = self.settle(row.optional())?;
        Ok(row.map(|row| NodeRouteView::from(row).kept))
    }

    async fn insert_node_route(
        &mut self,
        terms: &RouteTerms,
        at: UnixSeconds,
    ) -> Result<RouteId, StoreError> {
        let insert = diesel::insert_into(v2_server_route::table).values((
            v2_server_route::remarks.eq(&terms.remarks),
            v2_server_route::match_.eq(terms.stored_matches()),
            v2_server_route::action.eq(terms.action.name()),
            v2_server_route::action_value.eq(&terms.action_value),
            v2_server_route::created_at.eq(at.get()),
            v2_server_route::updated_at.eq(at.get()),
        ));
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id: Int = insert_returning!(insert, v2_server_route::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(inserted).map(|id| RouteId::new(id.0))
    }

    async fn update_node_route(
        &mut self,
        id: RouteId,
        terms: &RouteTerms,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let route = v2_server_route::table.filter(v2_server_route::id.eq(id.get()));
        let updated = diesel::update(route)
            .set((
                v2_server_route::remarks.eq(&terms.remarks),
                v2_server_route::match_.eq(terms.stored_matches()),
                v2_server_route::action.eq(terms.action.name()),
                v2_server_route::action_value.eq(&terms.action_value),
                v2_server_route::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_node_route(&mut self, id: RouteId) -> Result<(), StoreError> {
        let route = v2_server_route::table.filter(v2_server_route::id.eq(id.get()));
        let deleted = diesel::delete(route).execute(self.open()?).await;
        self.settle(deleted).map(drop)
    }
}

#[async_trait]
impl NodeRouteQueries for SqlStore {
    async fn list_kept_routes(&self) -> Result<Vec<NodeRouteView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<RouteRow> = v2_server_route::table
            .order(v2_server_route::id)
            .limit(LIST_LENGTH)
            .select(RouteRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().map(NodeRouteView::from).collect())
    }
}
