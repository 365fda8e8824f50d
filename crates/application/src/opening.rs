//! Giving customers what they paid for.

use ferroboard_billing::{Opened, OrderService};
use ferroboard_kernel::TradeNo;

use crate::core::Core;
use crate::transaction::{finish, retrying};
use crate::{Error, policies};

impl Core {
    /// Opens a paid order. When that fails the order stays paid, the reason is noted where
    /// administrators see it, and the job tries again.
    pub(crate) async fn open_order(&self, trade_no: &TradeNo) -> Result<Opened, Error> {
        let opened = retrying(|| async {
            let now = self.ports.clock.now();
            let policy = policies::billing(&self.site.current(), self.options.zone);
            let mut tx = self.ports.store.begin().await?;
            let outcome = OrderService.open(tx.as_mut(), trade_no, &policy, now).await;
            finish(tx, outcome.map_err(Error::from)).await
        })
        .await;
        if let Err(error) = &opened {
            tracing::error!(trade_no = trade_no.as_str(), %error, "a paid order was not opened");
            let reason = error.to_string();
            let noted = retrying(|| async {
                let now = self.ports.clock.now();
                let mut tx = self.ports.store.begin().await?;
                let outcome = OrderService
                    .note_failure(tx.as_mut(), trade_no, &reason, now)
                    .await;
                finish(tx, outcome.map_err(Error::from)).await
            })
            .await;
            if let Err(error) = noted {
                tracing::error!(%error, "the reason was not noted");
            }
        }
        opened
    }
}
