//! Bodies: how a request becomes one, and the rules of their fields.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_auth::{Password, PasswordRefused};
use ferroboard_kernel::{Cents, Email};
use serde::de::value::Error as NotAStruct;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::field::Field;
use crate::request::input::Input;

/// A body whose fields obey their rules; otherwise the request is answered 422.
///
/// A rule is a function on a [`Field`] that a body names with `#[validate(custom(…))]`; the code of its
/// error is the key of a [`Message`].
pub(crate) struct Valid<T>(pub(crate) T);

impl<T: Validate + DeserializeOwned + 'static> FromRequest for Valid<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let input = Input::from_request(request, payload);
        Box::pin(async move { read(input.await?).map(Self) })
    }
}

/// The fields of a request as a body whose rules they obey.
pub(crate) fn read<T: Validate + DeserializeOwned>(input: Input) -> Result<T, Fault> {
    // Fields take any JSON value, so nothing in here fails.
    let parsed = serde_json::from_value(input.into_value());
    let body: T = parsed.map_err(|_| Fault::refused(Message::RequestInvalid))?;
    match body.validate() {
        Ok(()) => Ok(body),
        Err(errors) => Err(refusal(&errors, declared_fields::<T>())),
    }
}

fn refusal(errors: &ValidationErrors, declared: &[&'static str]) -> Fault {
    let messages = |kind: &ValidationErrorsKind| match kind {
        ValidationErrorsKind::Field(errors) => errors
            .iter()
            .map(|error| Message::for_key(&error.code).unwrap_or(Message::RequestInvalid))
            .collect(),
        ValidationErrorsKind::Struct(_) | ValidationErrorsKind::List(_) => Vec::new(),
    };
    let refused = declared.iter().filter_map(|field| {
        let kind = errors.errors().get(*field)?;
        Some((*field, messages(kind)))
    });
    Fault::invalid(refused.collect())
}

/// The names of a struct's fields in the order of their declaration: `validator` keeps its errors in
/// no order, and clients show the first.
fn declared_fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // It only looks at what is asked of it, and then refuses.
    let _ = T::deserialize(FieldNames(&mut names));
    names
}

struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = NotAStruct;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotAStruct> {
        Err(NotAStruct::custom("not a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NotAStruct> {
        *self.0 = fields;
        Err(NotAStruct::custom("only its fields were of interest"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

pub(crate) fn refuse_when(refused: bool, message: Message) -> Result<(), ValidationError> {
    if refused {
        Err(ValidationError::new(message.key()))
    } else {
        Ok(())
    }
}

/// An e-mail address.
/// A text, or nothing.
pub(crate) fn text(field: &Field) -> Result<(), ValidationError> {
    let refused = matches!(field, Field::Flag(_) | Field::Nested);
    refuse_when(refused, Message::TextInvalid)
}

pub(crate) fn email(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::EmailRequired)?;
    refuse_when(parse_email(field).is_none(), Message::EmailInvalid)
}

/// A password of the length that the panel accepts.
pub(crate) fn password(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::PasswordRequired)?;
    password_shape(field)
}

/// The same, called the new password.
pub(crate) fn new_password(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::NewPasswordRequired)?;
    password_shape(field)
}

/// Anything but nothing: an old password may be older than today's rules.
pub(crate) fn old_password(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::OldPasswordRequired)
}

/// A mailed code.
pub(crate) fn email_code(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::EmailCodeRequired)
}

/// A whole number of cents, at least one.
pub(crate) fn transfer_amount(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::TransferAmountRequired)?;
    refuse_when(
        parse_amount(field).is_none(),
        Message::TransferAmountInvalid,
    )
}

/// A switch that may be left out, but not be null.
pub(crate) fn reminder(field: &Field) -> Result<(), ValidationError> {
    let refused = *field != Field::Absent && field.switch().is_none();
    refuse_when(refused, Message::ReminderInvalid)
}

/// The name of a session.
pub(crate) fn session(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.text().is_none(), Message::SessionRequired)
}

fn password_shape(field: &Field) -> Result<(), ValidationError> {
    match parse_password(field) {
        Ok(_) => Ok(()),
        Err(PasswordRefused::TooShort) => refuse_when(true, Message::PasswordTooShort),
        Err(PasswordRefused::TooLong) => refuse_when(true, Message::PasswordTooLong),
        Err(PasswordRefused::ContainsNul) => refuse_when(true, Message::PasswordUnusable),
    }
}

fn parse_email(field: &Field) -> Option<Email> {
    Email::parse(field.text()?).ok()
}

fn parse_password(field: &Field) -> Result<Password, PasswordRefused> {
    // A list or a switch is as good as an empty text.
    Password::parse(field.text().unwrap_or_default())
}

fn parse_amount(field: &Field) -> Option<Cents> {
    field.integer().filter(|cents| *cents >= 1).map(Cents::new)
}

/// How fields that obey their rules become values.
impl Field {
    pub(crate) fn to_email(&self) -> Result<Email, Fault> {
        parse_email(self).ok_or(Fault::refused(Message::EmailInvalid))
    }

    pub(crate) fn to_password(&self) -> Result<Password, Fault> {
        parse_password(self).map_err(|_| Fault::refused(Message::PasswordUnusable))
    }

    pub(crate) fn to_amount(&self) -> Result<Cents, Fault> {
        parse_amount(self).ok_or(Fault::refused(Message::TransferAmountInvalid))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, Validate)]
    #[serde(default)]
    #[derive(Default)]
    struct Body {
        #[validate(custom(function = email))]
        email: Field,
        #[validate(custom(function = password))]
        password: Field,
        #[validate(custom(function = email_code))]
        a_code: Field,
    }

    #[test]
    fn errors_stand_in_the_order_of_declaration() {
        assert_eq!(declared_fields::<Body>(), ["email", "password", "a_code"]);
        let errors = Body::default().validate().unwrap_err();
        let fault = refusal(&errors, declared_fields::<Body>());
        let text = format!("{fault:?}");
        let place = |name: &str| text.find(name).unwrap();
        assert!(place("\"email\"") < place("\"password\""));
        assert!(place("\"password\"") < place("\"a_code\""));
    }

    #[test]
    fn rules_answer_for_every_json_type() {
        let code = |rule: fn(&Field) -> Result<(), ValidationError>, value| {
            rule(&Field::from(value))
                .err()
                .map(|error| error.code.into_owned())
        };
        for (value, expected) in [
            (json!("a@b.test"), None),
            (json!(null), Some("EmailRequired")),
            (json!(["a"]), Some("EmailInvalid")),
            (json!(7), Some("EmailInvalid")),
            (json!("a\u{0}@b.test"), Some("EmailInvalid")),
        ] {
            assert_eq!(code(email, value.clone()).as_deref(), expected, "{value}");
        }
        for (value, expected) in [
            (json!(1_234_567_890), None),
            (json!("        "), None),
            (json!("1234567"), Some("PasswordTooShort")),
            (json!(["12345678"]), Some("PasswordTooShort")),
            (json!("x".repeat(129)), Some("PasswordTooLong")),
            (json!("12345678\u{0}"), Some("PasswordUnusable")),
        ] {
            assert_eq!(
                code(password, value.clone()).as_deref(),
                expected,
                "{value}"
            );
        }
        for (value, expected) in [
            (json!("100"), None),
            (json!(0), Some("TransferAmountInvalid")),
            (json!(1.5), Some("TransferAmountInvalid")),
            (json!(null), Some("TransferAmountRequired")),
        ] {
            assert_eq!(
                code(transfer_amount, value.clone()).as_deref(),
                expected,
                "{value}"
            );
        }
        assert_eq!(
            code(reminder, json!(null)).as_deref(),
            Some("ReminderInvalid")
        );
        assert_eq!(code(reminder, json!("1")), None);
        assert!(reminder(&Field::Absent).is_ok());
    }
}
