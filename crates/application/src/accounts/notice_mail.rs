//! Short messages in the general template.

use std::collections::BTreeMap;

use ferroboard_auth::AuthError;
use ferroboard_kernel::{Email, UnixSeconds};
use ferroboard_mail::{NewMail, TemplateName};

use crate::UnitOfWork;
use crate::context::Context;

impl<S: ?Sized> Context<S> {
    /// A message to somebody. Subject and content are plain texts; the template escapes them.
    pub(crate) fn notice(&self, to: Email, subject: String, content: String) -> NewMail {
        let site = &self.site.current().site;
        NewMail {
            to,
            subject,
            template: TemplateName::Notify,
            values: BTreeMap::from([
                ("name".to_owned(), site.app_name.clone()),
                ("content".to_owned(), content),
                ("url".to_owned(), site.app_url.clone().unwrap_or_default()),
            ]),
        }
    }

    /// Tells an account's owner that its password is another one, in the transaction that sets it: who
    /// did not do it learns of it.
    pub(crate) async fn tell_of_new_password(
        &self,
        tx: &mut dyn UnitOfWork,
        email: &Email,
        now: UnixSeconds,
    ) -> Result<(), AuthError> {
        let name = &self.site.current().site.app_name;
        let subject = format!("Your password at {name} was changed");
        let content = "The password of your account was changed, and every other login was ended. \
                       If it was not you, set a new one with a code that is mailed to you, and open a ticket."
            .to_owned();
        let mail = self.notice(email.clone(), subject, content);
        tx.insert_mail(&mail, now).await?;
        Ok(())
    }
}
