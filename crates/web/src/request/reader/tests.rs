use ferroboard_kernel::Decimal;
use serde_json::{Value, json};

use super::asked::Change;
use super::*;
use crate::answer::messages::Locale;

mod properties;

/// What is complained of when this reads that.
fn complaints_of<T>(
    input: &Input,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>,
) -> Vec<(String, Vec<Message>)> {
    let mut reader = Reader::new(input);
    let outcome = read(&mut reader);
    match reader.finish(outcome) {
        Ok(_) => Vec::new(),
        Err(fault) => {
            let complaints = fault.complaints().iter().cloned();
            complaints
                .map(|(field, said)| (field.into_owned(), said))
                .collect()
        }
    }
}

fn said(
    value: &Value,
    read: impl FnOnce(&mut Reader<'_>) -> Result<(), Refused>,
) -> Vec<(String, Vec<Message>)> {
    complaints_of(&Input::of_json(value), read)
}

fn one(field: &str, messages: &[Message]) -> Vec<(String, Vec<Message>)> {
    vec![(field.to_owned(), messages.to_vec())]
}

/// What Laravel's validator accepts, observed on values as they come from a JSON body: required, integer,
/// numeric, boolean, string, array.
#[test]
fn rules_accept_what_laravels_rules_accept() {
    let rows: [(Value, [bool; 6]); 20] = [
        (json!(null), [false, false, false, false, false, false]),
        (json!(""), [false, false, false, false, false, false]),
        (json!("  "), [false, false, false, false, false, false]),
        (json!("abc"), [true, false, false, false, true, false]),
        (json!(5), [true, true, true, false, false, false]),
        (json!("5"), [true, true, true, false, true, false]),
        (json!("-7"), [true, true, true, false, true, false]),
        (json!("+7"), [true, true, true, false, true, false]),
        (json!("5.5"), [true, false, true, false, true, false]),
        (json!(5.5), [true, false, true, false, false, false]),
        (json!(5.0), [true, true, true, false, false, false]),
        (json!(1), [true, true, true, true, false, false]),
        (json!("0"), [true, true, true, true, true, false]),
        (json!(false), [true, false, false, true, false, false]),
        (json!([]), [false, false, false, false, false, true]),
        (json!({}), [false, false, false, false, false, true]),
        (json!([1]), [true, false, false, false, false, true]),
        (json!({"a": 1}), [true, false, false, false, false, true]),
        (json!("0x1"), [true, false, false, false, true, false]),
        (json!("1 2"), [true, false, false, false, true, false]),
    ];
    for (value, expected) in rows {
        assert_eq!(accepted(&value), expected, "{value}");
    }
}

/// Where we differ: no switch is a number, digits may begin with zeros, switches may be written out (the
/// field names of the reference's own clients), and numbers have no exponent.
#[test]
fn rules_differ_from_laravels_where_its_answer_would_be_a_surprise() {
    let rows: [(Value, [bool; 6]); 4] = [
        (json!(true), [true, false, false, true, false, false]),
        (json!("007"), [true, true, true, false, true, false]),
        (json!("true"), [true, false, false, true, true, false]),
        (json!("1e3"), [true, false, false, false, true, false]),
    ];
    for (value, expected) in rows {
        assert_eq!(accepted(&value), expected, "{value}");
    }
}

fn accepted(value: &Value) -> [bool; 6] {
    let input = Input::of_json(&json!({"x": value}));
    let accepts = |read: fn(&mut Reader<'_>) -> bool| {
        let mut reader = Reader::new(&input);
        let is_read = read(&mut reader);
        // A refusal is told, and nothing else is.
        assert_eq!(reader.finish(Ok(())).is_ok(), is_read, "{value}");
        is_read
    };
    [
        accepts(|read| read.required("x").get().is_ok()),
        accepts(|read| read.optional("x").integer().get().is_ok()),
        accepts(|read| read.optional("x").numeric().get().is_ok()),
        accepts(|read| read.optional("x").boolean().get().is_ok()),
        accepts(|read| read.optional("x").string().get().is_ok()),
        accepts(|read| read.optional("x").each(|_| Ok(())).get().is_ok()),
    ]
}

#[test]
fn what_is_left_out_skips_its_rules_and_null_only_where_it_may() {
    let read = |value: Value, nullable: bool| {
        let input = Input::of_json(&value);
        let mut reader = Reader::new(&input);
        let asked = if nullable {
            reader.nullable("x")
        } else {
            reader.optional("x")
        };
        let outcome = asked.integer().min(1).change();
        reader.finish(outcome).ok()
    };
    for (value, optional, nullable) in [
        (json!({}), Some(Change::Keep), Some(Change::Keep)),
        (json!({"x": null}), None, Some(Change::Clear)),
        (json!({"x": ""}), None, Some(Change::Clear)),
        (json!({"x": 3}), Some(Change::Set(3)), Some(Change::Set(3))),
        (json!({"x": 0}), None, None),
    ] {
        assert_eq!(read(value.clone(), false), optional, "{value}");
        assert_eq!(read(value.clone(), true), nullable, "{value}");
    }
}

#[test]
fn of_a_missing_field_only_that_is_told_and_of_a_wrong_one_everything() {
    let read = |read: &mut Reader<'_>| {
        read.required("n").integer().min(5).max(9).get()?;
        Ok(())
    };
    for (value, expected) in [
        (json!({}), vec![Message::FieldRequired]),
        (json!({"n": null}), vec![Message::FieldRequired]),
        (json!({"n": 7}), vec![]),
        (json!({"n": "7"}), vec![]),
        (json!({"n": 3}), vec![Message::FieldTooSmall]),
        (json!({"n": "10"}), vec![Message::FieldTooLarge]),
        // The size of what is no number is that of its text.
        (
            json!({"n": "abc"}),
            vec![
                Message::FieldNotInteger,
                Message::FieldTooShort { limit: 5 },
            ],
        ),
        (
            json!({"n": 9.5}),
            vec![Message::FieldNotInteger, Message::FieldTooLarge],
        ),
        (
            json!({"n": [1]}),
            vec![Message::FieldNotInteger, Message::FieldTooFew { limit: 5 }],
        ),
    ] {
        let expected = if expected.is_empty() {
            Vec::new()
        } else {
            one("n", &expected)
        };
        assert_eq!(said(&value, read), expected, "{value}");
    }
}

#[test]
fn sizes_are_those_of_texts_lists_and_numbers() {
    let read = |read: &mut Reader<'_>| {
        let text = read.optional("text").text().min(2).max(3).get();
        let list = read
            .optional("list")
            .each(|item| item.text().get())
            .max(1)
            .get();
        let number = read.optional("number").numeric().min(0).max(2).get();
        text?;
        list?;
        number?;
        Ok(())
    };
    assert_eq!(
        said(
            &json!({"text": "中文字", "list": ["a"], "number": "1.99"}),
            read
        ),
        []
    );
    let wrong = json!({"text": "中文字字", "list": ["a", "b"], "number": 2.01});
    let expected = [
        ("text", Message::FieldTooLong { limit: 3 }),
        ("list", Message::FieldTooMany { limit: 1 }),
        ("number", Message::FieldTooLarge),
    ];
    let expected = expected.map(|(field, message)| (field.to_owned(), vec![message]));
    assert_eq!(said(&wrong, read), expected);
}

#[test]
fn values_come_out_typed() {
    let body = json!({
        "name": 5, "price": "19.99", "on": "2026-01-02", "kind": "dns",
        "mail": "A@b.test", "url": "https://a.test/x", "flag": "0", "level": 2,
    });
    let input = Input::of_json(&body);
    let mut read = Reader::new(&input);
    assert_eq!(read.required("name").text().get().unwrap(), "5");
    let price = read.required("price").numeric().get();
    assert_eq!(price.unwrap(), Decimal::new(199_900));
    let on = read.required("on").date().get().unwrap();
    assert_eq!(on.to_string(), "2026-01-02 00:00:00");
    let kind = read.required("kind").one_of(&["block", "dns"]).get();
    assert_eq!(kind, Ok("dns"));
    let mail = read.required("mail").email().get().unwrap();
    assert_eq!(mail.as_str(), "a@b.test");
    let url = read.required("url").url().get();
    assert_eq!(url.as_deref(), Ok("https://a.test/x"));
    assert_eq!(read.required("flag").boolean().get(), Ok(false));
    assert_eq!(read.required("level").integer().among(&[1, 2]).get(), Ok(2));
    assert_eq!(read.optional("page").integer().or(1), Ok(1));
    assert!(read.finish(Ok(())).is_ok());
}

#[test]
fn dates_have_several_spellings() {
    let date = |text: &str| {
        let input = Input::of_json(&json!({ "x": text }));
        let mut read = Reader::new(&input);
        let date = read.required("x").date().get();
        date.ok().map(|date| date.to_string())
    };
    for (text, expected) in [
        ("2026-02-28", Some("2026-02-28 00:00:00")),
        ("2026/02/28", Some("2026-02-28 00:00:00")),
        ("2026-02-28 12:30", Some("2026-02-28 12:30:00")),
        ("2026-02-28 12:30:59", Some("2026-02-28 12:30:59")),
        ("2026-02-28T12:30:59.000000Z", Some("2026-02-28 12:30:59")),
        ("2026-02-29", None),
        ("yesterday", None),
        ("99999-01-01", None),
        ("-1-01-01", None),
    ] {
        assert_eq!(date(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn complaints_stand_in_the_order_of_the_rules_and_not_of_the_rows() {
    let filters = |read: &mut Reader<'_>| {
        let current = read.optional("current").integer().get();
        let filter = read.optional("filter").rows(|row| {
            let id = row.required("id").text().get();
            let value = row.required("value").get().map(drop);
            id?;
            value
        });
        let filter = filter.max(2).get();
        let sort = read.optional("sort").rows(|row| {
            let id = row.required("id").text().get();
            row.required("desc").boolean().get()?;
            id
        });
        let sort = sort.get();
        current?;
        filter?;
        sort?;
        Ok(())
    };
    let body = json!({
        "sort": [{"desc": "x"}], "current": "y",
        "filter": [{"id": "a"}, {"value": 1}, {"id": ["b"]}],
    });
    let fields: Vec<String> = said(&body, filters)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    let expected = [
        "current",
        "filter",
        "filter.1.id",
        "filter.2.id",
        "filter.0.value",
        "filter.2.value",
        "sort.0.id",
        "sort.0.desc",
    ];
    assert_eq!(fields, expected);
    let form = "filter[0][id]=email&filter[0][value]=eq:a@b.c&sort[0][id]=id&sort[0][desc]=1";
    assert_eq!(complaints_of(&Input::of_form(form), filters), []);
    for odd in [json!({"filter": 1}), json!({"filter": null})] {
        assert_eq!(
            said(&odd, filters)[0],
            one("filter", &[Message::FieldNotList])[0]
        );
    }
    let rows = said(&json!({"filter": ["x"]}), filters);
    assert_eq!(rows[0], one("filter.0.id", &[Message::FieldRequired])[0]);
}

#[test]
fn objects_and_members_have_names_of_their_own() {
    type Limits = (Option<i64>, Vec<(String, Option<Decimal>)>);
    fn limits(read: &mut Reader<'_>) -> Result<Limits, Refused> {
        let speed = read
            .optional("limit")
            .object(|limit| limit.nullable("speed").integer().min(0).get());
        let speed = speed.get();
        let prices = read.optional("prices").members(|name, price| {
            price
                .numeric()
                .min(0)
                .get()
                .map(|price| (name.to_owned(), price))
        });
        let prices = prices.get();
        let prices = prices?.unwrap_or_default();
        let prices = prices
            .into_iter()
            .map(|(_, (name, price))| (name, Some(price)));
        Ok((speed?.flatten(), prices.collect()))
    }
    let read = |input: &Input| {
        let mut reader = Reader::new(input);
        let outcome = limits(&mut reader);
        reader.finish(outcome)
    };
    let expected = (
        Some(1),
        vec![("monthly".to_owned(), Some(Decimal::new(99_000)))],
    );
    let form = Input::of_form("limit[speed]=1&prices[monthly]=9.9");
    let object = Input::of_json(&json!({"limit": {"speed": 1}, "prices": {"monthly": 9.9}}));
    for input in [form, object] {
        assert_eq!(read(&input).unwrap(), expected);
    }
    let wrong = json!({"limit": {"speed": -1}, "prices": {"weekly": "x", "monthly": -1}});
    let complaints = complaints_of(&Input::of_json(&wrong), limits);
    let expected = [
        ("limit.speed", vec![Message::FieldTooSmall]),
        ("prices.monthly", vec![Message::FieldTooSmall]),
        ("prices.weekly", vec![Message::FieldNotNumeric]),
    ];
    let expected = expected.map(|(field, messages)| (field.to_owned(), messages));
    assert_eq!(complaints, expected);
    // How PHP writes an object without members.
    let empty = Input::of_json(&json!({"limit": [], "prices": []}));
    assert_eq!(read(&empty).unwrap(), (None, Vec::new()));
}

#[test]
fn the_body_may_be_the_list() {
    fn order(read: &mut Reader<'_>) -> Result<Vec<(i64, i64)>, Refused> {
        read.rows(|row| {
            let id = row.required("id").integer().get();
            let order = row.required("order").integer().get();
            Ok((id?, order?))
        })
    }
    let read = |input: &Input| {
        let mut reader = Reader::new(input);
        let outcome = order(&mut reader);
        reader.finish(outcome)
    };
    let list = Input::of_json(&json!([{"id": 2, "order": 1}, {"id": "1", "order": "2"}]));
    let form = Input::of_form("0[id]=2&0[order]=1&1[id]=1&1[order]=2&t=5");
    for input in [list, form] {
        assert_eq!(read(&input).unwrap(), [(2, 1), (1, 2)]);
    }
    let wrong = Input::of_json(&json!([{"id": 1}, {"order": "x"}, 7]));
    let complaints = complaints_of(&wrong, order);
    let fields: Vec<&str> = complaints.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["1.id", "2.id", "0.order", "1.order", "2.order"]);
}

#[test]
fn rules_can_be_said_in_other_words() {
    let read = |read: &mut Reader<'_>| {
        let code = read.required("code").says(Message::CouponRequired);
        let code = code.text().says(Message::CouponInvalid).max(3).get();
        let text = read
            .optional("text")
            .text()
            .max(1)
            .says(Message::TextUnusable);
        let text = text.get();
        code?;
        text?;
        Ok(())
    };
    for (value, expected) in [
        (json!({}), vec![Message::CouponRequired]),
        (json!({"code": true}), vec![Message::CouponInvalid]),
        (
            json!({"code": "long"}),
            vec![Message::FieldTooLong { limit: 3 }],
        ),
    ] {
        assert_eq!(said(&value, read), one("code", &expected), "{value}");
    }
    let both = said(&json!({"text": "ab"}), read);
    assert_eq!(both[1], one("text", &[Message::TextUnusable])[0]);
}

#[test]
fn what_names_nothing_is_answered_once_all_fields_are_in_order() {
    let fault = |body: Value| {
        let input = Input::of_json(&body);
        let mut read = Reader::new(&input);
        let id = read
            .required("id")
            .naming(|| Fault::refused(Message::OrderMissing), Given::integer);
        let outcome = id.get();
        let other = read.optional("n").integer().get();
        let outcome = outcome.and_then(|id| other.map(|_| id));
        read.finish(outcome)
    };
    assert_eq!(fault(json!({"id": 4})).unwrap(), 4);
    assert!(
        fault(json!({"id": "x"}))
            .unwrap_err()
            .is(Message::OrderMissing)
    );
    assert!(fault(json!({})).unwrap_err().is(Message::FieldRequired));
    let both = fault(json!({"id": "x", "n": "y"})).unwrap_err();
    assert!(both.is(Message::FieldNotInteger));
}

#[test]
fn a_wrong_field_is_not_forgotten_although_nobody_looks_at_it() {
    let input = Input::of_json(&json!({"a": "x"}));
    let mut read = Reader::new(&input);
    assert!(read.optional("a").integer().get().is_err());
    assert!(read.finish(Ok(1)).is_err());
}

#[test]
fn fields_can_be_judged_in_the_light_of_others() {
    let read = |read: &mut Reader<'_>| {
        let start = read.required("started_at").integer().get();
        let end = read.required("ended_at").integer().get();
        let (start, end) = (start?, end?);
        if start >= end {
            return Err(read.complain("ended_at", Message::FieldTooSmall));
        }
        Ok(())
    };
    assert_eq!(said(&json!({"started_at": 1, "ended_at": 2}), read), []);
    let wrong = said(&json!({"started_at": 2, "ended_at": 2}), read);
    assert_eq!(wrong, one("ended_at", &[Message::FieldTooSmall]));
}

#[test]
fn the_answer_tells_of_a_hundred_fields_and_counts_the_others() {
    let rows = json!(vec![json!({}); 5_000]);
    let input = Input::of_json(&rows);
    let mut read = Reader::new(&input);
    let outcome = read.rows(|row| row.required("id").integer().get());
    let fault = read.finish(outcome).unwrap_err();
    assert_eq!(fault.complaints().len(), 100);
    let answer = fault.respond(Locale::EnUs);
    let bytes = actix_web::body::MessageBody::try_into_bytes(answer.into_body()).unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        body["message"],
        "This field is required (and 4999 more errors)"
    );
}

#[test]
fn names_that_clients_made_up_are_told_by_their_beginning() {
    let name = "名".repeat(500);
    let input = Input::of_json(&json!({"m": {name: 1}}));
    let complaints = complaints_of(&input, |read| {
        let members = read
            .required("m")
            .members(|_, member| member.string().get());
        members.get().map(drop)
    });
    assert_eq!(complaints[0].0.chars().count(), "m.".len() + 64);
}
