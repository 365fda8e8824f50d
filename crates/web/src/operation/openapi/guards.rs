//! What follows from an operation's address and from the guard before it: where it is listed, which login it
//! needs, and the parameters that the guard reads. How the guard refuses is in `answers.rs`.

use utoipa::IntoParams as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Type};

use crate::routes::Guard;
use crate::server_api::NodeParams;

/// A session may do whatever its user may.
const NO_SCOPES: [&str; 0] = [];

/// Says it of this operation. A handler that describes its logins itself is believed.
pub(super) fn describe(path: &str, guard: Guard, operation: &mut Operation) {
    operation.tags = Some(vec![tag(path).to_owned()]);
    if needs_session(guard) && operation.security.is_none() {
        let session = SecurityRequirement::new("session", NO_SCOPES);
        operation.security = Some(vec![session]);
    }
    let common = parameters(guard);
    if !common.is_empty() {
        let own = operation.parameters.take().unwrap_or_default();
        operation.parameters = Some(common.into_iter().map(RefOr::T).chain(own).collect());
    }
}

/// The noun that an address begins with, behind the version.
fn tag(path: &str) -> &'static str {
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.nth(1)) {
        (Some("api"), Some("guest")) => "guest",
        (Some("api"), Some("passport")) => "passport",
        (Some("api"), Some("user")) => "user",
        (Some("api"), Some("server")) | (Some("ws"), _) => "node",
        (Some("api"), Some("{secure_path}")) => "admin",
        (Some("api"), Some("client")) | (Some("{subscribe_path}"), _) => "client",
        _ => "operation",
    }
}

fn needs_session(guard: Guard) -> bool {
    matches!(
        guard,
        Guard::Session | Guard::MainUser | Guard::Admin | Guard::AdminReading | Guard::AdminUpload
    )
}

fn parameters(guard: Guard) -> Vec<Parameter> {
    match guard {
        Guard::Admin | Guard::AdminReading | Guard::AdminUpload => vec![secure_path()],
        Guard::Node
        | Guard::ShadowsocksNode
        | Guard::TrojanNode
        | Guard::NodeOrMachine
        | Guard::Agent => NodeParams::into_params(|| None),
        Guard::Open
        | Guard::Limited
        | Guard::Session
        | Guard::MainUser
        | Guard::Machine
        | Guard::Link
        | Guard::Metrics
        | Guard::Documentation
        | Guard::File => Vec::new(),
    }
}

fn secure_path() -> Parameter {
    ParameterBuilder::new()
        .name("secure_path")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The admin path"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
