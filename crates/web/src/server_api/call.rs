//! What an agent sent.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::IF_NONE_MATCH;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};
use ferroboard_nodes::{Node, TrafficReport};
use serde_json::{Map, Value};

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::answer::tagged;
use crate::request::input::Input;
use crate::request::reader::Given;

/// A request of an agent: its fields, of which the query has some and the body others, and its body.
#[derive(Clone)]
pub(crate) struct Call {
    request: HttpRequest,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(request: HttpRequest, body: Bytes) -> Self {
        Self { request, body }
    }

    /// The fields of the query.
    pub(crate) fn query(&self) -> Fields {
        Fields::new(Input::of_query(self.request.query_string()))
    }

    /// The fields of query and body. A body that is no JSON object and no form has none: reports
    /// are judged by what they should hold.
    pub(crate) fn fields(&self) -> Fields {
        let input = Input::of_query(self.request.query_string());
        Fields::new(input.merged_leniently(self.request.headers(), &self.body))
    }

    /// The name that the agent gave to its report, so that it counts once however often it is sent:
    /// the header `Idempotency-Key`, or the field `report_id`.
    pub(crate) fn report_name(&self, fields: &Fields) -> Option<String> {
        let header = self.request.headers().get("idempotency-key");
        let header = header.and_then(|value| value.to_str().ok().map(str::to_owned));
        let name = header.or_else(|| fields.get("report_id").owned_text());
        name.filter(|name| !name.trim().is_empty())
    }

    /// Whether the client has something of which it asks whether it is still true.
    pub(crate) fn names_tags(&self) -> bool {
        self.request.headers().contains_key(IF_NONE_MATCH)
    }

    /// The JSON text that this tag names, unless the client has it.
    pub(crate) fn answer<B: Into<Bytes>>(
        &self,
        tag: &str,
        body: impl FnOnce() -> B,
    ) -> HttpResponse {
        tagged::answer(&self.request, tag, body)
    }
}

/// Fields by name; `a.b` is the member `b` of the field `a`.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    fn new(input: Input) -> Self {
        Self(input.into_fields())
    }

    /// The value at the path.
    pub(crate) fn value(&self, path: &str) -> Option<&Value> {
        let mut names = path.split('.');
        let first = self.0.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))
    }

    /// The same as a field.
    pub(crate) fn get(&self, path: &str) -> Given<'_> {
        Given::of(self.value(path))
    }

    /// The value, where it is an object or a list with something in it.
    pub(crate) fn filled(&self, name: &str) -> Option<&Value> {
        self.value(name).filter(|value| match value {
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
            _ => false,
        })
    }
}

/// A request of an agent that may speak for its node.
pub(crate) struct NodeCall {
    pub(crate) node: Arc<Node>,
    pub(crate) call: Call,
}

impl NodeCall {
    /// Counts the traffic that the body reports, as `parse` reads it.
    pub(crate) async fn count(
        self,
        panel: &Panel,
        parse: fn(&Value) -> Option<TrafficReport>,
    ) -> Result<(), Fault> {
        let Self { node, call } = self;
        let given: Option<Value> = serde_json::from_slice(&call.body).ok();
        let report = given.and_then(|given| parse(&given));
        let report = report.ok_or(Fault::unprocessable(Message::ReportInvalid))?;
        let name = call.report_name(&call.query());
        let run = panel.run(|app| async move {
            app.node_reports
                .traffic(&node, &report, name.as_deref())
                .await
        });
        run.await.map(drop)
    }
}

impl FromRequest for NodeCall {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut extensions = request.extensions_mut();
        let parts = extensions
            .remove::<Arc<Node>>()
            .zip(extensions.remove::<Call>());
        ready(match parts {
            Some((node, call)) => Ok(Self { node, call }),
            None => Err(Fault::internal("the route lacks its guard".to_owned())),
        })
    }
}

impl FromRequest for Call {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = request.extensions_mut().remove::<Self>();
        let unguarded = || Fault::internal("the route lacks its guard".to_owned());
        ready(call.ok_or_else(unguarded))
    }
}
