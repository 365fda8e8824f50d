//! A panel to try things on.

mod goods;
pub(crate) mod rows;

use std::fmt;

use ferroboard_auth::{NewAccount, Password, PasswordHasher, Reminders, Requester, SubscribeToken};
use ferroboard_billing::GatewayCode;
use ferroboard_giftcard::{CodePrefix, DrawnCode};
use ferroboard_kernel::{Clock, Email, Random, Seconds};

use crate::administration::demo::rows::{
    DemoCoupon, DemoGiftCard, DemoObstacle, DemoPayment, DemoRows,
};
use crate::transaction::transact;
use crate::{Error, Store, UnitOfWork};

pub use goods::{DemoAnnouncement, DemoArticle, DemoGoods, DemoNode, DemoPlan};

/// The row of `ferro_job` whose lock keeps two fillings apart.
const LOCK: &str = "demo";
/// Whom the demo's customer logs in as.
const CUSTOMER: &str = "customer@example.com";
/// The merchant that the demo's payment method names.
const MERCHANT: &str = "1000";
/// How long the demo's coupon may be used: a year.
const COUPON_LIFE: Seconds = Seconds::new(365 * 86_400);

/// Why there is no demo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// Somebody uses the panel already.
    #[error("this panel has {} already; a demo goes into an empty one", .0.as_str())]
    NotEmpty(DemoObstacle),
    /// It could not be written.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// What a person needs to know to try the demo. Password and key were drawn for this demo alone.
#[derive(Clone, PartialEq, Eq)]
pub struct FilledDemo {
    /// The address that the customer logs in with.
    pub email: Email,
    /// The customer's password, which is kept nowhere.
    pub password: String,
    /// The code of the coupon.
    pub coupon: &'static str,
    /// The code of the gift card.
    pub gift_card: DrawnCode,
    /// Names the payment method in notification addresses.
    pub payment_uuid: String,
    /// The merchant of the payment method.
    pub merchant: &'static str,
    /// What its notices are signed with.
    pub payment_key: String,
}

/// Fills an empty panel, so that a purchase can be tried from beginning to end. It is a command's:
/// no route reaches it.
pub struct Demo<'a> {
    /// The database, migrated.
    pub store: &'a dyn Store,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub random: &'a dyn Random,
    /// Hashes the customer's password.
    pub hasher: &'a dyn PasswordHasher,
}

impl Demo<'_> {
    /// Writes plans, nodes, articles, an announcement, a coupon, a gift card, a payment method and a customer,
    /// or nothing at all where the panel is not empty. Administrators are no obstacle.
    pub async fn fill(&self) -> Result<FilledDemo, DemoError> {
        let (filled, account, rows) = self.draw().await?;
        let obstacle = transact!(self.store, |tx| fill_within(tx, &account, &rows).await?)?;
        match obstacle {
            None => Ok(filled),
            Some(obstacle) => Err(DemoError::NotEmpty(obstacle)),
        }
    }

    async fn draw(&self) -> Result<(FilledDemo, NewAccount, DemoRows), Error> {
        let unusable = |error: &dyn fmt::Display| Error::Internal(error.to_string());
        let now = self.clock.now();
        let filled = FilledDemo {
            email: Email::parse(CUSTOMER).map_err(|error| unusable(&error))?,
            password: self.random.alphanumeric(20),
            coupon: goods::COUPON,
            gift_card: DrawnCode::draw(&CodePrefix::default(), self.random),
            payment_uuid: self.random.alphanumeric(8),
            merchant: MERCHANT,
            payment_key: self.random.alphanumeric(32),
        };
        let password = Password::parse(&filled.password).map_err(|error| unusable(&error))?;
        let hash = self.hasher.hash(&password, &Requester::operator()).await?;
        let account = NewAccount {
            email: filled.email.clone(),
            password_hash: hash,
            uuid: self.random.uuid(),
            subscribe_token: SubscribeToken::new(self.random.hex32()),
            is_admin: false,
            reminders: Reminders {
                expire: Some(true),
                traffic: Some(true),
            },
            now,
            logged_in: false,
        };
        let rows = DemoRows {
            goods: DemoGoods::ALL,
            coupon: DemoCoupon {
                code: filled.coupon,
                name: "10 % off for new customers",
                percent: 10,
                uses: 100,
                ended_at: now.plus(COUPON_LIFE),
            },
            gift_card: DemoGiftCard {
                name: "Ten on the house",
                rewards: goods::GIFT,
                code: filled.gift_card.clone(),
            },
            payment: DemoPayment {
                uuid: filled.payment_uuid.clone(),
                gateway: GatewayCode::EPay,
                name: "EPay (demo)",
                config: format!(
                    r#"{{"url":"{}","pid":"{MERCHANT}","key":"{}","type":"alipay"}}"#,
                    goods::PAYMENT_PAGE,
                    filled.payment_key,
                ),
            },
            now,
        };
        Ok((filled, account, rows))
    }
}

async fn fill_within(
    tx: &mut dyn UnitOfWork,
    customer: &NewAccount,
    rows: &DemoRows,
) -> Result<Option<DemoObstacle>, Error> {
    tx.lock_job(LOCK).await?;
    if let Some(obstacle) = tx.find_demo_obstacle().await? {
        return Ok(Some(obstacle));
    }
    if tx.find_account_by_email(&customer.email).await?.is_some() {
        return Ok(Some(DemoObstacle::Customer));
    }
    tx.insert_account(customer).await?;
    tx.insert_demo(rows).await?;
    Ok(None)
}
