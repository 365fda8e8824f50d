//! The payment gateways behind billing's port, one file for each.
//!
//! All of them keep the same promises: a notice is refused unless its secret is configured and its
//! signature is right; signatures are compared in constant time, over the raw body where the
//! protocol signs it; amounts are read exactly; and only a finished payment is reported as one.
//! Whether the amount is enough, and for which order, is billing's business.

mod alipay_f2f;
mod amount;
mod btcpay;
mod coinbase;
mod coinpayments;
mod epay;
mod form;
mod http;
mod mgate;
mod notice;
mod signature;
mod stripe;
mod stripe_checkout;
mod stripe_credit;
mod stripe_refund;

use std::sync::Arc;

use ferroboard_billing::{GatewayCode, PaymentGateway, PaymentGateways};
use ferroboard_kernel::Clock;

pub use http::GatewaysUnavailable;

use alipay_f2f::AlipayF2f;
use btcpay::BtcPay;
use coinbase::Coinbase;
use coinpayments::CoinPayments;
use epay::Epay;
use http::GatewayHttp;
use mgate::Mgate;
use stripe::StripeApi;
use stripe_checkout::StripeCheckout;
use stripe_credit::StripeCredit;

/// Where the gateways are that have one address for all merchants. The other gateways' addresses
/// are settings of each payment method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayAddresses {
    /// Alipay's, with its path.
    pub alipay: String,
    /// Stripe's, without a path.
    pub stripe: String,
}

impl Default for GatewayAddresses {
    /// The real ones.
    fn default() -> Self {
        Self {
            alipay: "https://openapi.alipay.com/gateway.do".to_owned(),
            stripe: "https://api.stripe.com".to_owned(),
        }
    }
}

/// Every gateway, by its code.
pub struct Gateways {
    alipay_f2f: AlipayF2f,
    btcpay: BtcPay,
    coinbase: Coinbase,
    coinpayments: CoinPayments,
    epay: Epay,
    mgate: Mgate,
    stripe_checkout: StripeCheckout,
    stripe_credit: StripeCredit,
}

impl Gateways {
    /// All gateways over one HTTP client.
    pub fn new(
        addresses: GatewayAddresses,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, GatewaysUnavailable> {
        let http = GatewayHttp::new()?;
        let stripe = StripeApi {
            http: http.clone(),
            address: addresses.stripe,
        };
        Ok(Self {
            alipay_f2f: AlipayF2f {
                http: http.clone(),
                clock,
                address: addresses.alipay,
            },
            btcpay: BtcPay { http: http.clone() },
            coinbase: Coinbase { http: http.clone() },
            coinpayments: CoinPayments,
            epay: Epay { http: http.clone() },
            mgate: Mgate { http },
            stripe_checkout: StripeCheckout {
                api: stripe.clone(),
            },
            stripe_credit: StripeCredit { api: stripe },
        })
    }
}

impl PaymentGateways for Gateways {
    fn gateway(&self, code: GatewayCode) -> &dyn PaymentGateway {
        match code {
            GatewayCode::AlipayF2F => &self.alipay_f2f,
            GatewayCode::BtcPay => &self.btcpay,
            GatewayCode::Coinbase => &self.coinbase,
            GatewayCode::CoinPayments => &self.coinpayments,
            GatewayCode::EPay => &self.epay,
            GatewayCode::MGate => &self.mgate,
            GatewayCode::StripeCheckout => &self.stripe_checkout,
            GatewayCode::StripeCredit => &self.stripe_credit,
        }
    }
}
