//! `payment/fetch`, `show`, `drop` and `sort`: the payment methods.

use std::collections::BTreeMap;

use actix_web::web::Data;
use ferroboard_application::{Error, ManagedPayment};
use ferroboard_billing::BillingError;
use ferroboard_kernel::{Cents, Decimal, PaymentId};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::plan_forms::NamedInOrder;
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::decimal;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::reader::{Given, Reader, Refused};

/// A payment method as administrators see it: with its secrets, as the form saves them again.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedPaymentBody {
    id: i64,
    /// Names the method in notification addresses.
    uuid: String,
    /// The gateway's code.
    payment: String,
    name: String,
    icon: Option<String>,
    config: BTreeMap<String, String>,
    notify_domain: Option<String>,
    /// Cents.
    handling_fee_fixed: Option<i64>,
    /// Percent.
    #[schema(value_type = Option<f64>)]
    handling_fee_percent: Option<Number>,
    enable: bool,
    sort: Option<i64>,
    created_at: i64,
    updated_at: i64,
    /// Where the gateway reports to.
    notify_url: String,
}

impl ManagedPaymentBody {
    fn new((managed, notify_url): (ManagedPayment, String)) -> Self {
        let method = managed.method;
        let config = method.config.values();
        let config = config.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let percent = method.fee_percent;
        let percent = percent.map(|share| Decimal::new(share.get().saturating_mul(100)));
        Self {
            id: method.id.get(),
            config: config.collect(),
            uuid: method.uuid,
            payment: method.gateway,
            name: method.name,
            icon: method.icon,
            notify_domain: method.notify_domain,
            handling_fee_fixed: method.fee_fixed.map(Cents::get),
            handling_fee_percent: percent.and_then(decimal::number),
            enable: method.enabled,
            sort: method.sort,
            created_at: managed.created_at.get(),
            updated_at: managed.updated_at.get(),
            notify_url,
        }
    }
}

/// Every payment method.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/payment/fetch",
    responses((status = 200, description = "The methods", body = SuccessBody<Vec<ManagedPaymentBody>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<Success<Vec<ManagedPaymentBody>>, Fault> {
    let run = panel.run(move |app| async move { app.administration.payments.list(&root).await });
    let methods = run.await?.into_iter();
    Ok(Success(methods.map(ManagedPaymentBody::new).collect()))
}

/// Which payment method.
#[derive(ToSchema)]
pub(crate) struct NamedPayment {
    #[schema(value_type = i64)]
    id: PaymentId,
}

impl Body for NamedPayment {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // What is no number names no method.
        let unknown = || Error::from(BillingError::PaymentMethodMissing).into();
        let id = read.any("id").naming(unknown, Given::integer);
        let id = id.map(PaymentId::new).get()?;
        Ok(Self { id })
    }
}

/// Switches a payment method on that is off, and the other way round.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/payment/show",
    request_body = NamedPayment,
    responses(
        (status = 200, description = "Switched", body = SuccessBody<bool>),
        (status = 400, description = "There is no such method", body = FailureBody),
    )
)]
pub(crate) async fn show(
    Changing(change): Changing,
    Read(body): Read<NamedPayment>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.payments.switch(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Deletes a payment method through which no order waits for a payment.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/payment/drop",
    request_body = NamedPayment,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such method, or an order waits for a payment through it", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedPayment>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.payments.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Lists the payment methods that are named in this order.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/payment/sort",
    request_body = NamedInOrder,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such method", body = FailureBody),
        (status = 422, description = "These are no numbers, or too many", body = FailureBody),
    )
)]
pub(crate) async fn sort(
    Changing(change): Changing,
    Read(body): Read<NamedInOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let methods = body.ids(PaymentId::new);
    let run = panel
        .run(move |app| async move { app.administration.payments.sort(methods, change).await });
    run.await?;
    Ok(DONE)
}
