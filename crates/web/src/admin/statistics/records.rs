//! `stat/getStatRecord`: what the last days brought.

use actix_web::web::Data;
use ferroboard_application::DayRecord;
use ferroboard_kernel::Cents;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::statistics::numbers::Rounded;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    Paid,
    Commission,
    Registrations,
}

/// What is looked at.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordQuery {
    /// `paid_total` or `commission_total`, which is then in units of the currency, or `register_count`.
    #[param(value_type = String)]
    r#type: Looked,
}

impl Body for RecordQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        const NAMES: [&str; 3] = ["paid_total", "commission_total", "register_count"];
        let kind = read.required("type").one_of(&NAMES).map(|name| match name {
            "paid_total" => Looked::Paid,
            "commission_total" => Looked::Commission,
            _ => Looked::Registrations,
        });
        let kind = kind.get();
        Ok(Self { r#type: kind? })
    }
}

/// What the last days brought.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayRecords {
    data: Vec<DayRecordBody>,
}

/// What a day brought. Money is in cents unless it was looked at.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayRecordBody {
    id: i64,
    record_at: i64,
    record_type: &'static str,
    order_count: i64,
    order_total: i64,
    commission_count: i64,
    #[schema(value_type = f64)]
    commission_total: Rounded,
    paid_count: i64,
    #[schema(value_type = f64)]
    paid_total: Rounded,
    register_count: i64,
    invite_count: i64,
    /// Bytes.
    transfer_used_total: String,
    created_at: i64,
    updated_at: i64,
}

impl DayRecordBody {
    fn of(record: &DayRecord, looked: Looked) -> Self {
        let sums = record.sums;
        let money = |cents: Cents, is_looked: bool| {
            Rounded::share(cents.get(), if is_looked { 100 } else { 1 })
        };
        Self {
            id: record.id,
            record_at: record.day.get(),
            record_type: "d",
            order_count: sums.orders,
            order_total: sums.order_total.get(),
            commission_count: sums.commissions,
            commission_total: money(sums.commission_total, looked == Looked::Commission),
            paid_count: sums.paid_orders,
            paid_total: money(sums.paid_total, looked == Looked::Paid),
            register_count: sums.registrations,
            invite_count: sums.invitations,
            transfer_used_total: sums.traffic.to_string(),
            created_at: record.created_at.get(),
            updated_at: record.updated_at.get(),
        }
    }
}

/// How many days are shown.
const DAYS: u32 = 30;

/// What the last thirty recorded days brought, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/stat/getStatRecord",
    params(RecordQuery),
    responses(
        (status = 200, description = "The days", body = DayRecords),
        (status = 422, description = "There is no such value", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(query): Read<RecordQuery>,
    panel: Data<Panel>,
) -> Result<Bare<DayRecords>, Fault> {
    let run = panel.run(|app| async move { app.administration.days.last_records(DAYS).await });
    let records = run.await?;
    let rows = records.iter();
    let data = rows
        .map(|record| DayRecordBody::of(record, query.r#type))
        .collect();
    Ok(Bare(DayRecords { data }))
}
