//! The first steps: from the empty panel to the first plan that is sold.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::FirstStep;
use ferroboard_web::Panel;

use crate::failure::PageResult;
use crate::page::{Page, show as answer};
use crate::visitor::Operator;

/// A step on the page.
struct Step {
    title: String,
    about: String,
    href: String,
    is_taken: bool,
    may_wait: bool,
    /// Whether it is the first that is missing.
    is_next: bool,
}

#[derive(Template)]
#[template(path = "desk/guide.html")]
struct GuidePage {
    page: Page,
    steps: Vec<Step>,
    taken: usize,
}

/// The names of a step's title and explanation, and where it is taken.
const fn place(step: FirstStep) -> (&'static str, &'static str, &'static str) {
    match step {
        FirstStep::SiteName => ("desk.guide_name", "desk.guide_name_about", "/settings/site"),
        FirstStep::SiteAddress => ("desk.guide_url", "desk.guide_url_about", "/settings/site"),
        FirstStep::Mail => (
            "desk.guide_mail",
            "desk.guide_mail_about",
            "/settings/email",
        ),
        FirstStep::NodeSecret => (
            "desk.guide_secret",
            "desk.guide_secret_about",
            "/settings/server",
        ),
        FirstStep::Group => ("desk.guide_group", "desk.guide_group_about", "/groups/new"),
        FirstStep::Node => ("desk.guide_node", "desk.guide_node_about", "/nodes/new"),
        FirstStep::Plan => ("desk.guide_plan", "desk.guide_plan_about", "/plans"),
        FirstStep::Payment => (
            "desk.guide_payment",
            "desk.guide_payment_about",
            "/payments",
        ),
        FirstStep::Article => (
            "desk.guide_article",
            "desk.guide_article_about",
            "/knowledge",
        ),
        FirstStep::Sale => ("desk.guide_sale", "desk.guide_sale_about", "/orders"),
    }
}

/// Which steps are taken and which are missing.
pub(super) async fn show(operator: Operator, panel: Data<Panel>) -> PageResult {
    let run = panel.run(|app| async move { app.administration.first_steps.list().await });
    let steps = run.await?;
    let page = Page::console(&operator, "/guide", "layout.guide")?;
    let next = steps
        .iter()
        .find(|(_, is_taken)| !is_taken)
        .map(|(step, _)| *step);
    let shown = steps.iter().map(|(step, is_taken)| {
        let (title, about, path) = place(*step);
        Step {
            title: page.t(title).to_owned(),
            about: page.t(about).to_owned(),
            href: page.to(path),
            is_taken: *is_taken,
            may_wait: step.may_wait(),
            is_next: next == Some(*step),
        }
    });
    let steps: Vec<Step> = shown.collect();
    let taken = steps.iter().filter(|step| step.is_taken).count();
    answer(&GuidePage { page, steps, taken })
}
