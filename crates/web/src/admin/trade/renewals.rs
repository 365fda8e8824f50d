//! What was tried to renew subscriptions, as administrators see it.

use actix_web::web::Data;
use ferroboard_kernel::UserId;
use utoipa::IntoParams;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};
use crate::user::renewals::{ATTEMPT_PAGES, AttemptsBody};

/// Whose attempts, and which page of them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AttemptsQuery {
    /// Left out for everybody's.
    #[param(value_type = Option<i64>)]
    user_id: Option<UserId>,
    /// From 1, which is also the default. A page has 20 rows.
    current: Option<i64>,
}

impl Body for AttemptsQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let user = read.nullable("user_id").integer().map(UserId::new).get();
        let current = read.given("current").integer();
        Ok(Self {
            user_id: user?,
            current,
        })
    }
}

/// What was tried to renew subscriptions, newest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/auto-renewal/fetch",
    params(AttemptsQuery),
    responses((status = 200, description = "A page, without the usual envelope", body = AttemptsBody))
)]
pub(crate) async fn list(
    _admin: AdminSession,
    Read(query): Read<AttemptsQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AttemptsBody>, Fault> {
    let page = ATTEMPT_PAGES.page(query.current, None);
    let user = query.user_id;
    let run =
        panel.run(move |app| async move { app.administration.renewals.list(user, page).await });
    Ok(Bare(AttemptsBody::from(run.await?)))
}
