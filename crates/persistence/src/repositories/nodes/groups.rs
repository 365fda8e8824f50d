use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_application::{NodeGroupQueries, NodeGroupRow};
use ferroboard_billing::{GroupReference, GroupReferenceRepository};
use ferroboard_kernel::{GroupId, StoreError, UnixSeconds};
use ferroboard_nodes::{NodeGroup, NodeGroupRepository, ids_from_json};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, SqlTx, reported};
use crate::failure::Failure;
use crate::integer::Int;
use crate::rows::CountOf;
use crate::schema::{v2_plan, v2_server, v2_server_group, v2_user};

/// The most groups that the list holds.
const LIST_LENGTH: i64 = 1_000;
/// The most nodes that a panel has.
const NODES: i64 = 5_000;

/// The columns of a [`NodeGroup`].
type GroupRow = (Int, String, Int, Int);

fn group((id, name, created_at, updated_at): GroupRow) -> NodeGroup {
    NodeGroup {
        id: GroupId::new(id.0),
        name,
        created_at: UnixSeconds::new(created_at.0),
        updated_at: UnixSeconds::new(updated_at.0),
    }
}

/// The groups of each node, by numbers or texts of them.
async fn groups_of_nodes(connection: &mut Conn) -> Result<Vec<Vec<i64>>, Failure> {
    let rows: Vec<Option<String>> = v2_server::table
        .filter(v2_server::group_ids.is_not_null())
        .order(v2_server::id)
        .limit(NODES)
        .select(v2_server::group_ids)
        .load(connection)
        .await?;
    let ids = rows.into_iter().map(|stored| {
        let mut ids = ids_from_json(stored.as_deref());
        ids.sort_unstable();
        ids.dedup();
        ids
    });
    Ok(ids.collect())
}

#[async_trait]
impl NodeGroupRepository for SqlTx {
    async fn lock_node_group(&mut self, id: GroupId) -> Result<Option<NodeGroup>, StoreError> {
        self.take_turn(id).await?;
        let query = v2_server_group::table
            .filter(v2_server_group::id.eq(id.get()))
            .select((
                v2_server_group::id,
                v2_server_group::name,
                v2_server_group::created_at,
                v2_server_group::updated_at,
            ));
        let row = lock!(query).first::<GroupRow>(self.open()?).await;
        self.settle(row.optional()).map(|row| row.map(group))
    }

    async fn has_node_of_group(&mut self, id: GroupId) -> Result<bool, StoreError> {
        let groups = groups_of_nodes(self.open()?).await;
        let groups = self.settle(groups)?;
        Ok(groups.iter().any(|ids| ids.contains(&id.get())))
    }

    async fn insert_node_group(
        &mut self,
        name: &str,
        at: UnixSeconds,
    ) -> Result<GroupId, StoreError> {
        let insert = diesel::insert_into(v2_server_group::table).values((
            v2_server_group::name.eq(name),
            v2_server_group::created_at.eq(at.get()),
            v2_server_group::updated_at.eq(at.get()),
        ));
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id: Int = insert_returning!(insert, v2_server_group::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(inserted).map(|id| GroupId::new(id.0))
    }

    async fn update_node_group(
        &mut self,
        id: GroupId,
        name: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let group = v2_server_group::table.filter(v2_server_group::id.eq(id.get()));
        let updated = diesel::update(group)
            .set((
                v2_server_group::name.eq(name),
                v2_server_group::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_node_group(&mut self, id: GroupId) -> Result<(), StoreError> {
        let group = v2_server_group::table.filter(v2_server_group::id.eq(id.get()));
        let deleted = diesel::delete(group).execute(self.open()?).await;
        self.settle(deleted).map(drop)
    }
}

#[async_trait]
impl GroupReferenceRepository for SqlTx {
    async fn find_group_reference(
        &mut self,
        group: GroupId,
    ) -> Result<Option<GroupReference>, StoreError> {
        let found: Result<Option<GroupReference>, Failure> = async {
            let connection = self.open()?;
            let plan = v2_plan::table
                .filter(v2_plan::group_id.eq(group.get()))
                .select(v2_plan::id)
                .first::<Int>(&mut *connection)
                .await
                .optional()?;
            if plan.is_some() {
                return Ok(Some(GroupReference::Plan));
            }
            let user = v2_user::table
                .filter(v2_user::group_id.eq(group.get()))
                .select(v2_user::id)
                .first::<Int>(connection)
                .await
                .optional()?;
            Ok(user.map(|_| GroupReference::User))
        }
        .await;
        self.settle(found)
    }
}

#[async_trait]
impl NodeGroupQueries for SqlStore {
    async fn list_node_groups(&self) -> Result<Vec<NodeGroupRow>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<GroupRow> = v2_server_group::table
            .order(v2_server_group::id.desc())
            .limit(LIST_LENGTH)
            .select((
                v2_server_group::id,
                v2_server_group::name,
                v2_server_group::created_at,
                v2_server_group::updated_at,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let nodes = groups_of_nodes(&mut connection).await.map_err(reported)?;
        let mut counts: HashMap<i64, i64> = HashMap::new();
        for id in nodes.into_iter().flatten() {
            *counts.entry(id).or_default() += 1;
        }
        let row = |row: GroupRow| {
            let group = group(row);
            let nodes = counts.get(&group.id.get()).copied().unwrap_or(0);
            NodeGroupRow { group, nodes }
        };
        Ok(rows.into_iter().map(row).collect())
    }

    async fn count_users_of_groups(&self) -> Result<Vec<(GroupId, i64)>, StoreError> {
        // Everybody is counted in the index alone, and the shadows, of whom there are fewer, by themselves.
        let all = "SELECT group_id AS id, COUNT(*) AS count FROM v2_user \
                   WHERE group_id IS NOT NULL GROUP BY group_id";
        let shadows = "SELECT v2_user.group_id AS id, COUNT(*) AS count FROM ferro_shadow_account \
                       JOIN v2_user ON v2_user.id = ferro_shadow_account.shadow_user_id \
                       WHERE v2_user.group_id IS NOT NULL GROUP BY v2_user.group_id";
        let mut connection = self.reader().await?;
        let all: Vec<CountOf> = diesel::sql_query(all)
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let shadows: Vec<CountOf> = diesel::sql_query(shadows)
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let shadows: HashMap<i64, i64> = shadows
            .into_iter()
            .map(|row| (row.id.0, row.count.0))
            .collect();
        let people = |row: CountOf| {
            let shadows = shadows.get(&row.id.0).copied().unwrap_or(0);
            (GroupId::new(row.id.0), (row.count.0 - shadows).max(0))
        };
        Ok(all.into_iter().map(people).collect())
    }
}
