//! The captcha before registrations and mailed codes. Its script is its maker's, from its maker.

use actix_web::HttpResponse;
use ferroboard_application::CaptchaAnswers;
use ferroboard_site::Settings;

use crate::form::Form;
use crate::page::also_from;

/// The captcha that the site asks for.
pub(super) struct Captcha {
    /// What browsers load.
    pub(super) script: String,
    /// The class that its script looks for; empty where there is nothing to see.
    pub(super) class: &'static str,
    /// What its maker knows the site by.
    pub(super) key: String,
    origins: &'static str,
}

impl Captcha {
    /// The captcha of the settings, if there is one.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let safe = &settings.safe;
        if !safe.captcha_enable {
            return None;
        }
        let google = "https://www.recaptcha.net https://www.google.com https://www.gstatic.com \
                      https://www.gstatic.cn";
        let captcha = match safe.captcha_type.as_str() {
            "turnstile" => Self {
                script: "https://challenges.cloudflare.com/turnstile/v0/api.js".to_owned(),
                class: "cf-turnstile",
                key: safe.turnstile_site_key.clone()?,
                origins: "https://challenges.cloudflare.com",
            },
            "recaptcha-v3" => {
                let key = safe.recaptcha_v3_site_key.clone()?;
                Self {
                    script: format!(
                        "https://www.recaptcha.net/recaptcha/api.js?render={}",
                        encoded(&key)
                    ),
                    class: "",
                    key,
                    origins: google,
                }
            }
            _ => Self {
                script: "https://www.recaptcha.net/recaptcha/api.js".to_owned(),
                class: "g-recaptcha",
                key: safe.recaptcha_site_key.clone()?,
                origins: google,
            },
        };
        Some(captcha)
    }

    /// Lets the page load it.
    pub(super) fn allow(captcha: Option<&Self>, response: HttpResponse) -> HttpResponse {
        match captcha {
            Some(captcha) => also_from(response, captcha.origins),
            None => response,
        }
    }
}

/// What the widgets put into a form, under the names that their makers gave it.
pub(super) fn answers(form: &Form) -> CaptchaAnswers {
    CaptchaAnswers {
        recaptcha: form.given("g-recaptcha-response"),
        recaptcha_v3: form.given("recaptcha_v3_token"),
        turnstile: form.given("cf-turnstile-response"),
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
