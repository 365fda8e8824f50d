//! Whatever is sent is read or refused, and it does not matter in which format.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::request::form;

const NAMES: [&str; 6] = ["a", "b", "ids", "limit", "filter", "0"];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[-+0-9.e]{0,25}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let name = prop_oneof![
            prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
            ".{0,8}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..6)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// What a form can say: texts with something in them, lists and objects that are not empty.
fn any_form() -> impl Strategy<Value = Value> {
    let leaf = "[a-z0-9中&=%+]{1,8}".prop_map(Value::from);
    let value = leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 1..5)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    });
    let name = prop::sample::select(NAMES.to_vec());
    prop::collection::btree_map(name, value, 0..5).prop_map(|fields| {
        let fields = fields.into_iter();
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        fields.collect::<Map<_, _>>().into()
    })
}

/// Asks for everything in every way.
fn everything(read: &mut Reader<'_>) -> Result<Value, Refused> {
    let a = read.required("a").integer().min(-5).max(5).get();
    let b = read.nullable("b").text().max(5).get();
    let flag = read.optional("b").boolean().or(false);
    let number = read.optional("a").numeric().among(&[1, 2]).get();
    let date = read.optional("a").date().get();
    let url = read.optional("b").url().get();
    let email = read.optional("b").email().get();
    let ids = read
        .optional("ids")
        .each(|id| id.integer().get())
        .max(3)
        .get();
    let limit = read.optional("limit").object(|limit| {
        let deep = limit
            .optional("limit")
            .members(|_, member| member.string().get());
        let deep = deep.get();
        let a = limit.nullable("a").text().get();
        Ok(json!([deep?.map(|deep| deep.len()), a?]))
    });
    let limit = limit.get();
    let filter = read.nullable("filter").rows(|row| {
        let a = row.required("a").text().get();
        let ids = row.optional("ids").each(|id| id.text().get()).get();
        Ok(json!([a?, ids?]))
    });
    let filter = filter.get();
    let rows = read.rows(|row| row.optional("a").text().get());
    number?;
    date?;
    email?;
    Ok(json!([a?, b?, flag?, url?, ids?, limit?, filter?, rows?]))
}

fn read(input: &Input) -> Result<Value, Vec<(String, Vec<Message>)>> {
    let mut reader = Reader::new(input);
    let outcome = everything(&mut reader);
    let is_read = outcome.is_ok();
    let finished = reader.finish(outcome);
    // Nothing is refused without a word, and nothing wrong is let through.
    assert_eq!(finished.is_ok(), is_read);
    finished.map_err(|fault| {
        assert!(!fault.complaints().is_empty());
        let complaints = fault.complaints().iter().cloned();
        complaints
            .map(|(field, said)| (field.into_owned(), said))
            .collect()
    })
}

fn written(fields: &Value) -> String {
    let Value::Object(fields) = fields else {
        panic!("{fields}")
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(form::flattened(fields));
    form.finish()
}

proptest! {
    #[test]
    fn whatever_json_is_sent_is_read_or_refused(body in any_json()) {
        drop(read(&Input::of_json(&body)));
    }

    #[test]
    fn whatever_form_is_sent_is_read_or_refused(
        names in prop::collection::vec(r"[a-f0-9\[\].= ]{0,12}", 0..12),
        text in ".{0,8}",
    ) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(names.iter().map(|name| (name, &text)));
        drop(read(&Input::of_form(&form.finish())));
    }

    #[test]
    fn json_and_forms_of_the_same_content_read_alike(fields in any_form()) {
        let (json, form) = (Input::of_json(&fields), Input::of_form(&written(&fields)));
        prop_assert_eq!(json.fields(), form.fields());
        prop_assert_eq!(read(&json), read(&form));
    }

    #[test]
    fn a_json_body_and_its_parts_are_bounded_by_what_was_sent(body in any_json()) {
        let length = body.to_string().len();
        let complaints = read(&Input::of_json(&body)).err().unwrap_or_default();
        let told: usize = complaints.iter().map(|(_, said)| said.len()).sum();
        prop_assert!(told <= 40 + 4 * length, "{} {}", told, length);
    }
}
