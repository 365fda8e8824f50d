use actix_web::web::Data;
use ferroboard_application::{ShadowDetail, ShadowView};
use ferroboard_kernel::{GroupId, PlanId, UnixSeconds};
use ferroboard_shadow_account::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Locale;
use crate::answer::shadow_refusal::shadow_refusal_text;
use crate::guards::session::Session;
use crate::request::client_address::Root;

/// Whether the user may have a second account for the IPv6 nodes, and which one there is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ipv6SubscriptionBody {
    allowed: bool,
    /// The same as `allowed`; where one is enabled already, enabling brings it into step.
    can_enable: bool,
    enabled: bool,
    /// `plugin_not_configured`, `is_shadow`, `banned`, `no_plan`, `expired`, `plan_not_allowed` or
    /// `real_name_required`.
    reason: Option<&'static str>,
    reason_text: Option<String>,
    shadow: Option<ShadowBody>,
    /// Only after enabling: whether it was made now.
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<bool>,
}

/// The second account. Traffic is in bytes, times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShadowBody {
    user_id: i64,
    email: String,
    uuid: String,
    token: String,
    subscribe_url: String,
    plan_id: Option<i64>,
    group_id: Option<i64>,
    expired_at: Option<i64>,
    transfer_enable: i64,
    u: i64,
    d: i64,
    device_limit: Option<i64>,
    banned: bool,
    synced_at: Option<i64>,
    password_synced_at: Option<i64>,
    in_sync: bool,
}

impl From<ShadowDetail> for ShadowBody {
    fn from(detail: ShadowDetail) -> Self {
        let (row, account) = (detail.row, detail.account);
        let columns = row.columns;
        let seconds = |at: Option<UnixSeconds>| at.map(UnixSeconds::get);
        Self {
            user_id: row.id.get(),
            email: row.email.to_string(),
            uuid: row.uuid,
            token: row.token,
            subscribe_url: detail.subscribe_url,
            plan_id: columns.plan_id.map(PlanId::get),
            group_id: columns.group_id.map(GroupId::get),
            expired_at: seconds(columns.expired_at),
            transfer_enable: columns.transfer_enable,
            u: columns.upload,
            d: columns.download,
            device_limit: columns.device_limit,
            banned: columns.banned,
            synced_at: seconds(account.synced_at),
            password_synced_at: seconds(account.password_synced_at),
            in_sync: detail.in_step,
        }
    }
}

impl Ipv6SubscriptionBody {
    fn new(view: ShadowView, created: Option<bool>, locale: Locale) -> Self {
        let allowed = view.refusal.is_none();
        let text = |refusal| shadow_refusal_text(refusal).text(locale).into_owned();
        Self {
            allowed,
            can_enable: allowed,
            enabled: view
                .shadow
                .as_ref()
                .is_some_and(|shadow| shadow.account.active),
            reason: view.refusal.map(Refusal::name),
            reason_text: view.refusal.map(text),
            shadow: view.shadow.map(ShadowBody::from),
            created,
        }
    }
}

/// Whether the user may have a second account for the IPv6 nodes, and which one there is.
#[utoipa::path(
    get,
    path = "/api/v1/user/user-add-ipv6-subscription/check",
    responses(
        (status = 200, description = "Whether, and which", body = SuccessBody<Ipv6SubscriptionBody>),
        (status = 400, description = "The plugin is not enabled", body = FailureBody),
    )
)]
pub(crate) async fn check(
    session: Session,
    root: Root,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<Ipv6SubscriptionBody>, Fault> {
    let account = session.0.account;
    let run =
        panel.run(move |app| async move { app.shadows.check(&account, root.0.for_asker()).await });
    Ok(Success(Ipv6SubscriptionBody::new(run.await?, None, locale)))
}

/// Makes the second account, or brings it into step.
#[utoipa::path(
    post,
    path = "/api/v1/user/user-add-ipv6-subscription/enable",
    responses(
        (status = 200, description = "The account", body = SuccessBody<Ipv6SubscriptionBody>),
        (status = 400, description = "There can be none now", body = FailureBody),
        (status = 429, description = "Too many attempts; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn enable(
    session: Session,
    root: Root,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<Ipv6SubscriptionBody>, Fault> {
    let account = session.0.account;
    let run = panel.run(move |app| async move {
        let created = app.shadows.enable(account.id).await?;
        let view = app.shadows.check(&account, root.0.for_asker()).await?;
        Ok((view, created))
    });
    let (view, created) = run.await?;
    Ok(Success(Ipv6SubscriptionBody::new(
        view,
        Some(created),
        locale,
    )))
}

/// A password that was copied.
#[derive(Serialize, ToSchema)]
pub(crate) struct CopiedPassword {
    /// Always true.
    synced: bool,
    /// Unix seconds.
    password_synced_at: Option<i64>,
}

/// Gives the second account the password of the first, and ends its sessions.
#[utoipa::path(
    post,
    path = "/api/v1/user/user-add-ipv6-subscription/sync-password",
    responses(
        (status = 200, description = "Copied", body = SuccessBody<CopiedPassword>),
        (status = 400, description = "There is no second account, or it may not log in", body = FailureBody),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn copy_password(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<CopiedPassword>, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.shadows.copy_password(user).await });
    let account = run.await?;
    Ok(Success(CopiedPassword {
        synced: true,
        password_synced_at: account.password_synced_at.map(UnixSeconds::get),
    }))
}
