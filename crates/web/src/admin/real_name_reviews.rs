//! `realname/*`: deciding about real names.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_application::{Change, OperationProgress, RealNameOperation};
use ferroboard_kernel::UserId;
use ferroboard_realname::Decision;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::real_names::RecordBody;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// A decision about a submission.
#[derive(ToSchema)]
pub(crate) struct ReviewBody {
    /// `approve` or `reject`.
    #[schema(value_type = Option<String>)]
    action: Option<bool>,
    /// Instead of `action`: `approved` or `rejected`, or its code.
    #[schema(value_type = Option<String>)]
    status: Option<bool>,
    /// What the user is told; needed for a rejection, at most 255 characters.
    #[schema(value_type = Option<String>, max_length = 255)]
    reason: Option<String>,
    /// Also turns an earlier decision round.
    #[schema(value_type = Option<bool>)]
    force: bool,
}

impl Body for ReviewBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let odd = Message::RealNameActionInvalid;
        let action = read.nullable("action").parse(odd, approves).get();
        let status = read.nullable("status").parse(odd, approves).get();
        // What is no text is no reason.
        let reason = read.any("reason").map(Given::owned_text);
        let reason = reason.parse(Message::RealNameReasonTooLong, |reason| {
            let is_long = reason
                .as_ref()
                .is_some_and(|reason| reason.chars().count() > 255);
            (!is_long).then_some(reason)
        });
        let reason = reason.get();
        Ok(Self {
            action: action?,
            status: status?,
            reason: reason?,
            force: is_forced(read),
        })
    }
}

/// Whether a field approves or rejects.
fn approves(given: Given<'_>) -> Option<bool> {
    match given.text()?.as_ref() {
        "approve" | "approved" | "1" | "2" => Some(true),
        "reject" | "rejected" | "3" => Some(false),
        _ => None,
    }
}

fn is_forced(read: &Reader<'_>) -> bool {
    read.given("force").switch() == Some(true)
}

impl ReviewBody {
    fn decision(self) -> Result<Decision, Fault> {
        let missing = |name, message| Fault::invalid(vec![(name, vec![message])]);
        match (self.action.or(self.status), self.reason) {
            (None, _) => Err(missing("action", Message::RealNameActionInvalid)),
            (Some(true), _) => Ok(Decision::Approve),
            (Some(false), None) => Err(missing("reason", Message::RealNameReasonRequired)),
            (Some(false), Some(reason)) => Ok(Decision::Reject { reason }),
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
    Changing(change): Changing,
    path: Path<(String, String)>,
    Read(body): Read<ReviewBody>,
    panel: Data<Panel>,
) -> Result<Success<RecordBody>, Fault> {
    let user = user_of(&path)?;
    let (force, decision) = (body.force, body.decision()?);
    let run = panel.run(move |app| async move {
        let reviews = &app.real_name_reviews;
        reviews.decide(user, &decision, force, change).await
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
    Changing(change): Changing,
    path: Path<(String, String)>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = user_of(&path)?;
    let run = panel.run(move |app| async move { app.real_name_reviews.reset(user, change).await });
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
    Changing(change): Changing,
    panel: Data<Panel>,
) -> Result<Success<SyncedBody>, Fault> {
    let done = run(change, RealNameOperation::SyncAll, &panel).await?;
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
    change: Change,
    operation: RealNameOperation,
    panel: &Panel,
) -> Result<OperationProgress, Fault> {
    let run =
        panel.run(move |app| async move { app.real_name_operations.run(operation, change).await });
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

/// What is to be approved.
pub(crate) struct ApproveAll {
    /// Only what these submitted.
    users: Option<Vec<UserId>>,
    wrong_checksums: bool,
}

impl Body for ApproveAll {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let users = read
            .nullable("ids")
            .parse(Message::RealNameIdsInvalid, users);
        Ok(Self {
            users: users.get()?,
            wrong_checksums: is_forced(read),
        })
    }
}

/// The users of a list of numbers, each once.
fn users(given: Given<'_>) -> Option<Vec<UserId>> {
    let Given::List(ids) = given else {
        return None;
    };
    let numbers = ids.iter().map(|id| Given::of(Some(id)).integer());
    let mut numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
    if !(1..=MOST_NAMED).contains(&ids.len()) {
        return None;
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers.into_iter().map(UserId::new).collect())
}

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
    Changing(change): Changing,
    Read(body): Read<ApproveAll>,
    panel: Data<Panel>,
) -> Result<Success<ApprovedBody>, Fault> {
    let ApproveAll {
        users,
        wrong_checksums,
    } = body;
    let Some(users) = users else {
        let operation = RealNameOperation::ApproveAll { wrong_checksums };
        let done = run(change, operation, &panel).await?;
        return Ok(Success(ApprovedBody {
            approved: done.changed,
            skipped: done.total.saturating_sub(done.changed),
        }));
    };
    let named = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let run = panel.run(move |app| async move {
        let reviews = &app.real_name_reviews;
        reviews.approve(&users, wrong_checksums, change).await
    });
    let approved = i64::try_from(run.await?).unwrap_or(i64::MAX);
    Ok(Success(ApprovedBody {
        approved,
        skipped: named.saturating_sub(approved),
    }))
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
