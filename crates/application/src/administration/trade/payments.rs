//! Payment methods, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_billing::{
    BillingError, GatewayCode, GatewayConfig, PaymentMethod, PaymentService, PaymentTerms,
};
use ferroboard_kernel::{Cents, PaymentId, Percent};
use ferroboard_site::BundledPlugin;
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::trade::payment_queries::ManagedPayment;
use crate::{Change, Error, RequestRoot, addresses};

/// The payment methods.
pub struct PaymentOffers(pub(crate) AdminContext);

impl PaymentOffers {
    /// Every method, with the address that its gateway reports to.
    pub async fn list(&self, root: &RequestRoot) -> Result<Vec<(ManagedPayment, String)>, Error> {
        let settings = self.0.site.current();
        let methods = self.0.ports.store.admin()?.list_managed_payments().await?;
        let with_address = methods.into_iter().map(|managed| {
            let address = addresses::payment_notice_shown(&settings, root, &managed.method);
            (managed, address)
        });
        Ok(with_address.collect())
    }

    /// The gateways whose plugins are switched on.
    pub fn gateways(&self) -> Vec<&'static str> {
        let plugins = self.0.site.plugins();
        let gateways = BundledPlugin::ALL.iter().filter_map(BundledPlugin::gateway);
        gateways
            .filter(|gateway| plugins.is_gateway_enabled(gateway))
            .collect()
    }

    /// The gateway that is named, and how it is set in a method; not at all without one.
    pub async fn form(
        &self,
        gateway: &str,
        method: Option<PaymentId>,
    ) -> Result<(GatewayCode, GatewayConfig), Error> {
        let code = GatewayCode::parse(gateway).filter(|_| self.may_offer(gateway));
        let code = code.ok_or(BillingError::GatewayUnavailable)?;
        let Some(id) = method else {
            return Ok((code, GatewayConfig::default()));
        };
        let found = self.0.ports.store.find_payment_method(id).await?;
        let found = found.ok_or(BillingError::PaymentMethodMissing)?;
        Ok((code, found.config))
    }

    /// Whether there is code for the gateway, and its plugin is switched on.
    fn may_offer(&self, gateway: &str) -> bool {
        GatewayCode::parse(gateway).is_some() && self.0.site.plugins().is_gateway_enabled(gateway)
    }

    /// Makes a method, or changes one. Without an address of the panel no gateway could report a payment.
    pub async fn save(
        &self,
        id: Option<PaymentId>,
        terms: PaymentTerms,
        change: Change,
    ) -> Result<(), Error> {
        if self.0.site.current().site.app_url.is_none() {
            return Err(Error::SiteAddressMissing);
        }
        let is_available = self.may_offer(&terms.gateway);
        if id.is_none() && !is_available {
            return Err(BillingError::GatewayUnavailable.into());
        }
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            match id {
                Some(id) => {
                    let changed = PaymentService.change(tx, id, &terms, is_available, now);
                    let (before, after) = changed.await?;
                    changes(&before, &after)
                }
                None => {
                    let random = self.0.ports.random.as_ref();
                    let made = PaymentService.create(tx, &terms, random, now).await?;
                    AuditChange::between(&Value::Null, &shown(&made))
                }
            }
        })
    }

    /// Switches a method on that is off, and the other way round.
    pub async fn switch(&self, id: PaymentId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = PaymentService.switch(tx, id, now).await?;
            changes(&before, &after)
        })
    }

    /// Deletes a method through which no order waits for a payment.
    pub async fn delete(&self, id: PaymentId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let method = PaymentService.delete(tx, id).await?;
            AuditChange::between(&shown(&method), &Value::Null)
        })
    }

    /// Gives methods the places in which they are named.
    pub async fn sort(&self, methods: Vec<PaymentId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = PaymentService.sort(tx, &methods, now).await?;
            let before = before.iter().map(|(id, place)| json!([id.get(), place]));
            let after = methods.iter().map(|id| Value::from(id.get()));
            AuditChange::of("places", before.collect(), after.collect())
        })
    }
}

/// What the record says of a method: of its settings, most of which are secrets, only their names.
fn shown(method: &PaymentMethod) -> Value {
    let settings = method.config.values().map(|(name, _)| name);
    json!({
        "id": method.id.get(),
        "name": method.name,
        "payment": method.gateway,
        "icon": method.icon,
        "notify_domain": method.notify_domain,
        "handling_fee_fixed": method.fee_fixed.map(Cents::get),
        "handling_fee_hundredths": method.fee_percent.map(Percent::get),
        "enable": method.enabled,
        "settings": settings.collect::<Vec<_>>(),
    })
}

/// What became of a method, with the names of settings that have another value.
fn changes(before: &PaymentMethod, after: &PaymentMethod) -> AuditChange {
    let mut changes = AuditChange::between(&shown(before), &shown(after));
    let settings = before.config.changed_to(&after.config);
    if !settings.is_empty() {
        changes.note("settings_changed", Value::Null, Value::from(settings));
    }
    changes
}
