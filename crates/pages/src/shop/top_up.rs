//! Money for the balance: how much, what comes on top, and ordering it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_billing::TopUpPolicy;
use ferroboard_kernel::Cents;
use ferroboard_web::Panel;

use super::placed::Placed;
use crate::failure::{Failure, PageResult};
use crate::form::Form;
use crate::page::{Page, show_as};
use crate::typed_amount::typed_amount;
use crate::visitor::{Customer, MainCustomer};

/// Where the page stands.
pub(crate) const PATH: &str = "/my/top-up";

/// From some amount on, so much comes on top.
struct Tier {
    from: String,
    bonus: String,
    /// What that makes of the amount itself.
    whole: String,
}

#[derive(Template)]
#[template(path = "shop/top_up.html")]
struct TopUpPage {
    page: Page,
    form: Form,
    balance: Cents,
    tiers: Vec<Tier>,
    least: String,
    most: String,
}

/// The form. There is none where the site has no top-ups.
pub(super) async fn show(customer: MainCustomer, form: Form, panel: Data<Panel>) -> PageResult {
    page(&customer.0, &panel, form, StatusCode::OK)
}

/// Orders money for the balance.
pub(super) async fn order(
    customer: MainCustomer,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let customer = customer.0;
    let visitor = &customer.visitor;
    let range = TopUpPolicy::LEAST..=TopUpPolicy::MOST;
    let amount = typed_amount(form.text("amount")).filter(|amount| range.contains(amount));
    let Some(amount) = amount else {
        let lang = visitor.lang();
        form.complain("amount", crate::catalogue::text(lang, "shop.top_up_bad"));
        return page(&customer, &panel, form, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let account = customer.session.account.clone();
    let run = panel.run(move |app| async move {
        let placed = app.orders.place_top_up(&account, amount).await;
        Placed::of(placed, account.id, &app).await
    });
    match run.await {
        Ok(placed) => Ok(placed.and_go(visitor, PATH)),
        Err(fault) => {
            let status = form.refused(visitor, fault)?;
            page(&customer, &panel, form, status)
        }
    }
}

fn page(customer: &Customer, panel: &Panel, form: Form, status: StatusCode) -> PageResult {
    let policy = panel.application().orders.top_ups();
    if !policy.enabled {
        return Err(Failure::Unknown);
    }
    let page = Page::new(&customer.visitor, PATH, "shop.top_up")?;
    let template = TopUpPage {
        balance: customer.session.account.balance,
        tiers: tiers(&page, &policy),
        least: page.money(&TopUpPolicy::LEAST),
        most: page.money(&TopUpPolicy::MOST),
        form,
        page,
    };
    show_as(status, &template)
}

/// What comes on top, by the amount from which on it does; what a lower tier gives already is none.
fn tiers(page: &Page, policy: &TopUpPolicy) -> Vec<Tier> {
    let rising = rising(policy).into_iter();
    let tiers = rising.map(|(from, bonus)| Tier {
        from: page.money(&from),
        bonus: page.money(&bonus),
        whole: page.money(&Cents::new(from.get().saturating_add(bonus.get()))),
    });
    tiers.collect()
}

fn rising(policy: &TopUpPolicy) -> Vec<(Cents, Cents)> {
    let mut bounds: Vec<Cents> = policy.bonuses.iter().map(|tier| tier.from).collect();
    bounds.sort_unstable();
    let mut reached = Cents::ZERO;
    bounds.retain(|from| {
        let bonus = policy.bonus(*from);
        let is_more = bonus > reached;
        reached = reached.max(bonus);
        is_more
    });
    let with_bonus = bounds.into_iter();
    with_bonus
        .map(|from| (from.max(TopUpPolicy::LEAST), policy.bonus(from)))
        .collect()
}

#[cfg(test)]
mod tests {
    use ferroboard_billing::BonusTier;

    use super::*;

    #[test]
    fn tiers_are_shown_where_the_bonus_rises() {
        let tier = |(from, bonus): (i64, i64)| BonusTier {
            from: Cents::new(from),
            bonus: Cents::new(bonus),
        };
        for (tiers, expected) in [
            (vec![], vec![]),
            (vec![(5_000, 400), (100, 5)], vec![(100, 5), (5_000, 400)]),
            (
                vec![(100, 50), (200, 10), (300, 60)],
                vec![(100, 50), (300, 60)],
            ),
            (vec![(100, 5), (100, 7)], vec![(100, 7)]),
            (vec![(0, 5), (100, 0)], vec![(1, 5)]),
        ] {
            let policy = TopUpPolicy {
                enabled: true,
                bonuses: tiers.into_iter().map(tier).collect(),
                earns_commission: false,
            };
            let shown = rising(&policy).into_iter();
            let shown: Vec<_> = shown
                .map(|(from, bonus)| (from.get(), bonus.get()))
                .collect();
            assert_eq!(shown, expected);
        }
    }
}
