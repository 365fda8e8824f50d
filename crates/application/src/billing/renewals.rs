//! Subscriptions that renew themselves from the balance.

use std::sync::Arc;

use ferroboard_billing::{
    BillingPolicy, OrderService, RenewalAttempt, RenewalForecast, RenewalNews, RenewalOutcome,
    RenewalReport, RenewalRequest, RenewalScope, RenewalService, RenewalSubject, RenewalWindow,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::InviteService;
use ferroboard_kernel::{Cents, StoreError, TradeNo, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};
use ferroboard_mail::NoticeKind;

use crate::billing::orders::order_placed;
use crate::process::Core;
use crate::support::customer_notices::Reader;
use crate::support::customer_words::Words;
use crate::transaction::{look, transact};
use crate::{Error, UnitOfWork, policies};

/// How many users one query brings.
const BATCH: u32 = 200;
/// How many old attempts one transaction deletes.
const FORGOTTEN: u32 = 1_000;

/// Which renewals a run looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RenewalRun {
    /// All that end soon, or ended lately.
    Ending,
    /// Those for which there is money by now.
    Funded,
}

/// Subscriptions that renew themselves.
pub struct AutoRenewals(pub(crate) Arc<Core>);

impl AutoRenewals {
    /// Has the user's subscription renew itself, or not.
    pub async fn switch(&self, user: UserId, is_on: bool) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            RenewalService.switch(tx, user, is_on, now).await?;
        })
    }

    /// What would be taken of the user's balance, and when; `None` where nothing can be renewed.
    pub async fn forecast(&self, user: UserId) -> Result<Option<RenewalForecast>, Error> {
        look!(self.0.ports.store, |tx| {
            let invite = policies::invite(&self.0.site.current());
            let referral = InviteService.referral(tx, user, invite).await?;
            let (policy, now) = (self.policy(), self.0.ports.clock.now());
            let forecast = RenewalService.forecast(tx, user, referral, &policy, now);
            forecast.await?
        })
    }

    /// What was tried for the user, newest first.
    pub async fn attempts(&self, user: UserId, page: Page) -> Result<Found<RenewalAttempt>, Error> {
        let store = &self.0.ports.store;
        Ok(store.list_renewal_attempts(Some(user), page).await?)
    }

    /// Tries every renewal that the run is about; how many subscriptions were renewed.
    pub(crate) async fn run(&self, run: RenewalRun) -> Result<u64, Error> {
        let mut renewed = 0;
        let mut after: Option<UserId> = None;
        loop {
            let batch = look!(self.0.ports.store, |tx| {
                let (now, grace) = (self.0.ports.clock.now(), self.policy().renewal_grace);
                let scope = match run {
                    RenewalRun::Ending => RenewalScope::Ending { grace },
                    RenewalRun::Funded => RenewalScope::Funded { grace },
                };
                tx.list_renewal_subjects(scope, now, after, BATCH).await?
            })?;
            let Some(last) = batch.last() else { break };
            after = Some(last.user);
            for subject in &batch {
                match self.renew(subject).await {
                    Ok(report) => {
                        let is_renewed = report.outcome == Some(RenewalOutcome::Renewed);
                        renewed += u64::from(is_renewed);
                    }
                    // Left as it is for the operator, whom the store has told.
                    Err(Error::Store(StoreError::Corrupt { .. })) => {}
                    Err(error) => {
                        tracing::error!(user = %subject.user, %error, "a subscription was not renewed");
                    }
                }
            }
        }
        if run == RenewalRun::Ending {
            self.forget().await?;
        }
        Ok(renewed)
    }

    fn policy(&self) -> BillingPolicy {
        policies::billing(&self.0.site.current(), self.0.options.zone)
    }

    /// One attempt, with the notice that tells of it, in one transaction.
    async fn renew(&self, subject: &RenewalSubject) -> Result<RenewalReport, Error> {
        let report = transact!(self.0.ports.store, |tx| self
            .renew_within(tx, subject)
            .await?)?;
        if report.news.is_some() {
            self.0.mail_queued.notify_one();
        }
        Ok(report)
    }

    async fn renew_within(
        &self,
        tx: &mut dyn UnitOfWork,
        subject: &RenewalSubject,
    ) -> Result<RenewalReport, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let policy = self.policy();
        let buyer = OrderService.lock_buyer(tx, subject.user).await?;
        let invite = policies::invite(&core.site.current());
        let request = RenewalRequest {
            referral: InviteService.referral(tx, subject.user, invite).await?,
            trade_no: TradeNo::draw(now, core.options.zone, core.ports.random.as_ref()),
            now,
        };
        let report = RenewalService
            .attempt(tx, &buyer, &request, &policy)
            .await?;
        let about = |kind| NewEvent::about_subscription(kind, subject.user, buyer.expired_at, now);
        if let Some(
            RenewalNews::Unpaid { .. } | RenewalNews::Lapsed { .. } | RenewalNews::Stopped,
        ) = &report.news
        {
            tx.tell(about(EventKind::SubscriptionRenewalFailed));
        }
        if let Some(news) = &report.news {
            let reader = Reader {
                user: subject.user,
                email: subject.email.clone(),
                chat: subject.chat,
            };
            let words = self.words(news);
            core.queue_notice(tx, NoticeKind::Renewal, &reader, words, now)
                .await?;
        }
        if report.outcome == Some(RenewalOutcome::Renewed) {
            // One transaction does what three do otherwise.
            tx.tell(order_placed(&request.trade_no, subject.user, now));
            core.issue_receipt(tx, &request.trade_no, None).await?;
            let (kind, user) = (EventKind::OrderOpened, Some(subject.user));
            let opened = NewEvent::about_order(kind, &request.trade_no, user, None, now);
            tx.tell(opened);
            tx.tell(about(EventKind::SubscriptionRenewed));
        }
        Ok(report)
    }

    fn words(&self, news: &RenewalNews) -> Words {
        let name = &self.0.site.current().site.app_name;
        let money = |amount: &Cents| self.0.money(*amount);
        let day = |at: &UnixSeconds| self.0.day(*at);
        let (title, text) = match news {
            RenewalNews::Renewed { price } => (
                format!("Your subscription at {name} was renewed"),
                format!("{} of your balance paid for it.", money(price)),
            ),
            RenewalNews::Unpaid {
                price,
                balance,
                ends,
            } => (
                format!("Your subscription at {name} could not be renewed"),
                format!(
                    "It ends on {}. Renewing it costs {}, and your balance is {}. Once you top up, it is \
                     renewed within minutes.",
                    day(ends),
                    money(price),
                    money(balance)
                ),
            ),
            RenewalNews::Lapsed {
                price,
                balance,
                ended,
            } => (
                format!("Your subscription at {name} was not renewed"),
                format!(
                    "It ended on {}. Renewing it would have cost {}, and your balance is {}. To go on, order the plan \
                     again.",
                    day(ended),
                    money(price),
                    money(balance)
                ),
            ),
            RenewalNews::Stopped => (
                format!("Your subscription at {name} is not renewed any more"),
                "Your plan can no longer be bought for this period, so that auto-renewal was switched off."
                    .to_owned(),
            ),
            RenewalNews::Dearer { from, to, ends } => (
                format!("Renewing your subscription at {name} has a higher price"),
                format!(
                    "It ends on {} and renews itself. You paid {} last time; this time it costs {}.",
                    day(ends),
                    money(from),
                    money(to)
                ),
            ),
        };
        Words::general(title, text)
    }

    /// Lets go what is over, and deletes what is old.
    async fn forget(&self) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let grace = self.policy().renewal_grace;
            tx.lapse_renewals(RenewalWindow::earliest(grace, now), now)
                .await?;
            let before = now.minus(RenewalAttempt::KEPT);
            tx.delete_renewal_attempts(before, FORGOTTEN).await?;
        })
    }
}
