use std::sync::Arc;

use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable,
};
use ferroboard_application::{SubscriberView, SubscriptionQueries};
use ferroboard_auth::SubscribeToken;
use ferroboard_billing::ResetMethod;
use ferroboard_kernel::{GroupId, NodeId, PlanId, StoreError, UnixSeconds, UserId, Zone};
use ferroboard_nodes::{Node, ids_from_json};
use ferroboard_protocol::{Protocol, Settings, credentials};
use ferroboard_subscription::{StoredNode, Subscriber};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlStore, flag, is_storable, reported};
use crate::fixed::fixed;
use crate::integer::Int;
use crate::odd_values;
use crate::schema::{v2_plan, v2_server, v2_user};
use crate::wall_clock::WallClock;

/// The most nodes that a subscription has.
const NODES: i64 = 2_000;

#[derive(Queryable)]
struct SubscriberRow {
    id: Int,
    next_reset_at: Option<Int>,
    token: String,
    uuid: String,
    u: Int,
    d: Int,
    transfer_enable: Int,
    expired_at: Option<Int>,
    banned: Int,
    group_id: Option<Int>,
    plan_id: Option<Int>,
    reset_traffic_method: Option<Int>,
}

impl From<SubscriberRow> for SubscriberView {
    fn from(row: SubscriberRow) -> Self {
        Self {
            subscriber: Subscriber {
                upload: row.u.0,
                download: row.d.0,
                transfer_enable: row.transfer_enable.0,
                expired_at: row.expired_at.map(|at| UnixSeconds::new(at.0)),
                banned: row.banned.is_set(),
                uuid: row.uuid,
                days_until_reset: None,
            },
            group: row.group_id.map(|id| GroupId::new(id.0)),
            user: UserId::new(row.id.0),
            next_reset_at: row.next_reset_at.map(|at| UnixSeconds::new(at.0)),
            plan: row.plan_id.map(|id| PlanId::new(id.0)),
            // The reference resets nothing under a code that it does not know.
            reset_method: row
                .reset_traffic_method
                .map(|code| ResetMethod::from_code(code.0).unwrap_or(ResetMethod::Never)),
        }
    }
}

#[derive(Queryable)]
struct NodeRow {
    id: Int,
    kind: String,
    group_ids: Option<String>,
    name: String,
    tags: Option<String>,
    host: String,
    port: String,
    protocol_settings: Option<String>,
    created_at: Option<WallClock>,
    parent_created_at: Option<WallClock>,
}

impl NodeRow {
    /// `None` where the row is of a type that nobody knows, and where its keys come from a time that
    /// cannot be read.
    fn node(self, zone: Zone) -> Option<StoredNode> {
        let Some(protocol) = Protocol::named(&self.kind) else {
            odd_values::tell_of("v2_server", self.id.0, "type");
            return None;
        };
        let settings = Settings::from_json(protocol, self.protocol_settings.as_deref());
        let keyed_at = self.parent_created_at.or(self.created_at);
        if WallClock::is_unreadable(keyed_at) && credentials::depend_on_time(protocol, &settings) {
            return None;
        }
        Some(StoredNode {
            id: NodeId::new(self.id.0),
            protocol,
            name: self.name,
            host: self.host,
            port: self.port,
            tags: Node::tags_from_json(self.tags.as_deref()).unwrap_or_default(),
            settings: Arc::new(settings),
            keyed_at: WallClock::shown(keyed_at).map_or(UnixSeconds::new(0), |at| zone.instant(at)),
        })
    }
}

#[async_trait]
impl SubscriptionQueries for SqlStore {
    async fn find_subscriber(
        &self,
        token: &SubscribeToken,
    ) -> Result<Option<SubscriberView>, StoreError> {
        if !is_storable(token.as_str()) {
            return Ok(None);
        }
        let mut connection = self.reader().await?;
        let query = v2_user::table
            .left_join(v2_plan::table.on(v2_user::plan_id.eq(v2_plan::id.nullable())))
            .filter(v2_user::token.eq(token.as_str().to_owned()))
            .select((
                v2_user::id,
                v2_user::next_reset_at,
                v2_user::token,
                v2_user::uuid,
                v2_user::u,
                v2_user::d,
                v2_user::transfer_enable,
                v2_user::expired_at,
                v2_user::banned,
                v2_user::group_id,
                v2_plan::id.nullable(),
                v2_plan::reset_traffic_method.nullable(),
            ));
        let row: Result<SubscriberRow, _> = first_row!(query, &mut *connection);
        let row = row.optional().map_err(reported)?;
        // MySQL compares without regard to case.
        let row = row.filter(|row| row.token.trim_end() == token.as_str());
        Ok(row.map(SubscriberView::from))
    }

    async fn list_nodes_shown_to(&self, group: GroupId) -> Result<Vec<StoredNode>, StoreError> {
        let parent = diesel::alias!(v2_server as parent);
        let mut connection = self.reader().await?;
        let rows: Result<Vec<NodeRow>, _> = v2_server::table
            .left_join(
                parent.on(parent
                    .field(v2_server::id)
                    .nullable()
                    .eq(v2_server::parent_id)),
            )
            .filter(v2_server::show.eq(flag(true)))
            .filter(
                v2_server::transfer_enable
                    .is_null()
                    .or(v2_server::transfer_enable.eq(0_i64))
                    .or(fixed::<Bool>(sums::of_traffic(
                        "v2_server",
                        "v2_server.u < v2_server.transfer_enable - v2_server.d",
                    ))),
            )
            .order((
                v2_server::sort.is_not_null().asc(),
                v2_server::sort.asc(),
                v2_server::id.asc(),
            ))
            .limit(NODES)
            .select((
                v2_server::id,
                v2_server::type_,
                v2_server::group_ids,
                v2_server::name,
                v2_server::tags,
                v2_server::host,
                v2_server::port,
                v2_server::protocol_settings,
                v2_server::created_at,
                parent.field(v2_server::created_at).nullable(),
            ))
            .load(&mut *connection)
            .await;
        let rows = rows.map_err(reported)?.into_iter();
        let own = rows.filter(|row| ids_from_json(row.group_ids.as_deref()).contains(&group.get()));
        Ok(own.filter_map(|row| row.node(self.zone)).collect())
    }
}
