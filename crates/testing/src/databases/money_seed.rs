use async_trait::async_trait;
use ferroboard_billing::{CommissionStatus, Coupon, Order, PaymentMethod};
use ferroboard_kernel::{
    Cents, CouponId, LedgerAccount, NoticeId, OrderId, PaymentId, Percent, TradeNo, UnixSeconds,
    UserId,
};

use super::seed::{cell, number};
use super::{Backend, SqlSeed};
use crate::contract::{KeptNotice, LedgerLine, MoneySeed, ResetLine, UserColumns};

/// The row's next cell as a number; 0 for NULL.
fn integer(row: &mut std::vec::IntoIter<Option<String>>) -> i64 {
    let text = row.next().flatten().unwrap_or_else(|| "0".to_owned());
    match text.parse() {
        Ok(number) => number,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// A JSON list of numbers or texts, as the reference panel writes it.
fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Pairs of texts that hold no quotation marks, out of a JSON list.
fn pairs(json: &str) -> Vec<(String, String)> {
    let texts: Vec<&str> = json.split('"').skip(1).step_by(2).collect();
    let pairs = texts.chunks(2).filter_map(|pair| match pair {
        [name, value] => Some(((*name).to_owned(), (*value).to_owned())),
        _ => None,
    });
    pairs.collect()
}

impl SqlSeed {
    async fn cells(&self, query: &str) -> Vec<std::vec::IntoIter<Option<String>>> {
        let rows = self.sql().rows(query).await;
        rows.into_iter().map(Vec::into_iter).collect()
    }
}

#[async_trait]
impl MoneySeed for SqlSeed {
    async fn insert_order(&self, order: &Order) {
        let cents = |amount: Option<Cents>| number(amount.map(Cents::get));
        let surplus_orders = order.surplus_orders.as_ref();
        let surplus_orders = surplus_orders.map(|ids| list(ids.iter().map(OrderId::to_string)));
        let values = [
            order.id.to_string(),
            number(order.inviter.map(UserId::get)),
            order.user_id.to_string(),
            order.plan_id.to_string(),
            number(order.coupon_id.map(CouponId::get)),
            number(order.payment_id.map(PaymentId::get)),
            order.kind.code().to_string(),
            self.text(Some(order.period.key())),
            self.text(Some(order.trade_no.as_str())),
            self.text(order.callback_no.as_deref()),
            order.total.get().to_string(),
            cents(order.handling),
            cents(order.discount),
            cents(order.surplus),
            cents(order.refund),
            cents(order.balance_used),
            self.text(surplus_orders.as_deref()),
            order.status.code().to_string(),
            number(order.commission_status.map(CommissionStatus::code)),
            order.commission.get().to_string(),
            cents(order.commission_paid),
            number(order.paid_at.map(UnixSeconds::get)),
            order.created_at.get().to_string(),
            order.updated_at.get().to_string(),
        ];
        let statement = format!(
            "INSERT INTO v2_order (id, invite_user_id, user_id, plan_id, coupon_id, payment_id, \
             type, period, trade_no, callback_no, total_amount, handling_amount, discount_amount, \
             surplus_amount, refund_amount, balance_amount, surplus_order_ids, status, \
             commission_status, commission_balance, actual_commission_balance, paid_at, created_at, \
             updated_at) VALUES ({})",
            values.join(", ")
        );
        self.sql().execute(&statement).await;
        // A number that an insert gives must come after those that were given here.
        if self.sql().backend() == Backend::Postgres {
            let next = "SELECT setval('v2_order_id_seq', (SELECT MAX(id) FROM v2_order))";
            self.sql().execute(next).await;
        }
    }

    async fn insert_coupon(&self, coupon: &Coupon) {
        let plans = coupon.limit_plans.as_ref();
        let plans = plans.map(|ids| list(ids.iter().map(|id| format!("\"{id}\""))));
        let periods = coupon.limit_periods.as_ref();
        let periods = periods.map(|all| list(all.iter().map(|one| format!("\"{}\"", one.key()))));
        let statement = format!(
            "INSERT INTO v2_coupon (id, code, name, type, value, `show`, limit_use, \
             limit_use_with_user, limit_plan_ids, limit_period, started_at, ended_at, created_at, \
             updated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            coupon.id,
            self.text(Some(&coupon.code)),
            self.text(Some(&coupon.name)),
            coupon.discount.code(),
            coupon.discount.value(),
            i64::from(coupon.show),
            number(coupon.limit_use),
            number(coupon.limit_use_with_user),
            self.text(plans.as_deref()),
            self.text(periods.as_deref()),
            coupon.started_at.get(),
            coupon.ended_at.get(),
            coupon.created_at.get(),
            coupon.updated_at.get(),
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_payment(&self, method: &PaymentMethod, config: &str) {
        let percent = method.fee_percent.map(Percent::get);
        let percent = percent.map(|share| format!("{}.{:02}", share / 100, share % 100));
        let statement = format!(
            "INSERT INTO v2_payment (id, uuid, payment, name, icon, config, notify_domain, \
             handling_fee_fixed, handling_fee_percent, enable, sort, created_at, updated_at) \
             VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 1, 1)",
            method.id,
            self.text(Some(&method.uuid)),
            self.text(Some(&method.gateway)),
            self.text(Some(&method.name)),
            self.text(method.icon.as_deref()),
            self.text(Some(config)),
            self.text(method.notify_domain.as_deref()),
            number(method.fee_fixed.map(Cents::get)),
            percent.unwrap_or_else(|| "NULL".to_owned()),
            i64::from(method.enabled),
            number(method.sort),
        );
        self.sql().execute(&statement).await;
    }

    async fn update_user(&self, user: UserId, columns: &UserColumns) {
        let statement = format!(
            "UPDATE v2_user SET balance = {}, commission_balance = {}, discount = {}, \
             commission_type = {}, commission_rate = {}, u = {}, d = {} WHERE id = {user}",
            columns.balance,
            columns.commission_balance,
            number(columns.discount),
            columns.commission_type,
            number(columns.commission_rate),
            columns.upload,
            columns.download,
        );
        self.sql().execute(&statement).await;
    }

    async fn ledger(&self, user: UserId) -> Vec<LedgerLine> {
        let query = format!(
            "SELECT account, amount, kind, reference FROM ferro_ledger WHERE user_id = {user} \
             ORDER BY account, id"
        );
        let rows = self.cells(&query).await.into_iter();
        rows.map(|mut row| LedgerLine {
            account: match integer(&mut row) {
                0 => LedgerAccount::Balance,
                _ => LedgerAccount::Commission,
            },
            amount: integer(&mut row),
            kind: cell(&mut row),
            reference: cell(&mut row),
        })
        .collect()
    }

    async fn open_order(&self, user: UserId) -> Option<TradeNo> {
        let query = format!("SELECT trade_no FROM ferro_open_order WHERE user_id = {user}");
        self.sql().text(&query).await.map(TradeNo::stored)
    }

    async fn order_failure(&self, order: OrderId) -> Option<(String, i64, UnixSeconds)> {
        let query = format!(
            "SELECT reason, attempts, failed_at FROM ferro_order_failure WHERE order_id = {order}"
        );
        let mut row = self.cells(&query).await.into_iter().next()?;
        let (reason, attempts) = (cell(&mut row), integer(&mut row));
        Some((reason, attempts, UnixSeconds::new(integer(&mut row))))
    }

    async fn raw_notice(&self, id: NoticeId) -> KeptNotice {
        let body = match self.sql().backend() {
            Backend::Postgres => "encode(body, 'hex')",
            Backend::Sqlite | Backend::Mysql => "lower(hex(body))",
        };
        let query = format!(
            "SELECT method, query_values, header_values, {body}, outcome, reason \
             FROM ferro_raw_notice WHERE id = {id}"
        );
        let Some(mut row) = self.cells(&query).await.into_iter().next() else {
            panic!("no notice {id}")
        };
        KeptNotice {
            method: cell(&mut row),
            query: pairs(&cell(&mut row)),
            headers: pairs(&cell(&mut row)),
            body: cell(&mut row),
            outcome: row.next().flatten(),
            reason: row.next().flatten(),
        }
    }

    async fn reviews(&self) -> Vec<(String, String)> {
        let query = "SELECT callback_no, reason FROM ferro_payment_review ORDER BY id";
        let rows = self.cells(query).await.into_iter();
        rows.map(|mut row| (cell(&mut row), cell(&mut row)))
            .collect()
    }

    async fn traffic_resets(&self) -> Vec<ResetLine> {
        let query = "SELECT user_id, reset_type, old_upload, old_download, old_total, \
                     new_upload + new_download + new_total, trigger_source \
                     FROM v2_traffic_reset_logs ORDER BY id";
        let rows = self.cells(query).await.into_iter();
        rows.map(|mut row| ResetLine {
            user: UserId::new(integer(&mut row)),
            reset_type: cell(&mut row),
            old_upload: integer(&mut row),
            old_download: integer(&mut row),
            old_total: integer(&mut row),
            new_total: integer(&mut row),
            source: cell(&mut row),
        })
        .collect()
    }
}
