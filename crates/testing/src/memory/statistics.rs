use async_trait::async_trait;
use ferroboard_billing::OrderStatus;
use ferroboard_kernel::{Cents, StoreError, UnixSeconds};
use ferroboard_statistics::{Day, DaySums, StatisticsRepository};

use super::MemoryTx;

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn total(amounts: impl Iterator<Item = Cents>) -> (i64, Cents) {
    amounts.fold((0, Cents::ZERO), |(count, sum), amount| {
        (count + 1, Cents::new(sum.get() + amount.get()))
    })
}

/// Removes the first rows that are old, so many at most; how many.
fn remove_first<T>(rows: &mut Vec<T>, limit: u32, is_old: impl Fn(&T) -> bool) -> u64 {
    let mut removed = 0;
    rows.retain(|row| {
        let goes = removed < u64::from(limit) && is_old(row);
        removed += u64::from(goes);
        !goes
    });
    removed
}

#[async_trait]
impl StatisticsRepository for MemoryTx {
    async fn sum_day(&mut self, day: Day) -> Result<DaySums, StoreError> {
        let tables = self.open()?;
        let is_in = |at: UnixSeconds| day.from <= at && at < day.until;
        let orders = || tables.billing.orders.values();
        let is_settled = |status| !matches!(status, OrderStatus::Pending | OrderStatus::Cancelled);
        let placed = orders().filter(|order| is_in(order.created_at));
        let (orders_placed, order_total) = total(placed.map(|order| order.total));
        let paid = orders().filter(|order| order.paid_at.is_some_and(is_in));
        let paid = paid.filter(|order| is_settled(order.status));
        let (paid_orders, paid_total) = total(paid.map(|order| order.total));
        let log = tables.invite.commissions.iter().filter(|row| is_in(row.at));
        let (commissions, commission_total) = total(log.map(|row| row.amount));
        let users = tables.users.iter();
        let people = users.filter(|(user, _)| tables.shadows.main_of(**user).is_none());
        let made: Vec<_> = people
            .filter(|(_, row)| is_in(row.auth.created_at))
            .collect();
        let invited = made.iter().filter(|(_, row)| row.invite.inviter.is_some());
        let records = tables.statistics.node_records.iter();
        let records = records.filter(|record| is_in(record.created_at));
        // The rows of nodes are made on their day.
        let of_nodes = tables.nodes.node_statistics.iter();
        let of_nodes = of_nodes.filter(|((.., day), _)| is_in(*day));
        let carried = records.map(|record| record.traffic);
        let carried = carried.chain(of_nodes.map(|(_, sum)| sum.upload + sum.download));
        Ok(DaySums {
            orders: orders_placed,
            order_total,
            paid_orders,
            paid_total,
            commissions,
            commission_total,
            registrations: count(made.len()),
            invitations: count(invited.count()),
            traffic: carried.sum(),
        })
    }

    async fn update_day(
        &mut self,
        day: Day,
        sums: &DaySums,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.open()?.statistics.days.insert(day.from, *sums);
        Ok(())
    }

    async fn delete_traffic_records(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let tables = self.open()?;
        let nodes = &mut tables.nodes;
        nodes.user_statistics.retain(|(.., day), _| *day >= before);
        nodes.node_statistics.retain(|(.., day), _| *day >= before);
        let of_users = remove_first(&mut tables.traffic, limit, |row| row.record_at < before);
        let kept = &mut tables.statistics;
        let is_old =
            |record: &ferroboard_statistics::testing::NodeRecord| record.record_at < before;
        Ok(of_users + remove_first(&mut kept.node_records, limit, is_old))
    }
}
