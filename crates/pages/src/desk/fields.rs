//! Forms that are made of data: which fields there are, what stands in each, and what they send.

use serde_json::Value;

use super::typed::Typed;
use crate::form::Form;
use crate::page::Page;

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line of text.
    Line,
    /// A number.
    Number,
    /// A text of several lines.
    Area,
    /// A list with an item in each line.
    Lines,
    /// A list with commas between its items.
    Commas,
    /// JSON. Its name begins with `private.`, as it may hold what nobody else is to read.
    Json,
    /// A box to tick.
    Tick,
    /// One of these: values with what people call them, some by the name of a text.
    Choice(&'static [(&'static str, &'static str)]),
    /// One of what only the page knows.
    Among,
    /// Any number of what only the page knows.
    Several,
}

/// A field of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// Its name: `prices.monthly`.
    pub(crate) name: &'static str,
    /// The name of the text that people call it by.
    pub(crate) label: &'static str,
    /// The name of the text that explains it; empty without one.
    pub(crate) hint: &'static str,
    /// How it is entered.
    pub(crate) kind: Kind,
    /// Whether it must be filled in.
    pub(crate) is_needed: bool,
    /// It is shown while each of these fields has one of these values.
    pub(crate) when: &'static [(&'static str, &'static [&'static str])],
}

impl Spec {
    /// A field without more.
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            hint: "",
            kind,
            is_needed: false,
            when: &[],
        }
    }

    /// The same with an explanation.
    pub(crate) const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// The same where it must be filled in.
    pub(crate) const fn needed(self) -> Self {
        Self {
            is_needed: true,
            ..self
        }
    }

    /// The same, shown while each of these fields has one of these values.
    pub(crate) const fn when(
        self,
        when: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        Self { when, ..self }
    }

    /// Whether it is shown.
    pub(crate) fn is_shown(&self, typed: &Typed) -> bool {
        self.when
            .iter()
            .all(|(name, values)| values.contains(&typed.text(name).as_str()))
    }
}

/// What a field is on the page.
pub(crate) enum Control {
    /// `<input>` of this type.
    Input(&'static str),
    /// `<textarea>` with so many rows.
    Area(usize),
    /// A box to tick.
    Tick,
    /// `<select>`.
    Select(Vec<(String, String)>),
    /// A box for each.
    Boxes(Vec<(String, String)>),
}

/// A field on the page.
pub(crate) struct Field {
    /// Its name as a form sends it: `prices[monthly]`.
    pub(crate) name: String,
    /// Its place on the page.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) label: String,
    /// What explains it.
    pub(crate) hint: String,
    /// How it is entered.
    pub(crate) control: Control,
    /// What stands in it.
    pub(crate) value: String,
    /// Which boxes are ticked.
    pub(crate) chosen: Vec<String>,
    /// What is wrong with it.
    pub(crate) errors: Vec<String>,
    /// Whether it must be filled in.
    pub(crate) is_needed: bool,
}

impl Field {
    /// Whether this of its choices is chosen.
    pub(crate) fn is(&self, value: &str) -> bool {
        self.value == value || self.chosen.iter().any(|chosen| chosen == value)
    }

    /// Whether its box is ticked.
    pub(crate) fn is_on(&self) -> bool {
        matches!(self.value.as_str(), "1" | "true" | "on")
    }
}

/// Fields that belong together.
#[derive(Default)]
pub(crate) struct Section {
    /// What stands above them.
    pub(crate) title: String,
    /// What explains them.
    pub(crate) hint: String,
    /// The fields.
    pub(crate) fields: Vec<Field>,
    /// Whether they are hidden at first. What is wrong in them shows them.
    pub(crate) is_folded: bool,
    /// Buttons that send the form elsewhere: path and label.
    pub(crate) buttons: Vec<(String, String)>,
}

impl Section {
    /// Fields with this above them.
    pub(crate) fn new(title: impl Into<String>, fields: Vec<Field>) -> Self {
        Self {
            title: title.into(),
            fields,
            ..Self::default()
        }
    }

    /// Whether something in it is wrong.
    pub(crate) fn is_wrong(&self) -> bool {
        self.fields.iter().any(|field| !field.errors.is_empty())
    }
}

/// What fields hold and what is wrong with them.
pub(crate) struct Filled<'a> {
    /// The page that they are on.
    pub(crate) page: &'a Page,
    /// What they hold.
    pub(crate) typed: &'a Typed,
    /// What is wrong with them.
    pub(crate) form: &'a Form,
}

impl Filled<'_> {
    /// The fields that are shown, without those of which only the page knows the choices.
    pub(crate) fn fields(&self, specs: &[Spec]) -> Vec<Field> {
        let shown = specs.iter().filter(|spec| spec.is_shown(self.typed));
        shown.map(|spec| self.field(spec, Vec::new())).collect()
    }

    /// A field; with these choices, where only the page knows them.
    pub(crate) fn field(&self, spec: &Spec, choices: Vec<(String, String)>) -> Field {
        let typed = self.typed;
        let (value, chosen) = match spec.kind {
            Kind::Lines => (typed.lines(spec.name), Vec::new()),
            Kind::Commas => (typed.many(spec.name).join(", "), Vec::new()),
            Kind::Json => (typed.json(spec.name), Vec::new()),
            Kind::Several => (String::new(), typed.many(spec.name)),
            _ => (typed.text(spec.name), Vec::new()),
        };
        Field {
            name: sent_name(spec),
            id: spec.name.replace('.', "-"),
            label: self.page.t(spec.label).to_owned(),
            hint: match spec.hint {
                "" => String::new(),
                hint => self.page.t(hint).to_owned(),
            },
            control: self.control(spec.kind, choices, &value),
            errors: errors(self.form, bare(spec.name)),
            is_needed: spec.is_needed,
            value,
            chosen,
        }
    }

    fn control(&self, kind: Kind, choices: Vec<(String, String)>, value: &str) -> Control {
        match kind {
            Kind::Line | Kind::Commas => Control::Input("text"),
            // Not `number`: browsers drop what is typed wrong, and show decimals in their own way.
            Kind::Number => Control::Input("decimal"),
            Kind::Area => Control::Area(10),
            Kind::Lines => Control::Area(4),
            Kind::Json => Control::Area(6),
            Kind::Tick => Control::Tick,
            Kind::Several => Control::Boxes(choices),
            Kind::Among => Control::Select(choices),
            Kind::Choice(choices) => {
                let named = choices.iter().map(|(value, label)| {
                    let label = if is_text(label) {
                        self.page.t(label)
                    } else {
                        label
                    };
                    ((*value).to_owned(), label.to_owned())
                });
                let mut choices: Vec<(String, String)> = named.collect();
                // What another program stored is no mistake of whoever edits something else.
                if !choices.iter().any(|(known, _)| known == value) {
                    choices.insert(0, (value.to_owned(), value.to_owned()));
                }
                Control::Select(choices)
            }
        }
    }
}

/// Whether a label is the name of a text.
fn is_text(label: &str) -> bool {
    ["desk.", "layout.", "shop."]
        .iter()
        .any(|room| label.starts_with(room))
}

/// A name without what only hides it from the record.
fn bare(name: &str) -> &str {
    name.strip_prefix("private.").unwrap_or(name)
}

/// What a form calls a field: `a[b][c]`, and `a[]` for several.
fn sent_name(spec: &Spec) -> String {
    let mut parts = spec.name.split('.');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        name.push('[');
        name.push_str(part);
        name.push(']');
    }
    if spec.kind == Kind::Several {
        name.push_str("[]");
    }
    name
}

/// What is wrong with a field or with anything in it.
fn errors(form: &Form, name: &str) -> Vec<String> {
    form.errors_within(name)
}

/// What the shown fields send, as a client of the API would: lists for lines, JSON for its text, null for what was
/// emptied. What is no JSON is complained of. Fields that are not shown send nothing.
pub(crate) fn sent(specs: &[Spec], typed: &Typed, form: &mut Form, no_json: &str) -> Typed {
    let mut sent = Typed::default();
    for spec in specs.iter().filter(|spec| spec.is_shown(typed)) {
        let text = typed.text(spec.name);
        let value = match spec.kind {
            Kind::Lines => list(typed.lines(spec.name).lines()),
            Kind::Commas => list(text.split([',', '，', '、'])),
            Kind::Several => {
                let items = typed.many(spec.name);
                list(items.iter().map(String::as_str))
            }
            Kind::Json if text.is_empty() => Value::Null,
            Kind::Json => match serde_json::from_str(&text) {
                Ok(value) => value,
                Err(_) => {
                    form.complain(bare(spec.name), no_json);
                    continue;
                }
            },
            _ if text.is_empty() => Value::Null,
            _ => Value::from(text),
        };
        sent.put(bare(spec.name), value);
    }
    sent
}

/// The items that are not empty; null without one.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> Value {
    let items = items.map(str::trim).filter(|item| !item.is_empty());
    let items: Vec<&str> = items.collect();
    if items.is_empty() {
        Value::Null
    } else {
        Value::from(items)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SPECS: &[Spec] = &[
        Spec::new("name", "", Kind::Line),
        Spec::new("a.tls", "", Kind::Choice(&[("0", "None"), ("1", "TLS")])),
        Spec::new("a.sni", "", Kind::Line).when(&[("a.tls", &["1"])]),
        Spec::new("tags", "", Kind::Commas),
        Spec::new("ids", "", Kind::Several),
        Spec::new("lines", "", Kind::Lines),
        Spec::new("private.json", "", Kind::Json),
    ];

    #[test]
    fn a_form_sends_what_a_client_would() {
        let typed = Typed::edited(json!({
            "name": "", "a": {"tls": "0", "sni": "hidden"}, "tags": "x, ,y", "ids": ["3"],
            "lines": "one\r\n\r\n two ", "private": {"json": "[1]"}, "odd": "x",
        }));
        let sent = sent(SPECS, &typed, &mut Form::default(), "");
        let expected = json!({
            "name": null, "a": {"tls": "0"}, "tags": ["x", "y"], "ids": ["3"],
            "lines": ["one", "two"], "json": [1],
        });
        assert_eq!(sent, Typed::edited(expected));
        assert_eq!(sent_name(&SPECS[2]), "a[sni]");
        assert_eq!(sent_name(&SPECS[4]), "ids[]");
    }

    #[test]
    fn what_is_no_json_is_complained_of_at_its_field() {
        let typed = Typed::edited(json!({"private": {"json": "{"}}));
        let mut form = Form::default();
        sent(SPECS, &typed, &mut form, "no JSON");
        assert_eq!(form.errors("json"), ["no JSON"]);
    }
}
