//! A second account for the nodes that are reached by IPv6.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::ShadowView;
use ferroboard_shadow_account::Refusal;
use ferroboard_web::{Panel, Root};

use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::page::{Page, show as answer};
use crate::qr;
use crate::visitor::{Customer, MainCustomer};

#[derive(Template)]
#[template(path = "account/ipv6.html")]
struct SecondAccountPage {
    page: Page,
    view: ShadowView,
    is_main: bool,
    code: Option<String>,
}

impl SecondAccountPage {
    /// Why there can be none now.
    fn refusal(&self) -> Option<&'static str> {
        let name = match self.view.refusal? {
            Refusal::Unconfigured => "account.ipv6_unconfigured",
            Refusal::IsShadow => "account.ipv6_is_second",
            Refusal::Banned => "layout.forbidden_hint",
            Refusal::NoPlan => "account.ipv6_no_plan",
            Refusal::Expired => "account.ipv6_expired",
            Refusal::PlanNotAllowed => "account.ipv6_other_plan",
            Refusal::RealNameRequired => "account.real_name_needed",
        };
        Some(name)
    }
}

/// Whether there may be one, and which one there is.
pub(super) async fn show(customer: Customer, root: Root, panel: Data<Panel>) -> PageResult {
    let Customer { visitor, session } = customer;
    if !panel.plugins().ipv6_subscription.enabled {
        return Err(Failure::Unknown);
    }
    let account = session.account;
    let is_main = account.shadow_of.is_none();
    let run =
        panel.run(move |app| async move { app.shadows.check(&account, root.0.for_asker()).await });
    let view = run.await?;
    let link = view.shadow.as_ref().map(|shadow| &shadow.subscribe_url);
    answer(&SecondAccountPage {
        page: Page::new(&visitor, "/my/profile", "account.ipv6")?,
        code: link.and_then(|link| qr::svg(link)),
        is_main,
        view,
    })
}

/// Makes it, or brings it into step.
pub(super) async fn enable(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let MainCustomer(Customer { visitor, session }) = customer;
    let user = session.account.id;
    let run = panel.run(move |app| async move { app.shadows.enable(user).await });
    run.await?;
    Ok(Flash::done("account.ipv6_enabled").and_go(&visitor, "/my/profile/ipv6"))
}

/// Gives it the password of the first, and ends its sessions.
pub(super) async fn copy_password(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let MainCustomer(Customer { visitor, session }) = customer;
    let user = session.account.id;
    let run = panel.run(move |app| async move { app.shadows.copy_password(user).await });
    run.await?;
    Ok(Flash::done("account.ipv6_password_copied").and_go(&visitor, "/my/profile/ipv6"))
}
