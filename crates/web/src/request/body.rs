//! Bodies: how what a request says becomes a typed value.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::answer::fault::Fault;
#[cfg(test)]
use crate::answer::messages::Message;
use crate::request::input::Input;
use crate::request::reader::{Reader, Refused};

/// What a handler wants of a request: its fields, judged and converted in one go.
pub trait Body: Sized {
    /// Whether refusals have `data` false instead of null, as some pages expect.
    const REFUSED_AS_FALSE: bool = false;

    /// Reads every field, and only then gives up with `?`, so that the answer complains of all of them.
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused>;
}

/// A body whose fields obey their rules; otherwise the request is answered 422.
pub(crate) struct Read<T>(pub(crate) T);

impl<T: Body + 'static> FromRequest for Read<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let input = Input::from_request(request, payload);
        Box::pin(async move { body_of(&input.await?).map(Self) })
    }
}

/// What a request says as this body.
pub fn body_of<T: Body>(input: &Input) -> Result<T, Fault> {
    let mut reader = Reader::new(input);
    let read = T::read(&mut reader);
    reader.finish(read).map_err(|fault| {
        if T::REFUSED_AS_FALSE {
            fault.with_false()
        } else {
            fault
        }
    })
}

/// What a body complains of in a field of this value, the only one that is sent.
#[cfg(test)]
pub(crate) fn complaint<T: Body>(field: &str, value: &serde_json::Value) -> Option<Message> {
    let input = Input::of_json(&serde_json::json!({field: value}));
    let fault = body_of::<T>(&input).err()?;
    let mut complaints = fault.complaints().iter();
    let (_, said) = complaints.find(|(name, _)| name == field)?;
    assert_eq!(said.len(), 1, "{field} {value}");
    said.first().copied()
}

/// Two bodies in one request.
impl<A: Body, B: Body> Body for (A, B) {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (first, second) = (A::read(read), B::read(read));
        Ok((first?, second?))
    }
}
