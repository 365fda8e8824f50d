//! Forms: what was typed, what is wrong with it, and how both come back beside the fields.

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, ResponseError as _};
use ferroboard_web::{Body, Fault, Input, UploadedFile, body_of};
use serde_json::Value;

use crate::failure::Failure;
use crate::visitor::Visitor;

/// The field that proves that a form is ours.
pub(crate) const TOKEN: &str = "_csrf";

/// What was typed into a form, and what is wrong with it. Of a GET it is the query.
#[derive(Clone, Default)]
pub(crate) struct Form {
    input: Input,
    /// What fields show in place of what was typed.
    shown: BTreeMap<String, String>,
    errors: BTreeMap<String, Vec<String>>,
    message: Option<String>,
}

impl Form {
    /// What was typed into a field; empty where nothing was. A member of a list is named as in `prices.month`.
    pub(crate) fn text(&self, name: &str) -> &str {
        if let Some(shown) = self.shown.get(name) {
            return shown;
        }
        let mut parts = name.split('.');
        let first = parts.next().and_then(|name| self.input.fields().get(name));
        let found = parts.try_fold(first, |value, part| Some(value?.get(part)));
        found.flatten().and_then(Value::as_str).unwrap_or_default()
    }

    /// The same where something was typed.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        let text = self.text(name);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Whether a box is ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        matches!(self.text(name), "1" | "on" | "true")
    }

    /// Whether a field has this value, for lists and radio buttons.
    pub(crate) fn is(&self, name: &str, value: impl ToString) -> bool {
        self.text(name) == value.to_string()
    }

    /// The values of a field that may be given several times, as `ids[]`.
    pub(crate) fn many(&self, name: &str) -> Vec<String> {
        let texts = |value: &Value| value.as_str().map(str::to_owned);
        match self.input.fields().get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(texts).collect(),
            Some(Value::Object(items)) => items.values().filter_map(texts).collect(),
            Some(value) => texts(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Every field, as the use cases of the API take them.
    pub(crate) fn input(&self) -> &Input {
        &self.input
    }

    /// The file that came in a field.
    pub(crate) fn file(&self, name: &str) -> Option<&UploadedFile> {
        self.input.file(name)
    }

    /// The fields as a body of the API, by its rules; a fault that complains of every wrong one.
    pub(crate) fn read<T: Body>(&self) -> Result<T, Fault> {
        body_of(&self.input)
    }

    /// The form with this in a field, where nothing was typed yet: for what is edited.
    pub(crate) fn fill(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.shown.insert(name.to_owned(), value.to_string());
        self
    }

    /// Notes that something is wrong with a field.
    pub(crate) fn complain(&mut self, name: &str, text: impl ToString) -> &mut Self {
        let errors = self.errors.entry(name.to_owned()).or_default();
        errors.push(text.to_string());
        self
    }

    /// Notes what is wrong with the form as a whole.
    pub(crate) fn refuse(&mut self, text: impl ToString) -> &mut Self {
        self.message = Some(text.to_string());
        self
    }

    /// Notes a refusal, beside its fields where it names some; the status to answer with. What is no refusal
    /// but a failure is handed back.
    pub(crate) fn refused(
        &mut self,
        visitor: &Visitor,
        failure: impl Into<Failure>,
    ) -> Result<StatusCode, Failure> {
        let fault = match failure.into() {
            Failure::Fault(fault) if fault.status_code().is_client_error() => fault,
            other => return Err(other),
        };
        let told = fault.told(visitor.lang().locale());
        if told.fields.is_empty() {
            self.message = Some(told.message);
        }
        for (field, texts) in told.fields {
            self.errors.entry(field).or_default().extend(texts);
        }
        Ok(fault.status_code())
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_good(&self) -> bool {
        self.message.is_none() && self.errors.is_empty()
    }

    /// What is wrong with the form as a whole.
    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What is wrong with a field.
    pub(crate) fn errors(&self, name: &str) -> &[String] {
        self.errors.get(name).map_or(&[], Vec::as_slice)
    }

    /// What is wrong with a field and with the members of it.
    pub(crate) fn errors_within(&self, name: &str) -> Vec<String> {
        let is_within = |known: &str| {
            let rest = known.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let errors = self.errors.iter().filter(|(known, _)| is_within(known));
        errors
            .flat_map(|(_, texts)| texts.iter().cloned())
            .collect()
    }

    /// Whether something is wrong with a field.
    pub(crate) fn is_wrong(&self, name: &str) -> bool {
        !self.errors(name).is_empty()
    }

    /// What is wrong with fields that these are not, each with its name: no page keeps a complaint to itself.
    pub(crate) fn other_errors<'a>(&'a self, shown: &'a [&str]) -> Vec<String> {
        let others = self
            .errors
            .iter()
            .filter(|(name, _)| !shown.contains(&name.as_str()));
        others
            .flat_map(|(name, texts)| texts.iter().map(move |text| format!("{name}: {text}")))
            .collect()
    }
}

impl FromRequest for Form {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    /// What surrounds the pages has read the body, and has seen that the form is ours.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = request.extensions().get::<Input>().cloned();
        let input = read.unwrap_or_else(|| Input::of_query(request.query_string()));
        ready(Ok(Self {
            input,
            ..Self::default()
        }))
    }
}
