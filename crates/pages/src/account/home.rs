//! The home page: what waits for a customer, how much is left, and how to use it.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::{AccountView, OverviewView, SubscriptionView};
use ferroboard_billing::BillingError;
use ferroboard_kernel::{Seconds, UnixSeconds};
use ferroboard_knowledge::Announcement;
use ferroboard_listing::PageRule;
use ferroboard_web::{Panel, Root};

use super::apps::{Platform, platforms};
use crate::failure::{Failure, PageResult};
use crate::page::{Page, show as answer};
use crate::prose::{Prose, markdown};
use crate::qr;
use crate::visitor::{Customer, Visitor};

/// How many announcements stand on the page.
const ANNOUNCEMENTS: PageRule = PageRule::always(5);
/// The tag of an announcement that is to be seen at once, as the family's themes know it.
const AT_ONCE: &str = "弹窗";

const DAY: i64 = 24 * 60 * 60;

/// An announcement, cleaned.
struct Notice {
    title: String,
    at: UnixSeconds,
    text: Prose,
    picture: Option<String>,
    is_open: bool,
}

impl From<Announcement> for Notice {
    fn from(announcement: Announcement) -> Self {
        let tags = announcement.tags.as_deref().unwrap_or_default();
        let picture = announcement.img_url;
        Self {
            title: announcement.title,
            at: announcement.created_at,
            text: markdown(&announcement.content),
            picture: picture.filter(|address| address.starts_with("https://")),
            is_open: tags.contains(AT_ONCE),
        }
    }
}

/// What is left of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    used: i64,
    whole: i64,
    still: i64,
    /// Bytes a day until the traffic is counted anew or the subscription ends.
    a_day: Option<i64>,
    /// Days until the end; `None` for no end.
    days: Option<i64>,
    has_ended: bool,
}

impl Left {
    fn of(account: &AccountView, reset_day: Option<i64>, now: UnixSeconds) -> Self {
        let used = account.upload.saturating_add(account.download);
        let whole = account.transfer_enable;
        let left = whole.saturating_sub(used).max(0);
        let days = account.expired_at.map(|end| days_until(end, now));
        let until = match (reset_day, days) {
            (Some(reset), Some(end)) => Some(reset.min(end)),
            (reset, end) => reset.or(end),
        };
        Self {
            used,
            whole,
            still: left,
            a_day: until.filter(|days| *days > 0).map(|days| left / days),
            days,
            has_ended: account.expired_at.is_some_and(|end| end <= now),
        }
    }

    /// Whether most is used.
    fn is_low(&self) -> bool {
        self.still < self.whole / 10
    }
}

/// Days until an instant, begun ones counting as whole.
fn days_until(end: UnixSeconds, now: UnixSeconds) -> i64 {
    let left: Seconds = end.since(now);
    left.get().max(0).saturating_add(DAY - 1) / DAY
}

/// What a subscription is used with.
struct Import {
    link: String,
    code: Option<String>,
    platforms: Vec<Platform>,
}

#[derive(Template)]
#[template(path = "account/home.html")]
struct Home {
    page: Page,
    account: AccountView,
    waiting: OverviewView,
    notices: Vec<Notice>,
    plan: Option<String>,
    reset_day: Option<i64>,
    left: Left,
    needs_real_name: bool,
    is_main: bool,
    has_top_ups: bool,
    import: Option<Import>,
}

/// What stands at `/`: the home page of who is logged in, and the login for anybody else.
pub(crate) async fn show(visitor: Visitor, root: Root, panel: Data<Panel>) -> PageResult {
    let Some(session) = visitor.session().cloned() else {
        return Ok(crate::flash::go("/my/login"));
    };
    let customer = Customer { visitor, session };
    answer(&home(customer, root, &panel).await?)
}

async fn home(customer: Customer, root: Root, panel: &Panel) -> Result<Home, Failure> {
    let Customer { visitor, session } = customer;
    let page = ANNOUNCEMENTS.page(None, None);
    let account = session.account;
    let run = panel.run(move |app| async move {
        let account = app.traffic_resets.on_access(account).await;
        let view = app.subscriptions.describe(&account, root.0.for_asker());
        // A plan that was deleted is no reason to show no page.
        let view = match view.await {
            Err(ferroboard_application::Error::Billing(BillingError::PlanMissing)) => None,
            view => Some(view?),
        };
        let waiting = app.accounts.overview(account.id).await?;
        let notices = app.knowledge.announcements(page).await?;
        Ok((account, view, waiting, notices.rows))
    });
    let (account, view, waiting, notices) = run.await?;
    let now = panel.application().now();
    let reset_day = view.as_ref().and_then(|view| view.reset_day);
    let link = view.as_ref().map(|view| view.subscribe_url.clone());
    let is_main = account.shadow_of.is_none();
    let site_name = visitor.site().site.app_name.clone();
    Ok(Home {
        page: Page::new(&visitor, "/", "layout.home")?,
        left: Left::of(&account, reset_day, now),
        needs_real_name: view.as_ref().is_some_and(|view| view.real_name_required),
        plan: view.as_ref().and_then(plan_name),
        import: link.filter(|link| !link.is_empty()).map(|link| Import {
            code: qr::svg(&link),
            platforms: platforms(&link, &site_name),
            link,
        }),
        is_main,
        has_top_ups: is_main && panel.application().orders.top_ups().enabled,
        account,
        waiting,
        notices: notices.into_iter().map(Notice::from).collect(),
        reset_day,
    })
}

fn plan_name(view: &SubscriptionView) -> Option<String> {
    view.plan.as_ref().map(|plan| plan.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begun_days_count_as_whole() {
        let now = UnixSeconds::new(1_000_000);
        let later = |seconds| now.plus(Seconds::new(seconds));
        for (end, expected) in [
            (later(-5), 0),
            (now, 0),
            (later(1), 1),
            (later(DAY), 1),
            (later(DAY + 1), 2),
        ] {
            assert_eq!(days_until(end, now), expected);
        }
    }
}
