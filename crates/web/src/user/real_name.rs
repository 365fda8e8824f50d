use actix_web::web::Data;
use ferroboard_application::{CannotSubmit, RealNameStatus};
use ferroboard_kernel::UnixSeconds;
use ferroboard_realname::{Status, Typed};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// A real name.
#[derive(ToSchema)]
pub struct SubmitRealNameBody {
    /// 2 to 30 Chinese characters, with dots inside.
    pub real_name: String,
    /// 18 characters.
    pub identity_no: String,
}

impl Body for SubmitRealNameBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = typed(read, "real_name", Message::RealNameRequired);
        let number = typed(read, "identity_no", Message::IdentityNoRequired);
        Ok(Self {
            real_name: name?,
            identity_no: number?,
        })
    }
}

/// What somebody typed. What is no text is a wrong one.
fn typed(read: &mut Reader<'_>, name: &'static str, missing: Message) -> Result<String, Refused> {
    let typed = read.required(name).says(missing);
    typed
        .map(|given| given.owned_text().unwrap_or_default())
        .get()
}

/// Where the verification stands. What was submitted is shown masked only.
#[derive(Serialize, ToSchema)]
pub(crate) struct RealNameBody {
    /// `unsubmitted`, `pending`, `approved` or `rejected`.
    status: &'static str,
    /// 0, 1, 2 or 3.
    status_code: i64,
    /// The status in the language of the request.
    status_text: String,
    is_verified: bool,
    can_submit: bool,
    /// `pending`, `approved`, `resubmit_closed` or `throttled`.
    cannot_submit_reason: Option<&'static str>,
    /// Masked, as `real_name_masked`.
    real_name: Option<String>,
    /// Masked, as `identity_no_masked`.
    identity_no: Option<String>,
    real_name_masked: Option<String>,
    identity_no_masked: Option<String>,
    /// Unix seconds.
    submitted_at: Option<i64>,
    reviewed_at: Option<i64>,
    reject_reason: Option<String>,
    /// Submissions that are left today.
    submit_remaining: i64,
    /// What is refused without a verification: `none`, `order`, `subscribe` or `all`.
    enforce: &'static str,
    /// Whether it is refused to this user now.
    enforced_now: bool,
    notice: String,
}

impl RealNameBody {
    fn new(view: RealNameStatus, locale: Locale) -> Self {
        let status = view.status();
        let (text, record) = (status_text(status), view.record);
        let record = record.as_ref();
        let name = record.map(|record| record.name_masked.clone());
        let number = record.map(|record| record.number_masked.clone());
        let review = record.and_then(|record| record.review);
        Self {
            status: status.name(),
            status_code: status.code(),
            status_text: text.text(locale).into_owned(),
            is_verified: status == Status::Approved,
            can_submit: view.cannot_submit.is_none(),
            cannot_submit_reason: view.cannot_submit.map(reason_name),
            real_name: name.clone(),
            identity_no: number.clone(),
            real_name_masked: name,
            identity_no_masked: number,
            submitted_at: record.map(|record| record.submitted_at.get()),
            reviewed_at: review.map(|review| review.at).map(UnixSeconds::get),
            reject_reason: record.and_then(|record| record.reject_reason.clone()),
            submit_remaining: view.submissions_left,
            enforce: view.enforcement.name(),
            enforced_now: view.demanded,
            notice: view.notice,
        }
    }
}

const fn status_text(status: Status) -> Message {
    match status {
        Status::Unsubmitted => Message::RealNameUnsubmitted,
        Status::Pending => Message::RealNamePending,
        Status::Approved => Message::RealNameApproved,
        Status::Rejected => Message::RealNameRejected,
    }
}

const fn reason_name(reason: CannotSubmit) -> &'static str {
    match reason {
        CannotSubmit::Pending => "pending",
        CannotSubmit::Approved => "approved",
        CannotSubmit::Closed => "resubmit_closed",
        CannotSubmit::Throttled => "throttled",
    }
}

/// Where the verification of the user stands.
#[utoipa::path(
    get,
    path = "/api/v1/user/real-name-verification/status",
    responses(
        (status = 200, description = "Where it stands", body = SuccessBody<RealNameBody>),
        (status = 400, description = "The plugin is not enabled", body = FailureBody),
    )
)]
pub(crate) async fn status(
    session: Session,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<RealNameBody>, Fault> {
    let account = session.0.account;
    let run = panel.run(move |app| async move { app.real_names.status(&account).await });
    Ok(Success(RealNameBody::new(run.await?, locale)))
}

/// Submits a name and an identity number. They are kept encrypted, and never shown again but masked.
#[utoipa::path(
    post,
    path = "/api/v1/user/real-name-verification/submit",
    request_body = SubmitRealNameBody,
    responses(
        (status = 200, description = "Where it stands now", body = SuccessBody<RealNameBody>),
        (status = 400, description = "A submission waits or was approved, or others use the identity", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many submissions; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn submit(
    session: Session,
    locale: Locale,
    Read(body): Read<SubmitRealNameBody>,
    panel: Data<Panel>,
) -> Result<Success<RealNameBody>, Fault> {
    let account = session.0.account;
    let typed = Typed::new(body.real_name, body.identity_no);
    let run = panel.run(move |app| async move { app.real_names.submit(&account, &typed).await });
    Ok(Success(RealNameBody::new(run.await?, locale)))
}
