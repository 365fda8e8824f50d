//! A gateway that starts no payment.

use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentGateways, PaymentRequest, RawNotice,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};

/// What [`RefusingGateway`] answers: what a careless gateway might.
pub(crate) const ANSWER: &str = "the key sk_live_1 is wrong";

/// Stands for every gateway, and refuses.
pub(crate) struct RefusingGateway;

impl PaymentGateways for RefusingGateway {
    fn gateway(&self, _: GatewayCode) -> &dyn PaymentGateway {
        self
    }
}

#[async_trait]
impl PaymentGateway for RefusingGateway {
    fn code(&self) -> GatewayCode {
        GatewayCode::EPay
    }

    async fn pay(&self, _: &GatewayConfig, _: &PaymentRequest) -> Result<Payment, GatewayError> {
        Err(GatewayError::Refused(ANSWER.to_owned()))
    }

    async fn verify(
        &self,
        _: &GatewayConfig,
        _: &RawNotice,
        _: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        Err(NoticeRefused::Signature)
    }

    async fn find_payment(
        &self,
        _: &GatewayConfig,
        _: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        Ok(None)
    }
}
