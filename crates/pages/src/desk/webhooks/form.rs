//! The form of an endpoint.

use ferroboard_events::{Endpoint, WantedKinds};
use ferroboard_kernel::WebhookId;
use serde_json::json;

use super::SECTION;
use super::kinds::{self, Noun};
use crate::desk::fields::{Control, Field, Filled, Kind, Section, Spec};
use crate::desk::form_page::{Fact, FormPage};
use crate::desk::typed::Typed;
use crate::failure::Failure;
use crate::form::Form;
use crate::list::Button;
use crate::page::Page;
use crate::visitor::Operator;

/// What the form calls the kinds that are wanted.
pub(super) const KINDS: &str = "types";
/// Whether every kind is wanted, whichever boxes are ticked.
pub(super) const EVERY: &str = "every";
/// Where events are sent.
pub(super) const URL: &str = "url";

/// What is sent as it is typed.
pub(super) const SENT: &[Spec] = &[
    Spec::new(URL, "console.webhook_url", Kind::Line)
        .hint("console.webhook_url_hint")
        .needed(),
    Spec::new("active", "console.webhook_active", Kind::Tick),
    SECRET,
];
const SECRET: Spec =
    Spec::new("secret", "console.webhook_secret", Kind::Line).hint("console.webhook_secret_hint");
const ALL_KINDS: Spec = Spec::new(EVERY, "console.webhook_every", Kind::Tick);
const SOME_KINDS: Spec = Spec::new(KINDS, "console.webhook_kinds", Kind::Several);

/// What stands in the form of an endpoint that there is. Its secret is not shown.
pub(super) fn edited(endpoint: &Endpoint) -> Typed {
    let terms = &endpoint.terms;
    let (every, kinds) = match &terms.kinds {
        WantedKinds::All => (true, Vec::new()),
        WantedKinds::Only(kinds) => {
            let names = kinds.iter().map(|kind| kind.as_str());
            (false, names.collect())
        }
    };
    Typed::edited(json!({
        URL: terms.url.as_str(),
        "active": terms.active,
        EVERY: every,
        KINDS: kinds,
    }))
}

/// What stands in the form of a new endpoint.
pub(super) fn blank() -> Typed {
    Typed::edited(json!({"active": true, EVERY: true}))
}

/// The form.
pub(super) fn page(
    operator: &Operator,
    id: Option<WebhookId>,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let (title, action) = match id {
        Some(id) => ("console.webhook_edit", format!("{SECTION}/{id}")),
        None => ("console.webhook_new", format!("{SECTION}/new")),
    };
    let page = Page::console(operator, SECTION, title)?;
    let filled = Filled {
        page: &page,
        typed,
        form,
    };
    let mut first = filled.fields(SENT);
    hide_secret(&mut first);
    let mut kinds = vec![filled.field(&ALL_KINDS, Vec::new())];
    let nouns = kinds::offered(operator.visitor.lang());
    kinds.extend(nouns.into_iter().map(|noun| boxes(&filled, noun)));
    // What is wrong with the choice stands once, where the choice begins.
    for of_noun in kinds.iter_mut().skip(2) {
        of_noun.errors.clear();
    }
    let mut wanted = Section::new(page.t("console.webhook_kinds"), kinds);
    page.t("console.webhook_kinds_hint")
        .clone_into(&mut wanted.hint);
    let sections = vec![Section::new("", first), wanted];
    let mut shown = FormPage::new(page, operator.to(&action), form, sections);
    if let Some(id) = id {
        shown.below = below(&shown.page, id);
    }
    Ok(shown)
}

/// A secret is typed where nobody looks on, and what was typed is not shown again.
fn hide_secret(fields: &mut [Field]) {
    for field in fields.iter_mut().filter(|field| field.name == SECRET.name) {
        field.control = Control::Input("password");
        field.value.clear();
    }
}

/// A box for each kind of a noun.
fn boxes(filled: &Filled<'_>, noun: Noun) -> Field {
    let mut field = filled.field(&SOME_KINDS, noun.kinds);
    field.id = format!("{KINDS}-{}", noun.word);
    field.label = noun.label;
    field
}

/// What can be done with an endpoint that there is.
fn below(page: &Page, id: WebhookId) -> Vec<Button> {
    let at = |action: &str| page.to(&format!("{SECTION}/{id}/{action}"));
    vec![
        Button::new(at("test"), page.t("console.webhook_test")),
        Button::new(at("drop"), page.t("layout.delete")).asking(page.t("layout.sure")),
    ]
}

/// The form of an endpoint that was made, with its secret: shown here and on no other page.
pub(super) fn made(operator: &Operator, endpoint: &Endpoint) -> Result<FormPage, Failure> {
    let form = Form::default();
    let mut shown = page(operator, Some(endpoint.id), &edited(endpoint), &form)?;
    let page = &shown.page;
    shown.told = Some(page.t("console.webhook_made").to_owned());
    shown.facts = vec![Fact {
        id: "new-secret",
        title: page.t("console.webhook_new_secret").to_owned(),
        hint: page.t("console.webhook_new_secret_hint").to_owned(),
        text: endpoint.secret.as_str().to_owned(),
        button: None,
    }];
    Ok(shown)
}
