//! The admin path, who may walk it, and the record of what they do.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::guard::GuardContext;
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest};
use ferroboard_application::{AdminRequest, Change};
use ferroboard_kernel::{AuditId, UserId};
use serde_json::{Map, Value};

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::{credential, find};
use crate::request::client_address::address_of;
use crate::request::input::Input;

/// An administrator's request that only reads. A look in the clear is recorded.
pub(crate) struct AdminSession {
    look: Option<Change>,
}

impl AdminSession {
    /// What a look in the clear ends with.
    pub(crate) fn into_look(self) -> Option<Change> {
        self.look
    }
}

impl FromRequest for AdminSession {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admitted(request).map(|Admitted(look)| Self { look }))
    }
}

/// An administrator's request that changes something. It is recorded; whoever carries it out takes the
/// change, and ends it with what became of it.
pub(crate) struct Changing(pub(crate) Change);

impl FromRequest for Changing {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // What only reads changes nothing, whatever it asks for.
        let unrecorded = || Fault::method_refused(HeaderValue::from_static("POST"));
        let change = admitted(request).and_then(|Admitted(change)| change.ok_or_else(unrecorded));
        ready(change.map(Self))
    }
}

/// What the guard leaves for the handler: the change of a request that it recorded.
struct Admitted(Option<Change>);

fn admitted(request: &HttpRequest) -> Result<Admitted, Fault> {
    let admitted = request.extensions_mut().remove::<Admitted>();
    admitted.ok_or_else(|| Fault::internal("the route lacks its admin guard".to_owned()))
}

/// What of the path stands where the admin path does, and what behind it.
fn divided(path: &str) -> Option<(&str, &str)> {
    let rest = path
        .strip_prefix("/api/v1/")
        .or_else(|| path.strip_prefix("/api/v2/"))?;
    rest.split_once('/')
}

/// Whether the request's path is under the admin path of this moment: any other one is as unknown as
/// a path that never was.
pub(crate) fn is_admin_path(context: &GuardContext<'_>) -> bool {
    let asked = divided(context.head().uri.path());
    let Some(((asked, _), panel)) = asked.zip(context.app_data::<Data<Panel>>()) else {
        return false;
    };
    let site = panel.site();
    let own = site.admin_path().filter(|own| !own.is_empty());
    own.is_some_and(|own| ferroboard_kernel::constant_time_eq(asked, own))
}

/// What of the requests for an address is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    /// Nothing: the address does not exist.
    Nothing,
    /// Looks in the clear.
    Looks,
    /// Looks in the clear, and every POST.
    Changes,
    /// The same, where a POST brings a file.
    Uploads,
}

/// Lets administrators through to an address that changes nothing.
pub(crate) async fn require<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    guarded(&panel, request, next, Recorded::Looks).await
}

/// Lets administrators through to an address where a POST may change something. It is recorded before
/// it is done, and how it ended after.
pub(crate) async fn require_and_record<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    guarded(&panel, request, next, Recorded::Changes).await
}

/// The same where a file of [`LARGEST_UPLOAD`] may come.
pub(crate) async fn require_and_record_upload<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    guarded(&panel, request, next, Recorded::Uploads).await
}

/// How many bytes a body with a file may have: somewhat more than the file may, so that a file that is a
/// little too large is told so.
const LARGEST_UPLOAD: usize = 12 * 1024 * 1024;

/// Lets administrators learn that an address does not exist.
pub(crate) async fn require_only<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    guarded(&panel, request, next, Recorded::Nothing).await
}

async fn guarded<B: MessageBody>(
    panel: &Data<Panel>,
    mut request: ServiceRequest,
    next: Next<B>,
    recorded: Recorded,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let admitted = match admit(panel, &mut request, recorded).await {
        Ok(admitted) => admitted,
        Err(fault) => return Ok(fault.refuse(request.into_parts().0)),
    };
    let record = admitted.0.as_ref().map(Change::record);
    request.extensions_mut().insert(admitted);
    let answered = next.call(request).await;
    if let Some(record) = record {
        let status = match &answered {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        conclude(panel, record, status).await;
    }
    Ok(answered?.map_into_left_body())
}

/// Records how a request ended. Where that fails the answer is no other: what was done is done.
async fn conclude(panel: &Panel, record: AuditId, status: StatusCode) {
    let status = status.as_u16();
    let concluded = panel
        .run(move |app| async move { app.administration.audit.conclude(record, status).await });
    if let Err(fault) = concluded.await {
        let cause = fault.cause().unwrap_or_default();
        tracing::error!(%record, status, cause, "the outcome of a request was not recorded");
    }
}

async fn admit(
    panel: &Panel,
    request: &mut ServiceRequest,
    recorded: Recorded,
) -> Result<Admitted, Fault> {
    let refused = || Fault::new(StatusCode::FORBIDDEN, Message::AdminRequired);
    let credential = credential(request.headers()).ok_or_else(refused)?;
    let found = panel.run(move |app| find(app, credential)).await?;
    let session = found.map_err(|_| refused())?;
    if !session.account.is_admin {
        return Err(refused());
    }
    let admin = session.account.id;
    let asked = match *request.method() {
        Method::POST if recorded == Recorded::Changes => {
            let limit = panel.options.max_body_bytes;
            describe(request, admin, limit).await?
        }
        Method::POST if recorded == Recorded::Uploads => {
            let limit = panel.options.max_body_bytes.max(LARGEST_UPLOAD);
            describe(request, admin, limit).await?
        }
        Method::GET | Method::HEAD
            if recorded != Recorded::Nothing && reveals(request.query_string()) =>
        {
            described(request, admin, REVEALING.to_owned(), Map::new())
        }
        _ => return Ok(Admitted(None)),
    };
    let run = panel.run(move |app| async move { app.administration.audit.record(asked).await });
    Ok(Admitted(Some(run.await?)))
}

/// All that is recorded of what a look in the clear asks: what somebody looks for may itself be what
/// is hidden.
const REVEALING: &str = "reveal=1";

/// Whether a request that only reads is recorded all the same.
fn reveals(query: &str) -> bool {
    let mut fields = form_urlencoded::parse(query.as_bytes());
    fields.any(|(name, value)| name == "reveal" && matches!(value.trim(), "1" | "true"))
}

/// A request that changes something, as it is recorded. What its body says is kept for the handler.
async fn describe(
    request: &mut ServiceRequest,
    admin: UserId,
    limit: usize,
) -> Result<AdminRequest, Fault> {
    let payload = request.take_payload();
    let input = Input::keep(request.request(), payload, limit).await?;
    let fields = input.map(Input::into_fields).unwrap_or_default();
    let query = request.query_string().to_owned();
    Ok(described(request, admin, query, fields))
}

fn described(
    request: &ServiceRequest,
    admin: UserId,
    query: String,
    fields: Map<String, Value>,
) -> AdminRequest {
    let path = request.path().to_owned();
    let route = divided(&path).map_or("", |(_, route)| route).to_owned();
    AdminRequest {
        admin,
        method: crate::operation::counters::name_of(request.method()),
        route,
        path,
        query,
        fields,
        address: Some(address_of(request.request())),
    }
}
