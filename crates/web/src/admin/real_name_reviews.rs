//! `realname/*`: deciding about real names.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_application::{OperationProgress, RealNameOperation};
use ferroboard_kernel::UserId;
use ferroboard_realname::Decision;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::real_names::RecordBody;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::field::Field;
use crate::request::input::Input;
use crate::request::valid::{Valid, refuse_when};

/// A decision about a submission.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct ReviewBody {
    /// `approve` or `reject`.
    #[validate(custom(function = action))]
    #[schema(value_type = Option<String>)]
    action: Field,
    /// Instead of `action`: `approved` or `rejected`, or its code.
    #[validate(custom(function = action))]
    #[schema(value_type = Option<String>)]
    status: Field,
    /// What the user is told; needed for a rejection, at most 255 characters.
    #[validate(custom(function = reason))]
    #[schema(value_type = Option<String>, max_length = 255)]
    reason: Field,
    /// Also turns an earlier decision round.
    #[schema(value_type = Option<bool>)]
    force: Field,
}

fn action(field: &Field) -> Result<(), ValidationError> {
    let is_odd = !field.is_blank() && approves(field).is_none();
    refuse_when(is_odd, Message::RealNameActionInvalid)
}

fn reason(field: &Field) -> Result<(), ValidationError> {
    let is_long = field.text().is_some_and(|text| text.chars().count() > 255);
    refuse_when(is_long, Message::RealNameReasonTooLong)
}

/// Whether the field approves or rejects.
fn approves(field: &Field) -> Option<bool> {
    match field.text()? {
        "approve" | "approved" | "1" | "2" => Some(true),
        "reject" | "rejected" | "3" => Some(false),
        _ => None,
    }
}

impl ReviewBody {
    fn decision(&self) -> Result<Decision, Fault> {
        let missing = |name, message| Fault::invalid(vec![(name, vec![message])]);
        let approves = approves(&self.action).or_else(|| approves(&self.status));
        match (approves, self.reason.text()) {
            (None, _) => Err(missing("action", Message::RealNameActionInvalid)),
            (Some(true), _) => Ok(Decision::Approve),
            (Some(false), None) => Err(missing("reason", Message::RealNameReasonRequired)),
            (Some(false), Some(reason)) => Ok(Decision::Reject {
                reason: reason.to_owned(),
            }),
        }
    }
}

/// The user of a path; 404 for what is no number.
fn user_of(path: &(String, String)) -> Result<UserId, Fault> {
    let number = path.1.parse().ok().filter(|number| *number > 0);
    let unknown = || Fault::new(StatusCode::NOT_FOUND, Message::AccountMissing);
    number.map(UserId::new).ok_or_else(unknown)
}

/// Approves or rejects a submission; the user is told by mail.
#[utoipa::path(
    post,
    path = "/api/v1/{secure_path}/realname/review/{userId}",
    params(("userId" = i64, Path, description = "Whose submission")),
    request_body = ReviewBody,
    responses(
        (status = 200, description = "The submission as it stands now", body = SuccessBody<RecordBody>),
        (status = 404, description = "There is no submission", body = FailureBody),
        (status = 409, description = "It was decided already", body = FailureBody),
        (status = 422, description = "No decision, or a rejection without a reason", body = FailureBody),
    )
)]
pub(crate) async fn review(
    session: AdminSession,
    path: Path<(String, String)>,
    Valid(body): Valid<ReviewBody>,
    panel: Data<Panel>,
) -> Result<Success<RecordBody>, Fault> {
    let (record, admin, user) = (session.record()?, session.admin(), user_of(&path)?);
    let (decision, force) = (body.decision()?, body.force.switch() == Some(true));
    let run = panel.run(move |app| async move {
        let reviews = &app.real_name_reviews;
        reviews.decide(admin, user, &decision, force, record).await
    });
    Ok(Success(RecordBody::from(run.await?)))
}

/// Deletes a submission, so that the user may begin again.
#[utoipa::path(
    post,
    path = "/api/v1/{secure_path}/realname/reset/{userId}",
    params(("userId" = i64, Path, description = "Whose submission")),
    responses(
        (status = 200, description = "Deleted, or there was none", body = SuccessBody<bool>),
        (status = 404, description = "There is no such user", body = FailureBody),
    )
)]
pub(crate) async fn reset(
    session: AdminSession,
    path: Path<(String, String)>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (record, user) = (session.record()?, user_of(&path)?);
    let run = panel.run(move |app| async move { app.real_name_reviews.reset(user, record).await });
    if run.await? {
        Ok(DONE)
    } else {
        Err(Fault::new(StatusCode::NOT_FOUND, Message::AccountMissing))
    }
}

/// What a synchronisation did.
#[derive(Serialize, ToSchema)]
pub(crate) struct SyncedBody {
    total: i64,
    updated: i64,
    unchanged: i64,
    removed: i64,
    failed: i64,
    /// At most 50.
    failed_ids: Vec<i64>,
}

/// Encrypts anew what an earlier key encrypted, repairs what is derived, and deletes what belongs to
/// nobody. Goes on by itself if the panel is restarted meanwhile.
#[utoipa::path(
    post,
    path = "/api/v1/{secure_path}/realname/sync-all",
    responses(
        (status = 200, description = "What was done", body = SuccessBody<SyncedBody>),
        (status = 409, description = "It is under way", body = FailureBody),
    )
)]
pub(crate) async fn sync_all(
    session: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<SyncedBody>, Fault> {
    let done = run(&session, RealNameOperation::SyncAll, &panel).await?;
    let touched = done
        .changed
        .saturating_add(done.removed)
        .saturating_add(done.failed);
    Ok(Success(SyncedBody {
        total: done.total,
        updated: done.changed,
        unchanged: done.total.saturating_sub(touched).max(0),
        removed: done.removed,
        failed: done.failed,
        failed_ids: done.failed_ids,
    }))
}

async fn run(
    session: &AdminSession,
    operation: RealNameOperation,
    panel: &Panel,
) -> Result<OperationProgress, Fault> {
    let (record, admin) = (session.record()?, session.admin());
    let run = panel.run(move |app| async move {
        app.real_name_operations.run(admin, operation, record).await
    });
    run.await
}

/// What an approval of everything did.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApprovedBody {
    approved: i64,
    /// Pending ones that were left: their check digit is wrong.
    skipped: i64,
}

/// How many users one request may name.
const MOST_NAMED: usize = 1_000;

/// Approves everything that is pending, or what is pending of the users in `ids`. With `force` also
/// where the check digit is wrong.
#[utoipa::path(
    post,
    path = "/api/v1/{secure_path}/realname/approve-all",
    responses(
        (status = 200, description = "What was done", body = SuccessBody<ApprovedBody>),
        (status = 409, description = "It is under way", body = FailureBody),
        (status = 422, description = "Not a list of users", body = FailureBody),
    )
)]
pub(crate) async fn approve_all(
    session: AdminSession,
    input: Input,
    panel: Data<Panel>,
) -> Result<Success<ApprovedBody>, Fault> {
    let fields = input.into_fields();
    let force = fields.get("force").cloned().map(Field::from);
    let wrong_checksums = force.and_then(|force| force.switch()).unwrap_or(false);
    let Some(ids) = fields.get("ids").filter(|ids| !ids.is_null()) else {
        let operation = RealNameOperation::ApproveAll { wrong_checksums };
        let done = run(&session, operation, &panel).await?;
        return Ok(Success(ApprovedBody {
            approved: done.changed,
            skipped: done.total.saturating_sub(done.changed),
        }));
    };
    let refused = || Fault::invalid(vec![("ids", vec![Message::RealNameIdsInvalid])]);
    let users = listed(ids).ok_or_else(refused)?;
    let named = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let (record, admin) = (session.record()?, session.admin());
    let run = panel.run(move |app| async move {
        let operations = &app.real_name_operations;
        operations
            .approve(admin, &users, wrong_checksums, record)
            .await
    });
    let approved = i64::try_from(run.await?).unwrap_or(i64::MAX);
    Ok(Success(ApprovedBody {
        approved,
        skipped: named.saturating_sub(approved),
    }))
}

/// The users of a list of numbers, each once.
fn listed(ids: &Value) -> Option<Vec<UserId>> {
    let ids = ids
        .as_array()
        .filter(|ids| (1..=MOST_NAMED).contains(&ids.len()))?;
    let numbers = ids.iter().cloned().map(|id| Field::from(id).integer());
    let mut numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers.into_iter().map(UserId::new).collect())
}

/// What was forgotten.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClearedBody {
    /// 1: the settings of the plugins, which are all that is kept.
    cleared: i64,
}

/// Reads the settings of the plugins again. Statuses are never kept.
#[utoipa::path(
    post,
    path = "/api/v1/{secure_path}/realname/clear-cache",
    responses((status = 200, description = "Forgotten", body = SuccessBody<ClearedBody>))
)]
pub(crate) async fn clear_cache(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<ClearedBody>, Fault> {
    let run = panel.run(|app| async move { app.real_name_reviews.clear_cache().await });
    run.await?;
    Ok(Success(ClearedBody { cleared: 1 }))
}
