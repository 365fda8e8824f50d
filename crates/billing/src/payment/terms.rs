use ferroboard_kernel::{Cents, PaymentId, Percent};

use crate::{Edit, GatewayConfig, PaymentMethod};

/// What an administrator says about a payment method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentTerms {
    /// Shown to customers.
    pub name: String,
    /// The gateway's code.
    pub gateway: String,
    /// The gateway's settings, all of them.
    pub config: GatewayConfig,
    /// Address of a picture.
    pub icon: Edit<String>,
    /// Scheme and host of the notification address.
    pub notify_domain: Edit<String>,
    /// Part of the fee that does not depend on the order.
    pub fee_fixed: Edit<Cents>,
    /// Part of the fee that is a share of the order.
    pub fee_percent: Edit<Percent>,
}

impl PaymentTerms {
    /// A new method, which nobody can pay with yet. Its number is given by the table.
    pub fn method(&self, uuid: String) -> PaymentMethod {
        self.written_to(&PaymentMethod {
            id: PaymentId::new(0),
            uuid,
            gateway: String::new(),
            name: String::new(),
            icon: None,
            config: GatewayConfig::default(),
            notify_domain: None,
            fee_fixed: None,
            fee_percent: None,
            enabled: false,
            sort: None,
        })
    }

    /// The method as it is afterwards.
    pub fn written_to(&self, method: &PaymentMethod) -> PaymentMethod {
        PaymentMethod {
            name: self.name.clone(),
            gateway: self.gateway.clone(),
            config: self.config.clone(),
            icon: self.icon.over(method.icon.clone()),
            notify_domain: self.notify_domain.over(method.notify_domain.clone()),
            fee_fixed: self.fee_fixed.over(method.fee_fixed),
            fee_percent: self.fee_percent.over(method.fee_percent),
            ..method.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_payment_method;

    #[test]
    fn a_new_method_is_off_and_what_is_not_said_stays() {
        let terms = PaymentTerms {
            name: "New".to_owned(),
            gateway: "EPay".to_owned(),
            config: GatewayConfig::from_json(r#"{"pid":"1"}"#),
            icon: Edit::Keep,
            notify_domain: Edit::Clear,
            fee_fixed: Edit::Set(Cents::new(5)),
            fee_percent: Edit::Keep,
        };
        let new = terms.method("abcdefgh".to_owned());
        assert_eq!((new.enabled, new.sort, new.icon), (false, None, None));
        let old = PaymentMethod {
            icon: Some("i".to_owned()),
            notify_domain: Some("https://n".to_owned()),
            fee_percent: Some(Percent::hundredths(150)),
            ..a_payment_method(1)
        };
        let expected = PaymentMethod {
            name: "New".to_owned(),
            config: terms.config.clone(),
            notify_domain: None,
            fee_fixed: Some(Cents::new(5)),
            ..old.clone()
        };
        assert_eq!(terms.written_to(&old), expected);
    }
}
