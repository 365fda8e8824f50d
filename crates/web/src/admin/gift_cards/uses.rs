//! What was redeemed.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use actix_web::web::Data;
use chrono::NaiveDate;
use ferroboard_application::{GiftStatistics, UsageDays, UsageFilter};
use ferroboard_giftcard::TemplateKind;
use ferroboard_kernel::{GiftTemplateId, UserId};
use ferroboard_listing::{Page, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::asked::{asked, page};
use super::rows::UsageRow;
use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::input::Input;
use crate::request::reader::{Reader, Refused};
use crate::user::gift_cards::body::kind_name;

/// How long a page of redemptions is; other lengths are refused.
const PAGES: PageRule = PageRule::new(15, 1, 500);

/// Which redemptions to list.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RedemptionQuery {
    /// Only of cards of this template.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    template_id: Option<GiftTemplateId>,
    /// Only by this user.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    user_id: Option<UserId>,
    /// The page, from 1.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    page: Page,
    /// Rows of a page: 1 to 500.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    per_page: PhantomData<Page>,
}

impl Body for RedemptionQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let template = read.optional("template_id").integer();
        let template = template.map(GiftTemplateId::new).get();
        let user = read.optional("user_id").integer().map(UserId::new).get();
        let page = page(read, PAGES);
        Ok(Self {
            template_id: template?,
            user_id: user?,
            page: page?,
            per_page: PhantomData,
        })
    }
}

/// Redemptions, the latest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/gift-card/usages",
    params(RedemptionQuery),
    request_body = RedemptionQuery,
    responses(
        (status = 200, description = "A page of them", body = Paged<UsageRow>),
        (status = 422, description = "There is no such template or user, or a field is odd", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    input: Input,
    panel: Data<Panel>,
) -> Result<Bare<Paged<UsageRow>>, Fault> {
    let named = ["template_id", "user_id"];
    let query: RedemptionQuery = asked(&input, &named, &panel).await?;
    let page = query.page;
    let filter = UsageFilter {
        template: query.template_id,
        user: query.user_id,
    };
    let run = panel.run(move |app| async move {
        let uses = &app.administration.gift_uses;
        uses.list(&filter, page).await
    });
    let found = run.await?.map(UsageRow::from);
    Ok(Bare(Paged::new(page, found)))
}

/// From which day to which.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsQuery {
    /// The first day; thirty days ago by default.
    #[schema(value_type = Option<String>)]
    #[param(value_type = Option<String>)]
    start_date: Option<NaiveDate>,
    /// The last day; today by default.
    #[schema(value_type = Option<String>)]
    #[param(value_type = Option<String>)]
    end_date: Option<NaiveDate>,
}

impl Body for StatisticsQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let first = read.optional("start_date");
        let first = first.parse(Message::FieldNotDate, |given| day(given.text()?.as_ref()));
        let first = first.get();
        let last = read.optional("end_date");
        let last = last.parse(Message::FieldNotDate, |given| day(given.text()?.as_ref()));
        let last = last.get();
        Ok(Self {
            start_date: first?,
            end_date: last?,
        })
    }
}

/// A day as `2026-11-29`.
fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (day.format("%Y-%m-%d").to_string() == text).then_some(day)
}

/// What became of all gift cards.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatisticsBody {
    total_stats: TotalStats,
    /// The days that were asked for, as far as cards were redeemed.
    daily_usages: Vec<DayStats>,
    type_stats: Vec<TemplateStats>,
}

#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "the names of the wire")]
struct TotalStats {
    templates_count: i64,
    active_templates_count: i64,
    codes_count: i64,
    used_codes_count: i64,
    usages_count: i64,
}

#[derive(Serialize, ToSchema)]
struct DayStats {
    date: String,
    count: i64,
}

/// How often cards of a template were redeemed. One that was deleted has empty names.
#[derive(Serialize, ToSchema)]
struct TemplateStats {
    template_name: String,
    type_name: String,
    count: i64,
}

impl StatisticsBody {
    fn of(statistics: GiftStatistics, locale: Locale) -> Self {
        let totals = statistics.totals;
        let days = statistics.days.into_iter();
        let templates = statistics.templates.into_iter();
        Self {
            total_stats: TotalStats {
                templates_count: totals.templates,
                active_templates_count: totals.active_templates,
                codes_count: totals.codes,
                used_codes_count: totals.used_codes,
                usages_count: totals.usages,
            },
            daily_usages: days
                .map(|(day, count)| DayStats {
                    date: day.format("%Y-%m-%d").to_string(),
                    count,
                })
                .collect(),
            type_stats: templates
                .map(|uses| {
                    let (template_name, kind) = uses.template.unzip();
                    let kind = kind.map(TemplateKind::from_code);
                    TemplateStats {
                        template_name: template_name.unwrap_or_default(),
                        type_name: kind.map(|kind| kind_name(kind, locale)).unwrap_or_default(),
                        count: uses.count,
                    }
                })
                .collect(),
        }
    }
}

/// Gift cards in numbers, with those of a time by day.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/gift-card/statistics",
    params(StatisticsQuery),
    request_body = StatisticsQuery,
    responses(
        (status = 200, description = "The numbers", body = SuccessBody<StatisticsBody>),
        (status = 422, description = "A day is none", body = FailureBody),
    )
)]
pub(crate) async fn statistics(
    _: AdminSession,
    Read(query): Read<StatisticsQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<StatisticsBody>, Fault> {
    let days = UsageDays {
        first: query.start_date,
        last: query.end_date,
    };
    let run = panel.run(move |app| async move {
        let uses = &app.administration.gift_uses;
        uses.statistics(days).await
    });
    Ok(Success(StatisticsBody::of(run.await?, locale)))
}

/// The kinds of gift cards with their names.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/gift-card/types",
    responses((status = 200, description = "Names by code", body = SuccessBody<BTreeMap<String, String>>))
)]
pub(crate) async fn types(_: AdminSession, locale: Locale) -> Success<BTreeMap<String, String>> {
    let named = |kind: TemplateKind| (kind.code().to_string(), kind_name(kind, locale));
    Success(TemplateKind::ALL.into_iter().map(named).collect())
}
