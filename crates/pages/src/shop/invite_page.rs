//! The page of an inviter: codes, commission, and what can be done with it.

use actix_web::http::StatusCode;
use askama::Template;
use ferroboard_application::{CommissionLogView, InviteCodeView, InvitePageView};
use ferroboard_kernel::{Cents, Decimal, UnixSeconds};
use ferroboard_listing::{Found, PageRule};
use ferroboard_site::Settings;
use ferroboard_web::Panel;

use crate::failure::PageResult;
use crate::form::Form;
use crate::list::ListQuery;
use crate::page::{Page, show_as};
use crate::visitor::Customer;

/// How many rows of the commission log a page shows.
const LOG_PAGES: PageRule = PageRule::always(20);

/// An unused invitation code.
struct CodeRow {
    code: String,
    link: String,
    views: i64,
    made_at: UnixSeconds,
}

/// A commission that was paid.
struct LogRow {
    at: UnixSeconds,
    order: String,
    got: String,
}

/// What the invitations brought.
struct Figures {
    invited: i64,
    rate: String,
    levels: Option<String>,
    earned: String,
    pending: String,
    available: String,
}

#[derive(Template)]
#[template(path = "shop/invite.html")]
struct InvitePage {
    page: Page,
    figures: Figures,
    codes: Vec<CodeRow>,
    log: Vec<LogRow>,
    list: ListQuery,
    last: i64,
    /// The least that is paid out; nothing where commission goes to the balance at once.
    minimum: Option<String>,
    /// How commission is paid out: what is sent, and what is shown.
    methods: Vec<(String, String)>,
    currency: String,
    transfer: Form,
    withdrawal: Form,
}

/// What was typed into the two forms of the page.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) transfer: Form,
    pub(super) withdrawal: Form,
}

/// The page with what was typed into its forms.
pub(super) async fn of(
    customer: &Customer,
    panel: &Panel,
    root: &str,
    typed: Typed,
    status: StatusCode,
) -> PageResult {
    let user = customer.session.account.id;
    let query = ListQuery::read("/my/invite", customer.visitor.query());
    let asked = LOG_PAGES.page(Some(query.number()), None);
    let run = panel.run(move |app| async move {
        let overview = app.invitations.overview(user).await?;
        Ok((overview, app.invitations.log(user, asked).await?))
    });
    let (overview, log) = run.await?;
    let page = Page::new(&customer.visitor, "/my/invite", "shop.invite_title")?;
    let settings = customer.visitor.site();
    let Found { rows, total } = log;
    // Whoever is invited comes to the site's own address, wherever the inviter looks at it.
    let root = settings.site.app_url.as_deref().unwrap_or(root);
    let codes = overview.codes.iter();
    let template = InvitePage {
        codes: codes.map(|code| CodeRow::new(code, root)).collect(),
        figures: Figures::new(&page, &overview, settings),
        log: rows.iter().map(|row| LogRow::new(&page, row)).collect(),
        last: asked.last(total),
        list: query,
        minimum: minimum(&page, settings),
        methods: methods(settings),
        currency: settings.site.currency.clone(),
        transfer: typed.transfer,
        withdrawal: typed.withdrawal,
        page,
    };
    show_as(status, &template)
}

impl CodeRow {
    fn new(view: &InviteCodeView, root: &str) -> Self {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &view.code)
            .finish();
        Self {
            link: format!("{}/my/register?{query}", root.trim_end_matches('/')),
            code: view.code.clone(),
            views: view.views,
            made_at: view.created_at,
        }
    }
}

impl LogRow {
    fn new(page: &Page, view: &CommissionLogView) -> Self {
        Self {
            at: view.created_at,
            order: page.money(&view.order_amount),
            got: page.money(&view.amount),
        }
    }
}

impl Figures {
    fn new(page: &Page, overview: &InvitePageView, settings: &Settings) -> Self {
        let statistics = &overview.statistics;
        Self {
            invited: statistics.invited,
            rate: format!("{}%", Decimal::new(overview.rate.get().saturating_mul(100))),
            levels: levels(settings),
            earned: page.money(&statistics.earned),
            pending: page.money(&overview.pending),
            available: page.money(&statistics.available),
        }
    }
}

/// The shares of the three levels of inviters, where commission is shared.
fn levels(settings: &Settings) -> Option<String> {
    let invite = &settings.invite;
    let levels = [
        invite.commission_distribution_l1,
        invite.commission_distribution_l2,
        invite.commission_distribution_l3,
    ];
    let shares = levels.map(|share| format!("{}%", share.unwrap_or_default()));
    invite
        .commission_distribution_enable
        .then(|| shares.join(" / "))
}

/// The least that is paid out, where anything is.
fn minimum(page: &Page, settings: &Settings) -> Option<String> {
    let invite = &settings.invite;
    let least = Cents::new(invite.commission_withdraw_limit.hundredths());
    (!invite.withdraw_close_enable).then(|| page.money(&least))
}

fn methods(settings: &Settings) -> Vec<(String, String)> {
    let names = settings.invite.commission_withdraw_method.iter();
    names.map(|name| (name.clone(), name.clone())).collect()
}
