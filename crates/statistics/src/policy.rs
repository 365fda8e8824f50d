/// For how long what happened is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticsPolicy;

impl StatisticsPolicy {
    /// Months for which the traffic of users and nodes is kept day by day.
    pub const TRAFFIC_MONTHS: u32 = 2;
    /// How many missed days are made up for.
    pub const LARGEST_GAP: usize = 7;
}
