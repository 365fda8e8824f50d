//! The jobs: what they are called, and when they run.

use ferroboard_kernel::Seconds;

use crate::Schedule;

/// A job that the schedule, or an operator, runs by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// Gives up unpaid orders after two hours and opens paid ones that are not open.
    CheckOrder,
    /// Confirms and pays commission.
    CheckCommission,
    /// Closes tickets that staff answered a day ago.
    CheckTicket,
    /// Tells staff of nodes that fell silent.
    CheckServer,
    /// Tells other programs of nodes that fell silent, came back or are overloaded.
    WatchNodes,
    /// Asks gateways about payments whose notice may have been lost.
    ReconcilePayments,
    /// Asks gateways for refunds that nobody has their answer to.
    CheckRefund,
    /// Brings shadow accounts into step that are not.
    SyncShadows,
    /// Goes on with what an administrator started and a process left behind.
    ResumeOperations,
    /// Counts traffic anew whose time has come.
    ResetTraffic,
    /// Computes the next traffic reset of those who have none.
    ScheduleMissingResets,
    /// Computes the next traffic reset of everybody.
    ScheduleAllResets,
    /// Computes the next traffic resets of plans whose rule has changed.
    FollowResetRules,
    /// Renews subscriptions from the balance that end soon.
    RenewSubscriptions,
    /// Renews those for which there is money by now.
    RenewFunded,
    /// Deletes counters, codes and login tokens that have run out.
    CleanupExpired,
    /// Marks unused gift cards as expired whose time is over.
    CleanupGiftCards,
    /// Deletes messages from the outbox that were sent a month ago.
    CleanupMail,
    /// Deletes events that are a month old.
    CleanupEvents,
    /// Deletes what nodes reported and what is no longer needed of it.
    CleanupNodes,
    /// Deletes payment notices that are old.
    CleanupNotices,
    /// Shows nobody as online of whom nothing was heard for a while.
    CleanupOnline,
    /// Deletes login sessions that have ended.
    CleanupSessions,
    /// Deletes users who never were anything.
    ClearUsers,
    /// Has nodes drop users whose quota is used up.
    CheckTraffic,
    /// Mails to those whose subscription or traffic is about to end.
    RemindMail,
    /// Tells of subscriptions and traffic that end, as soon as the operator's settings say, and other programs of
    /// those that have ended.
    CheckSubscription,
    /// Records what yesterday brought.
    RecordDay,
    /// Deletes statistics and actions of administrators that are old.
    ResetLog,
}

/// How a job's turn went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It ran; how many rows it touched.
    Done(u64),
    /// Another process is running it at this moment.
    RunningElsewhere,
    /// It ran too recently for its schedule.
    NotDue,
}

impl Job {
    /// Every job.
    pub const ALL: &[Self] = &[
        Self::CheckOrder,
        Self::CheckCommission,
        Self::CheckTicket,
        Self::CheckServer,
        Self::WatchNodes,
        Self::ReconcilePayments,
        Self::CheckRefund,
        Self::SyncShadows,
        Self::ResumeOperations,
        Self::ResetTraffic,
        Self::ScheduleMissingResets,
        Self::ScheduleAllResets,
        Self::FollowResetRules,
        Self::RenewSubscriptions,
        Self::RenewFunded,
        Self::CleanupExpired,
        Self::CleanupGiftCards,
        Self::CleanupMail,
        Self::CleanupEvents,
        Self::CleanupNodes,
        Self::CleanupNotices,
        Self::CleanupOnline,
        Self::CleanupSessions,
        Self::ClearUsers,
        Self::CheckTraffic,
        Self::RemindMail,
        Self::CheckSubscription,
        Self::RecordDay,
        Self::ResetLog,
    ];

    /// The name on the command line and in `ferro_job`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckOrder => "check:order",
            Self::CheckCommission => "check:commission",
            Self::CheckTicket => "check:ticket",
            Self::CheckServer => "check:server",
            Self::WatchNodes => "watch:node",
            Self::ReconcilePayments => "check:payment",
            Self::CheckRefund => "check:refund",
            Self::SyncShadows => "sync:shadow",
            Self::ResumeOperations => "resume:operation",
            Self::ResetTraffic => "reset:traffic",
            Self::ScheduleMissingResets => "reset:traffic --fix-null",
            Self::ScheduleAllResets => "reset:traffic --force",
            Self::FollowResetRules => "reset:schedule",
            Self::RenewSubscriptions => "renew:subscription",
            Self::RenewFunded => "renew:subscription --funded",
            Self::CleanupExpired => "cleanup:expired",
            Self::CleanupGiftCards => "cleanup:gift-cards",
            Self::CleanupMail => "cleanup:mail",
            Self::CleanupEvents => "cleanup:events",
            Self::CleanupNodes => "cleanup:nodes",
            Self::CleanupNotices => "cleanup:notices",
            Self::CleanupOnline => "cleanup:online-status",
            Self::CleanupSessions => "cleanup:sessions",
            Self::ClearUsers => "clear:user",
            Self::CheckTraffic => "check:traffic-exceeded",
            Self::RemindMail => "send:remindMail",
            Self::CheckSubscription => "check:subscription",
            Self::RecordDay => "xboard:statistics",
            Self::ResetLog => "reset:log",
        }
    }

    /// The job with this name. `send:remindMail --force` is what the reference's schedule calls it: its
    /// command would ask otherwise.
    pub fn named(name: &str) -> Option<Self> {
        if name == "send:remindMail --force" {
            return Some(Self::RemindMail);
        }
        Self::ALL.iter().copied().find(|job| job.name() == name)
    }

    /// When the schedule runs it.
    pub const fn schedule(self) -> Schedule {
        match self {
            Self::CheckOrder
            | Self::CheckCommission
            | Self::CheckRefund
            | Self::CheckTicket
            | Self::WatchNodes
            | Self::ResumeOperations
            | Self::CheckTraffic
            | Self::RenewFunded
            | Self::ResetTraffic
            | Self::FollowResetRules => Schedule::Every(Seconds::minutes(1)),
            Self::CheckServer
            | Self::ReconcilePayments
            | Self::SyncShadows
            | Self::CleanupNodes
            | Self::CleanupOnline => Schedule::Every(Seconds::minutes(5)),
            Self::CleanupExpired => Schedule::Every(Seconds::minutes(10)),
            Self::CheckSubscription => Schedule::Every(Seconds::minutes(30)),
            Self::CleanupGiftCards
            | Self::CleanupEvents
            | Self::CleanupNotices
            | Self::CleanupSessions
            | Self::RenewSubscriptions => Schedule::Every(Seconds::hours(1)),
            Self::CleanupMail => Schedule::Every(Seconds::days(1)),
            Self::ResetLog => Schedule::Daily { hour: 0, minute: 0 },
            Self::RecordDay => Schedule::Daily {
                hour: 0,
                minute: 10,
            },
            Self::RemindMail => Schedule::Daily {
                hour: 11,
                minute: 30,
            },
            Self::ClearUsers | Self::ScheduleMissingResets | Self::ScheduleAllResets => {
                Schedule::OnRequest
            }
        }
    }
}
