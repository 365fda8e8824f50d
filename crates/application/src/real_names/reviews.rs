//! What administrators see of real names, and decide about one.

use ferroboard_attempts::CounterName;
use ferroboard_audit::AuditChange;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Email, UserId};
use ferroboard_listing::{Found, Page};
use ferroboard_mail::NewMail;
use ferroboard_realname::{
    Decision, IdentityNumber, Plain, RealNameRecord, RealNameService, Review, ReviewSource, Status,
};
use serde_json::Value;

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error, RealNameCounts, RealNameFilter, RealNameView, UnitOfWork};

/// A page of submissions with the counts beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNameRecords {
    /// The page.
    pub found: Found<RealNameView>,
    /// How many users stand where.
    pub counts: RealNameCounts,
}

/// A submission in the clear. To be shown only where the look at it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealedName {
    /// Whose.
    pub user: UserId,
    /// Name and number; `None` when they cannot be opened, or were erased.
    pub plain: Option<Plain>,
    /// Whole years today.
    pub age: Option<i32>,
}

/// Real names, as administrators review them.
pub struct RealNameReviews(pub(crate) AdminContext);

impl RealNameReviews {
    /// One page of submissions, or of users without one. A keyword is a user's number, a whole
    /// identity number, or a part of an address.
    pub async fn list(
        &self,
        status: Option<Status>,
        keyword: Option<&str>,
        page: Page,
    ) -> Result<RealNameRecords, Error> {
        let filter = self.filter(status, keyword);
        let store = self.0.ports.store.admin()?;
        Ok(RealNameRecords {
            found: store.list_real_names(&filter, page).await?,
            counts: store.count_real_names().await?,
        })
    }

    fn filter(&self, status: Option<Status>, keyword: Option<&str>) -> RealNameFilter {
        let mut filter = RealNameFilter {
            status,
            ..RealNameFilter::default()
        };
        let Some(keyword) = keyword else {
            return filter;
        };
        let now = self.0.ports.clock.now();
        let today = self.0.options.zone.wall_clock(now).date();
        if let Ok(number) = IdentityNumber::parse(keyword, today) {
            filter.identity = Some(self.0.ports.identity_cipher.hash(&number));
        } else if let Ok(user) = keyword.parse() {
            filter.user = Some(UserId::new(user));
        } else {
            filter.email = Some(keyword.to_lowercase());
        }
        filter
    }

    /// Opens the sealed texts of submissions that were just read, after it was recorded whose.
    pub async fn reveal(
        &self,
        rows: &[RealNameView],
        look: Change,
    ) -> Result<Vec<RevealedName>, Error> {
        let submitted = rows.iter().filter(|row| row.record.is_some());
        let users: Vec<i64> = submitted.map(|row| row.user.get()).collect();
        if users.is_empty() {
            return Ok(Vec::new());
        }
        change!(look, |_tx| AuditChange::of(
            "looked_at",
            Value::Null,
            Value::from(users.as_slice())
        ))?;
        Ok(self.opened(rows))
    }

    fn opened(&self, rows: &[RealNameView]) -> Vec<RevealedName> {
        let now = self.0.ports.clock.now();
        let today = self.0.options.zone.wall_clock(now).date();
        let cipher = self.0.ports.identity_cipher.as_ref();
        let records = rows.iter().filter_map(|row| row.record.as_ref());
        let revealed = records.map(|record| {
            let sealed = record.sealed.as_ref();
            let plain = sealed.and_then(|sealed| sealed.open(record.user, cipher));
            RevealedName {
                user: record.user,
                age: plain.as_ref().and_then(|plain| plain.number.age(today)),
                plain,
            }
        });
        revealed.collect()
    }

    /// Approves or rejects a submission; with `force` also turns an earlier decision round.
    pub async fn decide(
        &self,
        user: UserId,
        decision: &Decision,
        force: bool,
        change: Change,
    ) -> Result<RealNameView, Error> {
        let admin = change.admin();
        let review = Review {
            at: self.0.ports.clock.now(),
            by: Some(admin),
            source: ReviewSource::Manual,
        };
        let decided = change!(change, |tx| self
            .decide_within(tx, user, decision, force, review)
            .await?)?;
        self.0.mail_is_queued();
        let store = &self.0.ports.store;
        let email = |account: Option<crate::AccountView>| account.map(|account| account.email);
        Ok(RealNameView {
            user,
            email: email(store.find_account_view(user).await?),
            reviewer: email(store.find_account_view(admin).await?),
            record: Some(decided),
        })
    }

    /// Decides, and queues the news for the user.
    async fn decide_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        decision: &Decision,
        force: bool,
        review: Review,
    ) -> Result<(RealNameRecord, AuditChange), Error> {
        // An account that is gone may have left a submission behind: that can be decided, too.
        let account = tx.lock_account(user).await?;
        let before = tx.lock_real_name(user).await?;
        let record = RealNameService
            .review(tx, user, decision, force, review)
            .await?;
        let kind = EventKind::RealNameReviewed;
        tx.tell(NewEvent::about_user(kind, user, review.at));
        let changed = change_of(before.map(|row| row.status), record.status);
        if let Some(account) = account {
            let news = self.news(&account.email, decision);
            tx.insert_mail(&news, review.at).await?;
        }
        Ok((record, changed))
    }

    /// What the user is told. The reason is a plain text, which the template escapes.
    fn news(&self, to: &Email, decision: &Decision) -> NewMail {
        let name = &self.0.site.current().site.app_name;
        let subject = format!("{name} – Real-name verification");
        let content = match decision {
            Decision::Approve => "Your real-name verification was approved.".to_owned(),
            Decision::Reject { reason } => {
                format!("Your real-name verification was rejected: {reason}")
            }
        };
        self.0.notice(to.clone(), subject, content)
    }

    /// Approves those of these users' submissions that are pending; how many.
    pub async fn approve(
        &self,
        users: &[UserId],
        wrong_checksums: bool,
        change: Change,
    ) -> Result<u64, Error> {
        let review = Review {
            at: self.0.ports.clock.now(),
            by: Some(change.admin()),
            source: ReviewSource::Bulk,
        };
        change!(change, |tx| {
            let moving = tx.move_pending_real_names(users, wrong_checksums, &review);
            let moved = moving.await?;
            let count = i64::try_from(moved).unwrap_or(i64::MAX);
            let changed = AuditChange::of("changed", Value::from(0), Value::from(count));
            (moved, changed)
        })
    }

    /// Deletes the user's submission and forgets how often there was one. A user without one is as
    /// good as reset; `false` when there is neither such a user nor a submission.
    pub async fn reset(&self, user: UserId, change: Change) -> Result<bool, Error> {
        change!(change, |tx| self.reset_within(tx, user).await?)
    }

    async fn reset_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
    ) -> Result<(bool, AuditChange), Error> {
        let account = tx.lock_account(user).await?;
        let before = tx.lock_real_name(user).await?;
        let mut changed = AuditChange::default();
        if RealNameService.reset(tx, user).await? {
            let (kind, now) = (EventKind::RealNameReviewed, self.0.ports.clock.now());
            tx.tell(NewEvent::about_user(kind, user, now));
            changed = change_of(before.map(|row| row.status), Status::Unsubmitted);
        } else if account.is_none() {
            return Ok((false, changed));
        }
        let counter = CounterName::real_name_submissions(user);
        tx.delete_counter(&counter).await?;
        Ok((true, changed))
    }

    /// Reads the plugins' settings again, which is all that is kept in memory.
    pub async fn clear_cache(&self) -> Result<bool, Error> {
        self.0.site.refresh().await
    }
}

fn change_of(before: Option<Status>, after: Status) -> AuditChange {
    let [before, after] =
        [before.unwrap_or_default(), after].map(|status| Value::from(status.name()));
    AuditChange::of("status", before, after)
}
