//! The guard of what anybody may try: nobody tries passwords or codes in bulk.

use actix_web::Error;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::Panel;
use crate::request::client_address;

/// Refuses a client address that asks too often.
pub(crate) async fn guard<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let address = client_address::address_of(request.request());
    let admitted = panel.limits.admit_address(address);
    match admitted {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(fault) => Ok(fault.refuse(request.into_parts().0)),
    }
}
