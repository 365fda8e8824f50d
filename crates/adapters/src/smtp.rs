use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ferroboard_mail::{Encryption, MailFailed, Mailer, RenderedMail, SmtpSettings};
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How long one message may take, from connecting to the server's last word.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What happens to messages while the site has no mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnconfiguredMail {
    /// They are written to the log with their whole body, which may hold a code or a login link:
    /// for development.
    Log,
    /// Sending fails: for production.
    Refuse,
}

/// Sends mail by SMTP. Connections are kept for the settings last used.
pub struct SmtpMailer {
    unconfigured: UnconfiguredMail,
    timeout: Duration,
    kept: Mutex<Option<(SmtpSettings, Transport)>>,
}

impl SmtpMailer {
    /// A mailer without connections yet.
    pub fn new(unconfigured: UnconfiguredMail) -> Self {
        Self {
            unconfigured,
            timeout: TIMEOUT,
            kept: Mutex::new(None),
        }
    }

    /// The transport for these settings; connections for other settings are given up.
    fn transport(&self, smtp: &SmtpSettings) -> Result<Transport, MailFailed> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((settings, transport)) = kept.as_ref()
            && settings == smtp
        {
            return Ok(transport.clone());
        }
        let transport = connect(smtp, self.timeout)?;
        *kept = Some((smtp.clone(), transport.clone()));
        Ok(transport)
    }

    fn take_connections(&self) -> Option<(SmtpSettings, Transport)> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn without_server(&self, mail: &RenderedMail) -> Result<(), MailFailed> {
        match self.unconfigured {
            UnconfiguredMail::Log => {
                tracing::info!(
                    to = mail.to.as_str(),
                    subject = mail.subject,
                    body = mail.html,
                    "no mail server is set; this message is only logged"
                );
                Ok(())
            }
            UnconfiguredMail::Refuse => Err(MailFailed("no mail server is set".to_owned())),
        }
    }
}

impl Drop for SmtpMailer {
    fn drop(&mut self) {
        // The library closes connections in a task of the runtime. After the runtime's end, which
        // is the program's, the operating system closes them.
        if tokio::runtime::Handle::try_current().is_err() {
            std::mem::forget(self.take_connections());
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(
        &self,
        smtp: Option<&SmtpSettings>,
        mail: &RenderedMail,
    ) -> Result<(), MailFailed> {
        let Some(smtp) = smtp else {
            return self.without_server(mail);
        };
        let message = message(smtp, mail)?;
        let transport = self.transport(smtp)?;
        match tokio::time::timeout(self.timeout, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failed("sending", &error)),
            Err(_) => Err(MailFailed(
                "the mail server did not answer in time".to_owned(),
            )),
        }
    }
}

fn connect(smtp: &SmtpSettings, timeout: Duration) -> Result<Transport, MailFailed> {
    let certificates =
        || TlsParameters::new(smtp.host.clone()).map_err(|error| failed("preparing TLS", &error));
    let tls = match smtp.encryption {
        Encryption::None => Tls::None,
        // Required: where the server offers no TLS, nothing is sent, least of all the password.
        Encryption::StartTls => Tls::Required(certificates()?),
        Encryption::Tls => Tls::Wrapper(certificates()?),
    };
    let mut builder = Transport::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(timeout));
    if let Some(username) = &smtp.username {
        let password = smtp.password.clone().unwrap_or_default();
        builder = builder.credentials(Credentials::new(username.clone(), password));
    }
    Ok(builder.build())
}

fn message(smtp: &SmtpSettings, mail: &RenderedMail) -> Result<Message, MailFailed> {
    let address = |what, text: &str| -> Result<Address, MailFailed> {
        text.parse().map_err(|error| failed(what, &error))
    };
    let from = address("the sender address", &smtp.from_address)?;
    let to = address("the recipient address", mail.to.as_str())?;
    let name = Some(one_line(&smtp.from_name)).filter(|name| !name.is_empty());
    Message::builder()
        .from(Mailbox::new(name, from))
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .message_id(None)
        .header(ContentType::TEXT_HTML)
        .body(mail.html.clone())
        .map_err(|error| failed("composing", &error))
}

/// The error with its causes on one line.
fn failed(what: &str, error: &dyn Error) -> MailFailed {
    let mut text = format!("{what}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    MailFailed(one_line(&text))
}

/// The text with blanks in place of line breaks and other control characters, which could be taken
/// for the end of a header.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests;
