//! `config/testSendMail`: whether mail arrives.

use actix_web::web::Data;
use ferroboard_application::TestedMail;
use ferroboard_mail::{Encryption, SmtpSettings};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::request::input::Input;

/// What became of a message, beside the settings that it was sent by.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestMailBody {
    data: TestMail,
}

/// A message that was to be sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestMail {
    email: String,
    subject: String,
    template_name: String,
    /// The mail server's own words, where it was not sent.
    error: Option<String>,
    config: MailConfig,
}

/// The settings of the mail server, without its password.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailConfig {
    /// Always `smtp`.
    driver: &'static str,
    /// Null while the site has no mail server.
    host: Option<String>,
    port: Option<u16>,
    /// `ssl`, `tls`, or null for none.
    encryption: Option<&'static str>,
    from: Option<MailSender>,
    username: Option<String>,
}

/// Who sends.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailSender {
    address: String,
    name: String,
}

impl From<Option<SmtpSettings>> for MailConfig {
    fn from(smtp: Option<SmtpSettings>) -> Self {
        let (encryption, port) = smtp.as_ref().map_or((None, None), |smtp| {
            let encryption = match smtp.encryption {
                Encryption::None => None,
                Encryption::StartTls => Some("tls"),
                Encryption::Tls => Some("ssl"),
            };
            (encryption, Some(smtp.port))
        });
        let (host, username, from) = match smtp {
            None => (None, None, None),
            Some(smtp) => {
                let from = MailSender {
                    address: smtp.from_address,
                    name: smtp.from_name,
                };
                (Some(smtp.host), smtp.username, Some(from))
            }
        };
        Self {
            driver: "smtp",
            host,
            port,
            encryption,
            from,
            username,
        }
    }
}

impl From<TestedMail> for TestMailBody {
    fn from(tested: TestedMail) -> Self {
        Self {
            data: TestMail {
                email: tested.to.to_string(),
                subject: tested.subject,
                template_name: tested.template,
                error: tested.error,
                config: tested.smtp.into(),
            },
        }
    }
}

/// Mails the administrator who asks, within ten seconds. The saved settings count, and before them those
/// (`email_host`, `email_port`, `email_username`, `email_password`, `email_encryption`,
/// `email_from_address`) that the request holds.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/config/testSendMail",
    request_body = Object,
    responses(
        (status = 200, description = "Sent, or not and why, without the envelope", body = TestMailBody),
        (status = 422, description = "A setting was refused", body = FailureBody),
    )
)]
pub(crate) async fn send(
    Changing(change): Changing,
    input: Input,
    panel: Data<Panel>,
) -> Result<Bare<TestMailBody>, Fault> {
    let fields = input.into_fields();
    let run = panel.run(move |app| async move {
        let mails = &app.administration.test_mails;
        mails.send(&fields, change).await
    });
    Ok(Bare(run.await?.into()))
}
