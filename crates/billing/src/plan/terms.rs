use std::collections::BTreeMap;

use ferroboard_kernel::{Cents, GroupId, PlanId, UnixSeconds};

use crate::{Edit, Gigabytes, Period, Plan, PriceList, ResetMethod, Tags};

/// What an administrator says about a plan. What is not said of a new one is nothing, but for the rule by
/// which its traffic is counted anew: that is the one that the table has by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTerms {
    /// Shown to customers.
    pub name: String,
    /// Traffic for one period.
    pub traffic: Gigabytes,
    /// What it costs; `None` leaves that as it is. See [`PlanTerms::written_to`] about 0.
    pub prices: Option<BTreeMap<Period, Cents>>,
    /// Which nodes its subscribers may use.
    pub group: Edit<GroupId>,
    /// Mbps.
    pub speed_limit: Edit<i64>,
    /// Devices at once.
    pub device_limit: Edit<i64>,
    /// How many may subscribe.
    pub capacity_limit: Edit<i64>,
    /// Description, with placeholders.
    pub content: Edit<String>,
    /// Shown to customers beside its name.
    pub tags: Edit<Vec<String>>,
    /// When its traffic is counted anew.
    pub reset_method: Edit<ResetMethod>,
}

impl PlanTerms {
    /// A new plan, which nobody sees and nobody may buy yet. Its number is given by the table.
    pub fn plan(&self, at: UnixSeconds) -> Plan {
        let empty = Plan {
            id: PlanId::new(0),
            group_id: None,
            traffic: self.traffic,
            name: String::new(),
            prices: PriceList::default(),
            sell: false,
            speed_limit: None,
            device_limit: None,
            show: false,
            sort: None,
            renew: true,
            content: None,
            tags: Tags::default(),
            reset_method: Some(ResetMethod::FirstDayOfMonth),
            capacity_limit: None,
            created_at: at,
            updated_at: at,
        };
        self.written_to(&empty, at)
    }

    /// The plan as it is afterwards. A price of 0 is none: forms have it where a field was emptied, and
    /// whoever orders then pays nothing. A period that is free already stays so, so that saving a form
    /// changes nothing.
    pub fn written_to(&self, plan: &Plan, at: UnixSeconds) -> Plan {
        let prices = self.prices.as_ref().map(|prices| {
            let is_free = |period: Period| plan.prices.of(period) == Some(Cents::ZERO);
            let offered = prices.iter().map(|(period, price)| (*period, *price));
            PriceList::offered(
                offered.filter(|(period, price)| *price > Cents::ZERO || is_free(*period)),
            )
        });
        let tags = match &self.tags {
            Edit::Keep => plan.tags.clone(),
            Edit::Clear => Tags::default(),
            Edit::Set(tags) => Tags::of(tags),
        };
        Plan {
            name: self.name.clone(),
            traffic: self.traffic,
            prices: prices.unwrap_or_else(|| plan.prices.clone()),
            group_id: self.group.over(plan.group_id),
            speed_limit: self.speed_limit.over(plan.speed_limit),
            device_limit: self.device_limit.over(plan.device_limit),
            capacity_limit: self.capacity_limit.over(plan.capacity_limit),
            content: self.content.over(plan.content.clone()),
            tags,
            reset_method: self.reset_method.over(plan.reset_method),
            updated_at: at,
            ..plan.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_plan;

    const NOW: UnixSeconds = UnixSeconds::new(1_700_000_000);

    fn terms(prices: &[(Period, i64)]) -> PlanTerms {
        let prices = prices.iter();
        PlanTerms {
            name: "P".to_owned(),
            traffic: Gigabytes::new(10),
            prices: Some(
                prices
                    .map(|(period, price)| (*period, Cents::new(*price)))
                    .collect(),
            ),
            group: Edit::Keep,
            speed_limit: Edit::Keep,
            device_limit: Edit::Keep,
            capacity_limit: Edit::Keep,
            content: Edit::Keep,
            tags: Edit::Keep,
            reset_method: Edit::Keep,
        }
    }

    #[test]
    fn a_new_plan_is_hidden_and_has_places_for_all() {
        let plan = terms(&[(Period::Monthly, 999), (Period::Yearly, 0)]).plan(NOW);
        assert_eq!((plan.show, plan.sell, plan.renew), (false, false, true));
        assert_eq!(plan.reset_method, Some(ResetMethod::FirstDayOfMonth));
        assert_eq!((plan.capacity_limit, plan.sort), (None, None));
        assert_eq!(
            plan.prices.to_json().as_deref(),
            Some(r#"{"monthly":9.99}"#)
        );
        let system = PlanTerms {
            reset_method: Edit::Clear,
            ..terms(&[])
        };
        assert_eq!(system.plan(NOW).reset_method, None);
    }

    #[test]
    fn nothing_becomes_free_by_a_zero_and_what_is_free_stays() {
        let free = Plan {
            prices: PriceList::from_json(Some(r#"{"monthly": 0, "yearly": 5}"#)),
            ..a_plan(1)
        };
        let zeros = terms(&[(Period::Monthly, 0), (Period::Yearly, 0)]);
        let saved = zeros.written_to(&free, NOW);
        assert_eq!(saved.prices.of(Period::Monthly), Some(Cents::ZERO));
        assert_eq!(saved.prices.of(Period::Yearly), None);
        let silent = PlanTerms {
            prices: None,
            ..zeros
        };
        assert_eq!(silent.written_to(&free, NOW).prices, free.prices);
    }

    #[test]
    fn what_is_said_counts_and_the_rest_stays() {
        let old = Plan {
            content: Some("old".to_owned()),
            speed_limit: Some(5),
            ..a_plan(1)
        };
        let said = PlanTerms {
            content: Edit::Set("new".to_owned()),
            speed_limit: Edit::Clear,
            tags: Edit::Set(vec!["hot".to_owned()]),
            ..terms(&[(Period::OneTime, 100)])
        };
        let plan = said.written_to(&old, NOW);
        assert_eq!(plan.content.as_deref(), Some("new"));
        assert_eq!((plan.speed_limit, plan.group_id), (None, old.group_id));
        assert_eq!(plan.tags.to_json().as_deref(), Some(r#"["hot"]"#));
        assert_eq!(plan.prices.to_json().as_deref(), Some(r#"{"onetime":1}"#));
        assert_eq!((plan.created_at, plan.updated_at), (old.created_at, NOW));
    }
}
