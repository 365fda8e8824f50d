//! A panel to try things on.

mod endpoint;
mod goods;
pub(crate) mod obstacle;
mod strays;

use std::fmt;

use ferroboard_auth::{NewAccount, Password, PasswordHasher, Reminders, Requester, SubscribeToken};
use ferroboard_billing::{
    CouponService, NewCodes, PackageService, PaymentService, PlanOffer, PlanService,
};
use ferroboard_giftcard::{CodePrefix, DrawnCode, GiftCardBatch, GiftOfferService};
use ferroboard_kernel::{Clock, Email, GroupId, Random, Seconds, UnixSeconds, UserId};
use ferroboard_knowledge::{AnnouncementService, ArticleService};
use ferroboard_nodes::ManagedNodeService;

use crate::administration::demo::obstacle::DemoObstacle;
use crate::transaction::transact;
use crate::{Error, Store, UnitOfWork};

/// The row of `ferro_job` whose lock keeps two fillings apart.
const LOCK: &str = "demo";
/// Whom the demo's customer logs in as.
const CUSTOMER: &str = "customer@example.com";
/// Who made the gift cards and decided about a payment: no administrator.
const NOBODY: UserId = UserId::new(0);
/// How long ago the payments came that bought nothing: longer than a delivery is tried.
const EARLIER: Seconds = Seconds::days(4);

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

/// What a filling drew.
struct Drawn {
    gift_card: DrawnCode,
    payment_uuid: String,
}

/// What the demo holds is in order; a rule that refuses it has changed.
fn refused<T>(what: &str, made: Option<T>) -> Result<T, Error> {
    made.ok_or_else(|| Error::Internal(format!("the demo's {what} is refused")))
}

impl Demo<'_> {
    /// Writes plans, traffic packages, nodes, articles, an announcement, a coupon, a gift card, a payment method, a customer
    /// and an endpoint for events as administrators would, and payments that bought nothing as the method's gateway would,
    /// or nothing at all where the panel is not empty. Administrators are no obstacle.
    pub async fn fill(&self) -> Result<FilledDemo, DemoError> {
        let unusable = |error: &dyn fmt::Display| Error::Internal(error.to_string());
        let email = Email::parse(CUSTOMER).map_err(|error| unusable(&error))?;
        let password = self.random.alphanumeric(20);
        let account = self.account(&email, &password).await?;
        let payment_key = self.random.alphanumeric(32);
        let filling = transact!(self.store, |tx| {
            self.fill_within(tx, &account, &payment_key).await?
        })?;
        let Drawn {
            gift_card,
            payment_uuid,
        } = filling.map_err(DemoError::NotEmpty)?;
        Ok(FilledDemo {
            email,
            password,
            coupon: goods::COUPON,
            gift_card,
            payment_uuid,
            merchant: goods::MERCHANT,
            payment_key,
        })
    }

    async fn account(&self, email: &Email, password: &str) -> Result<NewAccount, Error> {
        let password =
            Password::parse(password).map_err(|error| Error::Internal(error.to_string()))?;
        let hash = self.hasher.hash(&password, &Requester::operator()).await?;
        Ok(NewAccount {
            email: email.clone(),
            password_hash: hash,
            uuid: self.random.uuid(),
            subscribe_token: SubscribeToken::new(self.random.hex32()),
            is_admin: false,
            reminders: Reminders {
                expire: Some(true),
                traffic: Some(true),
            },
            now: self.clock.now(),
            logged_in: false,
        })
    }

    async fn fill_within(
        &self,
        tx: &mut dyn UnitOfWork,
        customer: &NewAccount,
        payment_key: &str,
    ) -> Result<Result<Drawn, DemoObstacle>, Error> {
        tx.lock_job(LOCK).await?;
        if let Some(obstacle) = tx.find_demo_obstacle().await? {
            return Ok(Err(obstacle));
        }
        if tx.find_account_by_email(&customer.email).await?.is_some() {
            return Ok(Err(DemoObstacle::Customer));
        }
        tx.insert_account(customer).await?;
        let now = customer.now;
        let group = tx.insert_node_group(goods::GROUP, now).await?;
        offer_plans(tx, group, now).await?;
        for terms in goods::packages() {
            let package = PackageService.create(tx, &terms, now).await?;
            PackageService.switch(tx, package.id, now).await?;
        }
        for terms in goods::nodes(group) {
            ManagedNodeService.create(tx, terms, now).await?;
        }
        for terms in goods::articles() {
            ArticleService.create(tx, &terms, now).await?;
        }
        let announcement = refused("announcement", goods::announcement())?;
        AnnouncementService.create(tx, announcement, now).await?;
        let (terms, code) = refused("coupon", goods::coupon(now))?;
        let (codes, random) = (NewCodes::Own(code), self.random);
        CouponService
            .create(tx, terms, codes, true, random, now)
            .await?;
        let terms = goods::payment(payment_key);
        let payment = PaymentService.create(tx, &terms, random, now).await?;
        PaymentService.switch(tx, payment.id, now).await?;
        let gift_card = self.make_gift_card(tx, now).await?;
        let begun = now.minus(EARLIER);
        strays::receive(tx, payment.id, begun).await?;
        endpoint::make(tx, payment.id, self.random, begun, now).await?;
        Ok(Ok(Drawn {
            gift_card,
            payment_uuid: payment.uuid,
        }))
    }

    async fn make_gift_card(
        &self,
        tx: &mut dyn UnitOfWork,
        now: UnixSeconds,
    ) -> Result<DrawnCode, Error> {
        let gift = refused("gift card", goods::gift())?;
        let template = GiftOfferService
            .create_template(tx, &gift, NOBODY, now)
            .await?;
        let batch = GiftCardBatch {
            template: template.template.id,
            count: 1,
            prefix: CodePrefix::default(),
            max_usage: 1,
            lifetime: None,
        };
        let made = GiftOfferService.generate(tx, &batch, self.random, now);
        let (cards, _) = made.await?;
        refused("gift card", cards.codes.into_iter().next())
    }
}

/// All plans, listed and on sale.
async fn offer_plans(
    tx: &mut dyn UnitOfWork,
    group: GroupId,
    now: UnixSeconds,
) -> Result<(), Error> {
    let on_sale = PlanOffer {
        show: Some(true),
        sell: Some(true),
        renew: None,
    };
    for plan in &goods::PLANS {
        let made = PlanService.create(tx, &plan.terms(group), now).await?;
        tx.update_plan_offer(made.id, on_sale, now).await?;
    }
    Ok(())
}
