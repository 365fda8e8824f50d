use ferroboard_kernel::{Cents, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::Traffic;
use ferroboard_statistics::DaySums;

/// The instants from which figures are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureTimes {
    /// Now.
    pub now: UnixSeconds,
    /// 00:00 of this day.
    pub today: UnixSeconds,
    /// 00:00 of the day before.
    pub yesterday: UnixSeconds,
    /// 00:00 of the first day of this month.
    pub month: UnixSeconds,
    /// The same of the month before.
    pub last_month: UnixSeconds,
    /// The same of the month before that.
    pub month_before: UnixSeconds,
}

/// What valid orders came to: those that neither wait nor were cancelled, by when they were placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Income {
    /// This day.
    pub today: Cents,
    /// The day before.
    pub yesterday: Cents,
    /// This month.
    pub month: Cents,
    /// The month before.
    pub last_month: Cents,
    /// The month before that.
    pub month_before: Cents,
}

/// Commission that was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Payouts {
    /// This month.
    pub month: Cents,
    /// The month before.
    pub last_month: Cents,
    /// The month before that.
    pub month_before: Cents,
}

/// The panel in numbers. Shadow accounts are no users of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// What orders came to.
    pub income: Income,
    /// Commission that was paid.
    pub payouts: Payouts,
    /// Valid orders with commission that is not confirmed.
    pub pending_commissions: i64,
    /// Those of them that are completed, whose commission can be confirmed.
    pub confirmable_commissions: i64,
    /// Users.
    pub users: i64,
    /// Users whose subscription has not ended.
    pub active_users: i64,
    /// Users who registered this month.
    pub users_of_month: i64,
    /// Users who registered the month before.
    pub users_of_last_month: i64,
    /// Users whose traffic was counted within ten minutes.
    pub online_users: i64,
    /// From how many addresses they are connected.
    pub online_devices: i64,
    /// Tickets that are open.
    pub open_tickets: i64,
    /// Nodes that were heard of within five minutes.
    pub online_nodes: i64,
    /// What nodes carried this day.
    pub traffic_today: Traffic,
    /// What they carried this month.
    pub traffic_of_month: Traffic,
    /// What they carried as far back as it is remembered.
    pub traffic_total: Traffic,
    /// About how many rows were looked at.
    pub rows: i64,
}

/// The record of a day (`v2_stat`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRecord {
    /// The row's number.
    pub id: i64,
    /// 00:00 of the day.
    pub day: UnixSeconds,
    /// What it brought.
    pub sums: DaySums,
    /// When it was recorded.
    pub created_at: UnixSeconds,
    /// When it was last recorded anew.
    pub updated_at: UnixSeconds,
}

/// What a user transferred in a day at one rate (`v2_stat_user`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDayView {
    /// The row's number.
    pub id: i64,
    /// Who.
    pub user: UserId,
    /// The rate in hundredths.
    pub rate: i64,
    /// Bytes, multiplied by the rate.
    pub traffic: Traffic,
    /// `d` for a day, `m` for a month.
    pub kind: String,
    /// 00:00 of the day.
    pub day: UnixSeconds,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// A time from an instant to another that does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Between {
    /// The first instant.
    pub from: UnixSeconds,
    /// The first one behind it.
    pub until: UnixSeconds,
}

/// What a node carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRank {
    /// The node.
    pub node: NodeId,
    /// What it is and is called, while there is one.
    pub named: Option<RankedNode>,
    /// How much.
    pub traffic: Traffic,
}

/// What a node is and is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedNode {
    /// `type`.
    pub protocol: String,
    /// Its name.
    pub name: String,
    /// The name of its parent, if it has one.
    pub parent: Option<String>,
}

/// What a user transferred in some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserTraffic {
    /// The user.
    pub user: UserId,
    /// How much.
    pub traffic: Traffic,
}

/// What a user transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRank {
    /// The user.
    pub user: UserId,
    /// Their address, while the account exists.
    pub email: Option<String>,
    /// How much.
    pub traffic: Traffic,
}

/// How many a user invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviterRank {
    /// The inviter.
    pub inviter: UserId,
    /// Their address, while the account exists.
    pub email: Option<String>,
    /// How many.
    pub count: i64,
}
