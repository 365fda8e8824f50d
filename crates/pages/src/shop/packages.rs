//! Traffic on top of a plan's: what is on sale, what is left of what was bought, and ordering it.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::{HeldPackage, PackageOffer};
use ferroboard_billing::BillingError;
use ferroboard_kernel::PackageId;
use ferroboard_web::Panel;

use super::placed::Placed;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::package_end::until;
use crate::page::{Page, show as answer};
use crate::visitor::MainCustomer;

/// Where the page stands.
pub(crate) const PATH: &str = "/my/packages";

/// A package on sale.
struct Offer {
    id: i64,
    name: String,
    traffic: String,
    price: String,
    until: &'static str,
    /// Why it cannot be bought.
    refused: Option<&'static str>,
}

/// What was bought, and what is left of it.
struct Own {
    name: String,
    whole: String,
    left: String,
    until: &'static str,
}

#[derive(Template)]
#[template(path = "shop/packages.html")]
struct PackagesPage {
    page: Page,
    offers: Vec<Offer>,
    own: Vec<Own>,
}

/// What is on sale, and what the customer has.
pub(super) async fn show(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let customer = customer.0;
    let user = customer.session.account.id;
    let run = panel.run(move |app| async move { app.packages.list(user).await });
    let (offers, own) = run.await?;
    let page = Page::new(&customer.visitor, PATH, "shop.packages")?;
    let offers = offers.into_iter().map(|offer| Offer::new(&page, offer));
    answer(&PackagesPage {
        offers: offers.collect(),
        own: own.into_iter().map(|held| Own::new(&page, held)).collect(),
        page,
    })
}

/// Orders one.
pub(super) async fn order(customer: MainCustomer, form: Form, panel: Data<Panel>) -> PageResult {
    let customer = customer.0;
    let visitor = &customer.visitor;
    let package = form.text("package").parse().map_err(|_| Failure::Unknown)?;
    let package = PackageId::new(package);
    let account = customer.session.account.clone();
    let run = panel.run(move |app| async move {
        let placed = app.packages.place(&account, package).await;
        Placed::of(placed, account.id, &app).await
    });
    match run.await {
        Ok(placed) => Ok(placed.and_go(visitor, PATH)),
        Err(fault) => {
            let told = fault.told(visitor.lang().locale()).message;
            Form::default().refused(visitor, fault)?;
            Ok(Flash::refused("shop.package_refused")
                .with(told)
                .and_go(visitor, PATH))
        }
    }
}

impl Offer {
    fn new(page: &Page, offer: PackageOffer) -> Self {
        let PackageOffer { package, refused } = offer;
        let why = |refused| match refused {
            BillingError::PackageSoldOut => "shop.package_sold_out",
            _ => "shop.package_other_plan",
        };
        Self {
            id: package.id.get(),
            name: package.terms.name,
            traffic: page.bytes(&package.terms.traffic.bytes()),
            price: page.money(&package.terms.price),
            until: page.t(until(package.terms.until)),
            refused: refused.map(|refused| page.t(why(refused))),
        }
    }
}

impl Own {
    fn new(page: &Page, held: HeldPackage) -> Self {
        Self {
            name: held.bought.name,
            whole: page.bytes(&held.bought.bytes),
            left: page.bytes(&held.left),
            until: page.t(until(held.bought.until)),
        }
    }
}
