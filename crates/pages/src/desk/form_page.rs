//! The page of a form that is made of data.

use actix_web::http::StatusCode;
use askama::Template;

use super::fields::{Control, Filled, Section, Spec};
use super::typed::Typed;
use crate::failure::PageResult;
use crate::form::Form;
use crate::list::{Button, Cell};
use crate::page::{Page, show_as};

/// A button that sends the form elsewhere.
pub(super) struct More {
    /// The path.
    pub(super) action: String,
    /// What stands on it.
    pub(super) label: String,
    /// Whether what comes back stands beside the form, which keeps what was typed.
    pub(super) opens: bool,
}

/// One of several forms.
pub(super) struct Tab {
    /// Where it is.
    pub(super) href: String,
    /// What it is called.
    pub(super) label: String,
    /// Whether it is this one.
    pub(super) is_current: bool,
}

/// Something to be known beside a form.
pub(super) struct Fact {
    /// Its place on the page.
    pub(super) id: &'static str,
    /// What it is.
    pub(super) title: String,
    /// What explains it.
    pub(super) hint: String,
    /// What can be copied; empty where there is nothing.
    pub(super) text: String,
    /// What can be done about it.
    pub(super) button: Option<Button>,
}

/// A table below a form.
pub(super) struct Table {
    /// What it is about.
    pub(super) title: String,
    /// Its columns.
    pub(super) heads: Vec<String>,
    /// Its rows.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What stands in its place without rows.
    pub(super) empty: String,
}

/// A form as a page.
#[derive(Template)]
#[template(path = "desk/form.html")]
pub(super) struct FormPage {
    pub(super) page: Page,
    /// What is said above it.
    pub(super) hint: String,
    /// What is wrong with it as a whole.
    pub(super) message: Option<String>,
    /// What is wrong with what it does not show.
    pub(super) others: Vec<String>,
    /// What was done meanwhile without saving it.
    pub(super) told: Option<String>,
    /// Links beside its title.
    pub(super) links: Vec<(String, String)>,
    /// The forms of which it is one.
    pub(super) tabs: Vec<Tab>,
    /// What is to be known beside it.
    pub(super) facts: Vec<Fact>,
    /// Where it is sent to.
    pub(super) action: String,
    /// What it sends without showing it.
    pub(super) hidden: Vec<(String, String)>,
    /// Its fields.
    pub(super) sections: Vec<Section>,
    /// What stands on its button.
    pub(super) save: String,
    /// Its other buttons.
    pub(super) more: Vec<More>,
    /// What can be done below it.
    pub(super) below: Vec<Button>,
    /// What is listed below it.
    pub(super) table: Option<Table>,
}

impl FormPage {
    /// A form that is sent to this path, with the fields and what is wrong with them.
    pub(super) fn new(page: Page, action: String, form: &Form, sections: Vec<Section>) -> Self {
        let is_told = |text: &String| {
            let fields = sections.iter().flat_map(|section| &section.fields);
            let mut errors = fields.flat_map(|field| &field.errors);
            errors.any(|error| text.ends_with(error.as_str()))
        };
        let mut others = form.other_errors(&[]);
        others.retain(|text| !is_told(text));
        let message = match form.message() {
            Some(text) => Some(text.to_owned()),
            None if form.is_good() => None,
            None => Some(page.t("desk.fix_errors").to_owned()),
        };
        Self {
            save: page.t("layout.save").to_owned(),
            page,
            hint: String::new(),
            message,
            others,
            told: None,
            links: Vec::new(),
            tabs: Vec::new(),
            facts: Vec::new(),
            action,
            hidden: Vec::new(),
            sections,
            more: Vec::new(),
            below: Vec::new(),
            table: None,
        }
    }

    /// The same of fields that are all in one section.
    pub(super) fn of(
        page: Page,
        action: String,
        form: &Form,
        typed: &Typed,
        fields: &[Spec],
    ) -> Self {
        let filled = Filled {
            page: &page,
            typed,
            form,
        };
        let sections = vec![Section::new("", filled.fields(fields))];
        Self::new(page, action, form, sections)
    }

    /// The answer with this status.
    pub(super) fn answer(&self, status: StatusCode) -> PageResult {
        show_as(status, self)
    }
}
