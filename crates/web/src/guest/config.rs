use actix_web::web::Data;
use ferroboard_site::{Decimal, Settings};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{Success, SuccessBody};

/// What a login page needs to know. Switches are 0 or 1.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuestConfig {
    tos_url: Option<String>,
    is_email_verify: u8,
    is_invite_force: u8,
    email_whitelist_suffix: Suffixes,
    is_captcha: u8,
    captcha_type: String,
    recaptcha_site_key: Option<String>,
    recaptcha_v3_site_key: Option<String>,
    #[schema(value_type = f64)]
    recaptcha_v3_score_threshold: Option<Number>,
    turnstile_site_key: Option<String>,
    app_description: Option<String>,
    app_url: Option<String>,
    logo: Option<String>,
    /// The same as `is_captcha`, for old clients.
    is_recaptcha: u8,
}

/// Which e-mail domains may register: a list, or the number 0 while any may.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Suffixes {
    Listed(Vec<String>),
    Any(u8),
}

impl From<&Settings> for GuestConfig {
    fn from(settings: &Settings) -> Self {
        let (site, safe) = (&settings.site, &settings.safe);
        let suffixes = if safe.email_whitelist_enable {
            Suffixes::Listed(safe.email_whitelist_suffix.clone())
        } else {
            Suffixes::Any(0)
        };
        Self {
            tos_url: site.tos_url.clone(),
            is_email_verify: safe.email_verify.into(),
            is_invite_force: settings.invite.invite_force.into(),
            email_whitelist_suffix: suffixes,
            is_captcha: safe.captcha_enable.into(),
            captcha_type: safe.captcha_type.clone(),
            recaptcha_site_key: safe.recaptcha_site_key.clone(),
            recaptcha_v3_site_key: safe.recaptcha_v3_site_key.clone(),
            recaptcha_v3_score_threshold: number(safe.recaptcha_v3_score_threshold),
            turnstile_site_key: safe.turnstile_site_key.clone(),
            app_description: site.app_description.clone(),
            app_url: site.app_url.clone(),
            logo: site.logo.clone(),
            is_recaptcha: safe.captcha_enable.into(),
        }
    }
}

/// A decimal as a JSON number.
pub(crate) fn number(decimal: Decimal) -> Option<Number> {
    decimal.to_string().parse().ok()
}

/// The public settings.
#[utoipa::path(
    get,
    path = "/api/v1/guest/comm/config",
    responses((status = 200, description = "What a login page needs to know", body = SuccessBody<GuestConfig>))
)]
pub(crate) async fn fetch(panel: Data<Panel>) -> Success<GuestConfig> {
    Success(GuestConfig::from(panel.site().as_ref()))
}
