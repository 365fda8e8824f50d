//! `stat/{getOverride,getStats}`: the panel at a glance. Money is in cents.

use actix_web::web::Data;
use ferroboard_application::Figures;
use ferroboard_kernel::Cents;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::statistics::numbers::{Rounded, TrafficNumbers};
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;

/// The panel in numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Overview {
    data: OverviewNumbers,
}

/// What came in and what waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct OverviewNumbers {
    month_income: i64,
    month_register_total: i64,
    ticket_pending_total: i64,
    commission_pending_total: i64,
    day_income: i64,
    last_month_income: i64,
    commission_month_payout: i64,
    commission_last_month_payout: i64,
    online_nodes: i64,
    online_devices: i64,
    online_users: i64,
    today_traffic: TrafficNumbers,
    month_traffic: TrafficNumbers,
    total_traffic: TrafficNumbers,
}

impl From<Figures> for OverviewNumbers {
    fn from(figures: Figures) -> Self {
        let (income, payouts) = (figures.income, figures.payouts);
        Self {
            month_income: income.month.get(),
            month_register_total: figures.users_of_month,
            ticket_pending_total: figures.open_tickets,
            commission_pending_total: figures.pending_commissions,
            day_income: income.today.get(),
            last_month_income: income.last_month.get(),
            commission_month_payout: payouts.month.get(),
            commission_last_month_payout: payouts.last_month.get(),
            online_nodes: figures.online_nodes,
            online_devices: figures.online_devices,
            online_users: figures.online_users,
            today_traffic: figures.traffic_today.into(),
            month_traffic: figures.traffic_of_month.into(),
            total_traffic: figures.traffic_total.into(),
        }
    }
}

/// What came in and what waits.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getOverride",
    responses((status = 200, description = "The numbers", body = Overview))
)]
pub(crate) async fn overview(_: AdminSession, panel: Data<Panel>) -> Result<Bare<Overview>, Fault> {
    let run = panel.run(|app| async move { app.administration.dashboard.figures().await });
    let data = run.await?.into();
    Ok(Bare(Overview { data }))
}

/// The panel in numbers, beside those of before.
#[derive(Serialize, ToSchema)]
pub(crate) struct Statistics {
    data: StatisticNumbers,
}

/// What came in, by how many percent it grew, and what waits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatisticNumbers {
    today_income: i64,
    #[schema(value_type = f64)]
    day_income_growth: Rounded,
    current_month_income: i64,
    last_month_income: i64,
    #[schema(value_type = f64)]
    month_income_growth: Rounded,
    #[schema(value_type = f64)]
    last_month_income_growth: Rounded,
    current_month_commission_payout: i64,
    last_month_commission_payout: i64,
    #[schema(value_type = f64)]
    commission_growth: Rounded,
    commission_pending_total: i64,
    current_month_new_users: i64,
    total_users: i64,
    active_users: i64,
    #[schema(value_type = f64)]
    user_growth: Rounded,
    online_users: i64,
    online_devices: i64,
    ticket_pending_total: i64,
    online_nodes: i64,
    today_traffic: TrafficNumbers,
    month_traffic: TrafficNumbers,
    total_traffic: TrafficNumbers,
}

impl From<Figures> for StatisticNumbers {
    fn from(figures: Figures) -> Self {
        let (income, payouts) = (figures.income, figures.payouts);
        let growth = |now: Cents, before: Cents| Rounded::growth(now.get(), before.get());
        Self {
            today_income: income.today.get(),
            day_income_growth: growth(income.today, income.yesterday),
            current_month_income: income.month.get(),
            last_month_income: income.last_month.get(),
            month_income_growth: growth(income.month, income.last_month),
            last_month_income_growth: growth(income.last_month, income.month_before),
            current_month_commission_payout: payouts.month.get(),
            last_month_commission_payout: payouts.last_month.get(),
            commission_growth: growth(payouts.last_month, payouts.month_before),
            commission_pending_total: figures.confirmable_commissions,
            current_month_new_users: figures.users_of_month,
            total_users: figures.users,
            active_users: figures.active_users,
            user_growth: Rounded::growth(figures.users_of_month, figures.users_of_last_month),
            online_users: figures.online_users,
            online_devices: figures.online_devices,
            ticket_pending_total: figures.open_tickets,
            online_nodes: figures.online_nodes,
            today_traffic: figures.traffic_today.into(),
            month_traffic: figures.traffic_of_month.into(),
            total_traffic: figures.traffic_total.into(),
        }
    }
}

/// The same beside what it was before.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getStats",
    responses((status = 200, description = "The numbers", body = Statistics))
)]
pub(crate) async fn statistics(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Bare<Statistics>, Fault> {
    let run = panel.run(|app| async move { app.administration.dashboard.figures().await });
    let data = run.await?.into();
    Ok(Bare(Statistics { data }))
}
