use async_trait::async_trait;
use ferroboard_kernel::{TradeNo, UnixSeconds};

use crate::{
    GatewayCode, GatewayConfig, GatewayError, GatewayRefund, NoticeRefused, NoticeVerdict,
    PaidNotice, Payment, PaymentRequest, RawNotice,
};

/// The payment gateways that there is code for.
pub trait PaymentGateways: Send + Sync {
    /// The gateway with this code. There is one for each.
    fn gateway(&self, code: GatewayCode) -> &dyn PaymentGateway;
}

/// A payment gateway. One object serves every method of its code; what differs is the configuration.
///
/// Never called while a transaction is open: implementations speak to other hosts.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// Which gateway it is.
    fn code(&self) -> GatewayCode;

    /// Starts a payment. Never called inside a transaction. It may be called again for the same
    /// order: the customer came back. Only a notice pays the order, whatever the answer is.
    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError>;

    /// Whether the notice carries the gateway's signature, for a gateway that [`Self::verify`] asks about
    /// its notices: what is not signed is neither kept nor worth a question. MUST ask nobody and be
    /// quick. `None` where `verify` itself is so.
    fn check_signature(
        &self,
        _config: &GatewayConfig,
        _notice: &RawNotice,
    ) -> Option<Result<(), NoticeRefused>> {
        None
    }

    /// Judges a raw notice: signature, merchant, state. May ask the gateway (`BTCPay`).
    ///
    /// Without its secret every notice MUST be refused. Signatures MUST be compared in constant
    /// time. Whether the amount suffices is judged by the caller, who knows the order.
    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused>;

    /// Asks the gateway whether the order was paid, where its API can be asked. `None` when it was
    /// not, or cannot be asked. The callback number MUST be the one a notice of the same payment
    /// carries.
    async fn find_payment(
        &self,
        config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError>;

    /// The gateway's own way to give money back; `None` where it has none.
    fn refunds(&self) -> Option<&dyn RefundGateway> {
        None
    }
}

/// A gateway that gives money back.
#[async_trait]
pub trait RefundGateway: Send + Sync {
    /// Looks for a refund that was asked for before, and says under which number or address it is found there;
    /// `None` where the gateway has made none. A gateway that has no way to look asks once more with the same key.
    /// Never called inside a transaction.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Refused`] MUST mean that the gateway decided about this refund: it did not go out and will
    /// not. Whatever keeps from knowing that (no answer, a key that is no longer taken, a missing setting) is
    /// [`GatewayError::Unreachable`].
    async fn find_refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<Option<String>, GatewayError>;

    /// Refunds a part of a payment, and says under which number or address it is found there. Never called
    /// inside a transaction. Where it did not answer, it is [looked for](Self::find_refund) before it is asked
    /// again with the same key: that MUST have one effect, however long ago it was asked first.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Unreachable`] where it is not known whether the money went out, and for what may
    /// succeed later; every other error MUST mean that it did not and will not.
    async fn refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<String, GatewayError>;
}
