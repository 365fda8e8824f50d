use actix_web::web::Data;
use ferroboard_site::Settings;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{Success, SuccessBody};
use crate::guest::config::number;

/// What a user's pages need to know. Switches are 0 or 1.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserConfig {
    is_telegram: u8,
    telegram_discuss_link: Option<String>,
    stripe_pk: Option<String>,
    withdraw_methods: Vec<String>,
    withdraw_close: u8,
    currency: String,
    currency_symbol: String,
    commission_distribution_enable: u8,
    #[schema(value_type = Option<f64>)]
    commission_distribution_l1: Option<Number>,
    #[schema(value_type = Option<f64>)]
    commission_distribution_l2: Option<Number>,
    #[schema(value_type = Option<f64>)]
    commission_distribution_l3: Option<Number>,
}

impl From<&Settings> for UserConfig {
    fn from(settings: &Settings) -> Self {
        let (site, invite) = (&settings.site, &settings.invite);
        Self {
            is_telegram: settings.telegram.telegram_bot_enable.into(),
            telegram_discuss_link: settings.telegram.telegram_discuss_link.clone(),
            stripe_pk: site.stripe_pk_live.clone(),
            withdraw_methods: invite.commission_withdraw_method.clone(),
            withdraw_close: invite.withdraw_close_enable.into(),
            currency: site.currency.clone(),
            currency_symbol: site.currency_symbol.clone(),
            commission_distribution_enable: invite.commission_distribution_enable.into(),
            commission_distribution_l1: invite.commission_distribution_l1.and_then(number),
            commission_distribution_l2: invite.commission_distribution_l2.and_then(number),
            commission_distribution_l3: invite.commission_distribution_l3.and_then(number),
        }
    }
}

/// The settings that a user's pages need.
#[utoipa::path(
    get,
    path = "/api/v1/user/comm/config",
    responses((status = 200, description = "The settings", body = SuccessBody<UserConfig>))
)]
pub(crate) async fn fetch(panel: Data<Panel>) -> Success<UserConfig> {
    Success(UserConfig::from(panel.site().as_ref()))
}
