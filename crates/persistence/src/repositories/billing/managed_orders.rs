//! Orders, as administrators see them: each row is shown, whatever another program wrote into it.

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, QueryableByName};
use ferroboard_application::{CommissionLine, ManagedOrder, ManagedOrderQueries, OrderDossier};
use ferroboard_billing::Period;
use ferroboard_kernel::{OrderId, PlanId, StoreError, UserId};
use ferroboard_listing::{Found, ListRequest};

use super::super::accounts::user_rows;
use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, reported};
use super::order_ids::ids_from_json;
use super::order_rows::UNPAID;
use super::plans;
use crate::integer::{Int, number};
use crate::lists::{Place, Source, Statement};
use crate::refund_column::RefundColumn;
use crate::schema::v2_commission_log;

/// The most orders whose value one order replaces, and the most shares of its commission.
const MOST: i64 = 1_000;

const fn beside(table: &'static str, column: &'static str, by: &'static str) -> Place {
    Place::Related {
        table,
        column,
        key: "id",
        by,
    }
}

/// The orders as a list, with the column of what an order is credited.
macro_rules! orders {
    ($refund:literal) => {
        Source {
            table: "v2_order",
            key: "id",
            filled: &[
                "id",
                "status",
                "commission_status",
                "total_amount",
                "created_at",
                "updated_at",
            ],
            places: &[
                // A field of a row cannot be called so.
                ("type_", Place::Column("type")),
                ("refund", Place::Column($refund)),
                ("period", Place::Made(period)),
                ("plan_name", beside("v2_plan", "name", "plan_id")),
                ("method_name", beside("v2_payment", "name", "payment_id")),
                ("gateway", beside("v2_payment", "payment", "payment_id")),
                ("email", beside("v2_user", "email", "user_id")),
                ("user.email", beside("v2_user", "email", "user_id")),
            ],
        }
    };
}

const OLDER: Source = orders!("refund_amount");
const NEWER: Source = orders!("surplus_credit");

const fn source(refund: RefundColumn) -> Source {
    match refund {
        RefundColumn::Older => OLDER,
        RefundColumn::Newer => NEWER,
    }
}

/// The period in the newer of its spellings: rows of old programs have the other one.
fn period() -> String {
    let cases = Period::ALL.map(|period| {
        let (old, new) = (period.legacy_key(), period.key());
        format!("WHEN '{old}' THEN '{new}'")
    });
    let cases = cases.join(" ");
    format!("(CASE v2_order.period {cases} ELSE v2_order.period END)")
}

/// A row of `v2_order`, with what it names. Amounts are read as numbers are: nothing is decided by them.
#[derive(QueryableByName)]
struct OrderLine {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    invite_user_id: Option<Int>,
    #[diesel(sql_type = BigInt)]
    user_id: Int,
    #[diesel(sql_type = BigInt)]
    plan_id: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    coupon_id: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    payment_id: Option<Int>,
    #[diesel(sql_type = BigInt)]
    type_: Int,
    #[diesel(sql_type = Text)]
    period: String,
    #[diesel(sql_type = Text)]
    trade_no: String,
    #[diesel(sql_type = Nullable<Text>)]
    callback_no: Option<String>,
    #[diesel(sql_type = BigInt)]
    total_amount: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    handling_amount: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    discount_amount: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    surplus_amount: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    refund: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    balance_amount: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    surplus_order_ids: Option<String>,
    #[diesel(sql_type = BigInt)]
    status: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    commission_status: Option<Int>,
    #[diesel(sql_type = BigInt)]
    commission_balance: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    actual_commission_balance: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    paid_at: Option<Int>,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = BigInt)]
    updated_at: Int,
    #[diesel(sql_type = Nullable<Text>)]
    plan_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    method_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    gateway: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
}

impl OrderLine {
    /// What it is read from.
    const COLUMNS: &[&'static str] = &[
        "id",
        "invite_user_id",
        "user_id",
        "plan_id",
        "coupon_id",
        "payment_id",
        "type_",
        "period",
        "trade_no",
        "callback_no",
        "total_amount",
        "handling_amount",
        "discount_amount",
        "surplus_amount",
        "refund",
        "balance_amount",
        "surplus_order_ids",
        "status",
        "commission_status",
        "commission_balance",
        "actual_commission_balance",
        "paid_at",
        "created_at",
        "updated_at",
        "plan_name",
        "method_name",
        "gateway",
        "email",
    ];
}

impl From<OrderLine> for ManagedOrder {
    fn from(row: OrderLine) -> Self {
        let surplus = ids_from_json(row.surplus_order_ids.as_deref());
        Self {
            id: row.id.0,
            inviter: number(row.invite_user_id),
            user: row.user_id.0,
            plan: row.plan_id.0,
            coupon: number(row.coupon_id),
            payment: number(row.payment_id),
            kind: row.type_.0,
            period: row.period,
            trade_no: row.trade_no,
            callback_no: row.callback_no,
            total: row.total_amount.0,
            handling: number(row.handling_amount),
            discount: number(row.discount_amount),
            surplus: number(row.surplus_amount),
            refund: number(row.refund),
            balance_used: number(row.balance_amount),
            surplus_orders: surplus.map(|ids| ids.into_iter().map(OrderId::get).collect()),
            status: row.status.0,
            commission_status: number(row.commission_status),
            commission: row.commission_balance.0,
            commission_paid: number(row.actual_commission_balance),
            paid_at: number(row.paid_at),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            plan_name: row.plan_name,
            method: row.method_name.zip(row.gateway),
            email: row.email,
        }
    }
}

/// The condition that an inviter earns something of an order that was paid.
fn earning() -> Statement {
    let [pending, cancelled] = UNPAID;
    let mut scope = lists::statement();
    scope.sql("v2_order.invite_user_id IS NOT NULL AND v2_order.commission_balance > 0");
    scope.sql(&format!(
        " AND v2_order.status NOT IN ({pending}, {cancelled})"
    ));
    scope
}

/// The orders with these numbers, by number.
async fn by_id(
    connection: &mut Conn,
    refund: RefundColumn,
    ids: &[i64],
) -> QueryResult<Vec<ManagedOrder>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut scope = lists::statement();
    scope.sql("v2_order.id IN (");
    scope.separated(", ", ids.iter().copied(), |scope, id| {
        scope.bind(id);
    });
    scope.sql(")");
    let (source, columns) = (source(refund), OrderLine::COLUMNS);
    let orders = lists::first::<OrderLine>(connection, &source, columns, scope, MOST).await?;
    Ok(orders.into_iter().map(ManagedOrder::from).collect())
}

/// Who got which share of the commission of an order.
async fn shares(connection: &mut Conn, trade_no: &str) -> QueryResult<Vec<CommissionLine>> {
    type Line = (Int, Int, Int, String, Int, Int, Int, Int);
    let lines: Vec<Line> = v2_commission_log::table
        .filter(v2_commission_log::trade_no.eq(trade_no))
        .order(v2_commission_log::id)
        .limit(MOST)
        .select((
            v2_commission_log::id,
            v2_commission_log::invite_user_id,
            v2_commission_log::user_id,
            v2_commission_log::trade_no,
            v2_commission_log::order_amount,
            v2_commission_log::get_amount,
            v2_commission_log::created_at,
            v2_commission_log::updated_at,
        ))
        .load(connection)
        .await?;
    let line =
        |(id, inviter, buyer, trade_no, order, amount, made, changed): Line| CommissionLine {
            id: id.0,
            inviter: inviter.0,
            buyer: buyer.0,
            trade_no: trade_no.trim_end().to_owned(),
            order_amount: order.0,
            amount: amount.0,
            created_at: made.0,
            updated_at: changed.0,
        };
    Ok(lines.into_iter().map(line).collect())
}

#[async_trait]
impl ManagedOrderQueries for SqlStore {
    async fn list_managed_orders(
        &self,
        request: &ListRequest,
        of_commission: bool,
    ) -> Result<Found<ManagedOrder>, StoreError> {
        let mut connection = self.reader().await?;
        let scope = if of_commission {
            earning()
        } else {
            lists::statement()
        };
        let asked = Asked {
            memory: &self.lists,
            source: &source(self.refund),
            columns: OrderLine::COLUMNS,
            scope,
            request,
        };
        let found = lists::page::<OrderLine>(&mut connection, asked).await;
        Ok(found.map_err(reported)?.map(ManagedOrder::from))
    }

    async fn find_order_dossier(&self, id: OrderId) -> Result<Option<OrderDossier>, StoreError> {
        let mut connection = self.reader().await?;
        let found: QueryResult<Option<OrderDossier>> = async {
            let connection = &mut *connection;
            let orders = by_id(connection, self.refund, &[id.get()]).await?;
            let Some(order) = orders.into_iter().next() else {
                return Ok(None);
            };
            let named = [Some(order.user), order.inviter].into_iter().flatten();
            let named = named.map(UserId::new);
            let users = user_rows::by_number(connection, named, self.zone).await?;
            let user = |id: i64| users.get(&UserId::new(id)).cloned();
            let plan = plans::find(connection, PlanId::new(order.plan)).await?;
            let replaced = order.surplus_orders.iter().flatten().copied();
            let replaced: Vec<i64> = replaced.take(usize::try_from(MOST).unwrap_or(0)).collect();
            Ok(Some(OrderDossier {
                commission_log: shares(connection, &order.trade_no).await?,
                surplus: by_id(connection, self.refund, &replaced).await?,
                user: user(order.user),
                inviter: order.inviter.and_then(user),
                plan,
                order,
            }))
        }
        .await;
        found.map_err(reported)
    }
}
