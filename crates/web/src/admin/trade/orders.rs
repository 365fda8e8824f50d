//! `order/fetch` and `order/detail`: what administrators read of orders.

use actix_web::web::Data;
use ferroboard_application::{Error, MANAGED_ORDERS};
use ferroboard_billing::{BillingError, Period};
use ferroboard_kernel::OrderId;
use utoipa::{IntoParams, ToSchema};

use super::order_bodies::{ManagedOrderItem, OrderDossierBody};
use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::list::ListInput;
use crate::request::reader::{Given, Reader, Refused};

/// Which orders the list has at all.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderScope {
    /// Only orders that are paid and of which an inviter earns something.
    #[param(value_type = Option<bool>)]
    is_commission: bool,
}

impl Body for OrderScope {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // Laravel's switches have more words.
        let is_commission = match read.given("is_commission") {
            Given::Flag(flag) => flag,
            given => given.text().is_some_and(|text| {
                ["1", "true", "on", "yes"].contains(&text.to_lowercase().as_str())
            }),
        };
        Ok(Self { is_commission })
    }
}

/// A period in the spelling of the list, in whichever it was asked for.
fn period(text: &str) -> Option<String> {
    Period::of_order(text).map(|period| period.key().to_owned())
}

/// Orders, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/order/fetch",
    params(ListInput, OrderScope),
    request_body = ListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<ManagedOrderItem>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    list: ListInput,
    Read(scope): Read<OrderScope>,
    panel: Data<Panel>,
) -> Result<Bare<Paged<ManagedOrderItem>>, Fault> {
    let request = list.spelled("period", period).judged(&MANAGED_ORDERS)?;
    let page = request.page();
    let run = panel.run(move |app| async move {
        let orders = &app.administration.orders;
        orders.list(request, scope.is_commission).await
    });
    let found = run.await?.map(ManagedOrderItem::from);
    Ok(Bare(Paged::new(page, found)))
}

/// Which order.
#[derive(ToSchema)]
pub(crate) struct NamedOrder {
    #[schema(value_type = i64)]
    id: OrderId,
}

impl Body for NamedOrder {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // What is no number names no order.
        let unknown = || Error::from(BillingError::OrderMissing).into();
        let id = read.any("id").naming(unknown, Given::integer);
        let id = id.map(OrderId::new).get()?;
        Ok(Self { id })
    }
}

/// An order with its buyer, its plan, its inviter, and what it replaces.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/order/detail",
    request_body = NamedOrder,
    responses(
        (status = 200, description = "The order", body = SuccessBody<OrderDossierBody>),
        (status = 400, description = "There is no such order", body = FailureBody),
    )
)]
pub(crate) async fn detail(
    _: AdminSession,
    Read(body): Read<NamedOrder>,
    panel: Data<Panel>,
) -> Result<Success<OrderDossierBody>, Fault> {
    let run = panel.run(move |app| async move {
        let orders = &app.administration.orders;
        Ok((orders.detail(body.id).await?, orders.zone()))
    });
    let (dossier, zone) = run.await?;
    Ok(Success(OrderDossierBody::new(dossier, zone)))
}
