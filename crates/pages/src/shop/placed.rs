//! What becomes of an order that a customer places.

use actix_web::HttpResponse;
use ferroboard_application::{Application, Error};
use ferroboard_billing::BillingError;
use ferroboard_kernel::{TradeNo, UserId};

use super::unfinished::unfinished;
use crate::flash::{Flash, go};
use crate::visitor::Visitor;

/// What became of it.
pub(super) enum Placed {
    Order(TradeNo),
    /// Another one must be finished first; `None` where that was done a moment ago.
    Unfinished(Option<TradeNo>),
}

impl Placed {
    /// By what placing it brought. Every other refusal stays one.
    pub(super) async fn of(
        placed: Result<TradeNo, Error>,
        user: UserId,
        app: &Application,
    ) -> Result<Self, Error> {
        match placed {
            Ok(number) => Ok(Self::Order(number)),
            Err(Error::Billing(BillingError::OrderUnfinished)) => {
                Ok(Self::Unfinished(unfinished(app, user).await?))
            }
            Err(error) => Err(error),
        }
    }

    /// Leads to the order, or to the one that must be finished first, and to `path` where there is none.
    pub(super) fn and_go(self, visitor: &Visitor, path: &str) -> HttpResponse {
        let page = |number| format!("/my/orders/{number}");
        match self {
            Self::Order(number) => go(&page(number)),
            Self::Unfinished(number) => {
                let path = number.map_or(path.to_owned(), page);
                Flash::refused("shop.quote_unfinished").and_go(visitor, &path)
            }
        }
    }
}
