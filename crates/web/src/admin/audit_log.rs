//! `system/getAuditLog`: what administrators did.

use actix_web::web::Data;
use ferroboard_application::{AUDIT_LOG, AuditFilter, AuditView};
use ferroboard_kernel::{AuditId, UserId};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::answer::stored::stored_json;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Which part of the record to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// The page, from 1.
    current: Option<i64>,
    /// Rows of a page: 10 to 1,000.
    page_size: Option<i64>,
    /// Only this action, such as `config.save`.
    action: Option<String>,
    /// Only this administrator.
    #[param(value_type = Option<i64>)]
    admin_id: Option<UserId>,
    /// Only rows with this text in the path or the fields.
    keyword: Option<String>,
}

impl Body for AuditQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // For PHP 0 is nothing, also as a text.
        let text = |name| {
            let text = read.given(name).owned_text();
            text.filter(|text| text != "0")
        };
        let admin = read.given("admin_id").integer();
        Ok(Self {
            current: read.given("current").integer(),
            page_size: read.given("page_size").integer(),
            action: text("action"),
            admin_id: admin.filter(|id| *id != 0).map(UserId::new),
            keyword: text("keyword"),
        })
    }
}

impl AuditQuery {
    fn filter(self) -> AuditFilter {
        AuditFilter {
            admin: self.admin_id,
            action: self.action,
            keyword: self.keyword,
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
    Read(query): Read<AuditQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AuditRows>, Fault> {
    let page = AUDIT_LOG.pages;
    let page = page.page(query.current, query.page_size);
    let filter = query.filter();
    let run =
        panel.run(move |app| async move { app.administration.audit.list(filter, page).await });
    let found = run.await?.map(AuditRow::from);
    Ok(Bare(AuditRows {
        data: found.rows,
        total: found.total,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::body_of;
    use crate::request::input::Input;

    #[test]
    fn zero_asks_for_nothing() {
        let filter = |fields: Value| {
            let query = body_of::<AuditQuery>(&Input::of_json(&fields));
            query.map(AuditQuery::filter).unwrap()
        };
        let all = filter(json!({}));
        for zero in [json!(0), json!("0"), json!(null), json!("")] {
            let fields = json!({"admin_id": zero, "keyword": zero, "action": zero});
            assert_eq!(filter(fields), all, "{zero}");
        }
        let fields = json!({"admin_id": "7", "keyword": "00", "action": "plan.save"});
        let some = filter(fields);
        assert_eq!(some.admin, Some(UserId::new(7)));
        assert_eq!(some.keyword.as_deref(), Some("00"));
        assert_eq!(some.action.as_deref(), Some("plan.save"));
    }
}
