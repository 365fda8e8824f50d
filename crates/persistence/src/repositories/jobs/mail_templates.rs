//! The texts of mails that administrators wrote.

use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_application::{MailTemplateQueries, MailTextQueries, StoredMailTemplate};
use ferroboard_kernel::{StoreError, UnixSeconds};
use ferroboard_mail::{MailTemplate, MailTemplateRepository, TemplateName};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, reported};
use crate::schema::v2_mail_templates as template;
use crate::wall_clock::WallClock;

#[async_trait]
impl MailTemplateRepository for SqlTx {
    async fn update_mail_template(
        &mut self,
        name: TemplateName,
        text: &MailTemplate,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let at = self.zone.wall_clock(at);
        let insert = diesel::insert_into(template::table).values((
            template::name.eq(name.as_str()),
            template::subject.eq(&text.subject),
            template::content.eq(&text.content),
            template::created_at.eq(at),
            template::updated_at.eq(at),
        ));
        let stored = on_duplicate!(insert, template::name)
            .do_update()
            .set((
                template::subject.eq(&text.subject),
                template::content.eq(&text.content),
                template::updated_at.eq(at),
            ))
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }

    async fn delete_mail_template(&mut self, name: TemplateName) -> Result<bool, StoreError> {
        let deleted = diesel::delete(template::table.filter(template::name.eq(name.as_str())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count > 0)
    }
}

#[async_trait]
impl MailTemplateQueries for SqlStore {
    async fn list_mail_templates(&self) -> Result<Vec<StoredMailTemplate>, StoreError> {
        let mut connection = self.reader().await?;
        let known = TemplateName::ALL.map(TemplateName::as_str);
        let rows = template::table
            .filter(template::name.eq_any(known))
            .order(template::id)
            .select((template::name, template::subject, template::updated_at))
            .load::<(String, String, Option<WallClock>)>(&mut *connection)
            .await
            .map_err(reported)?;
        let zone = self.zone;
        let stored = |(name, subject, at): (String, String, Option<WallClock>)| {
            Some(StoredMailTemplate {
                template: TemplateName::named(&name)?,
                subject,
                updated_at: WallClock::shown(at).map(|at| zone.instant(at)),
            })
        };
        Ok(rows.into_iter().filter_map(stored).collect())
    }
}

#[async_trait]
impl MailTextQueries for SqlStore {
    async fn find_mail_text(&self, name: TemplateName) -> Result<Option<MailTemplate>, StoreError> {
        let mut connection = self.reader().await?;
        let row = template::table
            .filter(template::name.eq(name.as_str()))
            .select((template::subject, template::content))
            .first::<(String, String)>(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        Ok(row.map(|(subject, content)| MailTemplate { subject, content }))
    }
}
