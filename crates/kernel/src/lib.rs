#![doc = include_str!("../README.md")]

mod calendar;
mod cents;
mod clock;
mod commission;
mod decimal;
mod email;
mod id;
mod ip;
mod ledger;
mod random;
mod store_error;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod time;
mod together;
mod trade_no;

pub use calendar::Zone;
pub use cents::{Cents, MoneyOverflow, Percent};
pub use clock::Clock;
pub use commission::{CommissionDue, CommissionReturn, CommissionTerms, Referral, ReturnedShare};
pub use decimal::Decimal;
pub use email::{Email, InvalidEmail};
pub use id::{
    AnnouncementId, ArticleId, AuditId, ChatMessageId, CouponId, DeliveryId, EventId, GiftCardId,
    GiftTemplateId, GiftUsageId, GroupId, InviteCodeId, MachineId, MailId, NodeId, NoticeId,
    OrderId, PackageId, PaymentId, PlanId, PluginId, RefundId, ReviewId, RouteId, SessionNumber,
    TicketId, TicketMessageId, UserId, WebhookId,
};
pub use ip::{ClientNetworks, client_network, client_networks, ip_address};
pub use ledger::{LedgerAccount, LedgerBalance, LedgerEntry, LedgerKind};
pub use random::Random;
pub use store_error::StoreError;
pub use text::{constant_time_eq, lower_hex};
pub use time::{CLOCK_SKEW, Seconds, UnixSeconds};
pub use trade_no::{InvalidTradeNo, TradeNo};
