//! `webhook/*`: endpoints that events are sent to, and what became of sending them.

use actix_web::web::Data;
use ferroboard_application::{DELIVERIES, Error, ManagedDelivery, WantedEndpoint};
use ferroboard_events::{
    Endpoint, EndpointSecret, EventKind, EventsError, SavedEndpoint, WantedKinds,
};
use ferroboard_kernel::{DeliveryId, UnixSeconds, WebhookId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::list::ListInput;
use crate::request::reader::{Given, Reader, Refused};

/// The most kinds that one endpoint names.
const MOST_KINDS: i64 = 100;
/// The longest address.
const LONGEST_URL: i64 = 2_000;

/// An endpoint. Its secret is shown once, when it is made.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndpointBody {
    id: i64,
    url: String,
    /// The kinds of events that it gets; null for all.
    types: Option<Vec<&'static str>>,
    active: bool,
    /// Since when no delivery has succeeded; null while they do.
    failing_since: Option<i64>,
    /// When the panel switched it off because it had failed for three days.
    switched_off_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<Endpoint> for EndpointBody {
    fn from(endpoint: Endpoint) -> Self {
        let types = match endpoint.terms.kinds {
            WantedKinds::All => None,
            WantedKinds::Only(kinds) => Some(kinds.into_iter().map(EventKind::as_str).collect()),
        };
        Self {
            id: endpoint.id.get(),
            url: endpoint.terms.url.as_str().to_owned(),
            types,
            active: endpoint.terms.active,
            failing_since: endpoint.failing_since.map(UnixSeconds::get),
            switched_off_at: endpoint.switched_off_at.map(UnixSeconds::get),
            created_at: endpoint.created_at.get(),
            updated_at: endpoint.updated_at.get(),
        }
    }
}

/// Every endpoint.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/webhook/fetch",
    responses((status = 200, description = "The endpoints", body = SuccessBody<Vec<EndpointBody>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<EndpointBody>>, Fault> {
    let run = panel.run(|app| async move { app.administration.endpoints.list().await });
    let endpoints = run.await?.into_iter();
    Ok(Success(endpoints.map(EndpointBody::from).collect()))
}

/// An endpoint that is made or changed, as a whole.
#[derive(ToSchema)]
pub struct SaveEndpoint {
    /// The endpoint that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<WebhookId>,
    /// Where events are sent: https, to a public address.
    #[schema(max_length = 2000)]
    url: String,
    /// The kinds of events; null or left out for all, those of later versions included.
    #[schema(value_type = Option<Vec<String>>)]
    types: WantedKinds,
    /// Whether events are sent; left out they are.
    #[schema(value_type = Option<bool>)]
    active: bool,
    /// What bodies are signed with: 16 to 128 printable characters without blanks. Left out, a new endpoint gets one
    /// that is drawn, and another keeps its own.
    #[schema(value_type = Option<String>)]
    secret: Option<EndpointSecret>,
}

impl Body for SaveEndpoint {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let url = read.required("url").text().max(LONGEST_URL).get();
        let types = read.nullable("types");
        let types = types.each(|one| {
            let one = one.parse(Message::FieldNotOneOf, |given| {
                EventKind::named(&given.text()?).filter(|kind| kind.is_offered())
            });
            one.get()
        });
        let types = types.max(MOST_KINDS).get();
        let active = read.nullable("active").boolean().get();
        let secret = read.nullable("secret").text();
        let secret =
            secret.judge(|text| EndpointSecret::parse(&text).ok_or(Message::EndpointSecretInvalid));
        let secret = secret.get();
        let id = read.nullable("id").integer().get();
        Ok(Self {
            // 0 is what a page sends that has none.
            id: id?.filter(|id| *id != 0).map(WebhookId::new),
            url: url?,
            types: types?.map_or(WantedKinds::All, |kinds| {
                WantedKinds::Only(kinds.into_iter().collect())
            }),
            active: active?.unwrap_or(true),
            secret: secret?,
        })
    }
}

impl SaveEndpoint {
    /// What the administrator wants.
    pub fn into_wanted(self) -> WantedEndpoint {
        WantedEndpoint {
            id: self.id,
            url: self.url,
            kinds: self.types,
            active: self.active,
            secret: self.secret,
        }
    }
}

/// An endpoint that was saved.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedEndpointBody {
    id: i64,
    /// The secret of a new endpoint, which is shown here and nowhere else; null for one that was changed.
    secret: Option<String>,
}

impl From<SavedEndpoint> for SavedEndpointBody {
    fn from(saved: SavedEndpoint) -> Self {
        let is_new = saved.before.is_none();
        Self {
            id: saved.after.id.get(),
            secret: is_new.then(|| saved.after.secret.as_str().to_owned()),
        }
    }
}

/// Makes an endpoint or changes one, which then begins anew: also one that the panel switched off.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/webhook/save",
    request_body = SaveEndpoint,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<SavedEndpointBody>),
        (status = 400, description = "There is no such endpoint, there are too many, or events may not be sent to the address", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveEndpoint>,
    panel: Data<Panel>,
) -> Result<Success<SavedEndpointBody>, Fault> {
    let wanted = body.into_wanted();
    let run = panel
        .run(move |app| async move { app.administration.endpoints.save(wanted, change).await });
    Ok(Success(run.await?.into()))
}

/// Which endpoint.
#[derive(ToSchema)]
pub(crate) struct NamedEndpoint {
    #[schema(value_type = i64)]
    id: WebhookId,
}

impl Body for NamedEndpoint {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // What is no number names no endpoint.
        let unknown = || Error::from(EventsError::EndpointMissing).into();
        let id = read.any("id").naming(unknown, Given::integer);
        let id = id.map(WebhookId::new).get()?;
        Ok(Self { id })
    }
}

/// Deletes an endpoint. What was still on its way to it is not sent.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/webhook/drop",
    request_body = NamedEndpoint,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such endpoint", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedEndpoint>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.endpoints.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// A delivery that was begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct BegunDelivery {
    /// Its number in the list of deliveries, where its outcome stands in a moment.
    delivery_id: i64,
}

/// Sends an endpoint an event of the kind `webhook.test`, whichever kinds it wants.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/webhook/test",
    request_body = NamedEndpoint,
    responses(
        (status = 200, description = "On its way, if the endpoint is active", body = SuccessBody<BegunDelivery>),
        (status = 400, description = "There is no such endpoint", body = FailureBody),
    )
)]
pub(crate) async fn test(
    Changing(change): Changing,
    Read(body): Read<NamedEndpoint>,
    panel: Data<Panel>,
) -> Result<Success<BegunDelivery>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.endpoints.test(body.id, change).await });
    let delivery_id = run.await?.get();
    Ok(Success(BegunDelivery { delivery_id }))
}

/// A delivery of an event to an endpoint. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryItem {
    id: i64,
    webhook_id: i64,
    event_id: i64,
    #[serde(rename = "type")]
    kind: String,
    /// What the event is about. Of one subject an endpoint gets one event after the other.
    subject: String,
    /// What is told.
    #[schema(value_type = Object)]
    data: Value,
    /// `pending`, `delivered` or `failed`.
    status: String,
    attempts: i64,
    /// From when on the next attempt is made; 0 at once.
    next_attempt_at: i64,
    /// The status of the latest answer.
    http_status: Option<i64>,
    /// Why the latest attempt failed.
    last_error: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl From<ManagedDelivery> for DeliveryItem {
    fn from(delivery: ManagedDelivery) -> Self {
        let data = delivery.data.as_deref();
        let data = data.and_then(|data| serde_json::from_str(data).ok());
        Self {
            id: delivery.id,
            webhook_id: delivery.endpoint,
            event_id: delivery.event,
            kind: delivery.kind,
            subject: delivery.subject,
            data: data.unwrap_or_default(),
            status: delivery.status,
            attempts: delivery.attempts,
            next_attempt_at: delivery.next_attempt_at,
            http_status: delivery.http_status,
            last_error: delivery.last_error,
            created_at: delivery.created_at,
            updated_at: delivery.updated_at,
        }
    }
}

/// Deliveries of the last thirty days, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/webhook/deliveries",
    params(ListInput),
    request_body = ListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<DeliveryItem>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn deliveries(
    _: AdminSession,
    list: ListInput,
    panel: Data<Panel>,
) -> Result<Bare<Paged<DeliveryItem>>, Fault> {
    let request = list.judged(&DELIVERIES)?;
    let page = request.page();
    let run = panel.run(move |app| async move {
        let endpoints = &app.administration.endpoints;
        endpoints.deliveries(request).await
    });
    Ok(Bare(Paged::new(page, run.await?.map(DeliveryItem::from))))
}

/// Which delivery.
#[derive(ToSchema)]
pub(crate) struct NamedDelivery {
    #[schema(value_type = i64)]
    id: DeliveryId,
}

impl Body for NamedDelivery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let unknown = || Error::from(EventsError::DeliveryMissing).into();
        let id = read.any("id").naming(unknown, Given::integer);
        let id = id.map(DeliveryId::new).get()?;
        Ok(Self { id })
    }
}

/// Sends what was delivered or given up once more, with the same number of its event.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/webhook/redeliver",
    request_body = NamedDelivery,
    responses(
        (status = 200, description = "On its way", body = SuccessBody<bool>),
        (status = 400, description = "There is no such delivery, or it is on its way", body = FailureBody),
    )
)]
pub(crate) async fn redeliver(
    Changing(change): Changing,
    Read(body): Read<NamedDelivery>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let endpoints = &app.administration.endpoints;
        endpoints.redeliver(body.id, change).await
    });
    run.await?;
    Ok(DONE)
}
