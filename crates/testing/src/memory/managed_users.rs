use async_trait::async_trait;
use ferroboard_application::{
    ManagedUser, ManagedUserRepository, NewUsers, UserTask, UserTaskRepository,
};
use ferroboard_auth::{AccountRepository as _, NewAccount, SubscribeToken};
use ferroboard_billing::{PlanChange, SubscriptionRepository as _};
use ferroboard_kernel::{Email, GroupId, StoreError, UnixSeconds, UserId};

use super::tables::UserRow;
use super::{MemoryTables, MemoryTx};

impl UserRow {
    fn managed(&self) -> ManagedUser {
        let (account, billed, invited) = (&self.auth.account, &self.billing, &self.invite);
        ManagedUser {
            id: account.id,
            email: account.email.clone(),
            banned: account.banned,
            is_admin: account.is_admin,
            is_staff: self.auth.is_staff,
            inviter: invited.inviter,
            balance: billed.balance,
            commission_balance: invited.commission_balance,
            commission_type: invited.mode,
            commission_rate: invited.commission_rate,
            discount: billed.discount,
            upload: billed.upload,
            download: billed.download,
            transfer_enable: billed.transfer_enable,
            plan: billed.plan_id,
            group: billed.group_id,
            expired_at: billed.expired_at,
            next_reset_at: billed.next_reset_at,
            speed_limit: billed.speed_limit,
            device_limit: billed.device_limit,
            remarks: self.remarks.clone(),
        }
    }

    /// All but money and the password.
    fn write(&mut self, user: &ManagedUser) {
        let (account, billed, invited) =
            (&mut self.auth.account, &mut self.billing, &mut self.invite);
        account.email = user.email.clone();
        account.banned = user.banned;
        account.is_admin = user.is_admin;
        self.auth.is_staff = user.is_staff;
        invited.inviter = user.inviter;
        invited.mode = user.commission_type;
        invited.commission_rate = user.commission_rate;
        billed.discount = user.discount;
        billed.upload = user.upload;
        billed.download = user.download;
        billed.transfer_enable = user.transfer_enable;
        billed.plan_id = user.plan;
        billed.group_id = user.group;
        billed.expired_at = user.expired_at;
        billed.next_reset_at = user.next_reset_at;
        billed.speed_limit = user.speed_limit;
        billed.device_limit = user.device_limit;
        self.remarks.clone_from(&user.remarks);
    }
}

impl MemoryTables {
    /// Deletes what goes with a user.
    fn delete_own(&mut self, user: UserId) {
        let billing = &mut self.billing;
        let orders = billing
            .orders
            .values()
            .filter(|order| order.user_id == user);
        let orders: Vec<_> = orders.map(|order| order.id).collect();
        for order in orders {
            billing.orders.remove(&order);
            billing.failures.remove(&order);
            billing.worths.remove(&order);
        }
        billing.open_orders.remove(&user);
        billing.cleared.remove(&user);
        self.invite.codes.retain(|_, row| row.code.owner != user);
        self.invite.debts.retain(|debt| debt.user != user);
        let tickets = &mut self.tickets;
        let own = tickets
            .tickets
            .values()
            .filter(|ticket| ticket.owner == user);
        let own: Vec<_> = own.map(|ticket| ticket.id).collect();
        tickets
            .messages
            .retain(|_, message| !own.contains(&message.ticket));
        tickets.tickets.retain(|id, _| !own.contains(id));
        tickets
            .withdrawals
            .retain(|_, withdrawal| withdrawal.user != user);
        self.nodes.user_statistics.retain(|(of, ..), _| *of != user);
        self.nodes.devices.retain(|(of, ..), _| *of != user);
        self.real_name.records.remove(&user);
        self.mail.choices.remove(&user);
    }
}

#[async_trait]
impl ManagedUserRepository for MemoryTx {
    async fn lock_managed_user(&mut self, user: UserId) -> Result<Option<ManagedUser>, StoreError> {
        Ok(self.open()?.users.get(&user).map(UserRow::managed))
    }

    async fn update_managed_user(
        &mut self,
        before: &ManagedUser,
        after: &ManagedUser,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let tables = self.open()?;
        let other = tables.account_with(&after.email).map(|account| account.id);
        if other.is_some_and(|other| other != before.id) {
            let constraint = "v2_user.email".to_owned();
            return Err(self.end(StoreError::Duplicate { constraint }));
        }
        if let Some(row) = tables.users.get_mut(&before.id) {
            row.write(after);
            tables.billing.plan_changes.push(PlanChange {
                user: before.id,
                from: before.plan,
                to: after.plan,
                expired_at: after.expired_at,
            });
        }
        Ok(())
    }

    async fn insert_users(&mut self, new: &NewUsers) -> Result<(), StoreError> {
        let noted = self.open()?.billing.plan_changes.len();
        for user in &new.users {
            let account = NewAccount {
                email: user.email.clone(),
                password_hash: user.password_hash.clone(),
                uuid: user.uuid.clone(),
                subscribe_token: SubscribeToken::new(user.token.clone()),
                is_admin: false,
                reminders: new.reminders,
                now: new.at,
                logged_in: false,
            };
            let id = self.insert_account(&account).await?;
            match &new.subscription {
                Some(given) => _ = self.update_subscription(id, given, new.at).await?,
                None => self.open()?.user(id).billing.expired_at = new.expired_at,
            }
        }
        // What an account is made with is no change.
        self.open()?.billing.plan_changes.truncate(noted);
        Ok(())
    }

    async fn list_taken_emails(&mut self, emails: &[Email]) -> Result<Vec<Email>, StoreError> {
        let tables = self.open()?;
        let taken = emails
            .iter()
            .filter(|email| tables.account_with(email).is_some());
        Ok(taken.cloned().collect())
    }

    async fn move_users_to_banned(
        &mut self,
        users: &[UserId],
        _at: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError> {
        let rows = self.open()?.users.iter_mut();
        let mut banned = Vec::new();
        for (user, row) in rows.filter(|(user, _)| users.contains(user)) {
            let account = &mut row.auth.account;
            if !account.banned && !account.is_admin {
                account.banned = true;
                banned.push(*user);
            }
        }
        Ok(banned)
    }

    async fn delete_ways_in(&mut self, users: &[UserId]) -> Result<(), StoreError> {
        let tables = self.open()?;
        let rows = tables.users.iter().filter(|(user, _)| users.contains(user));
        let emails: Vec<Email> = rows
            .map(|(_, row)| row.auth.account.email.clone())
            .collect();
        let auth = &mut tables.auth;
        auth.sessions.retain(|_, row| !users.contains(&row.user_id));
        auth.login_tokens
            .retain(|_, token| !users.contains(&token.user_id));
        auth.email_codes.retain(|email, _| !emails.contains(email));
        Ok(())
    }

    async fn delete_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        let tables = self.open()?;
        tables.delete_own(user);
        Ok(tables.users.remove(&user).is_some())
    }

    async fn lock_admins(&mut self) -> Result<Vec<UserId>, StoreError> {
        let rows = self.open()?.users.iter();
        let admins = rows.filter(|(_, row)| {
            let account = &row.auth.account;
            account.is_admin && !account.banned
        });
        Ok(admins.map(|(user, _)| *user).take(2).collect())
    }

    /// There is no table of groups here: those that a plan is for are there.
    async fn find_node_group(&mut self, group: GroupId) -> Result<bool, StoreError> {
        let mut plans = self.open()?.billing.plans.values();
        Ok(plans.any(|plan| plan.group_id == Some(group)))
    }

    async fn update_reset_note(&mut self, user: UserId, note: &str) -> Result<(), StoreError> {
        let notes = &mut self.open()?.panel.reset_notes;
        notes.insert(user, note.to_owned());
        Ok(())
    }
}

#[async_trait]
impl UserTaskRepository for MemoryTx {
    async fn insert_user_task(&mut self, task: &UserTask) -> Result<i64, StoreError> {
        let tasks = &mut self.open()?.panel.user_tasks;
        let id = tasks.keys().last().map_or(1, |last| last + 1);
        tasks.insert(id, UserTask { id, ..task.clone() });
        Ok(id)
    }

    async fn lock_user_task(&mut self, id: i64) -> Result<Option<UserTask>, StoreError> {
        Ok(self.open()?.panel.user_tasks.get(&id).cloned())
    }

    async fn list_open_user_tasks(&mut self) -> Result<Vec<i64>, StoreError> {
        let tasks = self.open()?.panel.user_tasks.values();
        let open = tasks.filter(|task| task.finished_at.is_none());
        Ok(open.map(|task| task.id).take(100).collect())
    }

    async fn update_user_task(&mut self, task: &UserTask) -> Result<(), StoreError> {
        self.open()?.panel.user_tasks.insert(task.id, task.clone());
        Ok(())
    }
}
