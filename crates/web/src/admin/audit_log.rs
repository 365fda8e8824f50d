//! `system/getAuditLog`: what administrators did.

use actix_web::web::Data;
use ferroboard_application::{AUDIT_LOG, AuditFilter, AuditView};
use ferroboard_kernel::{AuditId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::answer::stored::stored_json;
use crate::request::field::Field;
use crate::request::valid::Valid;

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
        AuditFilter {
            admin: self.admin_id.integer().map(UserId::new),
            action: self.action.into_text(),
            keyword: self.keyword.into_text(),
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

/// What administrators did, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/system/getAuditLog",
    params(AuditQuery),
    responses((status = 200, description = "The rows", body = AuditRows))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Valid(query): Valid<AuditQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AuditRows>, Fault> {
    let page = AUDIT_LOG.pages;
    let page = page.page(query.current.integer(), query.page_size.integer());
    let filter = query.filter();
    let run =
        panel.run(move |app| async move { app.administration.audit.list(filter, page).await });
    let found = run.await?.map(AuditRow::from);
    Ok(Bare(AuditRows {
        data: found.rows,
        total: found.total,
    }))
}
