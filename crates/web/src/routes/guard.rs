//! What may stand before a handler.

use actix_web::Route;
use actix_web::guard::GuardContext;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;

use crate::guards::{limited, session};
use crate::server_api::guard as server_guard;
use crate::{MetricsAccess, Panel, admin, client, front_ends};

/// What stands before a handler. Every row names one; there is none that a row has by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nothing.
    Open,
    /// The rate limit of the client's address.
    Limited,
    /// A login, also of a second account.
    Session,
    /// A login that is no second account's: money, secrets and standing are the main account's.
    MainUser,
    /// The admin path and an administrator's login; what is posted is recorded.
    Admin,
    /// The same for what only reads, though it is posted.
    AdminReading,
    /// The same as for changes, for a body with a file that is larger than others may be.
    AdminUpload,
    /// The nodes' secret.
    Node,
    /// The nodes' secret, for a node that is Shadowsocks unless it says otherwise.
    ShadowsocksNode,
    /// The nodes' secret, for a node that is Trojan unless it says otherwise.
    TrojanNode,
    /// The nodes' secret, or that of a machine.
    NodeOrMachine,
    /// The same, and about no node in particular.
    Agent,
    /// Nothing but the reading of the request: the handler asks for a machine's secret.
    Machine,
    /// The address begins with the site's `subscribe_path`.
    Link,
    /// The operator has not closed the counters.
    Metrics,
    /// The operator has opened the description of the API.
    Documentation,
    /// Nothing but what files need around them.
    File,
}
use Guard::{
    Admin, AdminReading, AdminUpload, Agent, Documentation, File, Limited, Link, Machine, MainUser,
    Metrics, Node, NodeOrMachine, Open, Session, ShadowsocksNode, TrojanNode,
};

/// A refusal that is the same for many routes: its status, and when it is given.
pub(crate) type Refusal = (&'static str, &'static str);

impl Guard {
    /// How it refuses, which the description says of every route behind it.
    pub(crate) const fn refusals(self) -> &'static [Refusal] {
        match self {
            Open | Machine | Documentation | File => &[],
            Limited => &[(
                "429",
                "Too many requests from this address; see `Retry-After`",
            )],
            Session => &[("403", "No live session, or the account is suspended")],
            MainUser => &[(
                "403",
                "No live session, the account is suspended, or it is a second account",
            )],
            Admin | AdminReading | AdminUpload => &[
                ("403", "No session of an administrator"),
                ("404", "The admin path is another one"),
            ],
            Node | ShadowsocksNode | TrojanNode => &[
                ("400", "No such node"),
                ("422", "A field, or the token, is wrong"),
            ],
            NodeOrMachine | Agent => &[
                ("400", "No such node"),
                ("401", "No such machine"),
                ("403", "The machine is switched off"),
                ("422", "A field, or the token, is wrong"),
            ],
            Link => &[("404", "The path is another one")],
            Metrics => &[("404", "The operator has not opened the page")],
        }
    }

    /// The route with this guard before it.
    pub(super) fn before(self, route: Route) -> Route {
        match self {
            // Of these the address itself is there, or is not.
            Open | Link | Metrics | Documentation => route,
            File => route
                .wrap(Compress::default())
                .wrap(from_fn(front_ends::prepare)),
            Limited => route.wrap(from_fn(limited::guard)),
            Session => route.wrap(from_fn(session::require)),
            MainUser => route.wrap(from_fn(session::require_main)),
            Admin => route.wrap(from_fn(admin::guard::require_and_record)),
            AdminReading => route.wrap(from_fn(admin::guard::require)),
            AdminUpload => route.wrap(from_fn(admin::guard::require_and_record_upload)),
            Node => route.wrap(from_fn(server_guard::node)),
            ShadowsocksNode => route.wrap(from_fn(server_guard::shadowsocks)),
            TrojanNode => route.wrap(from_fn(server_guard::trojan)),
            NodeOrMachine => route.wrap(from_fn(server_guard::node_or_machine)),
            Agent => route.wrap(from_fn(server_guard::anybody)),
            Machine => route.wrap(from_fn(server_guard::machine)),
        }
    }

    /// Whether an address behind this guard is there at all for a request; without an answer it is there
    /// for every one.
    pub(super) fn presence(self) -> Option<fn(&Panel, &str) -> bool> {
        match self {
            Link => Some(client::link::is_link),
            Metrics => Some(|panel, _| panel.options.metrics != MetricsAccess::Closed),
            Documentation => Some(|panel, _| panel.options.docs),
            _ => None,
        }
    }
}

/// Asks the panel and the path of a request.
pub(super) fn asks(
    context: &GuardContext<'_>,
    question: impl FnOnce(&Panel, &str) -> bool,
) -> bool {
    let panel = context.app_data::<Data<Panel>>();
    panel.is_some_and(|panel| question(panel, context.head().uri.path()))
}
