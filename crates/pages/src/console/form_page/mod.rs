//! One page for every form: what a noun says of its fields is made into inputs, and what is typed into them into
//! the fields that the API reads, whose rules then judge them.

mod field;
mod names;
mod values;
mod view;

use serde_json::{Map, Value};

pub(crate) use self::field::{Field, FieldKind};
use self::names::{Typed, comparable, is_about, member, put, sent_as, texts_of, values_of};
use self::values::{read, written};
use self::view::FieldView;
pub(crate) use self::view::FormView;
use super::cell::Spelling;

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

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Zone;
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
}
