use ferroboard_billing::{GatewayCode, PaymentGateway};

/// The payment gateways that there is code for.
pub trait PaymentGateways: Send + Sync {
    /// The gateway with this code. There is one for each.
    fn gateway(&self, code: GatewayCode) -> &dyn PaymentGateway;
}
