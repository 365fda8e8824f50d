//! `plan/save` and `plan/sort`: what administrators say about plans.

use std::collections::BTreeMap;

use actix_web::web::Data;
use ferroboard_billing::{Edit, Gigabytes, Period, PlanTerms, ResetMethod};
use ferroboard_kernel::{Cents, GroupId, PlanId};
use ferroboard_knowledge::LongText;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// The largest number that columns of limits hold, and the largest price in cents.
const MOST: i64 = 2_147_483_647;
/// The most gigabytes whose bytes can be counted.
const MOST_TRAFFIC: i64 = 8_589_934_591;
/// The most tags of a plan.
const MOST_TAGS: i64 = 100;
/// What the column of descriptions holds, in bytes.
const LONGEST_CONTENT: i64 = 65_535;

/// A plan that is made or changed. What is left out of a change stays as it is.
#[derive(ToSchema)]
pub struct SavePlan {
    /// The plan that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<PlanId>,
    #[schema(max_length = 255)]
    name: String,
    /// HTML or Markdown, with placeholders; at most 65,535 bytes.
    #[schema(value_type = Option<String>)]
    content: Edit<String>,
    /// 0 to 4; null follows the setting of the site.
    #[schema(value_type = Option<i64>)]
    reset_traffic_method: Edit<ResetMethod>,
    /// GB.
    #[schema(value_type = i64, minimum = 1)]
    transfer_enable: Gigabytes,
    /// Price by period, in units of the currency: `monthly`, `quarterly`, `half_yearly`, `yearly`, `two_yearly`,
    /// `three_yearly`, `onetime` and `reset_traffic`. Nothing, and 0, is not sold.
    #[schema(value_type = Option<Object>)]
    prices: Option<BTreeMap<Period, Cents>>,
    #[schema(value_type = Option<i64>)]
    group_id: Edit<GroupId>,
    /// Mbps.
    #[schema(value_type = Option<i64>, minimum = 0)]
    speed_limit: Edit<i64>,
    #[schema(value_type = Option<i64>, minimum = 0)]
    device_limit: Edit<i64>,
    /// How many may subscribe; null any number.
    #[schema(value_type = Option<i64>, minimum = 0)]
    capacity_limit: Edit<i64>,
    #[schema(value_type = Option<Vec<String>>)]
    tags: Edit<Vec<String>>,
    /// Whether all who have the plan get its group, traffic and limits.
    #[schema(value_type = Option<bool>)]
    force_update: bool,
}

impl Body for SavePlan {
    const REFUSED_AS_FALSE: bool = true;

    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.nullable("id").integer().get();
        let name = read.required("name").says(Message::PlanNameRequired);
        let name = name.text().max(255).says(Message::PlanNameTooLong).get();
        let content = read.nullable("content").text();
        let too_long = Message::FieldTooLong {
            limit: LONGEST_CONTENT,
        };
        let content = content.parse(too_long, LongText::new);
        let content = content.map(LongText::into_string).change();
        let method = read.nullable("reset_traffic_method").integer();
        let method = method.parse(Message::FieldNotOneOf, ResetMethod::from_code);
        let method = method.change();
        let traffic = read.required("transfer_enable");
        let traffic = traffic.says(Message::PlanTrafficRequired).integer();
        let traffic = traffic.says(Message::PlanTrafficInvalid).min(1);
        let traffic = traffic.says(Message::PlanTrafficTooSmall);
        let traffic = traffic.max(MOST_TRAFFIC).map(Gigabytes::new).get();
        let group = read.nullable("group_id").integer();
        let group = group.says(Message::PlanGroupInvalid).min(0).max(MOST);
        let group = group.map(GroupId::new).change();
        let speed = limit(read, "speed_limit");
        let devices = limit(read, "device_limit");
        let capacity = limit(read, "capacity_limit");
        let tags = read
            .nullable("tags")
            .each(|tag| tag.judge(Given::item_text).max(255).get());
        let tags = tags.max(MOST_TAGS);
        let tags = tags.map(|tags| tags.into_iter().flatten().collect::<Vec<_>>());
        let tags = tags.change();
        let prices = prices(read);
        let force = read.given("force_update").switch() == Some(true);
        Ok(Self {
            // 0 is what a page sends that has none.
            id: id?.filter(|id| *id != 0).map(PlanId::new),
            name: name?,
            content: content?.edit(),
            reset_traffic_method: method?.edit(),
            transfer_enable: traffic?,
            prices: prices?,
            group_id: group?.edit(),
            speed_limit: speed?,
            device_limit: devices?,
            capacity_limit: capacity?,
            tags: tags?.edit(),
            force_update: force,
        })
    }
}

impl SavePlan {
    /// The plan that is changed, a new one without it; what is said about it; and whether all who have it get
    /// its group, traffic and limits.
    pub fn into_parts(self) -> (Option<PlanId>, PlanTerms, bool) {
        let terms = PlanTerms {
            name: self.name,
            traffic: self.transfer_enable,
            prices: self.prices,
            group: self.group_id,
            speed_limit: self.speed_limit,
            device_limit: self.device_limit,
            capacity_limit: self.capacity_limit,
            content: self.content,
            tags: self.tags,
            reset_method: self.reset_traffic_method,
        };
        (self.id, terms, self.force_update)
    }
}

fn limit(read: &mut Reader<'_>, name: &'static str) -> Result<Edit<i64>, Refused> {
    let limit = read.nullable(name).integer().min(0).max(MOST);
    Ok(limit.change()?.edit())
}

/// The prices that are named; nothing for nothing is said of them.
fn prices(read: &mut Reader<'_>) -> Result<Option<BTreeMap<Period, Cents>>, Refused> {
    let prices = read.nullable("prices");
    let prices = prices.members(|name, given| given.judge(|given| price(name, given)).get());
    let prices = prices.map(|prices| prices.into_iter().filter_map(|(_, price)| price).collect());
    Ok(prices.change()?.cleared_to(BTreeMap::new()))
}

/// What a period costs, if it is sold.
fn price(name: &str, given: Given<'_>) -> Result<Option<(Period, Cents)>, Message> {
    let mut periods = Period::ALL.into_iter();
    let period = periods.find(|period| period.key() == name);
    let period = period.ok_or(Message::PlanPeriodUnknown)?;
    if given.is_blank() {
        return Ok(None);
    }
    let price = given.decimal().ok_or(Message::PlanPriceInvalid)?;
    match price.hundredths() {
        ..0 => Err(Message::PlanPriceNegative),
        cents @ 0..=MOST => Ok(Some((period, Cents::new(cents)))),
        _ => Err(Message::FieldTooLarge),
    }
}

/// Makes a plan that is neither shown nor sold yet, or changes one.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plan/save",
    request_body = SavePlan,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plan", body = FailureBody),
        (status = 422, description = "A field is missing or odd; `data` is false", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SavePlan>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (id, terms, to_members) = body.into_parts();
    let run = panel.run(move |app| async move {
        let plans = &app.administration.plans;
        plans.save(id, terms, to_members, change).await
    });
    run.await?;
    Ok(DONE)
}

/// The order in which things are listed.
#[derive(ToSchema)]
pub(crate) struct NamedInOrder {
    /// Their numbers; at most 1,000.
    ids: Vec<i64>,
}

impl Body for NamedInOrder {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let ids = read.required("ids");
        let ids = ids.each(|id| id.integer().get()).max(1_000);
        Ok(Self { ids: ids.get()? })
    }
}

impl NamedInOrder {
    /// Their numbers, as they are named.
    pub(super) fn ids<T>(self, id: impl Fn(i64) -> T) -> Vec<T> {
        self.ids.into_iter().map(id).collect()
    }
}

/// Lists the plans that are named in this order.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plan/sort",
    request_body = NamedInOrder,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plan", body = FailureBody),
        (status = 422, description = "These are no numbers, or too many", body = FailureBody),
    )
)]
pub(crate) async fn sort(
    Changing(change): Changing,
    Read(body): Read<NamedInOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let plans = body.ids(PlanId::new);
    let run =
        panel.run(move |app| async move { app.administration.plans.sort(plans, change).await });
    run.await?;
    Ok(DONE)
}
