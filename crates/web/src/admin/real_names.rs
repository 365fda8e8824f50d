//! `realname/records`: what was submitted.

use actix_web::web::Data;
use ferroboard_application::{RealNameCounts, RealNameView, RevealedName};
use ferroboard_kernel::{Email, UnixSeconds, UserId};
use ferroboard_listing::PageRule;
use ferroboard_realname::{IdentityNumber, Sex, Status};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::pages::{PageQuery, Paged};
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// How long a page is.
const PAGES: PageRule = PageRule::new(15, 1, 100);

/// Which submissions to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordsQuery {
    /// `pending`, `approved`, `rejected` or `unsubmitted`, or its code.
    #[param(value_type = Option<String>)]
    status: Option<Status>,
    /// A user's number, a whole identity number, or a part of an address.
    keyword: Option<String>,
    /// 1: users without a submission.
    #[param(value_type = Option<bool>)]
    unsubmitted: bool,
    /// 1: names and numbers in the clear. The look is recorded.
    #[param(value_type = Option<bool>)]
    reveal: bool,
}

impl Body for RecordsQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let status = read.nullable("status");
        let status = status.parse(Message::RealNameStatusInvalid, |status| {
            Status::named(&status.text()?)
        });
        let status = status.get();
        let is_set = |name| read.given(name).switch() == Some(true);
        Ok(Self {
            status: status?,
            keyword: read.given("keyword").owned_text(),
            unsubmitted: is_set("unsubmitted"),
            reveal: is_set("reveal"),
        })
    }
}

impl RecordsQuery {
    fn status(&self) -> Option<Status> {
        if self.unsubmitted {
            Some(Status::Unsubmitted)
        } else {
            self.status
        }
    }
}

/// A submission as administrators see it. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordBody {
    user_id: i64,
    email: Option<String>,
    /// `unsubmitted`, `pending`, `approved` or `rejected`.
    status: &'static str,
    status_code: i64,
    real_name_masked: Option<String>,
    identity_no_masked: Option<String>,
    /// Whether the check digit is right.
    checksum_valid: Option<bool>,
    submit_count: i64,
    submitted_at: Option<i64>,
    reviewed_at: Option<i64>,
    /// 0 for the rules.
    reviewed_by: Option<i64>,
    reviewer_email: Option<String>,
    /// `auto`, `manual` or `bulk`.
    review_source: Option<&'static str>,
    reject_reason: Option<String>,
    /// In the clear where that was asked for, else masked.
    real_name: Option<String>,
    /// Only where it was asked for.
    #[serde(flatten)]
    revealed: Option<RevealedBody>,
}

/// What a number tells.
#[derive(Serialize, ToSchema)]
pub(crate) struct RevealedBody {
    /// Null when it cannot be decrypted, or was erased.
    identity_no: Option<String>,
    birth_date: Option<String>,
    age: Option<i32>,
    /// `male` or `female`.
    sex: Option<&'static str>,
}

impl From<RealNameView> for RecordBody {
    fn from(view: RealNameView) -> Self {
        let text = |email: Option<Email>| email.map(|email| email.to_string());
        let record = view.record.as_ref();
        let status = record.map_or(Status::Unsubmitted, |record| record.status);
        let review = record.and_then(|record| record.review);
        let name = record.map(|record| record.name_masked.clone());
        Self {
            user_id: view.user.get(),
            email: text(view.email),
            status: status.name(),
            status_code: status.code(),
            real_name: name.clone(),
            real_name_masked: name,
            identity_no_masked: record.map(|record| record.number_masked.clone()),
            checksum_valid: record.map(|record| record.checksum_valid),
            submit_count: record.map_or(0, |record| record.submit_count),
            submitted_at: record.map(|record| record.submitted_at.get()),
            reviewed_at: review.map(|review| review.at).map(UnixSeconds::get),
            reviewed_by: review.map(|review| review.by.map_or(0, UserId::get)),
            reviewer_email: text(view.reviewer),
            review_source: review.map(|review| review.source.name()),
            reject_reason: record.and_then(|record| record.reject_reason.clone()),
            revealed: None,
        }
    }
}

impl RecordBody {
    fn reveal(&mut self, revealed: &RevealedName) {
        let plain = revealed.plain.as_ref();
        let number = plain.map(|plain| &plain.number);
        if let Some(plain) = plain {
            self.real_name = Some(plain.name.expose().to_owned());
        }
        self.revealed = Some(RevealedBody {
            identity_no: number.map(|number| number.expose().to_owned()),
            birth_date: number
                .and_then(IdentityNumber::birth_date)
                .map(|date| date.to_string()),
            age: revealed.age,
            sex: number.and_then(IdentityNumber::sex).map(|sex| match sex {
                Sex::Female => "female",
                Sex::Male => "male",
            }),
        });
    }
}

/// One page of submissions.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordsBody {
    #[serde(flatten)]
    page: Paged<RecordBody>,
    counts: CountsBody,
}

/// How many users stand where.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountsBody {
    unsubmitted: i64,
    pending: i64,
    approved: i64,
    rejected: i64,
}

impl From<RealNameCounts> for CountsBody {
    fn from(counts: RealNameCounts) -> Self {
        Self {
            unsubmitted: counts.unsubmitted,
            pending: counts.pending,
            approved: counts.approved,
            rejected: counts.rejected,
        }
    }
}

/// Submissions, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/{secure_path}/realname/records",
    params(RecordsQuery, PageQuery),
    responses(
        (status = 200, description = "A page of them", body = RecordsBody),
        (status = 422, description = "There is no such status", body = FailureBody),
    )
)]
pub(crate) async fn records(
    session: AdminSession,
    Read((query, page)): Read<(RecordsQuery, PageQuery)>,
    panel: Data<Panel>,
) -> Result<Bare<RecordsBody>, Fault> {
    let (page, status) = (page.page(PAGES), query.status());
    // Only a look that was recorded shows anything.
    let look = session.into_look();
    let look = look.filter(|_| query.reveal);
    let keyword = query.keyword;
    let run = panel.run(move |app| async move {
        let reviews = &app.real_name_reviews;
        let records = reviews.list(status, keyword.as_deref(), page).await?;
        let revealed = match look {
            Some(look) => reviews.reveal(&records.found.rows, look).await?,
            None => Vec::new(),
        };
        Ok((records, revealed))
    });
    let (records, revealed) = run.await?;
    let found = records.found.map(|view| {
        let shown = revealed.iter().find(|revealed| revealed.user == view.user);
        let mut row = RecordBody::from(view);
        if let Some(shown) = shown {
            row.reveal(shown);
        }
        row
    });
    Ok(Bare(RecordsBody {
        page: Paged::new(page, found),
        counts: records.counts.into(),
    }))
}
