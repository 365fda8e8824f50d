use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ferroboard_billing::{
    DisputeNotice, GatewayCode, GatewayConfig, GatewayError, GatewayRefund, NoticeRefused,
    NoticeVerdict, PaidNotice, Payment, PaymentGateway, PaymentGateways, PaymentRequest, RawNotice,
    RefundGateway,
};
use ferroboard_kernel::{Cents, TradeNo, UnixSeconds};

/// Gateways that believe every notice whose field `sign` is the method's setting `key`.
///
/// Such a notice reports the payment `callback_no` of the order `trade_no`; it may say how many cents
/// were paid (`amount`) and in which `currency`. With a field `state` other than `paid` it reports
/// nothing. Clones are the same gateways.
#[derive(Debug, Clone)]
pub struct FixedGateways(Arc<Vec<FixedGateway>>);

#[derive(Debug)]
struct FixedGateway {
    code: GatewayCode,
    requests: Mutex<Vec<PaymentRequest>>,
    payments: Mutex<BTreeMap<TradeNo, PaidNotice>>,
    pause: Mutex<Duration>,
    refunds: Mutex<Vec<GatewayRefund>>,
    refusal: Mutex<Option<GatewayError>>,
    verified: AtomicUsize,
}

impl Default for FixedGateways {
    fn default() -> Self {
        let gateway = |code| FixedGateway {
            code,
            requests: Mutex::default(),
            payments: Mutex::default(),
            pause: Mutex::default(),
            refunds: Mutex::default(),
            refusal: Mutex::default(),
            verified: AtomicUsize::default(),
        };
        Self(Arc::new(
            GatewayCode::ALL.into_iter().map(gateway).collect(),
        ))
    }
}

impl FixedGateways {
    /// The payments that were started, oldest first, at each gateway in turn.
    pub fn requests(&self) -> Vec<PaymentRequest> {
        let started = self.0.iter().map(|gateway| {
            let requests = gateway.requests.lock();
            requests.unwrap_or_else(PoisonError::into_inner).clone()
        });
        started.flatten().collect()
    }

    /// The refunds that were asked for, each as often as it was, oldest first, at each gateway in turn.
    pub fn refunds(&self) -> Vec<GatewayRefund> {
        let asked = self.0.iter().map(|gateway| {
            let refunds = gateway.refunds.lock();
            refunds.unwrap_or_else(PoisonError::into_inner).clone()
        });
        asked.flatten().collect()
    }

    /// Lets every gateway answer refunds like this; `None` gives the money back.
    pub fn answer_refunds(&self, refusal: Option<&GatewayError>) {
        for gateway in self.0.iter() {
            let answer = gateway.refusal.lock();
            *answer.unwrap_or_else(PoisonError::into_inner) = refusal.cloned();
        }
    }

    /// How many notices were to be verified.
    pub fn verified(&self) -> usize {
        let counts = self.0.iter();
        counts
            .map(|gateway| gateway.verified.load(Ordering::Relaxed))
            .sum()
    }

    /// Lets every gateway think for so long when it is asked about a payment.
    pub fn think_for(&self, pause: Duration) {
        for gateway in self.0.iter() {
            *gateway.pause.lock().unwrap_or_else(PoisonError::into_inner) = pause;
        }
    }

    /// Lets every gateway know of a payment, for when it is asked.
    pub fn settle(&self, paid: &PaidNotice) {
        for gateway in self.0.iter() {
            let payments = gateway.payments.lock();
            let mut payments = payments.unwrap_or_else(PoisonError::into_inner);
            payments.insert(paid.trade_no.clone(), paid.clone());
        }
    }
}

impl PaymentGateways for FixedGateways {
    fn gateway(&self, code: GatewayCode) -> &dyn PaymentGateway {
        match self.0.iter().find(|gateway| gateway.code == code) {
            Some(gateway) => gateway,
            None => panic!("there is a gateway for every code"),
        }
    }
}

#[async_trait]
impl PaymentGateway for FixedGateway {
    fn code(&self) -> GatewayCode {
        self.code
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        config.require("key")?;
        let address = format!("https://{}.test/{}", self.code.as_str(), request.trade_no);
        let requests = self.requests.lock();
        let mut requests = requests.unwrap_or_else(PoisonError::into_inner);
        requests.push(request.clone());
        Ok(Payment::Redirect(address))
    }

    /// As the real ones: only BTCPay is asked about notices.
    fn check_signature(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
    ) -> Option<Result<(), NoticeRefused>> {
        (self.code == GatewayCode::BtcPay).then(|| check_signature(config, notice))
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        check_signature(config, notice)?;
        let reply = "success".to_owned();
        let text = |name| {
            let found = notice.field(name).map(str::to_owned);
            found.ok_or(NoticeRefused::Malformed)
        };
        if let Some(number) = notice.field("dispute") {
            return Ok(NoticeVerdict::Disputed(DisputeNotice {
                dispute_no: number.to_owned(),
                payment_nos: vec![text("callback_no")?],
                amount: None,
                currency: None,
                standing: notice.field("state").map(str::to_owned),
                is_closed: notice.field("state").is_some_and(|state| state == "lost"),
                reply,
            }));
        }
        if notice.field("state").is_some_and(|state| state != "paid") {
            return Ok(NoticeVerdict::NotFinal { reply });
        }
        let amount = notice.field("amount").map(str::parse).transpose();
        let amount = amount.map_err(|_| NoticeRefused::Malformed)?;
        Ok(NoticeVerdict::Paid(PaidNotice {
            trade_no: TradeNo::stored(text("trade_no")?),
            callback_no: text("callback_no")?,
            amount: amount.map(Cents::new),
            currency: notice.field("currency").map(str::to_owned),
            reply,
        }))
    }

    async fn find_payment(
        &self,
        _config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let pause = *self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        tokio::time::sleep(pause).await;
        let payments = self.payments.lock();
        let payments = payments.unwrap_or_else(PoisonError::into_inner);
        Ok(payments.get(trade_no).cloned())
    }

    /// As the real ones: Alipay, BTCPay and Stripe have a way to give money back.
    fn refunds(&self) -> Option<&dyn RefundGateway> {
        let has_one = matches!(
            self.code,
            GatewayCode::AlipayF2F
                | GatewayCode::BtcPay
                | GatewayCode::StripeCheckout
                | GatewayCode::StripeCredit
        );
        has_one.then_some(self)
    }
}

#[async_trait]
impl RefundGateway for FixedGateway {
    /// As Alipay: what was asked for is asked for again.
    async fn find_refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<Option<String>, GatewayError> {
        let asked = self.refund(config, refund).await;
        asked.map(Some).map_err(|error| match error {
            GatewayError::Unconfigured(_) => GatewayError::Unreachable(error.to_string()),
            error => error,
        })
    }

    async fn refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<String, GatewayError> {
        config.require("key")?;
        let refunds = self.refunds.lock();
        let mut refunds = refunds.unwrap_or_else(PoisonError::into_inner);
        refunds.push(refund.clone());
        let refusal = self.refusal.lock();
        let refusal = refusal.unwrap_or_else(PoisonError::into_inner);
        match &*refusal {
            Some(error) => Err(error.clone()),
            None => Ok(format!("re_{}", refund.key)),
        }
    }
}

fn check_signature(config: &GatewayConfig, notice: &RawNotice) -> Result<(), NoticeRefused> {
    let key = config.get("key").ok_or(NoticeRefused::Unconfigured)?;
    if notice.field("sign") == Some(key) {
        Ok(())
    } else {
        Err(NoticeRefused::Signature)
    }
}
