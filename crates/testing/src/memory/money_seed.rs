use async_trait::async_trait;
use ferroboard_billing::testing::TrafficResetRow;
use ferroboard_billing::{Coupon, GatewayConfig, NoticeOutcome, Order, PaymentMethod};
use ferroboard_invite::CommissionMode;
use ferroboard_kernel::{
    Cents, LedgerAccount, NoticeId, OrderId, TradeNo, UnixSeconds, UserId, lower_hex,
};

use super::MemoryStore;
use crate::contract::{KeptNotice, LedgerLine, MoneySeed, ResetLine, UserColumns};

#[async_trait]
impl MoneySeed for MemoryStore {
    async fn insert_order(&self, order: &Order) {
        self.write(|tables| tables.billing.orders.insert(order.id, order.clone()));
    }

    async fn insert_coupon(&self, coupon: &Coupon) {
        self.write(|tables| tables.billing.coupons.insert(coupon.id, coupon.clone()));
    }

    async fn insert_payment(&self, method: &PaymentMethod, config: &str) {
        let method = PaymentMethod {
            config: GatewayConfig::from_json(config),
            ..method.clone()
        };
        self.write(|tables| tables.billing.payments.insert(method.id, method));
    }

    async fn update_user(&self, user: UserId, columns: &UserColumns) {
        self.write(|tables| {
            let row = tables.user(user);
            let billed = &mut row.billing;
            billed.balance = Cents::new(columns.balance);
            billed.discount = columns.discount;
            (billed.upload, billed.download) = (columns.upload, columns.download);
            let inviter = &mut row.invite;
            inviter.commission_balance = Cents::new(columns.commission_balance);
            inviter.mode = CommissionMode::from_code(columns.commission_type).unwrap_or_default();
            inviter.commission_rate = columns.commission_rate;
        });
    }

    async fn ledger(&self, user: UserId) -> Vec<LedgerLine> {
        self.read(|tables| {
            let lines = LedgerAccount::ALL.into_iter().flat_map(|account| {
                let entries = tables.ledger(account).iter();
                let own = entries.filter(move |entry| entry.user == user);
                own.map(move |entry| LedgerLine {
                    account,
                    amount: entry.amount.get(),
                    kind: entry.kind.as_str().to_owned(),
                    reference: entry.reference.clone(),
                })
            });
            lines.collect()
        })
    }

    async fn open_order(&self, user: UserId) -> Option<TradeNo> {
        self.read(|tables| tables.billing.open_orders.get(&user).cloned())
    }

    async fn order_failure(&self, order: OrderId) -> Option<(String, i64, UnixSeconds)> {
        self.read(|tables| {
            let failure = tables.billing.failures.get(&order)?;
            Some((failure.reason.clone(), failure.attempts, failure.at))
        })
    }

    async fn raw_notice(&self, id: NoticeId) -> KeptNotice {
        let kept = self.read(|tables| tables.billing.raw_notices.get(&id).cloned());
        let Some(kept) = kept else {
            panic!("no notice {id}")
        };
        let raw = kept.notice.raw;
        let reason = match &kept.outcome {
            Some(NoticeOutcome::Refused(reason)) => Some(reason.clone()),
            Some(NoticeOutcome::Reviewed(reason)) => Some(reason.as_str().to_owned()),
            _ => None,
        };
        KeptNotice {
            method: raw.method,
            query: raw.query,
            headers: raw.headers,
            body: lower_hex(raw.body),
            outcome: kept.outcome.map(|outcome| outcome.as_str().to_owned()),
            reason,
        }
    }

    async fn reviews(&self) -> Vec<(String, String)> {
        self.read(|tables| {
            let rows = tables.billing.reviews.iter();
            rows.map(|row| {
                let about = &row.about;
                (about.callback_no.clone(), about.reason.as_str().to_owned())
            })
            .collect()
        })
    }

    async fn traffic_resets(&self) -> Vec<ResetLine> {
        self.read(|tables| tables.billing.resets.iter().map(reset_line).collect())
    }
}

fn reset_line(row: &TrafficResetRow) -> ResetLine {
    ResetLine {
        user: row.reset.user,
        reset_type: row.reset.method.log_type().to_owned(),
        old_upload: row.old_upload,
        old_download: row.old_download,
        old_total: row.old_upload + row.old_download,
        new_total: 0,
        source: row.reset.source.as_str().to_owned(),
    }
}
