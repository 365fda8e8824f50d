//! `user/ban` and `user/sendMail`: what is done with many users.

use std::marker::PhantomData;

use actix_web::web::Data;
use ferroboard_application::UserWork;
use serde_json::Value;
use utoipa::ToSchema;

use super::scope::{ScopeFields, Unsaid, WordedScope};
use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::list::FilterInput;
use crate::request::reader::{Reader, Refused};

/// Bans users, but for administrators, and ends all their sessions.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/ban",
    request_body = ScopeFields,
    responses(
        (status = 200, description = "Done, or going on by itself", body = SuccessBody<bool>),
        (status = 422, description = "Nobody was named, or the list has no such column", body = FailureBody),
    )
)]
pub(crate) async fn ban(
    Changing(change): Changing,
    Read(WordedScope(fields)): Read<WordedScope>,
    filter: FilterInput,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let scope = fields.scope(filter, Unsaid::Nobody)?;
    let run = panel.run(move |app| async move {
        let tasks = &app.administration.user_tasks;
        tasks.run(UserWork::Ban, scope, change).await
    });
    run.await?;
    Ok(DONE)
}

/// A message to users.
#[derive(ToSchema)]
pub struct SendMail {
    /// With placeholders such as `{{user.email}}` or `{{user.plan_name|none}}`.
    subject: String,
    /// A plain text with the same placeholders, at most 60,000 bytes as JSON; what looks like HTML is shown as it
    /// stands.
    content: String,
    /// `selected`, `filtered` or `all`. Without it the users that are named count, or else the conditions.
    #[schema(value_type = Option<String>)]
    scope: PhantomData<ScopeFields>,
    /// Numbers of users, at most 1,000. What is no number is passed over.
    #[schema(value_type = Option<Vec<i64>>)]
    user_ids: PhantomData<ScopeFields>,
    /// Conditions, as `user/fetch` takes them.
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    filter: ScopeFields,
}

const LONGEST_SUBJECT: i64 = 255;
/// Bytes of JSON: the outbox holds 65,535, which are also the users' own values and what the site is called.
const LONGEST_CONTENT: i64 = 60_000;

impl Body for SendMail {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let subject = read.required("subject");
        let subject = subject.says(Message::UserMailSubjectRequired).text();
        let subject = subject.max(LONGEST_SUBJECT).get();
        let content = read.required("content");
        let content = content.says(Message::UserMailContentRequired).text();
        let too_long = Message::FieldTooLong {
            limit: LONGEST_CONTENT,
        };
        let content = content.parse(too_long, |content| {
            let bytes = Value::from(content.as_str()).to_string().len();
            let fits = i64::try_from(bytes).is_ok_and(|bytes| bytes <= LONGEST_CONTENT);
            fits.then_some(content)
        });
        let content = content.get();
        let fields = ScopeFields::read(read);
        Ok(Self {
            subject: subject?,
            content: content?,
            scope: PhantomData,
            user_ids: PhantomData,
            filter: fields?,
        })
    }
}

impl SendMail {
    /// What each of them is sent.
    pub fn into_work(self) -> UserWork {
        UserWork::Mail {
            subject: self.subject,
            content: self.content,
        }
    }
}

/// Queues a message to each of the users, the banned ones included. How many wait, and how many could not be
/// sent, `system/getQueueStats` tells.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/sendMail",
    request_body = SendMail,
    responses(
        (status = 200, description = "Queued, or going on by itself", body = SuccessBody<bool>),
        (status = 422, description = "A field is missing, or nobody was named", body = FailureBody),
    )
)]
pub(crate) async fn send_mail(
    Changing(change): Changing,
    Read(body): Read<SendMail>,
    filter: FilterInput,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let scope = body.filter.scope(filter, Unsaid::Nobody)?;
    let work = body.into_work();
    let run = panel.run(move |app| async move {
        let tasks = &app.administration.user_tasks;
        tasks.run(work, scope, change).await
    });
    run.await?;
    Ok(DONE)
}
