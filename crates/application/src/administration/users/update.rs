//! What administrators write into a user's row.

use ferroboard_audit::AuditChange;
use ferroboard_auth::{Password, Requester};
use ferroboard_billing::{
    BillingError, BillingPolicy, PackageService, Plan, ResetSubject, SubscriptionService,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::{CommissionMode, CommissionService};
use ferroboard_kernel::{
    Cents, Email, GroupId, LedgerEntry, LedgerKind, PlanId, StoreError, UnixSeconds, UserId,
};
use serde_json::json;

use super::access::{end_ways_in, keep_an_admin};
use super::columns::ManagedUser;
use super::error::UserRefused;
use super::list::Users;
use crate::administration::audit::change::change;
use crate::{Change, Error, UnitOfWork, policies};

/// What is to be written; what is not said stays as it is. Of an inner option `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserForm {
    /// The address that logs in.
    pub email: Option<Email>,
    /// A new password.
    pub password: Option<Password>,
    /// Suspended.
    pub banned: Option<bool>,
    /// May use the admin routes.
    pub is_admin: Option<bool>,
    /// Answers tickets.
    pub is_staff: Option<bool>,
    /// The plan, whose group is taken over.
    pub plan: Option<Option<PlanId>>,
    /// Which nodes may be used, whatever the plan says.
    pub group: Option<Option<GroupId>>,
    /// Bytes that may be used.
    pub transfer_enable: Option<i64>,
    /// Bytes sent.
    pub upload: Option<i64>,
    /// Bytes received.
    pub download: Option<i64>,
    /// When the subscription ends.
    pub expired_at: Option<Option<UnixSeconds>>,
    /// What the balance is to be: nothing below zero, unless it is so already.
    pub balance: Option<Cents>,
    /// What the commission balance is to be; the same.
    pub commission_balance: Option<Cents>,
    /// Which orders earn commission.
    pub commission_type: Option<CommissionMode>,
    /// How much, in percent.
    pub commission_rate: Option<Option<i64>>,
    /// Percent off every order.
    pub discount: Option<Option<i64>>,
    /// Mbps.
    pub speed_limit: Option<Option<i64>>,
    /// Devices at once.
    pub device_limit: Option<Option<i64>>,
    /// What administrators noted.
    pub remarks: Option<Option<String>>,
    /// The address of who invited the user.
    pub inviter: Option<Option<Email>>,
}

impl Users {
    /// Writes what the form says. Money goes through the ledger as the difference to what there is; a
    /// ban and a new password end every way into the account.
    pub async fn change(&self, user: UserId, form: UserForm, change: Change) -> Result<(), Error> {
        let hash = match &form.password {
            Some(password) => {
                let hasher = self.0.ports.hasher.as_ref();
                Some(hasher.hash(password, &Requester::operator()).await?)
            }
            None => None,
        };
        let (admin, record) = (change.admin(), change.record().to_string());
        change!(change, |tx| {
            let written = Written {
                admin,
                record: &record,
                hash: hash.as_deref(),
                now: self.0.ports.clock.now(),
            };
            self.change_within(tx, user, &form, &written).await?
        })
    }

    async fn change_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        form: &UserForm,
        written: &Written<'_>,
    ) -> Result<AuditChange, Error> {
        let before = tx.lock_managed_user(user).await?;
        let before = before.ok_or(UserRefused::Missing)?;
        let policy = policies::billing(&self.0.site.current(), self.0.options.zone);
        let after = filled(tx, &before, form, &policy, written.now).await?;
        if after.banned && !before.banned && user == written.admin {
            return Err(UserRefused::IsSelf.into());
        }
        let works = |user: &ManagedUser| user.is_admin && !user.banned;
        if works(&before) && !works(&after) {
            keep_an_admin(tx, user).await?;
        }
        match tx.update_managed_user(&before, &after, written.now).await {
            Err(StoreError::Duplicate { .. }) => return Err(UserRefused::EmailTaken.into()),
            outcome => outcome?,
        }
        if after.transfer_enable != before.transfer_enable {
            PackageService.fit(tx, user, written.now).await?;
        }
        let moved = adjust(tx, &before, form, written).await?;
        let mut changed = AuditChange::between(&before.shown(), &after.shown());
        for (account, from, to) in moved {
            changed.note(account, json!(from.get()), json!(to.get()));
        }
        if let Some(hash) = written.hash {
            self.set_password(tx, user, hash, written.now).await?;
            changed.note("password", json!("old"), json!("new"));
        }
        let about = |kind| NewEvent::about_user(kind, user, written.now);
        tx.tell(about(EventKind::UserUpdated));
        if after.banned && !before.banned {
            tx.tell(about(EventKind::UserSuspended));
        }
        if form.banned == Some(true) {
            end_ways_in(tx, &[user]).await?;
        }
        Ok(changed)
    }

    async fn set_password(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        hash: &str,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        let account = tx.lock_account(user).await?.ok_or(UserRefused::Missing)?;
        self.0
            .auth()
            .set_password(tx, &account, hash, None, now)
            .await?;
        self.0.follow_password(tx, user).await?;
        end_ways_in(tx, &[user]).await
    }

    /// Writes who invited a user; nobody, where no address is given.
    pub async fn set_inviter(
        &self,
        user: UserId,
        inviter: Option<Email>,
        change: Change,
    ) -> Result<(), Error> {
        let form = UserForm {
            inviter: Some(inviter),
            ..UserForm::default()
        };
        self.change(user, form, change).await
    }
}

/// How a form is written.
struct Written<'a> {
    admin: UserId,
    record: &'a str,
    hash: Option<&'a str>,
    now: UnixSeconds,
}

/// The row as the form wants it.
async fn filled(
    tx: &mut dyn UnitOfWork,
    before: &ManagedUser,
    form: &UserForm,
    policy: &BillingPolicy,
    now: UnixSeconds,
) -> Result<ManagedUser, Error> {
    let mut user = before.clone();
    if let Some(email) = &form.email
        && *email != before.email
    {
        let other = tx.find_account_by_email(email).await?;
        if other.is_some_and(|other| other.id != before.id) {
            return Err(UserRefused::EmailTaken.into());
        }
        user.email = email.clone();
    }
    let set = |target: &mut bool, value: Option<bool>| *target = value.unwrap_or(*target);
    set(&mut user.banned, form.banned);
    set(&mut user.is_admin, form.is_admin);
    set(&mut user.is_staff, form.is_staff);
    let set = |target: &mut i64, value: Option<i64>| *target = value.unwrap_or(*target);
    set(&mut user.transfer_enable, form.transfer_enable);
    set(&mut user.upload, form.upload);
    set(&mut user.download, form.download);
    let set = |target: &mut Option<i64>, value: Option<Option<i64>>| {
        *target = value.unwrap_or(*target);
    };
    set(&mut user.commission_rate, form.commission_rate);
    set(&mut user.discount, form.discount);
    set(&mut user.speed_limit, form.speed_limit);
    set(&mut user.device_limit, form.device_limit);
    user.commission_type = form.commission_type.unwrap_or(user.commission_type);
    user.expired_at = form.expired_at.unwrap_or(user.expired_at);
    if let Some(remarks) = &form.remarks {
        user.remarks.clone_from(remarks);
    }
    if let Some(inviter) = &form.inviter {
        user.inviter = match inviter {
            Some(email) => Some(inviter_of(tx, before.id, email).await?),
            None => None,
        };
    }
    subscribe(tx, before, &mut user, form, policy, now).await?;
    Ok(user)
}

async fn inviter_of(tx: &mut dyn UnitOfWork, user: UserId, email: &Email) -> Result<UserId, Error> {
    let inviter = tx.find_account_by_email(email).await?;
    let inviter = inviter.ok_or(UserRefused::InviterMissing)?.id;
    if inviter == user {
        return Err(UserRefused::InviterIsSelf.into());
    }
    Ok(inviter)
}

/// Plan and group, and when the traffic is next counted anew where that follows from something else now.
async fn subscribe(
    tx: &mut dyn UnitOfWork,
    before: &ManagedUser,
    user: &mut ManagedUser,
    form: &UserForm,
    policy: &BillingPolicy,
    now: UnixSeconds,
) -> Result<(), Error> {
    user.plan = form.plan.unwrap_or(user.plan);
    let plan: Option<Plan> = match user.plan {
        Some(plan) => tx.find_plan(plan).await?,
        None => None,
    };
    if let Some(Some(_)) = form.plan {
        let plan = plan.as_ref().ok_or(BillingError::PlanMissing)?;
        user.group = plan.group_id;
    }
    // A form that is sent whole says again what the group was.
    if let Some(group) = form.group
        && group != before.group
    {
        if let Some(group) = group
            && !tx.find_node_group(group).await?
        {
            return Err(UserRefused::GroupMissing.into());
        }
        user.group = group;
    }
    if (user.plan, user.expired_at) != (before.plan, before.expired_at) {
        let gone = Some(ferroboard_billing::ResetMethod::Never);
        let subject = ResetSubject {
            user: user.id,
            banned: user.banned,
            plan: user.plan,
            plan_method: plan.map_or(gone, |plan| plan.reset_method),
            expired_at: user.expired_at,
            next_reset_at: user.next_reset_at,
        };
        user.next_reset_at = subject.next_reset(policy, now);
    }
    Ok(())
}

/// Moves money to what the form says; what moved, from and to what. A debt that is there already may be
/// said again, but none is made.
async fn adjust(
    tx: &mut dyn UnitOfWork,
    user: &ManagedUser,
    form: &UserForm,
    written: &Written<'_>,
) -> Result<Vec<(&'static str, Cents, Cents)>, Error> {
    let mut moved = Vec::new();
    let entry = |from: Cents, to: Cents| -> Result<Option<LedgerEntry>, Error> {
        if to == from {
            return Ok(None);
        }
        let amount = to.checked_sub(from).ok().filter(|_| to >= Cents::ZERO);
        Ok(Some(LedgerEntry {
            user: user.id,
            amount: amount.ok_or(BillingError::BalanceOutOfRange)?,
            kind: LedgerKind::Admin,
            reference: written.record.to_owned(),
            at: written.now,
        }))
    };
    if let Some(to) = form.balance
        && let Some(entry) = entry(user.balance, to)?
    {
        SubscriptionService.top_up(tx, &entry).await?;
        moved.push(("balance", user.balance, to));
    }
    if let Some(to) = form.commission_balance
        && let Some(entry) = entry(user.commission_balance, to)?
    {
        CommissionService.adjust_commission(tx, &entry).await?;
        moved.push(("commission_balance", user.commission_balance, to));
    }
    Ok(moved)
}
