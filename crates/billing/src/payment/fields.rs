use crate::GatewayCode;

/// A setting of a gateway, as a form asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayField {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Whether it takes several lines.
    pub is_long: bool,
}

const fn line(name: &'static str) -> GatewayField {
    GatewayField {
        name,
        is_long: false,
    }
}

const fn text(name: &'static str) -> GatewayField {
    GatewayField {
        name,
        is_long: true,
    }
}

impl GatewayCode {
    /// The settings of the gateway, in the order in which a form asks for them.
    pub const fn fields(self) -> &'static [GatewayField] {
        match self {
            Self::AlipayF2F => ALIPAY_F2F,
            Self::BtcPay => BTCPAY,
            Self::Coinbase => COINBASE,
            Self::CoinPayments => COINPAYMENTS,
            Self::EPay => EPAY,
            Self::MGate => MGATE,
            Self::StripeCheckout => STRIPE_CHECKOUT,
            Self::StripeCredit => STRIPE_CREDIT,
        }
    }
}

const ALIPAY_F2F: &[GatewayField] = &[
    line("app_id"),
    text("private_key"),
    text("public_key"),
    line("product_name"),
];
const BTCPAY: &[GatewayField] = &[
    line("btcpay_url"),
    line("btcpay_storeId"),
    line("btcpay_api_key"),
    line("btcpay_webhook_key"),
];
const COINBASE: &[GatewayField] = &[
    line("coinbase_url"),
    line("coinbase_api_key"),
    line("coinbase_webhook_key"),
];
const COINPAYMENTS: &[GatewayField] = &[
    line("coinpayments_merchant_id"),
    line("coinpayments_ipn_secret"),
    line("coinpayments_currency"),
];
const EPAY: &[GatewayField] = &[line("url"), line("pid"), line("key"), line("type")];
const MGATE: &[GatewayField] = &[
    line("mgate_url"),
    line("mgate_app_id"),
    line("mgate_app_secret"),
    line("mgate_source_currency"),
];
const STRIPE_CHECKOUT: &[GatewayField] = &[
    line("currency"),
    line("exchange_rate"),
    line("stripe_sk_live"),
    line("stripe_pk_live"),
    line("stripe_webhook_key"),
    line("stripe_custom_field_name"),
];
const STRIPE_CREDIT: &[GatewayField] = &[
    line("currency"),
    line("exchange_rate"),
    line("stripe_sk_live"),
    line("stripe_pk_live"),
    line("stripe_webhook_key"),
];
