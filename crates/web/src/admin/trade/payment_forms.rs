//! `payment/getPaymentMethods`, `getPaymentForm` and `save`: how payment methods are made and changed.

use std::collections::BTreeMap;

use actix_web::web::Data;
use ferroboard_application::Error;
use ferroboard_billing::{BillingError, Edit, GatewayConfig, PaymentTerms};
use ferroboard_kernel::{Cents, Decimal, PaymentId, Percent};
use utoipa::ToSchema;

use super::gateway_fields::{GatewayFieldBody, GatewayFields};
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused, digits};

/// The gateways that methods can be made of.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/payment/getPaymentMethods",
    responses((status = 200, description = "Their codes", body = SuccessBody<Vec<String>>))
)]
pub(crate) async fn gateways(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<&'static str>>, Fault> {
    let run = panel.run(|app| async move { Ok(app.administration.payments.gateways()) });
    run.await.map(Success)
}

/// Which form.
#[derive(ToSchema)]
pub(crate) struct NamedForm {
    /// The gateway's code.
    payment: String,
    /// A method whose settings fill the form.
    #[schema(value_type = Option<i64>)]
    id: Option<PaymentId>,
}

impl Body for NamedForm {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let refused = |error: BillingError| move || Fault::from(Error::from(error));
        let gateway = read.any("payment");
        let gateway = gateway.naming(refused(BillingError::GatewayUnavailable), Given::owned_text);
        let gateway = gateway.get();
        let id = read.nullable("id");
        let id = id.naming(refused(BillingError::PaymentMethodMissing), Given::integer);
        let id = id.map(PaymentId::new).get();
        Ok(Self {
            payment: gateway?,
            id: id?,
        })
    }
}

/// What a gateway is to be told, as a form asks for it.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/payment/getPaymentForm",
    request_body = NamedForm,
    responses(
        (status = 200, description = "The settings by name", body = SuccessBody<BTreeMap<String, GatewayFieldBody>>),
        (status = 400, description = "There is no such gateway or method", body = FailureBody),
    )
)]
pub(crate) async fn form(
    _: AdminSession,
    Read(body): Read<NamedForm>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<GatewayFields>, Fault> {
    let run = panel.run(move |app| async move {
        let payments = &app.administration.payments;
        payments.form(&body.payment, body.id).await
    });
    let (gateway, config) = run.await?;
    Ok(Success(GatewayFields::new(gateway, &config, locale)))
}

/// The largest number that columns of amounts hold.
const MOST: i64 = 2_147_483_647;
/// The most settings of a method.
const MOST_SETTINGS: usize = 50;
/// The most bytes of all of them, as the column holds them.
const LONGEST_CONFIG: usize = 60_000;

/// A payment method that is made or changed. What is left out of a change stays as it is.
#[derive(ToSchema)]
pub struct SavePayment {
    /// The method that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<PaymentId>,
    #[schema(max_length = 255)]
    name: String,
    #[schema(value_type = Option<String>)]
    icon: Edit<String>,
    /// The gateway's code.
    #[schema(max_length = 16)]
    payment: String,
    /// The gateway's settings, all of them.
    #[schema(value_type = Object)]
    config: GatewayConfig,
    /// Scheme and host of the address that the gateway reports to.
    #[schema(value_type = Option<String>)]
    notify_domain: Edit<String>,
    /// Cents; below 0 they lower the other part of the fee, but never the whole below 0.
    #[schema(value_type = Option<i64>)]
    handling_fee_fixed: Edit<Cents>,
    /// 0 to 100, with two decimals.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 100)]
    handling_fee_percent: Edit<Percent>,
}

impl Body for SavePayment {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = read.required("name").says(Message::PaymentNameRequired);
        let name = name.text().max(255).get();
        let icon = read.nullable("icon").text().max(2_000).change();
        let gateway = read.required("payment");
        let gateway = gateway.says(Message::PaymentGatewayRequired);
        let gateway = gateway.text().max(16).get();
        let config = read.required("config").says(Message::PaymentConfigRequired);
        let config = config.members(|_, value| value.judge(setting).get());
        let config = config.judge(settings).get();
        let domain = read.nullable("notify_domain").url();
        let domain = domain.says(Message::PaymentDomainInvalid).max(128);
        let domain = domain.parse(Message::PaymentDomainInvalid, |address| {
            let is_web = address.starts_with("https://") || address.starts_with("http://");
            is_web.then_some(address)
        });
        let domain = domain.change();
        let fixed = read.nullable("handling_fee_fixed");
        let fixed = fixed.parse(Message::PaymentFeeInvalid, |fee| {
            let fee = fee.integer().filter(|fee| (-MOST..=MOST).contains(fee));
            fee.map(Cents::new)
        });
        let fixed = fixed.change();
        let share = read.nullable("handling_fee_percent");
        let share = share.parse(Message::PaymentShareInvalid, |share| {
            share.decimal().and_then(percent)
        });
        let share = share.change();
        let id = read.nullable("id").integer().get();
        Ok(Self {
            // 0 is what a page sends that has none.
            id: id?.filter(|id| *id != 0).map(PaymentId::new),
            name: name?,
            icon: icon?.edit(),
            payment: gateway?,
            config: config?,
            notify_domain: domain?.edit(),
            handling_fee_fixed: fixed?.edit(),
            handling_fee_percent: share?.edit(),
        })
    }
}

impl SavePayment {
    /// The method that is changed, a new one without it; and what is said about it.
    pub fn into_terms(self) -> (Option<PaymentId>, PaymentTerms) {
        let terms = PaymentTerms {
            name: self.name,
            gateway: self.payment,
            config: self.config,
            icon: self.icon,
            notify_domain: self.notify_domain,
            fee_fixed: self.handling_fee_fixed,
            fee_percent: self.handling_fee_percent,
        };
        (self.id, terms)
    }
}

/// A setting as the text that gateways read.
fn setting(given: Given<'_>) -> Result<String, Message> {
    match given {
        Given::Text(text) => Ok(text.to_owned()),
        Given::Number(number) => Ok(digits(number)),
        Given::Flag(flag) => Ok(i32::from(flag).to_string()),
        Given::Absent | Given::Null => Ok(String::new()),
        Given::List(_) | Given::Object(_) => Err(Message::TextInvalid),
    }
}

/// All settings, if their column holds them. The items of a list have no names.
fn settings(named: Vec<(&str, String)>) -> Result<GatewayConfig, Message> {
    if named.len() > MOST_SETTINGS || named.iter().any(|(name, _)| name.is_empty()) {
        return Err(Message::PaymentConfigInvalid);
    }
    let named = named.into_iter();
    let config = GatewayConfig::new(named.map(|(name, text)| (name.to_owned(), text)).collect());
    if config.to_json().len() > LONGEST_CONFIG {
        return Err(Message::PaymentConfigInvalid);
    }
    Ok(config)
}

/// A share of 0 to 100 percent.
fn percent(share: Decimal) -> Option<Percent> {
    let range = Decimal::default()..=Decimal::new(1_000_000);
    let is_share = range.contains(&share);
    is_share.then(|| Percent::hundredths(share.hundredths()))
}

/// Makes a payment method that is off, or changes one.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/payment/save",
    request_body = SavePayment,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 400, description = "There is no such method or gateway, or the site has no address", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SavePayment>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (id, terms) = body.into_terms();
    let run = panel
        .run(move |app| async move { app.administration.payments.save(id, terms, change).await });
    run.await?;
    Ok(DONE)
}
