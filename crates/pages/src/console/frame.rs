//! What every page of the console starts from, and the four shapes that they have: a list, a form, a story of one
//! thing, and work under way.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, ResponseError as _};
use askama::Template;
use ferroboard_application::{Application, Error, SavedView};
use ferroboard_web::{Input, Panel};
use serde_json::{Map, Value};

use super::asked::ListQuery;
use super::cell::{self, Spelling};
use super::form_page::{Form, FormView};
use super::list_page::{ListView, Seen};
use crate::failure::{Failure, PageResult};
use crate::list::{Button, Cell};
use crate::page::{Page, show, show_as};
use crate::prose::Prose;
use crate::visitor::{Operator, Visitor};

/// A request of an operator's: who asks, and how answers are written for them.
pub(crate) struct Console {
    /// The operator.
    pub(crate) operator: Operator,
    /// Where the use cases are.
    pub(crate) panel: Data<Panel>,
    /// How values are written.
    pub(crate) spelling: Spelling,
    base: String,
    request: HttpRequest,
}

impl FromRequest for Console {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let operator = Operator::from_request(request, payload).into_inner();
        let panel = request.app_data::<Data<Panel>>().cloned();
        ready(operator.and_then(|operator| {
            Ok(Self {
                panel: panel.ok_or_else(|| Failure::internal("no panel is behind the page"))?,
                spelling: Spelling::of(&operator.visitor),
                base: operator.to(""),
                operator,
                request: request.clone(),
            })
        }))
    }
}

impl Console {
    /// How the operator sees the console.
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen {
            spelling: self.spelling,
            base: &self.base,
        }
    }

    /// Who asks, as a visitor.
    pub(crate) fn visitor(&self) -> &Visitor {
        &self.operator.visitor
    }

    /// What the address asks for.
    pub(crate) fn query(&self) -> ListQuery {
        ListQuery::parse(self.visitor().query())
    }

    /// The text of this name.
    pub(crate) fn t(&self, name: &str) -> String {
        self.spelling.t(name)
    }

    /// A page of the console: `to("users")`.
    pub(crate) fn to(&self, path: &str) -> String {
        self.seen().to(path)
    }

    /// The request itself.
    pub(crate) fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Runs a use case to its end.
    pub(crate) async fn run<T, F, Fut>(&self, use_case: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(Arc<Application>) -> Fut,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Ok(self.panel.run(use_case).await?)
    }

    /// A link that stands among what can be done.
    pub(crate) fn link(&self, name: &str, path: &str) -> Cell {
        Cell::Links(vec![(self.to(path), self.t(name))])
    }

    /// A button that does something: a form without anything to type.
    pub(crate) fn button(&self, name: &str, path: &str) -> Button {
        Button::new(self.to(path), self.t(name))
    }

    /// The same for what cannot be undone.
    pub(crate) fn danger(&self, name: &str, path: &str) -> Button {
        self.button(name, path).asking(self.t("layout.sure"))
    }

    /// A value as the page shows it.
    pub(crate) fn drawn(&self, value: &cell::Cell) -> Cell {
        value.drawn(self.spelling, &self.base)
    }

    /// A fact of a story.
    pub(crate) fn fact(&self, name: &str, value: &cell::Cell) -> (String, Cell) {
        (self.t(name), self.drawn(value))
    }

    /// Notes in a form why it was refused: the status to answer with, and what is wrong with it as a whole. What
    /// is no refusal but a failure is handed back.
    pub(crate) fn complained(
        &self,
        form: &mut Form,
        failure: Failure,
    ) -> Result<(StatusCode, Option<String>), Failure> {
        let fault = match failure {
            Failure::Fault(fault) if fault.status_code().is_client_error() => fault,
            other => return Err(other),
        };
        let told = fault.told(self.visitor().lang().locale());
        let message = told.fields.is_empty().then_some(told.message);
        let fields = told.fields.into_iter();
        let each = fields.flat_map(|(field, texts)| {
            let texts = texts.into_iter();
            texts.map(move |text| (field.clone(), text))
        });
        form.complain(each);
        Ok((fault.status_code(), message))
    }

    /// The page of a form that was refused: what was typed comes back with what is wrong with it.
    pub(crate) fn again(&self, shape: &FormShape, form: &mut Form, failure: Failure) -> PageResult {
        let (status, message) = self.complained(form, failure)?;
        self.form(shape, form, message, status, None)
    }

    /// The page of a form.
    pub(crate) fn show_form(&self, shape: &FormShape, form: &Form) -> PageResult {
        self.form(shape, form, None, StatusCode::OK, None)
    }

    /// The page of a form in which something cannot be read.
    pub(crate) fn unreadable(&self, shape: &FormShape, form: &Form) -> PageResult {
        self.form(shape, form, None, StatusCode::UNPROCESSABLE_ENTITY, None)
    }

    /// The page of a form with what was typed as customers will see it.
    pub(crate) fn preview(&self, shape: &FormShape, form: &Form, prose: Prose) -> PageResult {
        self.form(shape, form, None, StatusCode::OK, Some(prose))
    }

    fn form(
        &self,
        shape: &FormShape,
        form: &Form,
        message: Option<String>,
        status: StatusCode,
        prose: Option<Prose>,
    ) -> PageResult {
        let template = FormTemplate {
            page: Page::console(&self.operator, shape.section, shape.title)?,
            form: form.view(),
            action: self.to(&shape.action),
            back: self.to(&shape.back),
            submit: self.t(shape.submit),
            hint: shape.hint.clone(),
            is_danger: shape.is_danger,
            preview: shape.preview.map(|path| self.to(path)),
            message,
            prose,
        };
        show_as(status, &template)
    }

    /// The page of a list.
    pub(crate) fn show_list(&self, shape: ListShape, view: ListView) -> PageResult {
        show(&ListTemplate {
            page: Page::console(&self.operator, shape.section, shape.title)?,
            view,
            tools: shape.tools,
            hint: shape.hint,
            warning: shape.warning,
            saved: shape.saved,
            bulk: shape.bulk,
        })
    }

    /// The page of one thing.
    pub(crate) fn show_story(&self, story: Story) -> PageResult {
        show(&StoryTemplate {
            page: Page::console_titled(&self.operator, story.section, story.title)?,
            tools: story.tools,
            facts: story.facts,
            parts: story.parts,
        })
    }
}

/// The number of the row that a path names: its `{id}`. There is no page for what is no number.
pub(crate) struct RowId(pub(crate) i64);

impl FromRequest for RowId {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id");
        let id = id.and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or(Failure::Unknown))
    }
}

/// What was sent by an operator's form, without what proves that it is ours.
pub(crate) struct Sent(pub(crate) Map<String, Value>);

impl Sent {
    /// A text; empty where nothing was sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.0.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.text(name).parse().ok()
    }

    /// The number that must be there: of a row that is named.
    pub(crate) fn id(&self) -> Result<i64, Failure> {
        self.number("id").ok_or(Failure::Unknown)
    }
}

impl FromRequest for Sent {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let input = request.extensions().get::<Input>().cloned();
        let mut fields = input.map(Input::into_fields).unwrap_or_default();
        fields.remove(crate::form::TOKEN);
        ready(Ok(Self(fields)))
    }
}

/// What surrounds a form.
#[derive(Clone)]
pub(crate) struct FormShape {
    /// The entry of the menu under which it stands.
    pub(crate) section: &'static str,
    /// What it is called: a name of the catalogue.
    pub(crate) title: &'static str,
    /// Where it is sent, below the admin path.
    pub(crate) action: String,
    /// Where it leads back, below the admin path.
    pub(crate) back: String,
    /// What stands on its button: a name of the catalogue.
    pub(crate) submit: &'static str,
    /// What is said above it.
    pub(crate) hint: String,
    /// Whether what it does cannot be undone.
    pub(crate) is_danger: bool,
    /// Where what is typed is shown as customers will see it.
    pub(crate) preview: Option<&'static str>,
}

impl FormShape {
    /// A form that saves.
    pub(crate) fn new(
        section: &'static str,
        title: &'static str,
        action: impl Into<String>,
        back: impl Into<String>,
    ) -> Self {
        Self {
            section,
            title,
            action: action.into(),
            back: back.into(),
            submit: "layout.save",
            hint: String::new(),
            is_danger: false,
            preview: None,
        }
    }
}

/// What surrounds a list.
pub(crate) struct ListShape {
    pub(crate) section: &'static str,
    pub(crate) title: &'static str,
    pub(crate) tools: Vec<Cell>,
    pub(crate) hint: String,
    pub(crate) warning: String,
    pub(crate) saved: Vec<SavedLink>,
    pub(crate) bulk: Option<BulkView>,
}

/// A list that the operator keeps.
pub(crate) struct SavedLink {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) forget: Button,
}

impl SavedLink {
    /// The operator's list as a link, with what forgets it.
    pub(crate) fn of(console: &Console, view: &SavedView) -> Self {
        let label = format!("× {}", console.t("layout.delete"));
        let forget = Button::new(console.to("saved-views/delete"), label);
        Self {
            name: view.name.clone(),
            href: console.seen().query(&view.list, &view.query),
            forget: forget.sending("id", view.id).sending("list", &view.list),
        }
    }
}

/// What can be done with many rows: those that are ticked, or all that the list shows.
pub(crate) struct BulkView {
    /// The page that asks once more.
    pub(crate) path: String,
    /// What can be done: the value, and what it is called.
    pub(crate) works: Vec<(&'static str, String)>,
    /// How many rows the list shows.
    pub(crate) total: i64,
}

/// The story of one thing.
pub(crate) struct Story {
    /// The entry of the menu under which it stands.
    pub(crate) section: &'static str,
    /// What it is called.
    pub(crate) title: String,
    /// What can be done.
    pub(crate) tools: Vec<Cell>,
    /// What is known of it.
    pub(crate) facts: Vec<(String, Cell)>,
    /// What belongs to it.
    pub(crate) parts: Vec<Part>,
}

/// A table of a story.
pub(crate) struct Part {
    /// What it is called.
    pub(crate) title: String,
    /// What its columns are called.
    pub(crate) heads: Vec<String>,
    /// Its rows.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Where there is more of it.
    pub(crate) more: Option<String>,
}

#[derive(Template)]
#[template(path = "console/list.html")]
struct ListTemplate {
    page: Page,
    view: ListView,
    tools: Vec<Cell>,
    hint: String,
    warning: String,
    saved: Vec<SavedLink>,
    bulk: Option<BulkView>,
}

#[derive(Template)]
#[template(path = "console/form.html")]
struct FormTemplate {
    page: Page,
    form: FormView,
    action: String,
    back: String,
    submit: String,
    hint: String,
    is_danger: bool,
    preview: Option<String>,
    message: Option<String>,
    /// What was typed as customers will see it.
    prose: Option<Prose>,
}

#[derive(Template)]
#[template(path = "console/story.html")]
struct StoryTemplate {
    page: Page,
    tools: Vec<Cell>,
    facts: Vec<(String, Cell)>,
    parts: Vec<Part>,
}
