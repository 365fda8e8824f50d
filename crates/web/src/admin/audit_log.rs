//! `system/getAuditLog`: what administrators did.

use actix_web::web::Data;
use ferroboard_application::{AuditFilter, AuditView};
use ferroboard_kernel::{AuditId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::guest::plans::stored_json;
use crate::request::field::Field;
use crate::request::valid::Valid;

/// The fewest rows of a page.
const LEAST_ROWS: i64 = 10;
/// The most rows of a page.
const MOST_ROWS: i64 = 1_000;

/// Which part of the record to show.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// The page, from 1.
    #[param(value_type = Option<i64>, required = false)]
    current: Field,
    /// Rows of a page: 10 to 1,000.
    #[param(value_type = Option<i64>, required = false)]
    page_size: Field,
    /// Only this action, such as `config.save`.
    #[param(value_type = Option<String>, required = false)]
    action: Field,
    /// Only this administrator.
    #[param(value_type = Option<i64>, required = false)]
    admin_id: Field,
    /// Only rows with this text in the path or the fields.
    #[param(value_type = Option<String>, required = false)]
    keyword: Field,
}

impl AuditQuery {
    fn filter(self) -> AuditFilter {
        let limit = self.page_size.integer().unwrap_or(LEAST_ROWS);
        let limit = limit.clamp(LEAST_ROWS, MOST_ROWS);
        let page = self.current.integer().unwrap_or(1).max(1);
        AuditFilter {
            admin: self.admin_id.integer().map(UserId::new),
            action: self.action.into_text(),
            keyword: self.keyword.into_text(),
            offset: page.saturating_sub(1).saturating_mul(limit),
            limit,
        }
    }
}

/// Some of the record.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditRows {
    data: Vec<AuditRow>,
    /// How many rows match.
    total: i64,
}

/// What an administrator asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditRow {
    id: i64,
    admin_id: i64,
    /// What was asked for, such as `plan.update`.
    action: String,
    method: String,
    uri: String,
    /// The fields as a JSON text, without secrets.
    request_data: Option<String>,
    ip: Option<String>,
    created_at: i64,
    updated_at: i64,
    admin: Option<AuditAdmin>,
    /// The changed values as they were; null where nothing changed.
    #[schema(value_type = Option<Object>)]
    before: Value,
    /// The changed values as they became.
    #[schema(value_type = Option<Object>)]
    after: Value,
    /// How it ended: `succeeded`, `refused`, `failed`; `unknown` where it was never answered.
    #[schema(example = "succeeded")]
    outcome: &'static str,
    /// The status of the answer.
    status: Option<u16>,
}

/// Who asked.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditAdmin {
    id: i64,
    email: String,
}

impl From<AuditView> for AuditRow {
    fn from(view: AuditView) -> Self {
        let admin_id = view.admin.get();
        let outcome = view.outcome().as_str();
        let (before, after) = view.change.unzip();
        Self {
            id: AuditId::get(view.id),
            admin_id,
            action: view.action,
            method: view.method,
            uri: view.uri,
            request_data: view.input,
            ip: view.address,
            created_at: view.created_at.get(),
            updated_at: view.updated_at.get(),
            admin: view.email.map(|email| AuditAdmin {
                id: admin_id,
                email,
            }),
            before: stored_json(before.as_deref()),
            after: stored_json(after.as_deref()),
            outcome,
            status: view.status,
        }
    }
}

async fn rows(query: AuditQuery, panel: &Panel) -> Result<Bare<AuditRows>, Fault> {
    let filter = query.filter();
    let run = panel.run(move |app| async move { app.administration.audit.list(filter).await });
    let page = run.await?;
    Ok(Bare(AuditRows {
        data: page.entries.into_iter().map(AuditRow::from).collect(),
        total: page.total,
    }))
}

/// What administrators did, the newest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/system/getAuditLog",
    params(AuditQuery),
    responses((status = 200, description = "The rows", body = AuditRows))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Valid(query): Valid<AuditQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AuditRows>, Fault> {
    rows(query, &panel).await
}

/// The same with the fields in the body.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/system/getAuditLog",
    responses((status = 200, description = "The rows", body = AuditRows))
)]
pub(crate) async fn fetch_posted(
    _: AdminSession,
    Valid(query): Valid<AuditQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AuditRows>, Fault> {
    rows(query, &panel).await
}
