//! What the operator brings comes before our own pages: a theme at the panel's root, an admin app at the admin path.

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use ferroboard_web::{admin_app_page, theme_page};

use crate::failure::Failure;

/// The middleware around pages at whose address the operator may show something else.
pub(crate) async fn first<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !request.method().is_safe() {
        return next
            .call(request)
            .await
            .map(ServiceResponse::map_into_left_body);
    }
    let shown = match request.path() {
        "/" => theme_page(request.request()).await,
        _ => admin_app_page(request.request()).await,
    };
    match shown {
        Ok(None) => next
            .call(request)
            .await
            .map(ServiceResponse::map_into_left_body),
        Ok(Some(page)) => Ok(request.into_response(page).map_into_right_body()),
        // A page of ours says why.
        Err(fault) => {
            let refused = request.error_response(Failure::from(fault));
            Ok(refused.map_into_right_body())
        }
    }
}
