//! `stat/getOrder`: orders and commission day by day. Money is in cents.

use actix_web::web::Data;
use chrono::{Days, NaiveDate, NaiveTime};
use ferroboard_application::{Between, SummedDays};
use ferroboard_kernel::{UnixSeconds, Zone};
use ferroboard_statistics::DaySums;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::statistics::numbers::Rounded;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Which days, and what of them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderDaysQuery {
    /// The first day, as `2026-01-31`.
    #[param(value_type = Option<String>)]
    start_date: Option<NaiveDate>,
    /// The last day.
    #[param(value_type = Option<String>)]
    end_date: Option<NaiveDate>,
    /// `paid_total`, `paid_count`, `commission_total` or `commission_count`.
    #[param(value_type = Option<String>)]
    r#type: Option<DayValue>,
}

impl Body for OrderDaysQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (start, end) = (date(read, "start_date"), date(read, "end_date"));
        let kind = read.nullable("type").one_of(&DayValue::NAMES);
        let kind = kind.parse(Message::FieldNotOneOf, DayValue::named).get();
        Ok(Self {
            start_date: start?,
            end_date: end?,
            r#type: kind?,
        })
    }
}

/// A day in the one way in which pages write it.
fn date(read: &mut Reader<'_>, name: &'static str) -> Result<Option<NaiveDate>, Refused> {
    let text = read.nullable(name).text().says(Message::FieldNotDate);
    let date = text.parse(Message::FieldNotDate, |text| {
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
        (shown(date) == text).then_some(date)
    });
    date.get()
}

fn shown(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// What of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayValue {
    PaidTotal,
    PaidCount,
    CommissionTotal,
    CommissionCount,
}

impl DayValue {
    const NAMES: [&'static str; 4] = [
        "paid_total",
        "paid_count",
        "commission_total",
        "commission_count",
    ];

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "paid_total" => Self::PaidTotal,
            "paid_count" => Self::PaidCount,
            "commission_total" => Self::CommissionTotal,
            "commission_count" => Self::CommissionCount,
            _ => return None,
        })
    }

    /// What the reference calls it, in every language.
    const fn label(self) -> &'static str {
        match self {
            Self::PaidTotal => "收款金额",
            Self::PaidCount => "收款笔数",
            Self::CommissionTotal => "佣金金额(已发放)",
            Self::CommissionCount => "佣金笔数(已发放)",
        }
    }

    const fn of(self, day: &DaySums) -> i64 {
        match self {
            Self::PaidTotal => day.paid_total.get(),
            Self::PaidCount => day.paid_orders,
            Self::CommissionTotal => day.commission_total.get(),
            Self::CommissionCount => day.commissions,
        }
    }
}

/// Orders and commission day by day.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderDays {
    /// Always 0.
    code: i64,
    /// `success`
    message: &'static str,
    data: OrderDaysData,
}

/// The days, and all of them together.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderDaysData {
    list: Vec<OrderDay>,
    summary: OrderSummary,
}

/// A day.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OrderDay {
    /// All of it.
    Whole {
        date: String,
        paid_total: i64,
        paid_count: i64,
        commission_total: i64,
        commission_count: i64,
        #[schema(value_type = f64)]
        avg_order_amount: Rounded,
        #[schema(value_type = f64)]
        avg_commission_amount: Rounded,
    },
    /// What was asked for.
    One {
        date: String,
        value: i64,
        /// What it is, for people.
        r#type: &'static str,
    },
}

impl OrderDay {
    fn of(day: UnixSeconds, sums: &DaySums, asked: Option<DayValue>, zone: Zone) -> Self {
        let date = shown(zone.wall_clock(day).date());
        match asked {
            Some(asked) => Self::One {
                date,
                value: asked.of(sums),
                r#type: asked.label(),
            },
            None => Self::Whole {
                date,
                paid_total: sums.paid_total.get(),
                paid_count: sums.paid_orders,
                commission_total: sums.commission_total.get(),
                commission_count: sums.commissions,
                avg_order_amount: Rounded::share(sums.paid_total.get(), sums.paid_orders),
                avg_commission_amount: Rounded::share(
                    sums.commission_total.get(),
                    sums.commissions,
                ),
            },
        }
    }
}

/// Several days together.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderSummary {
    paid_total: i64,
    paid_count: i64,
    commission_total: i64,
    commission_count: i64,
    start_date: String,
    end_date: String,
    #[schema(value_type = f64)]
    avg_paid_amount: Rounded,
    #[schema(value_type = f64)]
    avg_commission_amount: Rounded,
    /// Commission in percent of what was paid.
    #[schema(value_type = f64)]
    commission_rate: Rounded,
}

/// Orders and commission day by day, the oldest first, in the days of the site's zone.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getOrder",
    params(OrderDaysQuery),
    responses(
        (status = 200, description = "The days", body = OrderDays),
        (status = 422, description = "A date or the type is odd", body = FailureBody),
    )
)]
pub(crate) async fn days(
    _: AdminSession,
    Read(query): Read<OrderDaysQuery>,
    panel: Data<Panel>,
) -> Result<Bare<OrderDays>, Fault> {
    let run = panel.run(move |app| async move {
        let days = &app.administration.days;
        let (zone, now) = (days.zone(), days.now());
        let period = asked(query.start_date, query.end_date, zone);
        Ok((days.list(period).await?, zone, now))
    });
    let (days, zone, now) = run.await?;
    let date_of = |at: UnixSeconds| zone.wall_clock(at).date();
    let end_or = |given: Option<NaiveDate>, day: Option<&(UnixSeconds, DaySums)>| {
        let date = given.unwrap_or_else(|| date_of(day.map_or(now, |(day, _)| *day)));
        shown(date)
    };
    let all = SummedDays::of(days.iter().map(|(_, sums)| sums));
    let (paid, commission) = (all.paid_total.get(), all.commission_total.get());
    let summary = OrderSummary {
        paid_total: paid,
        paid_count: all.paid_orders,
        commission_total: commission,
        commission_count: all.commissions,
        start_date: end_or(query.start_date, days.first()),
        end_date: end_or(query.end_date, days.last()),
        avg_paid_amount: Rounded::share(paid, all.paid_orders),
        avg_commission_amount: Rounded::share(commission, all.commissions),
        commission_rate: Rounded::percent(commission, paid),
    };
    let list = days.iter();
    let list = list.map(|(day, sums)| OrderDay::of(*day, sums, query.r#type, zone));
    let data = OrderDaysData {
        list: list.collect(),
        summary,
    };
    Ok(Bare(OrderDays {
        code: 0,
        message: "success",
        data,
    }))
}

/// The time from the midnight at which one day begins to the one at which another ends.
fn asked(start: Option<NaiveDate>, end: Option<NaiveDate>, zone: Zone) -> Between {
    let midnight = |date: NaiveDate| zone.instant(date.and_time(NaiveTime::MIN));
    let next = |date: NaiveDate| date.checked_add_days(Days::new(1));
    Between {
        from: start.map_or(UnixSeconds::new(i64::MIN), midnight),
        until: end
            .and_then(next)
            .map_or(UnixSeconds::new(i64::MAX), midnight),
    }
}
