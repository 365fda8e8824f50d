//! One page for every form: what a noun says of its fields is made into inputs, and what is typed into them into
//! the fields that the API reads, whose rules then judge them.

use ferroboard_kernel::{Decimal, Zone};
use serde_json::{Map, Number, Value};

use super::asked::GIGABYTE;
use super::cell::{Spelling, units};
use super::instant;
use super::list_page::ChoiceView;

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// A line of text.
    Line,
    /// A secret that is typed, and never shown again.
    Secret,
    /// Several lines, so many at first.
    Area(u8),
    /// Text with marks, of which there is a preview.
    Marked,
    /// A list of texts, one a line.
    Lines,
    /// JSON, as it is kept.
    Json,
    /// A whole number.
    Number,
    /// A number with a fraction.
    Fraction,
    /// An amount in units of the currency, which is kept in cents.
    Money,
    /// An amount in units of the currency, which is sent so.
    Units,
    /// A size in gigabytes, which is kept in bytes.
    Gigabytes,
    /// An instant by the operator's clock.
    Time,
    /// Yes or no.
    Flag,
    /// One of these: the value, and what it is called.
    Choice(Vec<(String, String)>),
    /// Any of these.
    Several(Vec<(String, String)>),
    /// What is sent along.
    Hidden,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// What the API calls it; a member of an object behind a point: `config.key`.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) text: String,
    /// What else is to be known of it.
    pub(crate) hint: Option<String>,
    /// What it holds.
    pub(crate) kind: FieldKind,
    /// Whether it must be filled.
    pub(crate) is_required: bool,
}

impl Field {
    /// A field that may be left empty, called as the catalogue says.
    pub(crate) fn new(name: &str, label: &str, kind: FieldKind, spelling: Spelling) -> Self {
        Self::called(name, spelling.t(label), kind)
    }

    /// A field that may be left empty, called so.
    pub(crate) fn called(name: &str, text: String, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            text,
            hint: None,
            kind,
            is_required: false,
        }
    }

    /// Its own name, or the name of the object that it is in.
    fn root(&self) -> &str {
        let name = self.name.as_str();
        name.split_once('.').map_or(name, |(root, _)| root)
    }

    /// Whether it may be sent several times.
    fn is_list(&self) -> bool {
        matches!(self.kind, FieldKind::Several(_))
    }

    /// The same, to be filled.
    #[must_use]
    pub(crate) fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// The same with what else is to be known of it.
    #[must_use]
    pub(crate) fn hinted(self, name: &str, spelling: Spelling) -> Self {
        Self {
            hint: Some(spelling.t(name)),
            ..self
        }
    }
}

/// What is typed into a form, by field; several values of a field are several.
pub(crate) type Typed = Vec<(String, String)>;

/// Texts that are wrong, by field, in the operator's language.
pub(crate) type Complaints = Vec<(String, String)>;

/// A form: its fields, and what stands in them.
pub(crate) struct Form {
    fields: Vec<Field>,
    typed: Typed,
    /// What stood in the fields when they were shown, where only what differs is sent on.
    shown: Option<Typed>,
    complaints: Complaints,
}

impl Form {
    /// A form with these values, in the words and units of the API.
    pub(crate) fn filled(fields: Vec<Field>, values: &Value, spelling: Spelling) -> Self {
        let mut typed = Typed::new();
        for field in &fields {
            for text in written(&field.kind, member(values, &field.name), spelling.zone) {
                typed.push((field.name.clone(), text));
            }
        }
        Self {
            fields,
            typed,
            shown: None,
            complaints: Complaints::new(),
        }
    }

    /// The same, of which only what differs from what is shown is sent on: what others change meanwhile stays.
    #[must_use]
    pub(crate) fn only_changes(self) -> Self {
        Self {
            shown: Some(self.typed.clone()),
            ..self
        }
    }

    /// The form as it came back.
    pub(crate) fn typed(fields: Vec<Field>, sent: &Map<String, Value>) -> Self {
        let of = |values: &Value| {
            let mut typed = Typed::new();
            for field in &fields {
                let texts = texts_of(member(values, &field.name)).into_iter();
                typed.extend(texts.map(|text| (field.name.clone(), text)));
            }
            typed
        };
        let shown = sent
            .get(COMPARED)
            .map(|_| of(sent.get(SHOWN).unwrap_or(&Value::Null)));
        Self {
            typed: of(&Value::Object(sent.clone())),
            shown,
            fields,
            complaints: Complaints::new(),
        }
    }

    /// What it says in the fields of the API. What cannot be read at all is complained of in the end.
    pub(crate) fn fields(&mut self, spelling: Spelling) -> Map<String, Value> {
        let mut all = Map::new();
        let mut odd = Vec::new();
        for field in &self.fields {
            let texts = values_of(&self.typed, &field.name);
            if self.is_kept(field) || (field.kind == FieldKind::Secret && texts.concat().is_empty())
            {
                continue;
            }
            match read(&field.kind, &texts, spelling.zone) {
                Some(value) => put(&mut all, &field.name, value),
                None => odd.push(field.name.clone()),
            }
        }
        let message = spelling.t("console.unreadable");
        let odd = odd.into_iter().map(|name| (name, message.clone()));
        self.complaints.extend(odd);
        all
    }

    /// Whether a field is not sent on: it stands as it was shown, and so does the object that it is in, which
    /// is sent as a whole.
    fn is_kept(&self, field: &Field) -> bool {
        let Some(shown) = &self.shown else {
            return false;
        };
        let is_same = |field: &Field| {
            let shown = values_of(shown, &field.name);
            let typed = values_of(&self.typed, &field.name);
            match field.kind {
                FieldKind::Flag => shown.contains(&"1") == typed.contains(&"1"),
                _ => comparable(&shown) == comparable(&typed),
            }
        };
        let root = field.root();
        let mut related = self.fields.iter().filter(|other| other.root() == root);
        field.kind != FieldKind::Hidden && related.all(is_same)
    }

    /// Whether something was typed that cannot be read.
    pub(crate) fn is_odd(&self) -> bool {
        !self.complaints.is_empty()
    }

    /// Says what is wrong with fields.
    pub(crate) fn complain(&mut self, complaints: impl IntoIterator<Item = (String, String)>) {
        self.complaints.extend(complaints);
    }

    /// As the template shows it, and what is said of no field of it.
    pub(crate) fn view(&self) -> FormView {
        let mut told = vec![false; self.complaints.len()];
        let mut fields = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let mut complaints = Vec::new();
            for ((name, message), told) in self.complaints.iter().zip(&mut told) {
                if !*told && is_about(name, &field.name) {
                    *told = true;
                    complaints.push(message.clone());
                }
            }
            fields.push(FieldView::of(field, &self.typed, complaints));
        }
        let rest = self.complaints.iter().zip(told);
        let rest = rest.filter(|(_, told)| !told);
        let shown = self.shown.iter().flatten();
        FormView {
            fields,
            rest: rest.map(|((_, message), _)| message.clone()).collect(),
            is_compared: self.shown.is_some(),
            shown: shown
                .filter(|(name, _)| self.is_comparable(name))
                .map(|(name, value)| (self.sent_as(SHOWN, name), value.clone()))
                .collect(),
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What a field is called in a form, within this object.
    fn sent_as(&self, within: &str, name: &str) -> String {
        let is_list = self.field(name).is_some_and(Field::is_list);
        sent_as(&format!("{within}.{name}"), is_list)
    }

    fn is_comparable(&self, name: &str) -> bool {
        let field = self.field(name);
        field.is_some_and(|field| !matches!(field.kind, FieldKind::Hidden | FieldKind::Secret))
    }
}

/// What the object is called that says what was shown.
const SHOWN: &str = "was";
/// What says that there are such.
const COMPARED: &str = "_compared";

/// A name with points as forms send it, `config[key]`; of a list with `[]` behind it.
fn sent_as(name: &str, is_list: bool) -> String {
    let mut parts = name.split('.');
    let mut sent = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        sent.push('[');
        sent.push_str(part);
        sent.push(']');
    }
    if is_list {
        sent.push_str("[]");
    }
    sent
}

/// What was sent of a field: one text, several, or none.
fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// Whether a complaint is about a field: it names the field, something in it, or the object that it is in.
fn is_about(complaint: &str, field: &str) -> bool {
    let within = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(field, complaint) || within(complaint, field)
}

/// Browsers send line ends of their own.
fn comparable(texts: &[&str]) -> Vec<String> {
    let texts = texts.iter().map(|text| text.replace("\r\n", "\n"));
    texts.filter(|text| !text.is_empty()).collect()
}

fn values_of<'a>(typed: &'a Typed, name: &str) -> Vec<&'a str> {
    let values = typed.iter().filter(|(known, _)| known == name);
    values.map(|(_, value)| value.as_str()).collect()
}

/// The member of an object that a name with points leads to.
fn member<'a>(values: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(values, |value, part| {
        value.get(part).unwrap_or(&Value::Null)
    })
}

/// Puts a value to where its name leads; nothing is left out within an object.
fn put(all: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            all.insert(name.to_owned(), value);
        }
        Some((outer, inner)) => {
            let object = all
                .entry(outer)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Some(object) = object.as_object_mut().filter(|_| !value.is_null()) {
                put(object, inner, value);
            }
        }
    }
}

/// A value as it stands in its field.
fn written(kind: &FieldKind, value: &Value, zone: Zone) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => i32::from(*flag).to_string(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match (kind, value) {
        (_, Value::Null) | (FieldKind::Secret, _) => Vec::new(),
        (FieldKind::Lines, Value::Array(items)) => {
            vec![items.iter().map(plain).collect::<Vec<_>>().join("\n")]
        }
        (FieldKind::Json, value) => serde_json::to_string_pretty(value).into_iter().collect(),
        (FieldKind::Several(_), Value::Array(items)) => items.iter().map(plain).collect(),
        (FieldKind::Money | FieldKind::Units, value) => {
            value.as_i64().map(units).into_iter().collect()
        }
        (FieldKind::Gigabytes, value) => value.as_i64().map(gigabytes).into_iter().collect(),
        (FieldKind::Time, value) => {
            let at = value.as_i64().filter(|at| *at != 0);
            at.map(|at| instant::written(at, zone))
                .into_iter()
                .collect()
        }
        (FieldKind::Flag, value) => {
            let is_set = value.as_bool().or_else(|| Some(value.as_i64()? != 0));
            vec![i32::from(is_set.unwrap_or(false)).to_string()]
        }
        (_, value) => vec![plain(value)],
    }
}

/// Bytes in gigabytes, to the byte.
fn gigabytes(bytes: i64) -> String {
    let (whole, rest) = (bytes / GIGABYTE, bytes % GIGABYTE);
    if rest == 0 {
        return whole.to_string();
    }
    // Ten digits tell every byte of a gigabyte apart.
    let part = i128::from(rest.abs()) * 10_000_000_000 / i128::from(GIGABYTE);
    let part = format!("{part:010}");
    let sign = if bytes < 0 && whole == 0 { "-" } else { "" };
    format!("{sign}{whole}.{}", part.trim_end_matches('0'))
}

/// What is typed as the API reads it; `None` where it is nothing of the kind.
fn read(kind: &FieldKind, texts: &[&str], zone: Zone) -> Option<Value> {
    let text = texts.last().copied().unwrap_or_default();
    let trimmed = text.trim();
    if let FieldKind::Flag = kind {
        return Some(Value::from(i32::from(trimmed == "1")));
    }
    let items = |items: Vec<&str>| {
        if items.is_empty() {
            Value::Null
        } else {
            Value::from(items)
        }
    };
    if let FieldKind::Several(_) = kind {
        let chosen = texts.iter().copied().filter(|text| !text.is_empty());
        return Some(items(chosen.collect()));
    }
    if trimmed.is_empty() {
        return Some(Value::Null);
    }
    match kind {
        FieldKind::Lines => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Some(items(lines.collect()))
        }
        FieldKind::Money => {
            let number = Decimal::parse(trimmed)?.ten_thousandths();
            (number % 100 == 0).then(|| Value::from(number / 100))
        }
        FieldKind::Gigabytes => bytes_of(trimmed).map(Value::from),
        FieldKind::Time => instant::parsed(trimmed, zone).map(Value::from),
        FieldKind::Json => serde_json::from_str(trimmed).ok(),
        FieldKind::Units | FieldKind::Fraction => {
            Decimal::parse(trimmed)?;
            trimmed.parse::<Number>().ok().map(Value::Number)
        }
        FieldKind::Line | FieldKind::Number | FieldKind::Choice(_) | FieldKind::Hidden => {
            Some(Value::from(trimmed))
        }
        _ => Some(Value::from(text.replace("\r\n", "\n"))),
    }
}

/// Gigabytes in bytes: the nearest whole one.
fn bytes_of(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || part.len() > 12 || !are_digits(whole) || !are_digits(part) {
        return None;
    }
    let digits: i128 = format!("{whole}{part}").parse().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let bytes = digits.checked_mul(i128::from(GIGABYTE))?;
    // What ten digits wrote lies at most a half byte below.
    i64::try_from((bytes + scale / 2) / scale).ok()
}

/// A form as the template shows it.
pub(crate) struct FormView {
    pub(crate) fields: Vec<FieldView>,
    /// What is wrong with none of the fields.
    pub(crate) rest: Vec<String>,
    pub(crate) is_compared: bool,
    /// What was shown.
    pub(crate) shown: Vec<(String, String)>,
}

/// A field as the template shows it.
pub(crate) struct FieldView {
    pub(crate) name: String,
    /// What its elements are called on the page.
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) hint: Option<String>,
    pub(crate) is_required: bool,
    pub(crate) value: String,
    /// `input`, `area`, `flag`, `choice`, `several` or `hidden`.
    pub(crate) shape: &'static str,
    /// The type of an input.
    pub(crate) input: &'static str,
    /// The step of a number.
    pub(crate) step: &'static str,
    pub(crate) lines: u8,
    pub(crate) choices: Vec<ChoiceView>,
    pub(crate) complaints: Vec<String>,
}

impl FieldView {
    fn of(field: &Field, typed: &Typed, complaints: Vec<String>) -> Self {
        let values = values_of(typed, &field.name);
        let (shape, input, step, lines) = match &field.kind {
            FieldKind::Line => ("input", "text", "", 0),
            FieldKind::Secret => ("input", "password", "", 0),
            FieldKind::Number => ("input", "number", "1", 0),
            FieldKind::Money | FieldKind::Units => ("input", "number", "0.01", 0),
            FieldKind::Fraction | FieldKind::Gigabytes => ("input", "number", "any", 0),
            FieldKind::Time => ("input", "datetime-local", "1", 0),
            FieldKind::Area(lines) => ("area", "", "", *lines),
            FieldKind::Marked => ("area", "", "", 16),
            FieldKind::Lines => ("area", "", "", 4),
            FieldKind::Json => ("area", "", "", 8),
            FieldKind::Flag => ("flag", "", "", 0),
            FieldKind::Choice(_) => ("choice", "", "", 0),
            FieldKind::Several(_) => ("several", "", "", 0),
            FieldKind::Hidden => ("hidden", "", "", 0),
        };
        let choices = match &field.kind {
            FieldKind::Choice(choices) | FieldKind::Several(choices) => choices.as_slice(),
            _ => &[],
        };
        let choices = choices.iter().map(|(value, text)| ChoiceView {
            value: value.clone(),
            text: text.clone(),
            is_chosen: values.contains(&value.as_str()),
        });
        let value = values.last().copied().unwrap_or_default();
        let is_secret = field.kind == FieldKind::Secret;
        Self {
            name: sent_as(&field.name, field.is_list()),
            id: format!("f-{}", field.name.replace('.', "-")),
            text: field.text.clone(),
            hint: field.hint.clone(),
            is_required: field.is_required,
            value: if is_secret {
                String::new()
            } else {
                value.to_owned()
            },
            shape,
            input,
            step,
            lines,
            choices: choices.collect(),
            complaints,
        }
    }

    /// Whether something stands below it.
    pub(crate) fn is_described(&self) -> bool {
        self.hint.is_some() || !self.complaints.is_empty()
    }

    /// Whether a flag is set.
    pub(crate) fn is_set(&self) -> bool {
        self.value == "1"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lang::Lang;

    fn spelling() -> Spelling {
        Spelling {
            lang: Lang::EnUs,
            zone: Zone::named("Asia/Shanghai").unwrap(),
        }
    }

    fn fields() -> Vec<Field> {
        let field = |name: &str, kind| Field::called(name, name.to_owned(), kind);
        let choices = || {
            vec![
                ("1".to_owned(), "one".to_owned()),
                ("2".to_owned(), "two".to_owned()),
            ]
        };
        vec![
            field("email", FieldKind::Line),
            field("password", FieldKind::Secret),
            field("balance", FieldKind::Units),
            field("amount", FieldKind::Money),
            field("transfer_enable", FieldKind::Gigabytes),
            field("expired_at", FieldKind::Time),
            field("banned", FieldKind::Flag),
            field("tags", FieldKind::Lines),
            field("plan_ids", FieldKind::Several(choices())),
            field("config.key", FieldKind::Line),
            field("config.secret", FieldKind::Line),
        ]
    }

    fn values() -> Value {
        json!({
            "email": "ann@demo.test", "password": "hash", "balance": 1_205, "amount": -5,
            "transfer_enable": 1_610_612_737_i64, "expired_at": 1_700_000_000, "banned": true,
            "tags": ["a", "b"], "plan_ids": [2], "config": {"key": "k"},
        })
    }

    /// What a browser sends of what it was shown.
    fn sent(pairs: &[(String, String)]) -> Map<String, Value> {
        let mut all = Map::new();
        for (name, text) in pairs {
            let is_list = name.ends_with("[]");
            let name = name
                .trim_end_matches("[]")
                .replace('[', ".")
                .replace(']', "");
            let known = member(&Value::Object(all.clone()), &name).clone();
            let value = match known {
                Value::Array(mut items) => {
                    items.push(Value::from(text.as_str()));
                    Value::Array(items)
                }
                _ if is_list => json!([text]),
                _ => Value::from(text.as_str()),
            };
            put(&mut all, &name, value);
        }
        all
    }

    fn pairs(form: &Form) -> Vec<(String, String)> {
        let typed = form.typed.iter();
        let typed = typed.map(|(name, text)| {
            let is_list = form.field(name).unwrap().is_list();
            (sent_as(name, is_list), text.clone())
        });
        typed.collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let form = Form::filled(fields(), &values(), spelling());
        let pairs = pairs(&form);
        assert!(pairs.contains(&("balance".to_owned(), "12.05".to_owned())));
        assert!(pairs.contains(&("config[key]".to_owned(), "k".to_owned())));
        let mut back = Form::typed(fields(), &sent(&pairs));
        let read = Value::Object(back.fields(spelling()));
        let expected = json!({
            "email": "ann@demo.test", "balance": 12.05, "amount": -5,
            "transfer_enable": 1_610_612_737_i64, "expired_at": 1_700_000_000, "banned": 1,
            "tags": ["a", "b"], "plan_ids": ["2"], "config": {"key": "k"},
        });
        assert_eq!(read, expected);
        assert!(!back.is_odd());
    }

    #[test]
    fn of_a_form_of_changes_only_those_are_sent_on() {
        let form = Form::filled(fields(), &values(), spelling()).only_changes();
        let view = form.view();
        let mut pairs = pairs(&form);
        pairs.extend(view.shown.clone());
        pairs.push((COMPARED.to_owned(), "1".to_owned()));
        for (name, value) in &mut pairs {
            match name.as_str() {
                "email" => "bea@demo.test".clone_into(value),
                "tags" => "a\r\nb".clone_into(value),
                _ => {}
            }
        }
        // A box that is not ticked is not sent.
        pairs.retain(|(name, _)| name != "banned");
        let mut back = Form::typed(fields(), &sent(&pairs));
        let read = Value::Object(back.fields(spelling()));
        assert_eq!(read, json!({"email": "bea@demo.test", "banned": 0}));
        assert!(view.shown.iter().all(|(name, _)| name != "was[password]"));
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
        let sent = json!({"email": "x", "expired_at": "soon", "amount": "1.001"});
        let mut form = Form::typed(fields(), sent.as_object().unwrap());
        let read = form.fields(spelling());
        assert!(form.is_odd() && !read.contains_key("expired_at"));
        form.complain([
            ("email".to_owned(), "no address".to_owned()),
            ("config".to_owned(), "no settings".to_owned()),
            ("scope".to_owned(), "nobody".to_owned()),
        ]);
        let view = form.view();
        let field = |id: &str| view.fields.iter().find(|field| field.id == id).unwrap();
        assert_eq!(field("f-email").complaints, ["no address"]);
        assert_eq!(field("f-email").value, "x");
        assert_eq!(field("f-expired_at").value, "soon");
        assert_eq!(field("f-expired_at").complaints.len(), 1);
        assert_eq!(field("f-amount").complaints.len(), 1);
        assert_eq!(field("f-config-key").complaints, ["no settings"]);
        assert!(field("f-config-secret").complaints.is_empty());
        assert_eq!(view.rest, ["nobody"]);
    }

    #[test]
    fn gigabytes_are_read_to_the_byte() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("1.5", Some(1_610_612_736)),
            (".5", Some(536_870_912)),
            ("", None),
            ("-1", None),
            ("1e3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(bytes_of(text), bytes, "{text}");
        }
        for bytes in [1, GIGABYTE - 1, GIGABYTE + 1, 1 << 60] {
            assert_eq!(bytes_of(&gigabytes(bytes)), Some(bytes));
        }
    }
}
