//! What fields offer to choose of: plans, groups, periods.

use ferroboard_billing::Period;

use super::frame::Console;
use crate::failure::Failure;

/// Values, and what they are called.
pub(crate) type Choices = Vec<(String, String)>;

/// The plans.
pub(crate) async fn plans(console: &Console) -> Result<Choices, Failure> {
    let run = console.run(|app| async move { app.administration.plans.list().await });
    let plans = run.await?.into_iter();
    let named = plans.map(|view| (view.plan.id.to_string(), view.plan.name));
    Ok(named.collect())
}

/// The permission groups.
pub(crate) async fn groups(console: &Console) -> Result<Choices, Failure> {
    let run = console.run(|app| async move { app.administration.groups.list().await });
    let groups = run.await?.into_iter();
    let named = groups.map(|view| (view.group.id.to_string(), view.group.name));
    Ok(named.collect())
}

/// Periods by their newer names, with what people call them.
pub(crate) const PERIODS: &[(Period, &str)] = &[
    (Period::Monthly, "console.monthly"),
    (Period::Quarterly, "console.quarterly"),
    (Period::HalfYearly, "console.half_yearly"),
    (Period::Yearly, "console.yearly"),
    (Period::TwoYearly, "console.two_yearly"),
    (Period::ThreeYearly, "console.three_yearly"),
    (Period::OneTime, "console.one_time"),
    (Period::ResetTraffic, "console.reset_traffic"),
];

/// The periods.
pub(crate) fn periods(console: &Console) -> Choices {
    let periods = PERIODS.iter();
    let named = periods.map(|(period, text)| (period.key().to_owned(), console.t(text)));
    named.collect()
}
