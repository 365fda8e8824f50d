use async_trait::async_trait;
use diesel::sql_types::BigInt;
use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, QueryResult, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_billing::{
    PackageEnd, PackageHolder, PackageMove, PackageOrder, PackageOrderRepository, PackageShare,
    QuotaMove,
};
use ferroboard_kernel::{OrderId, PackageId, StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlTx, rows};
use crate::fixed::fixed;
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::rows::numbers;
use crate::schema::{ferro_package_order as bought, v2_user};

/// A row of `ferro_package_order` without what is left of it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = bought)]
struct PackageOrderRow {
    order_id: Int,
    user_id: Int,
    package_id: Int,
    name: String,
    bytes: Amount,
    lasts_until: String,
}

/// How long the package of an order lasts, as its column says it.
fn until(order: Int, text: &str) -> Result<PackageEnd, StoreError> {
    let impossible = || odd_values::corrupt("ferro_package_order", &order.0, "lasts_until");
    PackageEnd::parse(text).ok_or_else(impossible)
}

impl PackageOrderRow {
    fn bought(self) -> Result<PackageOrder, StoreError> {
        Ok(PackageOrder {
            until: until(self.order_id, &self.lasts_until)?,
            order: OrderId::new(self.order_id.0),
            user: UserId::new(self.user_id.0),
            package: PackageId::new(self.package_id.0),
            name: self.name,
            bytes: self.bytes.0,
        })
    }
}

/// What these orders bought, by order.
async fn rows_of(connection: &mut Conn, orders: &[OrderId]) -> QueryResult<Vec<PackageOrderRow>> {
    bought::table
        .filter(bought::order_id.eq_any(orders.iter().map(|order| order.get())))
        .order(bought::order_id)
        .select(PackageOrderRow::as_select())
        .load(connection)
        .await
}

/// What the order bought, where that can be read.
pub(in super::super) async fn find(
    connection: &mut Conn,
    order: OrderId,
) -> QueryResult<Option<PackageOrder>> {
    let row = rows_of(connection, &[order]).await?.pop();
    Ok(row.and_then(|row| row.bought().ok()))
}

/// What is left of all packages of a user of the statement, for a sum with other columns.
pub(in super::super) fn left_of_user() -> String {
    "COALESCE((SELECT SUM(ferro_package_order.left_bytes) FROM ferro_package_order \
     WHERE ferro_package_order.user_id = v2_user.id AND ferro_package_order.left_bytes > 0), 0)"
        .to_owned()
}

/// An expression that is this for each row with one of these numbers.
fn for_each<T>(key: &str, moves: &[T], arm: impl Fn(&T) -> (i64, String)) -> String {
    let arms = moves.iter().map(|change| {
        let (id, value) = arm(change);
        format!("WHEN {id} THEN {value}")
    });
    format!("CASE {key} {} END", arms.collect::<Vec<_>>().join(" "))
}

#[async_trait]
impl PackageOrderRepository for SqlTx {
    async fn insert_package_order(&mut self, order: &PackageOrder) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(bought::table)
            .values((
                bought::order_id.eq(order.order.get()),
                bought::user_id.eq(order.user.get()),
                bought::package_id.eq(order.package.get()),
                bought::name.eq(&order.name),
                bought::bytes.eq(order.bytes),
                bought::lasts_until.eq(order.until.as_str()),
                bought::left_bytes.eq(0),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn list_package_orders(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<PackageOrder>, StoreError> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let rows = rows_of(self.open()?, orders).await;
        let rows = self.settle(rows)?.into_iter();
        rows.map(PackageOrderRow::bought).collect()
    }

    async fn move_package_begun(
        &mut self,
        order: OrderId,
        until: PackageEnd,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let waiting = bought::table
            .filter(bought::order_id.eq(order.get()))
            .filter(bought::opened_at.is_null());
        let begun = diesel::update(waiting)
            .set((
                bought::left_bytes.eq(bought::bytes),
                bought::lasts_until.eq(until.as_str()),
                bought::opened_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(begun).map(|count| count == 1)
    }

    async fn list_package_holders(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<PackageHolder>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let used = fixed::<BigInt>(sums::of_two("v2_user.u", "v2_user.d"));
        let found = bought::table
            .inner_join(v2_user::table.on(v2_user::id.eq(bought::user_id)))
            .filter(bought::user_id.eq_any(users.iter().map(|user| user.get())))
            .filter(bought::left_bytes.gt(0_i64))
            .order((bought::user_id, bought::opened_at, bought::order_id))
            .select((
                bought::user_id,
                v2_user::transfer_enable,
                used,
                bought::order_id,
                bought::left_bytes,
                bought::lasts_until,
            ))
            .load::<(Int, Amount, Int, Int, Amount, String)>(self.open()?)
            .await;
        let mut holders: Vec<PackageHolder> = Vec::new();
        for (user, transfer_enable, used, order, left, text) in self.settle(found)? {
            let share = PackageShare {
                order: OrderId::new(order.0),
                left: left.0,
                until: until(order, &text)?,
            };
            let user = UserId::new(user.0);
            match holders.last_mut().filter(|holder| holder.user == user) {
                Some(holder) => holder.shares.push(share),
                None => holders.push(PackageHolder {
                    user,
                    transfer_enable: transfer_enable.0,
                    used: used.0,
                    shares: vec![share],
                }),
            }
        }
        Ok(holders)
    }

    async fn move_packages(&mut self, moves: &[PackageMove]) -> Result<u64, StoreError> {
        if moves.is_empty() {
            return Ok(0);
        }
        let number = |change: &PackageMove| change.order.get();
        // The spellings are words of this program.
        let statement = format!(
            "UPDATE ferro_package_order SET left_bytes = {}, lasts_until = {} \
             WHERE order_id IN ({}) AND left_bytes = {}",
            for_each("order_id", moves, |change| (
                number(change),
                change.to.to_string()
            )),
            for_each("order_id", moves, |change| (
                number(change),
                format!("'{}'", change.until.as_str())
            )),
            numbers(moves.iter().map(number)),
            for_each("order_id", moves, |change| (
                number(change),
                change.from.to_string()
            )),
        );
        let moved = diesel::sql_query(statement).execute(self.open()?).await;
        self.settle(moved).map(rows)
    }

    async fn move_quotas(
        &mut self,
        moves: &[QuotaMove],
        at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        if moves.is_empty() {
            return Ok(0);
        }
        let number = |change: &QuotaMove| change.user.get();
        let statement = format!(
            "UPDATE v2_user SET transfer_enable = {}, updated_at = {} \
             WHERE id IN ({}) AND transfer_enable = {}",
            for_each("id", moves, |change| (
                number(change),
                change.to.to_string()
            )),
            at.get(),
            numbers(moves.iter().map(number)),
            for_each("id", moves, |change| (
                number(change),
                change.from.to_string()
            )),
        );
        let moved = diesel::sql_query(statement).execute(self.open()?).await;
        let moved = self.settle(moved).map(rows)?;
        let users = moves.iter().map(|change| change.user);
        self.touched.users.extend(users);
        Ok(moved)
    }
}
