//! Receipts.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::ReceiptQueries;
use ferroboard_billing::{
    OrderKind, OrderReceipt, PaidBy, Period, ReceiptAmounts, ReceiptNames, ReceiptNumber,
    ReceiptRepository, ReceiptSeller,
};
use ferroboard_kernel::{
    Cents, Decimal, OrderId, PaymentId, PlanId, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, reported};
use crate::failure::Failure;
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::{ferro_receipt, ferro_receipt_year, v2_payment, v2_plan, v2_user};

/// A row of `ferro_receipt`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ferro_receipt)]
struct ReceiptRow {
    order_id: Int,
    user_id: Int,
    trade_no: String,
    year: Int,
    place: Int,
    kind: Int,
    period: String,
    item: String,
    buyer: String,
    seller_name: String,
    seller_address: String,
    seller_tax_number: String,
    seller_email: String,
    currency: String,
    price: Amount,
    discount: Amount,
    surplus: Amount,
    balance: Amount,
    total: Amount,
    fee: Amount,
    bonus: Amount,
    tax_name: String,
    tax_rate: Amount,
    tax: Amount,
    paid_by: String,
    method: Option<String>,
    ordered_at: Int,
    issued_at: Int,
}

impl ReceiptRow {
    fn receipt(self) -> Result<OrderReceipt, StoreError> {
        let impossible = |column| odd_values::corrupt("ferro_receipt", &self.order_id.0, column);
        let kind = OrderKind::from_code(self.kind.0).ok_or_else(|| impossible("kind"))?;
        let period = Period::of_order(&self.period).ok_or_else(|| impossible("period"))?;
        let paid_by = PaidBy::parse(&self.paid_by).ok_or_else(|| impossible("paid_by"))?;
        let cents = |amount: Amount| Cents::new(amount.0);
        Ok(OrderReceipt {
            number: ReceiptNumber {
                year: self.year.0,
                place: self.place.0,
            },
            order: OrderId::new(self.order_id.0),
            trade_no: TradeNo::stored(self.trade_no),
            user: UserId::new(self.user_id.0),
            kind,
            period,
            names: ReceiptNames {
                buyer: self.buyer,
                item: self.item,
                method: self.method,
            },
            seller: ReceiptSeller {
                name: self.seller_name,
                address: self.seller_address,
                tax_number: self.seller_tax_number,
                email: self.seller_email,
            },
            currency: self.currency,
            amounts: ReceiptAmounts {
                price: cents(self.price),
                discount: cents(self.discount),
                surplus: cents(self.surplus),
                balance: cents(self.balance),
                total: cents(self.total),
                fee: cents(self.fee),
                bonus: cents(self.bonus),
                tax: cents(self.tax),
            },
            tax_name: self.tax_name,
            tax_rate: Decimal::new(self.tax_rate.0),
            paid_by,
            ordered_at: UnixSeconds::new(self.ordered_at.0),
            issued_at: UnixSeconds::new(self.issued_at.0),
        })
    }
}

#[async_trait]
impl ReceiptRepository for SqlTx {
    async fn find_receipt_names(
        &mut self,
        user: UserId,
        plan: PlanId,
        payment: Option<PaymentId>,
    ) -> Result<ReceiptNames, StoreError> {
        let names: Result<ReceiptNames, Failure> = async {
            let connection = self.open()?;
            // As lists, which leave out what cannot be read.
            let buyer: Vec<String> = v2_user::table
                .filter(v2_user::id.eq(user.get()))
                .select(v2_user::email)
                .load(&mut *connection)
                .await?;
            let item: Vec<String> = v2_plan::table
                .filter(v2_plan::id.eq(plan.get()))
                .select(v2_plan::name)
                .load(&mut *connection)
                .await?;
            let method: Vec<String> = match payment {
                Some(payment) => {
                    v2_payment::table
                        .filter(v2_payment::id.eq(payment.get()))
                        .select(v2_payment::name)
                        .load(connection)
                        .await?
                }
                None => Vec::new(),
            };
            Ok(ReceiptNames {
                buyer: buyer.into_iter().next().unwrap_or_default(),
                item: item.into_iter().next().unwrap_or_default(),
                method: method.into_iter().next(),
            })
        }
        .await;
        self.settle(names)
    }

    async fn move_receipt_place(&mut self, year: i64) -> Result<i64, StoreError> {
        let moved: Result<i64, Failure> = async {
            let connection = self.open()?;
            let first = diesel::insert_into(ferro_receipt_year::table).values((
                ferro_receipt_year::year.eq(year),
                ferro_receipt_year::place.eq(1_i64),
            ));
            on_duplicate!(first, ferro_receipt_year::year)
                .do_update()
                .set(ferro_receipt_year::place.eq(ferro_receipt_year::place + 1))
                .execute(&mut *connection)
                .await?;
            let place = ferro_receipt_year::table
                .filter(ferro_receipt_year::year.eq(year))
                .select(ferro_receipt_year::place)
                .first::<Amount>(connection)
                .await?;
            Ok(place.0)
        }
        .await;
        self.settle(moved)
    }

    async fn insert_receipt(&mut self, receipt: &OrderReceipt) -> Result<(), StoreError> {
        let (names, seller, amounts) = (&receipt.names, &receipt.seller, &receipt.amounts);
        let inserted = diesel::insert_into(ferro_receipt::table)
            .values((
                ferro_receipt::order_id.eq(receipt.order.get()),
                ferro_receipt::user_id.eq(receipt.user.get()),
                ferro_receipt::trade_no.eq(receipt.trade_no.as_str()),
                ferro_receipt::year.eq(receipt.number.year),
                ferro_receipt::place.eq(receipt.number.place),
                ferro_receipt::kind.eq(receipt.kind.code()),
                ferro_receipt::period.eq(receipt.period.key()),
                ferro_receipt::item.eq(names.item.as_str()),
                ferro_receipt::buyer.eq(names.buyer.as_str()),
                ferro_receipt::seller_name.eq(seller.name.as_str()),
                ferro_receipt::seller_address.eq(seller.address.as_str()),
                ferro_receipt::seller_tax_number.eq(seller.tax_number.as_str()),
                ferro_receipt::seller_email.eq(seller.email.as_str()),
                ferro_receipt::currency.eq(receipt.currency.as_str()),
                ferro_receipt::price.eq(amounts.price.get()),
                ferro_receipt::discount.eq(amounts.discount.get()),
                ferro_receipt::surplus.eq(amounts.surplus.get()),
                ferro_receipt::balance.eq(amounts.balance.get()),
                ferro_receipt::total.eq(amounts.total.get()),
                ferro_receipt::fee.eq(amounts.fee.get()),
                ferro_receipt::bonus.eq(amounts.bonus.get()),
                ferro_receipt::tax_name.eq(receipt.tax_name.as_str()),
                ferro_receipt::tax_rate.eq(receipt.tax_rate.ten_thousandths()),
                ferro_receipt::tax.eq(amounts.tax.get()),
                ferro_receipt::paid_by.eq(receipt.paid_by.as_str()),
                ferro_receipt::method.eq(names.method.as_deref()),
                ferro_receipt::ordered_at.eq(receipt.ordered_at.get()),
                ferro_receipt::issued_at.eq(receipt.issued_at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }
}

#[async_trait]
impl ReceiptQueries for SqlStore {
    async fn find_receipt(&self, trade_no: &TradeNo) -> Result<Option<OrderReceipt>, StoreError> {
        let mut connection = self.reader().await?;
        let row = ferro_receipt::table
            .filter(ferro_receipt::trade_no.eq(trade_no.as_str()))
            .select(ReceiptRow::as_select())
            .first(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        row.map(ReceiptRow::receipt).transpose()
    }
}
