//! `stat/getTrafficRank`: the nodes or users with most traffic, beside what it was before.

use actix_web::web::Data;
use ferroboard_application::Between;
use ferroboard_kernel::{Seconds, UnixSeconds};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::statistics::numbers::{Rounded, iso};
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Of whom, and over what time.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrafficRankQuery {
    /// `node` or `user`.
    #[param(value_type = String)]
    r#type: Ranked,
    /// From this Unix second; the last seven days where nothing is said.
    #[param(value_type = Option<i64>)]
    start_time: Option<UnixSeconds>,
    /// Until this Unix second; now where nothing is said.
    #[param(value_type = Option<i64>)]
    end_time: Option<UnixSeconds>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ranked {
    Nodes,
    Users,
}

impl Body for TrafficRankQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let kind = read.required("type").one_of(&["node", "user"]);
        let kind = kind.map(|name| {
            if name == "node" {
                Ranked::Nodes
            } else {
                Ranked::Users
            }
        });
        let kind = kind.get();
        let (start, end) = (time(read, "start_time"), time(read, "end_time"));
        Ok(Self {
            r#type: kind?,
            start_time: start?,
            end_time: end?,
        })
    }
}

fn time(read: &mut Reader<'_>, name: &'static str) -> Result<Option<UnixSeconds>, Refused> {
    let time = read.nullable(name).integer();
    let time = time.min(1_000_000_000).max(9_999_999_999);
    time.map(UnixSeconds::new).get()
}

/// Who has most traffic.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrafficRanking {
    /// Now.
    timestamp: String,
    data: Vec<RankedTraffic>,
}

/// One of them; bytes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RankedTraffic {
    id: String,
    /// The node's name or the user's address.
    name: String,
    value: i64,
    /// What it was in the same time before.
    previous_value: i64,
    /// By how many percent it grew.
    #[schema(value_type = f64)]
    change: Rounded,
    /// The end of the time.
    timestamp: String,
}

/// How many a rank has.
const PLACES: u32 = 10;
/// Over how long it is made where nothing is said.
const SPAN: Seconds = Seconds::days(7);

/// The first ten by traffic, beside what it was in the same time before.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getTrafficRank",
    params(TrafficRankQuery),
    responses(
        (status = 200, description = "Who has most", body = TrafficRanking),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(query): Read<TrafficRankQuery>,
    panel: Data<Panel>,
) -> Result<Bare<TrafficRanking>, Fault> {
    let run = panel.run(move |app| async move {
        let ranks = &app.administration.ranks;
        let (now, zone) = (ranks.now(), ranks.zone());
        let end = query.end_time.unwrap_or(now);
        let period = Between {
            from: query.start_time.unwrap_or(now.minus(SPAN)),
            until: UnixSeconds::new(end.get().saturating_add(1)),
        };
        let row = |id: i64, name: String, value: i64, previous_value: i64| RankedTraffic {
            id: id.to_string(),
            name,
            value,
            previous_value,
            change: Rounded::growth(value, previous_value),
            timestamp: iso(end, zone),
        };
        let data = match query.r#type {
            Ranked::Nodes => {
                let nodes = ranks.nodes(period, PLACES).await?.into_iter();
                let rows = nodes.map(|node| {
                    let (id, total) = (node.rank.node.get(), node.rank.traffic.total());
                    let name = node.rank.named.map(|named| named.name);
                    let name = name.unwrap_or_else(|| format!("Node {id}"));
                    row(id, name, total, node.previous)
                });
                rows.collect()
            }
            Ranked::Users => {
                let users = ranks.users(period, PLACES).await?;
                let rows = users.iter().map(|user| {
                    let (id, total) = (user.rank.user.get(), user.rank.traffic.total());
                    let name = user.rank.email.clone();
                    let name = name.unwrap_or_else(|| format!("User {id}"));
                    row(id, name, total, user.previous)
                });
                rows.collect()
            }
        };
        Ok(TrafficRanking {
            timestamp: iso(now, zone),
            data,
        })
    });
    Ok(Bare(run.await?))
}
