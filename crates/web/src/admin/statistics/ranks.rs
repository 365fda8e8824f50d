//! `stat/{getServerLastRank,getServerYesterdayRank,getRanking}`: who is first in what.

use actix_web::web::Data;
use ferroboard_application::{Between, InviterRank, NodeRank, UserRank};
use ferroboard_kernel::{Seconds, UnixSeconds};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// What a node carried, in bytes.
#[derive(Serialize, ToSchema)]
pub(crate) struct RankedNode {
    /// That of its parent, if it has one.
    server_name: String,
    server_id: i64,
    server_type: String,
    u: i64,
    d: i64,
    total: i64,
}

impl From<NodeRank> for RankedNode {
    fn from(rank: NodeRank) -> Self {
        let id = rank.node.get();
        let (name, protocol) = match rank.named {
            Some(named) => (named.parent.unwrap_or(named.name), named.protocol),
            None => (format!("Node {id}"), String::new()),
        };
        Self {
            server_name: name,
            server_id: id,
            server_type: protocol,
            u: rank.traffic.upload,
            d: rank.traffic.download,
            total: rank.traffic.total(),
        }
    }
}

/// The nodes by what they carried this day.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getServerLastRank",
    responses((status = 200, description = "The nodes", body = SuccessBody<Vec<RankedNode>>))
)]
pub(crate) async fn today(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<RankedNode>>, Fault> {
    let run = panel.run(|app| async move { app.administration.ranks.nodes_today().await });
    let ranks = run.await?.into_iter();
    Ok(Success(ranks.map(RankedNode::from).collect()))
}

/// The nodes by what they carried the day before.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getServerYesterdayRank",
    responses((status = 200, description = "The nodes", body = SuccessBody<Vec<RankedNode>>))
)]
pub(crate) async fn yesterday(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<RankedNode>>, Fault> {
    let run = panel.run(|app| async move { app.administration.ranks.nodes_yesterday().await });
    let ranks = run.await?.into_iter();
    Ok(Success(ranks.map(RankedNode::from).collect()))
}

/// Who is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ranked {
    Nodes,
    Users,
    Inviters,
}

/// Which rank.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RankingQuery {
    /// `server_traffic_rank`, `user_consumption_rank` or `invite_rank`.
    #[param(value_type = String)]
    r#type: Ranked,
}

impl Body for RankingQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        const NAMES: [&str; 3] = [
            "server_traffic_rank",
            "user_consumption_rank",
            "invite_rank",
        ];
        let kind = read.required("type").one_of(&NAMES).map(|name| match name {
            "server_traffic_rank" => Ranked::Nodes,
            "user_consumption_rank" => Ranked::Users,
            _ => Ranked::Inviters,
        });
        let kind = kind.get();
        Ok(Self { r#type: kind? })
    }
}

/// Who is first in what.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ranking {
    data: Vec<RankingRow>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum RankingRow {
    /// By what it carried.
    Node(RankedNode),
    /// By what they transferred, in bytes.
    User {
        user_id: i64,
        email: String,
        u: i64,
        d: i64,
        total: i64,
    },
    /// By how many they invited.
    Inviter {
        invite_user_id: i64,
        email: String,
        count: i64,
    },
}

impl From<UserRank> for RankingRow {
    fn from(rank: UserRank) -> Self {
        let id = rank.user.get();
        Self::User {
            user_id: id,
            email: rank.email.unwrap_or_else(|| format!("User {id}")),
            u: rank.traffic.upload,
            d: rank.traffic.download,
            total: rank.traffic.total(),
        }
    }
}

impl From<InviterRank> for RankingRow {
    fn from(rank: InviterRank) -> Self {
        let id = rank.inviter.get();
        Self::Inviter {
            invite_user_id: id,
            email: rank.email.unwrap_or_else(|| format!("User {id}")),
            count: rank.count,
        }
    }
}

/// How many a rank has.
const PLACES: u32 = 20;
/// Over how long it is made.
const SPAN: Seconds = Seconds::days(7);

/// The first twenty of the last seven days.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getRanking",
    params(RankingQuery),
    responses(
        (status = 200, description = "Who is first", body = Ranking),
        (status = 422, description = "There is no such rank", body = FailureBody),
    )
)]
pub(crate) async fn ranking(
    _: AdminSession,
    Read(query): Read<RankingQuery>,
    panel: Data<Panel>,
) -> Result<Bare<Ranking>, Fault> {
    let run = panel.run(move |app| async move {
        let ranks = &app.administration.ranks;
        let now = ranks.now();
        let period = Between {
            from: now.minus(SPAN),
            until: UnixSeconds::new(now.get().saturating_add(1)),
        };
        Ok(match query.r#type {
            Ranked::Nodes => {
                let nodes = ranks.nodes(period, PLACES).await?.into_iter();
                let rows = nodes.map(|node| RankingRow::Node(node.rank.into()));
                rows.collect()
            }
            Ranked::Users => {
                let users = ranks.users(period, PLACES).await?;
                let rows = users.iter().map(|user| user.rank.clone().into());
                rows.collect()
            }
            Ranked::Inviters => {
                let inviters = ranks.inviters(period, PLACES).await?.into_iter();
                inviters.map(RankingRow::from).collect()
            }
        })
    });
    Ok(Bare(Ranking { data: run.await? }))
}
