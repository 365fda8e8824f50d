//! Whether mail arrives.

use std::collections::BTreeMap;

use ferroboard_mail::{NewMail, TemplateName};
use ferroboard_site::{Settings, SettingsForm};
use serde_json::{Map, Value};

use crate::administration::context::AdminContext;
use crate::administration::mail::sending::{own_address, send_now};
use crate::administration::mail::views::TestedMail;
use crate::{Change, Error};

/// The settings of the mail server.
const OF_MAIL: [&str; 6] = [
    "email_host",
    "email_port",
    "email_username",
    "email_password",
    "email_encryption",
    "email_from_address",
];

/// A message with which an administrator tries the mail server.
pub struct TestMails(pub(crate) AdminContext);

impl TestMails {
    /// Mails the administrator, by the settings that the database has at this moment and those that the
    /// request holds: what is on the screen counts, saved or not.
    pub async fn send(
        &self,
        fields: &Map<String, Value>,
        change: Change,
    ) -> Result<TestedMail, Error> {
        let settings = self.settings(fields).await?;
        let to = own_address(&self.0, &change).await?;
        let template = TemplateName::Notify;
        let stored = self.0.ports.store.find_mail_text(template).await?;
        let site = &settings.site;
        let content = "This message was sent to see whether mail arrives. It did.";
        let mail = NewMail {
            to,
            subject: format!("A test of the mail of {}", site.app_name),
            template,
            values: BTreeMap::from([
                ("name".to_owned(), site.app_name.clone()),
                ("content".to_owned(), content.to_owned()),
                ("url".to_owned(), site.app_url.clone().unwrap_or_default()),
            ]),
        };
        send_now(&self.0, &settings, mail, stored.as_ref(), change).await
    }

    async fn settings(&self, fields: &Map<String, Value>) -> Result<Settings, Error> {
        let shown = fields.iter();
        let shown = shown.filter(|(name, _)| OF_MAIL.contains(&name.as_str()));
        let shown = shown.map(|(name, value)| (name.clone(), value.clone()));
        let form = SettingsForm::read(&shown.collect(), &self.0.site.current());
        let form = form.map_err(Error::SettingsRefused)?.settings;
        let mut rows = self.0.ports.store.list_settings().await?;
        // What is emptied on the screen counts as well.
        rows.retain(|(name, _)| {
            form.iter()
                .all(|shown| !shown.key.eq_ignore_ascii_case(name))
        });
        let shown = form.into_iter();
        rows.extend(shown.map(|setting| (setting.key.to_owned(), setting.value)));
        Ok(Settings::from_rows(rows))
    }
}
