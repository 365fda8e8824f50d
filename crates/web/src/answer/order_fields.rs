//! The rules of the fields that orders are made of, and how they become values.

use ferroboard_application::Error;
use ferroboard_billing::{BillingError, CouponCode, OrderStatus, Period};
use ferroboard_kernel::{PaymentId, PlanId, TradeNo};
use validator::ValidationError;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::field::Field;
use crate::request::valid::refuse_when;

/// The number of a plan. Whether there is such a plan is found out later.
pub(crate) fn plan(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::PlanRequired)?;
    refuse_when(field.plan_id().is_none(), Message::PlanMissing)
}

/// A payment period in either spelling.
pub(crate) fn period(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::PeriodRequired)?;
    refuse_when(field.period().is_none(), Message::PeriodInvalid)
}

/// The number of an order, whether or not there is such an order.
pub(crate) fn trade_no(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::TradeNoRequired)
}

/// The status that a list of orders is limited to; blank for all.
pub(crate) fn order_status(field: &Field) -> Result<(), ValidationError> {
    let refused = !field.is_blank() && field.order_status().is_none();
    refuse_when(refused, Message::OrderStatusInvalid)
}

/// The code of a coupon, whether or not there is such a coupon.
pub(crate) fn coupon_code(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::CouponRequired)
}

impl Field {
    pub(crate) fn plan_id(&self) -> Option<PlanId> {
        self.integer().map(PlanId::new)
    }

    pub(crate) fn payment_id(&self) -> Option<PaymentId> {
        self.integer().map(PaymentId::new)
    }

    pub(crate) fn period(&self) -> Option<Period> {
        Period::parse(self.text()?)
    }

    pub(crate) fn order_status(&self) -> Option<OrderStatus> {
        OrderStatus::from_code(self.integer()?)
    }

    /// What cannot be the number of an order is refused like one that no order has.
    pub(crate) fn to_trade_no(&self, missing: BillingError) -> Result<TradeNo, Fault> {
        let number = self.text().and_then(|text| TradeNo::parse(text).ok());
        number.ok_or_else(|| Fault::from(Error::Billing(missing)))
    }

    /// What cannot be the code of a coupon is refused like one that no coupon has.
    pub(crate) fn to_coupon_code(&self) -> Result<CouponCode, Fault> {
        let code = self.text().and_then(CouponCode::parse);
        code.ok_or(Fault::refused(Message::CouponInvalid))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn rules_answer_for_every_json_type() {
        type Rule = fn(&Field) -> Result<(), ValidationError>;
        let rows: [(Rule, Value, Option<&str>); 19] = [
            (plan, json!(1), None),
            (plan, json!("1"), None),
            (plan, json!(null), Some("PlanRequired")),
            (plan, json!("abc"), Some("PlanMissing")),
            (plan, json!([1]), Some("PlanMissing")),
            (period, json!("month_price"), None),
            (period, json!("monthly"), None),
            (period, json!("deposit"), Some("PeriodInvalid")),
            (period, json!({}), Some("PeriodInvalid")),
            (period, json!(null), Some("PeriodRequired")),
            (order_status, json!(null), None),
            (order_status, json!(4), None),
            (order_status, json!("0"), None),
            (order_status, json!(5), Some("OrderStatusInvalid")),
            (order_status, json!("x"), Some("OrderStatusInvalid")),
            (trade_no, json!(null), Some("TradeNoRequired")),
            (trade_no, json!("x"), None),
            (coupon_code, json!(null), Some("CouponRequired")),
            (coupon_code, json!(["a"]), None),
        ];
        for (rule, value, expected) in rows {
            let refused = rule(&Field::from(value.clone())).err();
            let code = refused.map(|error| error.code.into_owned());
            assert_eq!(code.as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn what_names_nothing_is_refused_like_the_unknown() {
        for value in [json!("a b"), json!([1]), json!(true), json!("1".repeat(37))] {
            let field = Field::from(value.clone());
            assert!(
                field.to_trade_no(BillingError::OrderMissing).is_err(),
                "{value}"
            );
        }
        assert!(Field::Nested.to_coupon_code().is_err());
        assert!(Field::from(json!("A")).to_coupon_code().is_ok());
    }
}
