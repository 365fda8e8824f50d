use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_kernel::{Cents, StoreError, UnixSeconds};
use ferroboard_statistics::{Day, DaySums, StatisticsRepository};

use super::super::shadows::shadow_views::NO_SHADOW;
use super::super::sql::bulk::delete_first;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlTx, dialect, rows};
use crate::failure::Failure;
use crate::rows::DayRow;
use crate::schema::v2_stat;

/// `record_type` of a day.
pub(in super::super) const DAILY: &str = "d";

fn sums(row: &DayRow) -> DaySums {
    DaySums {
        orders: row.orders.0,
        order_total: Cents::new(row.order_total.0),
        paid_orders: row.paid_orders.0,
        paid_total: Cents::new(row.paid_total.0),
        commissions: row.commissions.0,
        commission_total: Cents::new(row.commission_total.0),
        registrations: row.registrations.0,
        invitations: row.invitations.0,
        traffic: row.traffic.0,
    }
}

/// Sums up a day.
pub(in super::super) async fn sum_day(connection: &mut Conn, day: Day) -> Result<DaySums, Failure> {
    let within = |column: &str| {
        format!(
            "{column} >= {} AND {column} < {}",
            day.from.get(),
            day.until.get()
        )
    };
    let (made, paid) = (within("created_at"), within("paid_at"));
    let paid = format!("{paid} AND status NOT IN (0, 2)");
    let sum = |column: &str, table: &str, condition: &str| {
        format!(
            "CAST((SELECT {} FROM {table} WHERE {condition}) AS {})",
            sums::of_many(column),
            dialect::INTEGER
        )
    };
    let count =
        |table: &str, condition: &str| format!("(SELECT COUNT(*) FROM {table} WHERE {condition})");
    let query = format!(
        "SELECT {} AS orders, {} AS order_total, {} AS paid_orders, {} AS paid_total, \
         {} AS commissions, {} AS commission_total, {} AS registrations, {} AS invitations, \
         {} AS traffic",
        count("v2_order", &made),
        sum("total_amount", "v2_order", &made),
        count("v2_order", &paid),
        sum("total_amount", "v2_order", &paid),
        count("v2_commission_log", &made),
        sum("get_amount", "v2_commission_log", &made),
        count("v2_user", &format!("{made} AND {NO_SHADOW}")),
        count("v2_user", &format!("{made} AND invite_user_id IS NOT NULL")),
        sum(&sums::of_two("u", "d"), "v2_stat_server", &made),
    );
    let row: DayRow = diesel::sql_query(query).get_result(connection).await?;
    Ok(sums(&row))
}

#[async_trait]
impl StatisticsRepository for SqlTx {
    async fn sum_day(&mut self, day: Day) -> Result<DaySums, StoreError> {
        let sums = sum_day(self.open()?, day).await;
        self.settle(sums)
    }

    async fn update_day(
        &mut self,
        day: Day,
        sums: &DaySums,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let values = (
            (
                v2_stat::order_count.eq(sums.orders),
                v2_stat::order_total.eq(sums.order_total.get()),
                v2_stat::paid_count.eq(sums.paid_orders),
                v2_stat::paid_total.eq(sums.paid_total.get()),
                v2_stat::commission_count.eq(sums.commissions),
                v2_stat::commission_total.eq(sums.commission_total.get()),
            ),
            (
                v2_stat::register_count.eq(sums.registrations),
                v2_stat::invite_count.eq(sums.invitations),
                v2_stat::transfer_used_total.eq(sums.traffic.to_string()),
                v2_stat::updated_at.eq(at.get()),
            ),
        );
        let written: Result<(), Failure> = async {
            let connection = self.open()?;
            let known = v2_stat::table
                .filter(v2_stat::record_at.eq(day.from.get()))
                .filter(v2_stat::record_type.eq(DAILY));
            let updated = diesel::update(known)
                .set(values.clone())
                .execute(&mut *connection)
                .await?;
            if updated == 0 {
                let (first, rest) = values;
                diesel::insert_into(v2_stat::table)
                    .values((
                        v2_stat::record_at.eq(day.from.get()),
                        v2_stat::record_type.eq(DAILY),
                        v2_stat::created_at.eq(at.get()),
                        first,
                        rest,
                    ))
                    .execute(connection)
                    .await?;
            }
            Ok(())
        }
        .await;
        self.settle(written)
    }

    async fn delete_traffic_records(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let is_old = format!("record_at < {}", before.get());
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            let mut count = 0;
            for table in ["v2_stat_user", "v2_stat_server"] {
                count += diesel::sql_query(delete_first(table, &is_old, limit))
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(count)
        }
        .await;
        self.settle(deleted).map(rows)
    }
}
