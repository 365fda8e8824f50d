//! Gift cards: looking at one, redeeming it, and what was redeemed.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_application::{Error, GiftUsageView, InspectedGiftCard, TryGiftCard};
use ferroboard_giftcard::{GiftCardError, GiftCode, Redemption, Rewards, without_odds};
use ferroboard_kernel::{Decimal, UnixSeconds};
use ferroboard_listing::{Found, PageRule};
use ferroboard_web::{Client, Fault, Panel};

use super::gift_texts::{recorded, rewards};
use super::names;
use crate::catalogue;
use crate::failure::PageResult;
use crate::flash::Flash;
use crate::form::Form;
use crate::list::ListQuery;
use crate::page::{Page, show_as};
use crate::visitor::{Customer, MainCustomer};

const PATH: &str = "/my/gift-cards";
/// How many redeemed cards a page shows.
const PAGES: PageRule = PageRule::always(20);

/// A card that somebody looks at.
struct Preview {
    name: String,
    description: Option<String>,
    kind: &'static str,
    gives: Vec<String>,
    /// What a mystery card may give, each as a list.
    may_give: Vec<String>,
    expires_at: Option<UnixSeconds>,
    uses_left: i64,
    /// Why this customer may not redeem it.
    refused: Option<String>,
}

/// A card that was redeemed some time ago.
struct UsageRow {
    code: String,
    name: String,
    kind: &'static str,
    gave: Vec<String>,
    /// By how much amounts were multiplied, where that is not once.
    times: Option<String>,
    at: UnixSeconds,
}

#[derive(Template)]
#[template(path = "shop/gift_cards.html")]
struct GiftCardsPage {
    page: Page,
    form: Form,
    preview: Option<Preview>,
    history: Vec<UsageRow>,
    list: ListQuery,
    last: i64,
}

/// The field for a code, and what was redeemed.
pub(super) async fn overview(customer: MainCustomer, form: Form, panel: Data<Panel>) -> PageResult {
    page(&customer.0, &panel, form, None, StatusCode::OK).await
}

/// Looks at a card, or redeems it: the button says which.
pub(super) async fn try_code(
    customer: MainCustomer,
    client: Client,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let customer = customer.0;
    let Some(code) = GiftCode::parse(form.text("code")) else {
        let lang = customer.visitor.lang();
        form.complain("code", catalogue::text(lang, "shop.gift_code_bad"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(&customer, &panel, form, None, status).await;
    };
    let tried = TryGiftCard {
        user: customer.session.account.id,
        code,
        client: client.0,
    };
    if form.is("do", "redeem") {
        let run = panel.run(move |app| async move { app.gift_cards.redeem(&tried).await });
        match run.await {
            Ok(redeemed) => redeemed_card(&customer, &redeemed),
            Err(fault) => refused(&customer, &panel, form, fault).await,
        }
    } else {
        let run = panel.run(move |app| async move { app.gift_cards.check(&tried).await });
        match run.await {
            Ok(found) => page(&customer, &panel, form, Some(found), StatusCode::OK).await,
            Err(fault) => refused(&customer, &panel, form, fault).await,
        }
    }
}

/// Says what a card gave.
fn redeemed_card(customer: &Customer, redeemed: &Redemption) -> PageResult {
    let page = Page::new(&customer.visitor, PATH, "shop.gift_title")?;
    let gave = rewards(&page, &redeemed.rewards, None).join(" · ");
    let flash = match gave.as_str() {
        "" => Flash::done("shop.gift_redeemed"),
        gave => Flash::done("shop.gift_redeemed_with").with(gave),
    };
    Ok(flash.and_go(&customer.visitor, PATH))
}

/// The page with the reason for which a code is refused beside it.
async fn refused(customer: &Customer, panel: &Panel, mut form: Form, fault: Fault) -> PageResult {
    let told = fault.told(customer.visitor.lang().locale());
    let status = form.refused(&customer.visitor, fault)?;
    form.complain("code", told.message);
    page(customer, panel, form, None, status).await
}

/// The page with a card that is looked at.
async fn page(
    customer: &Customer,
    panel: &Panel,
    form: Form,
    looked: Option<InspectedGiftCard>,
    status: StatusCode,
) -> PageResult {
    let user = customer.session.account.id;
    let query = ListQuery::read(PATH, customer.visitor.query());
    let asked = PAGES.page(Some(query.number()), None);
    let run = panel.run(move |app| async move { app.gift_cards.history(user, asked).await });
    let Found { rows, total } = run.await?;
    let page = Page::new(&customer.visitor, PATH, "shop.gift_title")?;
    let template = GiftCardsPage {
        preview: looked.map(|looked| Preview::new(&page, looked)),
        history: rows
            .into_iter()
            .map(|row| UsageRow::new(&page, row))
            .collect(),
        last: asked.last(total),
        list: query,
        form,
        page,
    };
    show_as(status, &template)
}

impl Preview {
    fn new(page: &Page, looked: InspectedGiftCard) -> Self {
        let InspectedGiftCard { inspection, plan } = looked;
        let plan = plan.map(|plan| plan.name);
        let words = |given: &Rewards| rewards(page, given, plan.as_deref());
        let refused = inspection.refused.map(|reason| {
            let refusal = Error::from(GiftCardError::NotEligible(reason));
            let told = Fault::from(refusal).told(page.lang().locale());
            told.message
        });
        let (card, template) = (inspection.card, inspection.template);
        Self {
            gives: words(&inspection.rewards),
            may_give: inspection
                .possible
                .iter()
                .map(|given| words(given).join(" · "))
                .collect(),
            kind: page.t(names::gift_kind(template.kind)),
            name: template.name,
            description: template.description,
            expires_at: card.expires_at,
            uses_left: card.max_usage.saturating_sub(card.usage_count).max(0),
            refused,
        }
    }
}

impl UsageRow {
    fn new(page: &Page, view: GiftUsageView) -> Self {
        let gave = recorded(&without_odds(&view.rewards));
        let template = view.template;
        let kind = template.as_ref().map(|template| template.kind);
        let masked = view.code.as_deref().map(GiftCode::masked);
        Self {
            code: masked.unwrap_or_else(|| "–".to_owned()),
            kind: kind.map_or("", |kind| page.t(names::gift_kind(kind))),
            name: template.map(|template| template.name).unwrap_or_default(),
            gave: rewards(page, &gave, None),
            times: (view.multiplier != Decimal::ONE).then(|| view.multiplier.to_string()),
            at: view.created_at,
        }
    }
}
