use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _,
};
use ferroboard_application::{OrderQueries, OrderView};
use ferroboard_billing::{Order, OrderKind, OrderStatus};
use ferroboard_kernel::{CouponId, OrderId, StoreError, TradeNo, UserId};

use super::super::desk::package_orders;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, is_storable, reported};
use super::coupons;
use super::order_rows::{OrderRow, StoredOrder};
use super::payments;
use super::plans;
use super::top_ups;
use crate::integer::Int;
use crate::odd_values;
use crate::schema::v2_order;

/// The most orders that a list shows.
const LIST_LENGTH: i64 = 1_000;

/// The orders that this program knows how to read. A row that it does not know, as other programs may
/// have left it, must not take the others with it.
fn readable(rows: Vec<StoredOrder>) -> Vec<Order> {
    let orders = rows.into_iter().map(OrderRow::order);
    orders.filter_map(Result::ok).collect()
}

#[async_trait]
impl OrderQueries for SqlStore {
    async fn find_order_view(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderView>, StoreError> {
        if !is_storable(trade_no.as_str()) {
            return Ok(None);
        }
        let mut connection = self.reader().await?;
        let row: Option<StoredOrder> = v2_order::table
            .filter(v2_order::trade_no.eq(trade_no.as_str()))
            .filter(v2_order::user_id.eq(user.get()))
            .select((OrderRow::as_select(), self.refund.read()))
            .first(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        let order = row.map(OrderRow::order).transpose()?;
        let Some(order) = order.filter(|order| order.trade_no == *trade_no) else {
            return Ok(None);
        };
        let plan = plans::find(&mut connection, order.plan_id)
            .await
            .map_err(reported)?;
        let payment = match order.payment_id {
            Some(id) => payments::find(&mut connection, id)
                .await
                .map_err(reported)?,
            None => None,
        };
        let bonus = match order.kind {
            OrderKind::TopUp => top_ups::find(&mut connection, order.id)
                .await
                .map_err(reported)?,
            _ => None,
        };
        let package = match order.kind {
            OrderKind::TrafficPackage => package_orders::find(&mut connection, order.id)
                .await
                .map_err(reported)?,
            _ => None,
        };
        Ok(Some(OrderView {
            order,
            bonus,
            package,
            plan,
            payment,
            surplus: Vec::new(),
        }))
    }

    async fn find_order_status(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderStatus>, StoreError> {
        if !is_storable(trade_no.as_str()) {
            return Ok(None);
        }
        let mut connection = self.reader().await?;
        let row: Option<(Int, String, Int)> = v2_order::table
            .filter(v2_order::trade_no.eq(trade_no.as_str()))
            .filter(v2_order::user_id.eq(user.get()))
            .select((v2_order::id, v2_order::trade_no, v2_order::status))
            .first(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        let Some((id, _, status)) = row.filter(|(_, number, _)| number == trade_no.as_str()) else {
            return Ok(None);
        };
        let impossible = || odd_values::corrupt("v2_order", &id.0, "status");
        OrderStatus::from_code(status.0)
            .map(Some)
            .ok_or_else(impossible)
    }

    async fn list_orders_of(
        &self,
        user: UserId,
        status: Option<OrderStatus>,
    ) -> Result<Vec<Order>, StoreError> {
        let mut connection = self.reader().await?;
        let mut query = v2_order::table
            .filter(v2_order::user_id.eq(user.get()))
            .order((v2_order::created_at.desc(), v2_order::id))
            .limit(LIST_LENGTH)
            .select((OrderRow::as_select(), self.refund.read()))
            .into_boxed();
        if let Some(status) = status {
            query = query.filter(v2_order::status.eq(status.code()));
        }
        let rows: Result<Vec<StoredOrder>, _> = all_rows!(query, &mut *connection);
        Ok(readable(rows.map_err(reported)?))
    }

    async fn count_coupon_uses_of(
        &self,
        user: UserId,
        coupon: CouponId,
    ) -> Result<i64, StoreError> {
        let mut connection = self.reader().await?;
        coupons::count_uses(&mut connection, user, coupon)
            .await
            .map_err(reported)
    }

    async fn list_orders_by_id(&self, ids: &[OrderId]) -> Result<Vec<Order>, StoreError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let mut connection = self.reader().await?;
        let rows: Vec<StoredOrder> = v2_order::table
            .filter(v2_order::id.eq_any(&ids))
            .order(v2_order::id)
            .limit(LIST_LENGTH)
            .select((OrderRow::as_select(), self.refund.read()))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(readable(rows))
    }
}
