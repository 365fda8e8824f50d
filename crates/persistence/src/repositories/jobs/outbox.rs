use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    Queryable,
};
use ferroboard_kernel::{Email, MailId, Seconds, StoreError, UnixSeconds};
use ferroboard_mail::{
    MailTemplate, NewMail, OutboxRepository, QueuedMail, TemplateName, TemplateSource,
};

use super::super::sql::bulk::{delete_first, rows_of};
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, line, rows};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::{ferro_mail, v2_mail_log, v2_mail_templates};

/// `ferro_mail.status`.
pub(in super::super) mod status {
    /// Waits for its time.
    pub(in super::super::super) const WAITING: i64 = 0;
    /// A sender has it.
    pub(in super::super) const SENDING: i64 = 1;
    /// The mail server took it.
    pub(super) const SENT: i64 = 2;
    /// No further attempt is made.
    pub(in super::super::super) const FAILED: i64 = 3;
}

/// `next_attempt_at` of a message that has no pause to wait for, whatever the clock of its process says.
pub(super) const AT_ONCE: i64 = 0;

/// What a sender takes of an outbox: what waits and whose time has come, and what another one left behind. A time
/// further ahead than its rule allows has come as well (ADR 0028).
macro_rules! due {
    ($outbox:ident, $now:expr, $lease:expr) => {{
        let has_come = $outbox::next_attempt_at.le($now.get());
        let longest = $now.latest_end(ferroboard_mail::LONGEST_PAUSE).get();
        let waiting = $outbox::status
            .eq(status::WAITING)
            .and(has_come.or($outbox::next_attempt_at.gt(longest)));
        let has_ended = $outbox::leased_until.le($now.get());
        let longest = $now.latest_end($lease).get();
        let left_behind = $outbox::status
            .eq(status::SENDING)
            .and(has_ended.or($outbox::leased_until.gt(longest)));
        waiting.or(left_behind)
    }};
}
pub(super) use due;

/// The row of an outbox that its sender still holds.
macro_rules! leased {
    ($outbox:ident, $queued:expr) => {
        $outbox::table
            .filter($outbox::id.eq($queued.id.get()))
            .filter($outbox::status.eq(status::SENDING))
            .filter($outbox::leased_until.eq($queued.leased_until.get()))
    };
}
pub(super) use leased;

/// What stands in `template_values` once nobody needs them: they may hold secrets.
const FORGOTTEN: &str = "{}";

/// The columns of a [`QueuedMail`].
#[derive(Queryable)]
struct MailRow {
    id: Int,
    email: String,
    subject: String,
    template: String,
    template_values: String,
    attempts: Int,
}

impl MailRow {
    /// The message, unless this program cannot have stored it.
    fn queued(self, leased_until: UnixSeconds) -> Option<QueuedMail> {
        Some(QueuedMail {
            id: MailId::new(self.id.0),
            mail: NewMail {
                to: Email::stored(&self.email),
                subject: self.subject,
                template: TemplateName::named(&self.template)?,
                values: serde_json::from_str(&self.template_values).ok()?,
            },
            attempts: self.attempts.0,
            leased_until,
        })
    }
}

fn values_text(values: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(values).map_err(|error| StoreError::Backend(error.to_string()))
}

#[async_trait]
impl OutboxRepository for SqlTx {
    async fn insert_mail(&mut self, mail: &NewMail, now: UnixSeconds) -> Result<(), StoreError> {
        let inserted: Result<(), Failure> = async {
            let connection = self.open()?;
            diesel::insert_into(ferro_mail::table)
                .values((
                    ferro_mail::email.eq(mail.to.as_str()),
                    ferro_mail::subject.eq(line(&mail.subject)),
                    ferro_mail::template.eq(mail.template.as_str()),
                    ferro_mail::template_values.eq(values_text(&mail.values)?),
                    ferro_mail::status.eq(status::WAITING),
                    ferro_mail::next_attempt_at.eq(AT_ONCE),
                    ferro_mail::created_at.eq(now.get()),
                    ferro_mail::updated_at.eq(now.get()),
                ))
                .execute(connection)
                .await?;
            Ok(())
        }
        .await;
        self.settle(inserted)
    }

    async fn insert_mails(
        &mut self,
        mails: &[NewMail],
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        if mails.is_empty() {
            return Ok(());
        }
        let insert = format!(
            "INSERT INTO ferro_mail (email, subject, template, template_values, status, \
             next_attempt_at, created_at, updated_at) VALUES {}",
            rows_of(mails.len(), 8)
        );
        let mut insert = diesel::sql_query(insert).into_boxed();
        for mail in mails {
            insert = insert
                .bind::<Text, _>(mail.to.as_str())
                .bind::<Text, _>(line(&mail.subject))
                .bind::<Text, _>(mail.template.as_str())
                .bind::<Text, _>(values_text(&mail.values)?)
                .bind::<BigInt, _>(status::WAITING)
                .bind::<BigInt, _>(AT_ONCE)
                .bind::<BigInt, _>(now.get())
                .bind::<BigInt, _>(now.get());
        }
        let inserted = insert.execute(self.open()?).await;
        self.settle(inserted).map(drop)
    }

    async fn lock_due_mails(
        &mut self,
        limit: i64,
        now: UnixSeconds,
        lease: Seconds,
    ) -> Result<Vec<QueuedMail>, StoreError> {
        let leased_until = now.plus(lease);
        let leased: Result<Vec<QueuedMail>, Failure> = async {
            let connection = self.open()?;
            let due = ferro_mail::table
                .filter(due!(ferro_mail, now, lease))
                .order(ferro_mail::id)
                .limit(limit)
                .select((
                    ferro_mail::id,
                    ferro_mail::email,
                    ferro_mail::subject,
                    ferro_mail::template,
                    ferro_mail::template_values,
                    ferro_mail::attempts,
                ));
            let due = lock_what_is_free!(due)
                .load::<MailRow>(&mut *connection)
                .await?;
            let mut queued = Vec::with_capacity(due.len());
            for row in due {
                let id = row.id.0;
                let mail = row.queued(leased_until);
                let (status, error) = match &mail {
                    Some(_) => (status::SENDING, None),
                    // Left as it is, it would come back for ever and keep the others waiting.
                    None => (status::FAILED, Some("the stored message cannot be read")),
                };
                diesel::update(ferro_mail::table.filter(ferro_mail::id.eq(id)))
                    .set((
                        ferro_mail::status.eq(status),
                        ferro_mail::attempts.eq(fixed::<BigInt>(sums::one_more("attempts"))),
                        ferro_mail::leased_until.eq(leased_until.get()),
                        error.map(|text| ferro_mail::last_error.eq(text)),
                        ferro_mail::updated_at.eq(now.get()),
                    ))
                    .execute(&mut *connection)
                    .await?;
                queued.extend(mail);
            }
            Ok(queued)
        }
        .await;
        self.settle(leased)
    }

    async fn move_mail_to_sent(
        &mut self,
        mail: &QueuedMail,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let leased = leased!(ferro_mail, mail);
        let moved = diesel::update(leased)
            .set((
                ferro_mail::status.eq(status::SENT),
                ferro_mail::template_values.eq(FORGOTTEN),
                ferro_mail::last_error.eq(None::<String>),
                ferro_mail::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn move_mail_to_failed(
        &mut self,
        mail: &QueuedMail,
        error: &str,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let leased = leased!(ferro_mail, mail);
        let next = match retry_at {
            Some(_) => status::WAITING,
            None => status::FAILED,
        };
        let forgotten = retry_at.is_none().then_some(FORGOTTEN);
        let moved = diesel::update(leased)
            .set((
                ferro_mail::status.eq(next),
                retry_at.map(|at| ferro_mail::next_attempt_at.eq(at.get())),
                forgotten.map(|values| ferro_mail::template_values.eq(values)),
                ferro_mail::last_error.eq(line(error)),
                ferro_mail::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn insert_mail_log(
        &mut self,
        mail: &NewMail,
        source: TemplateSource,
        error: Option<&str>,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(v2_mail_log::table)
            .values((
                v2_mail_log::email.eq(mail.to.as_str()),
                v2_mail_log::subject.eq(line(&mail.subject)),
                v2_mail_log::template_name.eq(mail.template.log_name(source)),
                v2_mail_log::error.eq(error.map(line)),
                v2_mail_log::created_at.eq(now.get()),
                v2_mail_log::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn find_mail_template(&mut self, name: &str) -> Result<Option<MailTemplate>, StoreError> {
        let row = v2_mail_templates::table
            .filter(v2_mail_templates::name.eq(name))
            .select((v2_mail_templates::subject, v2_mail_templates::content))
            .first::<(String, String)>(self.open()?)
            .await
            .optional();
        let row = self.settle(row)?;
        Ok(row.map(|(subject, content)| MailTemplate { subject, content }))
    }

    async fn delete_done_mails(
        &mut self,
        sent_before: UnixSeconds,
        failed_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let (sent, failed) = (status::SENT, status::FAILED);
        let (sent_before, failed_before) = (sent_before.get(), failed_before.get());
        let is_done = format!(
            "(status = {sent} AND updated_at < {sent_before}) \
             OR (status = {failed} AND updated_at < {failed_before})"
        );
        let is_old = format!("created_at < {failed_before}");
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            let mut count = 0;
            for (table, condition) in [("ferro_mail", &is_done), ("v2_mail_log", &is_old)] {
                count += diesel::sql_query(delete_first(table, condition, limit))
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(count)
        }
        .await;
        self.settle(deleted).map(rows)
    }
}
