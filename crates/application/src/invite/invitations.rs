//! Invitation codes, and what they brought.

use std::sync::Arc;

use ferroboard_attempts::CounterName;
use ferroboard_auth::AuthPolicy;
use ferroboard_invite::InviteService;
use ferroboard_kernel::{Cents, Percent, UserId};
use ferroboard_listing::{Found, Page};

use crate::process::Core;
use crate::transaction::transact;
use crate::{CommissionLogView, Error, InviteCodeView, InviteStatistics, UnitOfWork, policies};

/// An inviter's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitePageView {
    /// The unused codes.
    pub codes: Vec<InviteCodeView>,
    /// What the invitations brought.
    pub statistics: InviteStatistics,
    /// What is expected of commission that is not confirmed yet: the first level's share of it.
    pub pending: Cents,
    /// The rate that the inviter earns: the own one, or the site's.
    pub rate: Percent,
}

/// Invitations, as inviters and visitors see them.
pub struct Invitations(pub(crate) Arc<Core>);

impl Invitations {
    /// Makes an invitation code, unless the user has as many unused ones as allowed.
    pub async fn create_code(&self, user: UserId) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let policy = policies::invite(&self.0.site.current());
            let random = self.0.ports.random.as_ref();
            InviteService
                .create_code(tx, user, policy, random, now)
                .await?;
        })
    }

    /// The user's page: codes and what they brought.
    pub async fn overview(&self, user: UserId) -> Result<InvitePageView, Error> {
        let store = &self.0.ports.store;
        let settings = self.0.site.current();
        let codes = store.list_invite_codes(user).await?;
        let statistics = store.find_invite_statistics(user).await?;
        let usual = policies::invite(&settings).commission_rate;
        let rate = statistics
            .rate
            .filter(|own| *own != Percent::default())
            .unwrap_or(usual);
        let pending = match policies::commission(&settings).shares.first() {
            Some(first) => statistics
                .pending
                .percent_half_up(*first)
                .map_err(ferroboard_invite::InviteError::from)?,
            None => Cents::ZERO,
        };
        Ok(InvitePageView {
            codes,
            statistics,
            pending,
            rate,
        })
    }

    /// One page of the user's commission log.
    pub async fn log(&self, user: UserId, page: Page) -> Result<Found<CommissionLogView>, Error> {
        Ok(self.0.ports.store.list_commission_log(user, page).await?)
    }

    /// Counts a view of the link with this code. An unknown code, or a client that was counted
    /// within the last ten seconds, is answered alike and counts nothing.
    pub async fn count_view(&self, code: Option<&str>, client_ip: &str) -> Result<(), Error> {
        let Some(code) = code else { return Ok(()) };
        transact!(self.0.ports.store, |tx| self
            .count_within(tx, code, client_ip)
            .await?)
    }

    async fn count_within(
        &self,
        tx: &mut dyn UnitOfWork,
        code: &str,
        client_ip: &str,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let name = |ip: &str| CounterName::invite_view(code, ip);
        let pauses = AuthPolicy::INVITE_VIEW_PAUSE.by_network(client_ip, name);
        for (name, pause) in &pauses {
            if pause.is_reached_by(tx.find_counter(name, pause.window, now).await?) {
                return Ok(());
            }
        }
        for (name, pause) in &pauses {
            if tx.update_counter(name, pause.window, now).await? > pause.count {
                // Another request of the same client was first by a moment.
                return Ok(());
            }
        }
        InviteService.count_view(tx, code).await?;
        Ok(())
    }
}
